"""A page for everything that has a name: it is there, says the same as its JSON, leads on and back, and can be cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from custody.core.wording.message_format import LANGUAGES
from tests.web.demo import ENTRIES, Web
from tests.web.pages import Page

WEIGHT_MAX = 100_000
"""Bytes of a first page with its stylesheet and signs, none of them packed."""
KINDS = (
    "/",
    "/stations/AYT",
    "/units/DEL-P01-T",
    "/units/AYT-B01-1",
    "/seals/CEC-000016-8",
    "/consignments/AYT-C01-U",
    "HANDOVER",
    "FINDING",
    "EVENT",
    "/log",
    "/log/809",
    "/log?offset=100",
    "/badges/courier-del",
    "/badges/mfa-1",
    "/rules",
    "/tours",
)


@pytest.fixture(scope="module")
def named(web: Web) -> dict[str, str]:
    """Addresses that the demonstration's own ids are part of."""
    answer = web.json("/log/809.json")
    (finding,) = web.json("/api/v1/findings?station=AYT")["items"]
    return {
        "HANDOVER": f"/handovers/{answer['handover']}",
        "EVENT": f"/events/{answer['entry']['event']}",
        "FINDING": f"/findings/{finding['id']}",
    }


@lru_cache(maxsize=64)
def page_of(web: Web, address: str) -> tuple[Page, str]:
    """A page that is there, read, and its text as it was sent."""
    response = web.get(address)
    assert response.status_code == 200, address
    return Page(response.text), response.text


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, named: dict[str, str]) -> str:
    return named.get(request.param, str(request.param))


def test_it_is_there_in_each_language_with_its_citation(web: Web, address: str) -> None:
    for language in LANGUAGES:
        page, html = page_of(web, f"/{language}{address}")
        assert f'<html lang="{language}">' in html
        (cited,) = re.findall(r'<p class="cite" id="cite">(.*?)</p>', html, re.DOTALL)
        for told in ("kz-2015.invalid/kz-2015/", str(ENTRIES - 1), address.partition("?")[0]):
            assert told in cited
        assert re.search(r"\b[0-9a-f]{64}\b", cited)  # the root
        assert "<time " in cited
        assert [tag for tag, _ in page.tags if tag in {"style", "img", "iframe"}] == []
        scripts = [has.get("src") or "" for tag, has in page.tags if tag == "script"]
        assert len(scripts) == (address == "/")  # the start page follows the log
        assert all(src.startswith("/static/") for src in scripts)
        assert [given for _, given in page.tags if "style" in given] == []


def test_its_json_stands_for_the_same_position_and_takes_a_moment_of_the_past(web: Web, address: str) -> None:
    path, mark, query = address.partition("?")
    twin = f"{path if path != '/' else '/index'}.json{mark}{query}"
    assert web.json(twin)["standing"]["position"] == ENTRIES
    if path not in {"/tours"} and "findings" not in path:
        past = web.json(f"{twin}{'&' if query else '?'}at=2000")
        assert past["as_of"] == 2000


def test_a_first_page_is_light(web: Web, address: str) -> None:
    page, html = page_of(web, f"/en{address}")
    files = {link.partition("#")[0] for link in page.links if link.startswith("/static/")}
    assert len(html.encode()) < WEIGHT_MAX
    if address == "/":
        assert len(html.encode()) + sum(len(web.get(file).content) for file in files) < 1.5 * WEIGHT_MAX


def ids(links: list[str], *, folder: str) -> Iterator[str]:
    """What the links to one kind of page name."""
    return (link.rsplit("/", 1)[1] for link in links if link.startswith(f"/en/{folder}/"))


def test_from_a_unit_one_comes_to_its_seal_handover_consignment_and_courier_and_back(web: Web) -> None:
    links = page_of(web, "/en/units/DEL-P01-T")[0].links
    assert "CEC-000016-8" in ids(links, folder="seals")
    assert "DEL-C01-U" in ids(links, folder="consignments")
    assert "courier-del" in ids(links, folder="badges")
    (first, *_) = ids(links, folder="handovers")
    for path in (f"/handovers/{first}", "/seals/CEC-000016-8", "/consignments/DEL-C01-U", "/badges/courier-del"):
        assert "DEL-P01-T" in page_of(web, f"/en{path}")[1]
        assert "/en/units/DEL-P01-T" in page_of(web, f"/en{path}")[0].links


def test_the_life_of_a_seal_is_told_act_by_act_a_check_that_changed_nothing_among_them(web: Web) -> None:
    (life,) = web.json("/seals/CEC-000016-8.json")["lives"]
    seen = [(mark["position"], mark["what"]) for mark in life["marks"]]
    assert seen[0][1] == "applied"
    assert (780, "intact") in seen
    assert (809, "broken") in seen
    assert seen[-1][1] == "retained"
    assert seen == sorted(seen)
    then = web.json("/seals/CEC-000016-8.json?at=800")["lives"][0]["marks"]
    assert [mark["what"] for mark in then][-1] == "intact"
    assert web.get("/en/seals/CEC-999999-1").status_code in {404, 422}


