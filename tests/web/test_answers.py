from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.web.demo import ENTRIES, Web, audit_of

API = "/api/v1"
QUESTIONS = [
    "/standing",
    "/board",
    "/stations",
    "/stations/AYT",
    "/stations/AYT/account",
    "/stations/AYT/units",
    "/stations/AYT/consignments",
    "/stations/AYT/handovers",
    "/units",
    "/units/AYT-P01-T",
    "/units/AYT-P01-T/trail",
    "/accounts",
    "/accounts/totals",
    "/consignments/AYT-C01-U",
    "/findings",
]
LISTS = ["/stations", "/units", "/accounts", "/findings", "/stations/AYT/units", "/units/AYT-P01-T/trail"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_names_election_log_position_root_and_the_digest_of_the_audit(
    web: Web, question: str, audited: dict[str, object]
) -> None:
    standing = web.json(f"{API}{question}")["standing"]
    assert standing["election"] == audited["election"]
    assert (standing["origin"], standing["position"]) == (audited["origin"], audited["size"])
    assert standing["state_digest"] == audited["state_digest"]
    assert re.fullmatch(r"[0-9a-f]{64}", standing["root"])


@pytest.fixture(scope="module")
def audited(demo: Path) -> dict[str, object]:
    """What the audit of the same log says."""
    verdict = audit_of(demo)
    (log,) = verdict["logs"]
    return {"election": verdict["election"], "state_digest": verdict["state_digest"], **log}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_that_still_holds_is_not_sent_again(web: Web, question: str) -> None:
    first = web.get(f"{API}{question}")
    tag = first.headers["etag"]
    again = web.get(f"{API}{question}", if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert re.fullmatch(rf'"{ENTRIES}-[0-9a-f]{{32}}"', tag)
    assert first.headers["cache-control"] == "public, no-cache"


def test_a_validator_holds_for_its_own_address_only(web: Web) -> None:
    tag = web.get(f"{API}/board").headers["etag"]
    assert web.get(f"{API}/stations/XXX", if_none_match=tag).status_code == 404
    assert web.get(f"{API}/board?at=1300", if_none_match=tag).status_code == 200
    assert web.get(f"{API}/board", if_none_match="*").status_code == 304


@pytest.mark.parametrize("path", [*(f"{API}{question}" for question in QUESTIONS), "/board", "/stations/AYT.json"])
def test_head_gives_the_headers_of_get_and_no_body(web: Web, path: str) -> None:
    got, head = web.get(path), web.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("question", LISTS)
def test_the_parts_of_a_list_make_the_whole_list(web: Web, question: str) -> None:
    whole = web.json(f"{API}{question}?limit=200")
    items, offset = [], 0
    for _ in range(200):
        part = web.json(f"{API}{question}?limit=7&offset={offset}")
        assert len(part["items"]) <= 7
        items += part["items"]
        if part["next_offset"] is None:
            break
        offset = part["next_offset"]
    assert len(items) == whole["total"] or whole["total"] > 200
    assert items[:200] == whole["items"]


def test_a_list_gives_fifty_items_unless_asked_for_another_number(web: Web) -> None:
    assert len(web.json(f"{API}/stations")["items"]) == 50


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=-1", "limit=+5", "limit=05", "limit=5.0", "limit=1_0", "limit=", "limit=%D9%A5",
        "offset=1000001", "offset=-1", "at=-1", "at=9007199254740992", "at=1e3", "page=2",
    ],
)  # fmt: skip
def test_a_parameter_out_of_bounds_or_unknown_is_refused_in_words(web: Web, query: str) -> None:
    response = web.get(f"{API}/stations?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "code", "sentence"}
    assert (problem["status"], problem["detail"]) == (response.status_code, problem["sentence"])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/stations/XXX", "unknown-station"),
        ("/stations/XXX/units", "unknown-station"),
        ("/stations/XXX/account", "unknown-account"),
        ("/units/AYT-P99-0", "unknown-unit"),
        ("/units/AYT-P01-T?at=3", "unknown-unit"),
        (f"/units/AYT-P01-T?at={ENTRIES}", "not-recorded-yet"),
        ("/consignments/AYT-C99-0", "unknown-consignment"),
        (f"/findings/{'0' * 64}", "unknown-finding"),
        (f"/handovers/{'0' * 64}", "unknown-handover"),
        ("/nothing", "unknown-path"),
    ],
)
def test_what_is_not_on_the_log_is_a_404_that_says_so(web: Web, path: str, code: str) -> None:
    response = web.get(f"{API}{path}")
    assert (response.status_code, response.json()["code"]) == (404, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/v1/stations/ayt", "three capital letters"),
        ("/api/v1/units/NOPE", "as AAA-P01-2"),
        ("/api/v1/consignments/NOPE", "as AAA-C01-W"),
        ("/api/v1/findings/0A", "64 hexadecimal digits"),
        ("/api/v1/findings?code=A", "as seal-condition"),
        ("/api/v1/stations?limit=five", "limit: a whole number in decimal digits is asked for."),
        ("/units/del-p01-t", "as AAA-P01-2"),
    ],
)
def test_what_is_not_well_formed_is_told_in_words_and_not_as_a_pattern(web: Web, path: str, told: str) -> None:
    response = web.get(path)
    assert response.status_code == 422
    assert told in response.text
    assert "^" not in response.text
    assert "pattern" not in response.text


