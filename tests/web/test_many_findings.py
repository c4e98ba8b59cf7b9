"""Pages over books with more findings than a page shows, whose texts would be HTML if nobody escaped them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.stores.books import create_books
from projections.views.view import Put
from tests.web.demo import Web, running_web
from tests.web.pages import Page

MORE = 245
LEGS = 60
CITY = "<script>alert(1)</script>"

BADGE = "<img src=x onerror=alert(1)> & \"quoted\" 'text' </title>"
SAYS = {"key": "lacking.awaited", "args": {"badges": [BADGE]}}
SENTENCE = f"awaited: {BADGE}"
SAYS = {"key": "party", "args": {"kind": SENTENCE}}


@pytest.fixture(scope="module")
def crowded(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The demonstration's books with many findings of Rome more, and Rome under an odd name."""
    place = tmp_path_factory.mktemp("crowded")
    shutil.copytree(demo / "books", place / "books")
    with create_books(place / "books") as books:
        (finding,) = [row for row in books.views.rows("findings") if row.doc["station"] == "ROM"]
        keys = [f"{number:016x}{0:048x}" for number in range(MORE)]
        added = [
            Put(key, "ROM", {**finding.doc, "id": key, "status": "open", "sentence": SENTENCE, "says": SAYS})
            for key in keys
        ]
        (rome,) = [row for row in books.views.rows("stations") if row.doc.get("station") == "ROM"]
        named = Put(rome.key, rome.station, {**rome.doc, "city": CITY})
        (journey, *_) = [row for row in books.views.rows_of_station("legs", station="ROM") if "/ROM-C" in row.key]
        legs = [*journey.doc["legs"], *({**journey.doc["legs"][0], "number": None} for _ in range(LEGS))]
        more = [f"ROM-Z{number}" for number in range(LEGS)]
        walked = [Put(journey.key, "ROM", {**journey.doc, "legs": legs})]
        walked += [Put(f"consignment/{name}", "ROM", {**journey.doc, "consignment": name}) for name in more]
        for view, changes in (("findings", added), ("stations", [named]), ("legs", walked)):
            head = books.views.head(view)
            books.views.write(view, expected=head, head=head, changes=changes)
    with running_web("--dir", str(place)) as web:
        yield web


@pytest.mark.parametrize("path", ["/board", "/findings", "/stations/ROM", "/units/ROM-K01-L", "/findings?station=ROM"])
def test_no_text_of_the_log_becomes_html(crowded: Web, path: str) -> None:
    html = crowded.get(path).text
    page = Page(html)
    assert "img" not in {tag for tag, _ in page.tags}
    assert all(given["src"].startswith("/static/") for tag, given in page.tags if tag == "script")
    assert SENTENCE in page.text
    head, _, body = html.partition("<body>")
    assert head.count("</title>") == 1
    assert (
        body.count("</title>") == [tag for tag, _ in page.tags].count("title") - 1
    )  # those of points on the map, and of days
    assert CITY in page.text or path == "/units/ROM-K01-L"


def test_a_page_of_findings_leads_to_its_next_part_and_back_and_keeps_its_filter(crowded: Web) -> None:
    first = Page(crowded.get("/findings?status=open").text)
    assert f"1 to 50 of {MORE + 1}." in first.text
    (link,) = [link for link in first.links if "offset=50" in link and ".json" not in link]
    second = Page(crowded.get(link).text)
    assert f"51 to 100 of {MORE + 1}." in second.text
    assert "/en/findings?status=open&offset=0" in second.links
    assert "/findings.json?status=open&offset=50" in second.links
    assert len(crowded.json("/findings.json?status=open&offset=200")["items"]) == MORE + 1 - 200


def test_the_json_of_a_filtered_page_of_the_past_is_filtered_and_past(crowded: Web) -> None:
    links = Page(crowded.get("/findings?status=settled&at=2000").text).links
    assert "/findings.json?status=settled&at=2000" in links
    assert "/en/findings?status=settled" in links


@pytest.mark.parametrize("path", ["/board", "/stations/ROM", "/units/ROM-K01-L"])
def test_a_page_tells_how_many_findings_there_are_and_shows_the_first_of_them(crowded: Web, path: str) -> None:
    answer = crowded.json(f"{path}.json")
    assert len(answer["findings"]) == 50
    assert answer["counts"]["total"] >= MORE + 1
    page = Page(crowded.get(path).text)
    assert len([link for link in page.links if link.startswith("/en/findings?")]) == 1


def test_the_findings_about_a_unit_are_a_list_with_parts(crowded: Web) -> None:
    total = crowded.json("/units/ROM-K01-L.json")["counts"]["total"]
    assert crowded.json("/findings.json?unit=ROM-K01-L")["total"] == total


def test_a_stations_page_shows_some_consignments_and_legs_and_tells_how_many_there_are(crowded: Web) -> None:
    answer = crowded.json("/stations/ROM.json")
    assert (len(answer["consignments"]), answer["consignments_total"] > LEGS) == (20, True)
    page = Page(crowded.get("/stations/ROM").text).text
    assert f"The last 20 of {answer['consignments_total']} consignments are shown here" in page
    listed = crowded.json("/api/v1/stations/ROM/consignments?limit=1")
    assert listed["items"][0]["legs_total"] == len(listed["items"][0]["legs"]) > LEGS
