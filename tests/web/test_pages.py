from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from projections.web.models import words
from tests.web.demo import Web, election_of
from tests.web.pages import Page, shown

PAGES = [
    "/board",
    "/board?at=1300",
    "/stations/AYT",
    "/stations/WAW",
    "/stations/AYT?at=1000",
    "/units/DEL-P01-T",
    "/units/AYT-B01-1",
    "/units/AYT-K01-W",
    "/units/CEC-B01-G",
    "/units/DEL-P01-T?at=809",
    "/findings",
    "/findings?status=settled",
]


def json_of(path: str) -> str:
    """The path of the same page as JSON."""
    page, mark, query = path.partition("?")
    return f"{page}.json{mark}{query}"


def read(web: Web, path: str) -> Page:
    """A page that is there."""
    response = web.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def squeezed(text: str) -> str:
    """Text without spaces: links in a sentence are told with spaces around them."""
    return text.replace(" ", "")


def sentences(answer: Any) -> list[str]:
    """Every sentence anywhere in an answer, in English."""
    if isinstance(answer, dict):
        own = [answer["sentence"]] if isinstance(answer.get("sentence"), str) else []
        return own + [each for name, value in answer.items() if name != "words" for each in sentences(value)]
    return [each for value in answer for each in sentences(value)] if isinstance(answer, list) else []