def test_no_answer_leads_to_a_host_that_the_request_named(web: Web) -> None:
    for path in ("/board/", "/stations/AYT/", "/", "/stations", "/units", "/find?q=AYT"):
        location = web.get(path, Host="elsewhere.example").headers.get("location", "")
        assert "elsewhere" not in location


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_reading_is_allowed(web: Web, method: str) -> None:
    response = web.client.request(method, f"{API}/board")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert response.json()["code"] == "read-only"


def test_scripts_of_any_origin_may_read_the_api_and_nothing_with_credentials(web: Web) -> None:
    headers = web.get(f"{API}/board", origin="https://elsewhere.example").headers
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("path", ["/board", "/board.json", "/openapi.json", "/healthz", "/metrics", "/nothing"])
def test_scripts_of_other_origins_read_nothing_beside_the_api(web: Web, path: str) -> None:
    headers = web.get(path, origin="https://elsewhere.example").headers
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/board", f"{API}/board", "/stations/XXX", f"{API}/nothing", "/healthz", "/find?x=1"])
def test_every_answer_carries_the_headers_that_bind_a_browser(web: Web, path: str) -> None:
    headers = web.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "style-src 'self'", "img-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_filters_narrow_findings(web: Web) -> None:
    def codes(query: str) -> list[str]:
        return [finding["code"] for finding in web.json(f"{API}/findings?{query}")["items"]]

    assert codes("status=open") == ["station-account"]
    assert codes("severity=serious") == ["station-account", "seal-condition"]
    assert codes("station=WAW") == ["package-count"]
    assert codes("code=overdue&status=settled") == ["overdue"]
    assert codes("code=overdue&status=open") == []


def test_a_finding_names_where_its_evidence_is_and_what_would_settle_it(web: Web) -> None:
    (finding,) = web.json(f"{API}/findings?status=open")["items"]
    assert sorted(evidence["position"] for evidence in finding["evidence"]) == [1596, 1890]
    assert finding["settles"] == "a corrected account"
    assert web.json(f"{API}/findings/{finding['id']}")["finding"] == finding


def test_a_handover_is_found_by_its_offer(web: Web) -> None:
    for handover in web.json(f"{API}/stations/WAW/handovers")["items"]:
        assert web.json(f"{API}/handovers/{handover['offer']}")["handover"] == handover