def test_who_held_a_pouch_stands_on_one_line_with_how_long_and_how_long_it_was_uncertain(web: Web) -> None:
    line = web.json("/units/DEL-P01-T.json")["line"]
    assert [node["holder"] for node in line] == ["CEC", "MFA", "courier courier-del", "mission DEL", "commission DEL"]
    assert [node["minutes"] for node in line[:3]] == [21 * 60 + 38, 2 * 24 * 60 + 5 * 60 + 26, 12 * 60 + 5]
    assert line[-1]["minutes"] is None
    assert [node["uncertain"] for node in line] == [None, None, 185, None, None]
    assert [node["tone"] for node in line] == ["", "", "unc", "warn", "warn"]
    then = web.json("/units/AYT-P01-T.json?at=1000")["line"]
    assert [node["tone"] for node in then][-2:] == ["todo", "todo"]
    assert {node["at"] for node in then[-2:]} == {None}


def test_an_offer_and_its_answer_are_one_line_and_an_offer_without_answer_its_own(web: Web) -> None:
    now = page_of(web, "/en/units/DEL-P01-T")[1]
    assert "offered 14 April 2015, 10:33 (UTC+6)" in now
    assert now.count("The offer of a handover.") == 0
    then = page_of(web, "/en/units/DEL-P01-T?at=625")[1]
    assert then.count("The offer of a handover.") == 1
    assert 'id="p622"' in now


def test_an_entry_names_those_who_signed_and_what_it_is_evidence_of(web: Web) -> None:
    answer = web.json("/log/809.json")
    assert answer["entry"]["by"] == ["del-officer"]
    assert [one["code"] for one in answer["findings"]] == ["seal-condition"]
    page, _ = page_of(web, "/en/log/809")
    assert f"/en/findings/{answer['findings'][0]['id']}" in page.links
    assert "/en/log/808" in page.links
    assert web.get("/en/log/2868").status_code == 404
    assert web.get("/en/log/01").status_code == 422


def test_a_badge_has_its_role_and_every_entry_that_names_it_in_parts(web: Web) -> None:
    answer = web.json("/badges/mfa-1.json")
    assert (answer["role"], answer["office"]) == ("pouch-office", "MFA")
    assert answer["entries_total"] > answer["signed_total"] > len(answer["entries"]) == 50
    first = web.json("/badges/mfa-1.json?offset=0")["entries"]
    assert first[0]["position"] == answer["enrolled"]
    assert web.get("/en/badges/nobody-here").status_code == 404


def test_the_flow_of_papers_is_drawn_from_the_account_and_says_where_it_is_not_to_scale(web: Web) -> None:
    flow = web.json("/stations/AYT.json")["flow"]
    assert (flow["declared"], flow["counted"], flow["issued"], flow["without_origin"]) == (441, 441, 446, 5)
    assert {stream["name"]: stream["papers"] for stream in flow["streams"]}["origin"] == 5
    heights = {stream["name"]: stream["height"] for stream in flow["streams"]}
    assert heights["issued"] > 20 * heights["origin"]
    text = page_of(web, "/en/stations/AYT")[0].text
    assert "441 declared, 441 counted, 446 issued, 446 in the boxes" in text
    assert "drawn larger than true" in text
    assert web.json("/stations/AYT.json?at=1500")["flow"] is None


def test_the_map_has_every_station_of_its_election_once_and_no_page_of_another_election_has_it(web: Web) -> None:
    html = page_of(web, "/en/")[1]
    for row in web.json("/index.json")["stations"]:
        assert len(re.findall(rf'<a href="/en/stations/{row["station"]}"><title>', html)) == 1
    assert html.count("#land") == 1


def test_the_standing_bar_says_how_far_the_log_is_signed_and_by_how_many_witnesses(web: Web) -> None:
    text = page_of(web, "/en/log")[0].text
    assert f"signed up to position {ENTRIES - 1} ({ENTRIES} entries), 3 log witnesses cosigned" in text
    for name in ("observers", "parties", "university"):
        assert f"{name}.kz-2015.invalid" in text


def test_the_log_and_the_start_page_say_of_each_witness_its_group_how_far_it_signed_and_how_long_ago(web: Web) -> None:
    for path in ("/en/", "/en/log"):
        html = page_of(web, f"{path}?at=1240")[1]
        told = html.partition('<ul class="wit">')[2].partition("</ul>")[0]
        assert told.count("<li>") == told.count("two-of-three") == told.count(" ago</span>") == 3
        assert "signed up to position" in told


def test_every_page_leads_to_what_can_be_checked_and_quoted(web: Web) -> None:
    for path in ("/", "/stations", "/verify", "/journalists", "/sample", "/data", "/live", "/find?q=xyzq", "/docs"):
        links = Page(web.get(f"/ru{path}").text).links
        assert {"/ru/verify", "/ru/journalists"} <= set(links)
    assert {"/en/live", "/en/feed.atom"} <= set(page_of(web, "/en/")[0].links)


def test_beside_a_claimed_time_stands_between_which_moments_it_certainly_was(web: Web, named: dict[str, str]) -> None:
    for path in ("/log/809", named["HANDOVER"], "/units/DEL-P01-T", "/consignments/DEL-C01-U"):
        assert "(certainly " in page_of(web, f"/en{path}")[0].text


def test_until_the_first_opening_the_start_page_counts_down_and_after_the_last_closing_says_so(web: Web) -> None:
    before, voting, closed = (web.json(f"/index.json?at={at}")["opening"] for at in (1300, 1500, 2867))
    assert (before["state"], voting["state"], closed["state"]) == ("before", "voting", "closed")
    assert before["minutes"] > voting["minutes"] > 0
    assert closed["minutes"] is None
    assert set(before["cities"]) == {"Seoul", "Tokyo"} | ({"Ulaanbaatar"} & set(before["cities"]))