def named_only(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding on a page about something else: its sentence, and a link to its own page, where the evidence is."""
    return {"sentence": finding["sentence"]}


def on_the_page(answer: dict[str, Any]) -> dict[str, Any]:
    """What of an answer a page says in sentences: an offer and its answer are one line, a finding is named."""
    told = dict(answer)
    for name in ("findings", "items"):
        told[name] = [named_only(one) for one in answer.get(name, ())]
    lines = answer.get("trail", ())
    answered = {line["handover"] for line in lines if line["type"] == "HandoverAnswered"}
    told["trail"] = [one for one in lines if one["type"] != "HandoverOffered" or one["handover"] not in answered]
    return told


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_every_sentence_that_its_json_says(web: Web, path: str) -> None:
    text, answer = read(web, path).text, on_the_page(web.json(json_of(path)))
    assert [each for each in sentences(answer) if squeezed(each) not in squeezed(text)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_names_a_finding_leads_to_its_own(web: Web, path: str) -> None:
    links, answer = read(web, path).links, web.json(json_of(path))
    named = {f"/en/findings/{one['id']}" for name in ("findings", "items") for one in answer.get(name, ())}
    assert named - set(links) == set()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_election_log_position_root_and_digest(web: Web, path: str) -> None:
    page, standing = read(web, path).text, web.json(json_of(path))["standing"]
    named = [standing["election"], standing["origin"], standing["root"], standing["state_digest"]]
    assert [name for name in named if name not in page] == []
    assert f"position {standing['position'] - 1} ({standing['position']} entries)" in page


@pytest.mark.parametrize("path", PAGES)
def test_a_position_stands_in_one_form_with_the_number_of_entries(web: Web, path: str) -> None:
    told = re.findall(r"position (\d+) \(([^)]*)\)", read(web, path).text)
    assert told
    assert [each for each in told if each[1] != f"{int(each[0]) + 1} {'entry' if each[0] == '0' else 'entries'}"] == []


def test_what_settled_a_finding_is_told_where_it_stands_on_the_log_not_by_a_bare_hash(web: Web) -> None:
    (finding,) = [one for one in web.json("/stations/DEL.json")["findings"] if one["code"] == "seal-condition"]
    for path in ("/stations/DEL", "/units/DEL-P01-T", "/findings", f"/findings/{finding['id']}"):
        page = read(web, path)
        assert re.search(r"Settled:? position \d+ \(\d+ entries\)", page.text)
        assert not re.search(r"\b(Settled|Evidence|Decisions):? [0-9a-f]{16}\b", page.text)
    settled = finding["settled_by"]
    assert settled["type"] == "BallotsCounted"
    assert settled["position"] == finding["position"]
    assert f"/en/log/{settled['position']}" in read(web, f"/findings/{finding['id']}").links
    assert f'id="p{settled["position"]}"' in web.get(f"/units/{settled['unit']}").text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_verified_means_and_nothing_is_called_proven(web: Web, path: str) -> None:
    text = read(web, path).text
    assert "nothing in the record was added, removed or altered, not that nothing went wrong" in text
    assert "custody audit" in text
    assert not re.search(r"\bproven\b|\bproof\b|\bfraud\b", text, re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_its_landmarks_and_its_tables_their_captions_and_scopes(web: Web, path: str) -> None:
    page = read(web, path)
    names = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en"}) in page.tags
    assert [names.count(tag) for tag in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
    landmarks = [given.get("aria-label") for tag, given in page.tags if tag in {"nav", "aside"}]
    assert len(set(landmarks)) == len(landmarks) >= 3
    assert None not in landmarks
    assert names.count("table") == names.count("caption")
    assert [given for tag, given in page.tags if tag == "th" and "scope" not in given] == []
    labelled = {given.get("for") for tag, given in page.tags if tag == "label"}
    shown = [given for tag, given in page.tags if tag == "input" and given.get("type") != "hidden"]
    assert {given.get("id") for given in shown} <= labelled


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_no_style_of_its_own_and_loads_nothing_from_elsewhere(web: Web, path: str) -> None:
    page = read(web, path)
    assert [tag for tag, _ in page.tags if tag in {"style", "iframe", "object", "embed", "img"}] == []
    scripts = [given["src"] for tag, given in page.tags if tag == "script"]
    assert [src for src in scripts if not src.startswith("/static/")] == []
    assert not scripts or path == "/board"  # which follows the log where there is a script
    assert [given for _, given in page.tags if "style" in given or any(name.startswith("on") for name in given)] == []
    assert [link for link in page.links if not link.startswith(("/", "#", "?"))] == []


@pytest.fixture(scope="module")
def visited(web: Web) -> Callable[[str], str]:
    """The text at an address that is there; each is asked for once, whoever leads to it."""

    @lru_cache(maxsize=2_000)
    def text(address: str) -> str:
        response = web.get(address)
        assert response.status_code == 200, address
        return response.text

    return text


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(web: Web, visited: Callable[[str], str], path: str) -> None:
    page = read(web, path)
    for link in sorted({link for link in page.links if link.startswith("/")})[:60]:
        address, _, fragment = link.partition("#")
        text = visited(address)
        if fragment:
            assert f'id="{fragment}"' in text, link
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_the_board_shows_the_figures_of_its_json(web: Web) -> None:
    text, board = read(web, "/board").text, web.json("/board.json")
    totals = {total["name"]: total["papers"] for total in board["papers"]["totals"]}
    for name in ("allocated", "counted", "issued", "in_boxes", "cancelled"):
        assert shown(totals[name]) in text
    assert f"Unaccounted {shown(totals['unaccounted'])}" in text
    for place in board["places"]:
        assert shown(place["papers"]) in text


def test_the_tiles_are_the_stations_in_the_order_in_which_they_open_each_a_link_with_its_state(web: Web) -> None:
    page, board = read(web, "/board"), web.json("/board.json")
    tiles = [given["href"] for tag, given in page.tags if tag == "a" and given.get("class", "").startswith("tile")]
    assert tiles == [f"/en/stations/{tile['station']}" for tile in board["tiles"]]
    opens = [datetime.fromisoformat(tile["opens"]) for tile in board["tiles"]]
    assert opens == sorted(opens)
    assert len(tiles) == len(board["stations"]) == 65
    assert "Antalya, back at the Central Election Commission, 1 open" in page.text


@pytest.mark.parametrize("position", [0, 190, 600, 1300, 1500, 2200, 2500, 2867])
def test_the_papers_by_who_holds_them_are_all_papers_at_every_time(web: Web, position: int) -> None:
    board = web.json(f"/board.json?at={position}")
    assert board["adds_up"] == (board["sent"] is not None)
    assert sum(place["stations"] for place in board["places"]) == len(board["stations"])


def test_the_account_of_a_station_is_shown_as_both_sides_of_each_line(web: Web) -> None:
    text, station = read(web, "/stations/AYT").text, web.json("/stations/AYT.json")
    for line in station["equations"]:
        for term in (*line["left"], *line["right"]):
            assert f"{term['words']} {shown(term['papers'])}" in text
    assert "differs by 5" in text
    assert f"Unaccounted: {shown(station['account']['unaccounted'])} (papers without recorded origin)" in text


def test_a_leg_shows_the_badges_under_the_offer_and_under_the_answer(web: Web) -> None:
    station = web.json("/stations/WAW.json")
    assert sum(len(journey["legs"]) for journey in station["consignments"]) == 7
    for journey in station["consignments"]:
        text = read(web, f"/consignments/{journey['consignment']}").text.replace(" ,", ",")
        for handover in (leg["handover"] for leg in journey["legs"]):
            assert ", ".join(handover["released_by"]) in text
            assert ", ".join(handover["received_by"]) in text
            assert handover["words"] in text
    text = read(web, "/stations/WAW").text.replace(" ,", ",")
    for handover in station["other_handovers"]:
        assert ", ".join(handover["released_by"]) in text
        assert handover["words"] in text


def test_a_stranger_reads_who_holds_a_batch_now_and_where_its_papers_are(web: Web) -> None:
    text = read(web, "/units/AYT-B01-1").text
    assert "Who holds it now CEC confirmed" in text
    assert "No papers are left in it: they were packed into AYT-K01-W (held by commission AYT)" in text


def test_a_stranger_reads_that_an_opened_pack_is_empty_and_where_its_papers_are(web: Web) -> None:
    page = read(web, "/units/AYT-K01-W")
    assert "It is empty: its papers were counted into the book of the station, AYT-S01-5" in page.text
    assert "Papers none left in it; 250 were declared, 250 counted when it was opened" in page.text
    assert "/en/units/AYT-S01-5" in page.links
    assert "Its papers went into" not in page.text
    assert "It is empty" not in read(web, "/units/AYT-K01-W?at=1236").text


def test_a_stranger_reads_on_what_basis_a_pouch_is_held(web: Web) -> None:
    text = read(web, "/units/DEL-P01-T").text
    assert (
        "Held by commission DEL. Confirmed by the signatures of both sides: released by del-officer, received by"
        in text
    )


def test_a_stranger_reads_what_is_wrong_with_a_station(web: Web) -> None:
    text = read(web, "/stations/AYT").text
    assert "1 open finding." in text
    assert "Issued 446, received 441: for 5 papers the record shows no origin." in text
    assert "Would settle it: a corrected account" in text


def test_a_page_of_the_past_says_so_and_shows_what_held_then(web: Web) -> None:
    text = read(web, "/units/DEL-P01-T?at=809").text
    assert "The past: this page is as it was after the entry at log position 809 (810 entries)." in text
    assert "Who held it then mission DEL confirmed on hold" in text
    assert "position 898" not in text


@pytest.mark.parametrize("path", ["/stations", "/units"])
def test_an_address_without_its_last_part_is_the_list(web: Web, path: str) -> None:
    response = web.get(path)
    assert (response.status_code, response.url.path) == (200, f"/en{path}")


def test_a_settled_finding_stays_in_the_row_of_its_station(web: Web) -> None:
    (row,) = [row for row in web.json("/board.json")["stations"] if row["station"] == "DEL"]
    assert (row["open_findings"], row["settled_findings"], row["adjudicated_findings"]) == (0, 1, 0)
    page = read(web, "/stations/DEL")
    assert "No open finding. 1 settled." in page.text
    assert "New Delhi : Condition of a seal" in read(web, "/board").text


@pytest.mark.parametrize(("typed", "leads"), [("ayt", "/stations/AYT"), (" del-p01-t ", "/units/DEL-P01-T")])
def test_what_is_typed_into_the_search_leads_to_its_page(web: Web, typed: str, leads: str) -> None:
    response = web.get(f"/find?q={typed}")
    assert (response.status_code, response.url.path) == (200, f"/en{leads}")


@pytest.mark.parametrize("path", ["/stations/XXX", "/units/AYT-P99-0", "/nothing", "/find?q=<b>", "/stations/<script>"])
def test_what_is_not_there_is_a_plain_page_that_says_so(web: Web, path: str) -> None:
    response = web.get(path)
    assert response.status_code in {404, 422}
    page = Page(response.text)
    assert "To the board" in page.text
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_or_answer_shows_what_is_beside_the_log(web: Web, demo: Path, path: str) -> None:
    said = web.get(path).text + web.get(json_of(path)).text
    keys = json.loads((demo / "keystore.json").read_text(encoding="utf-8"))
    secret = {value for value in flat(keys) if len(value) >= 24} - {election_of(demo)}
    assert [value for value in secret if value in html.unescape(said)] == []
    assert not re.search(r"\b(salt|remark_text|phone|passport|e-?mail)\b|@[a-z]", said, re.IGNORECASE)


def flat(value: Any) -> set[str]:
    """Every string in a document, keys of objects not among them."""
    if isinstance(value, dict):
        return {each for inner in value.values() for each in flat(inner)}
    if isinstance(value, list):
        return {each for inner in value for each in flat(inner)}
    return {value} if isinstance(value, str) else set()


def test_every_basis_and_state_of_a_handover_has_its_words() -> None:
    assert set(words.BASES) == {"confirmed", "claimed", "uncertain", "adjudicated"}
    states = {"offered", "accepted", "accepted with reservation", "refused", "withdrawn", "disputed", "superseded"}
    assert states <= set(words.HANDOVERS)