def test_the_trail_of_a_unit_is_its_story_in_log_order(web: Web) -> None:
    whole = web.json(f"{API}/units/DEL-P01-T")["trail"]
    assert web.json(f"{API}/units/DEL-P01-T/trail?limit=200")["items"] == whole
    positions = [line["position"] for line in whole]
    assert positions == sorted(positions)


def test_the_accounts_as_a_table_are_the_accounts(web: Web) -> None:
    response = web.get(f"{API}/accounts.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    accounts = {account["station"]: account for account in web.json(f"{API}/accounts?limit=200")["items"]}
    standing = web.json(f"{API}/standing")["standing"]
    assert [row["station"] for row in rows] == sorted(accounts)
    for row in rows:
        for name in ("allocated", "counted", "issued", "in_boxes", "unaccounted"):
            assert int(row[name]) == accounts[row["station"]][name]
        assert (row["election"], row["state_digest"]) == (standing["election"], standing["state_digest"])


def test_a_spreadsheet_gets_its_byte_order_mark_where_it_asks_and_a_file_name(web: Web) -> None:
    plain, marked = web.get(f"{API}/accounts.csv"), web.get(f"{API}/accounts.csv?bom=1")
    assert (plain.content[:1], marked.content) == (b'"', b"\xef\xbb\xbf" + plain.content)
    assert web.get(f"{API}/accounts.csv?bom=0").content == plain.content
    assert marked.headers["content-disposition"] == 'attachment; filename="ballot-accounts.csv"'
    assert 'href="/api/v1/accounts.csv?bom=1"' in web.get("/board").text
    assert web.get(f"{API}/accounts.csv?bom=yes").status_code == 422


def test_the_description_names_every_route_and_every_status(web: Web) -> None:
    described = web.json("/openapi.json")
    assert {path.removeprefix(API) for path in described["paths"]} >= {"/board", "/units/{unit}", "/accounts.csv"}
    for path, operations in described["paths"].items():
        assert path.startswith(API)
        assert set(operations) == {"get"}
        assert set(operations["get"]["responses"]) == {"200", "304", "400", "401", "404", "422", "503"}
        for parameter in operations["get"]["parameters"]:
            assert parameter["description"]


def test_the_program_says_that_it_lives_that_it_can_answer_and_what_it_counted(web: Web) -> None:
    assert web.get("/healthz").json() == {"alive": True}
    assert web.get("/readyz").json() == {
        "service": "web",
        "ready": True,
        "state": "answering",
        "position": ENTRIES,
        "reasons": [],
    }
    web.get(f"{API}/units/AYT-P01-T")
    figures = web.get("/metrics").text
    assert 'custody_web_requests_total{route="/api/v1/units/{unit}",status="200"}' in figures
    assert f"custody_web_position {ENTRIES}.0" in figures
    assert "AYT" not in figures


def test_every_line_of_a_story_says_when_it_was_certainly_made_and_at_an_earlier_position_what_was_known_then(
    web: Web,
) -> None:
    trail = web.json(f"{API}/units/AYT-P01-T/trail")["items"]
    made = [line["made"] for line in trail if line["entry"] is not None]
    assert len(made) > 5
    for bounds in made:
        assert bounds["not_before"] <= bounds["not_after"]
        assert bounds["words"]["en"].startswith("certainly between ")
    last = trail[-1]
    then = web.json(f"{API}/units/AYT-P01-T/trail?at={last['position']}")["items"][-1]
    assert (then["position"], then["made"]["not_after"]) == (last["position"], None)


def test_a_walked_leg_says_whether_its_deadline_was_met_as_far_as_that_is_proven(web: Web) -> None:
    for name in ("AYT-C01-U", "AYT-C02-R"):
        response = web.get(f"{API}/consignments/{name}")
        for leg in response.json()["consignment"]["legs"] if response.status_code == 200 else ():
            assert (leg["deadline"] is None) == (leg["due"] is None or leg["at"] is None)
            assert leg["deadline"] in {None, "met"}
            if leg["handover"] is not None:
                assert leg["handover"]["answer_made"]["not_after"] is not None
