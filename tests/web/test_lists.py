"""Lists: sorting and filters stand in the address, and every form of a list says the same."""

from __future__ import annotations

import csv
import io

import pytest

from projections.web.facts.tables import TABLES
from projections.web.models.tables import Cell
from tests.web.demo import Web
from tests.web.pages import Page


def in_csv(cell: Cell) -> str:
    return ("yes" if cell else "no") if isinstance(cell, bool) else "" if cell is None else str(cell)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_is_the_same_as_csv_and_as_json_and_the_dictionary_names_its_columns(web: Web, table: str) -> None:
    lines = list(csv.reader(io.StringIO(web.get(f"/{table}.csv").text)))
    answer = web.json(f"/api/v1/tables/{table}?limit=200")
    assert len(lines) == answer["total"] + 1
    assert lines[0] == [*answer["columns"], "election", "log", "entries"]
    (described,) = [one for one in web.json("/api/v1/dictionary")["tables"] if one["table"] == table]
    assert [column["name"] for column in described["columns"]] == answer["columns"]
    for line, item in zip(lines[1:], answer["items"], strict=False):
        told = [in_csv(cell) for cell in item.values()]
        assert line[: len(told)] == told
    for column in described["columns"]:
        assert all(column["means"].values())


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"findings"}))
def test_a_list_has_a_page_in_each_language(web: Web, table: str) -> None:
    for language in ("en", "ru", "kk"):
        page = Page(web.get(f"/{language}/{table}").text)
        assert len([tag for tag, _ in page.tags if tag == "tr"]) == min(100, web.json(f"/{table}.json")["total"]) + 1


def test_a_list_stands_in_the_order_and_with_the_rows_that_its_address_asks_for(web: Web) -> None:
    down = [row["counted"] for row in web.json("/stations.json?sort=-counted")["items"]]
    assert down == sorted(down, reverse=True)
    refused = web.json("/handovers.json?state=refused")
    assert [(row["state"], row["station"]) for row in refused["items"]] == [("refused", "WAW")]
    page = Page(web.get("/en/handovers?state=refused&sort=-offered_at&utm_source=x").text)
    assert "1 row." in page.text
    assert "/en/handovers?state=refused&sort=offer" in page.links
    assert "/handovers.csv?state=refused&sort=-offered_at&bom=1" in page.links


def test_a_list_of_the_past_is_that_of_the_past(web: Web) -> None:
    assert web.json("/units.json?at=195")["total"] < web.json("/units.json")["total"]
    assert web.json("/units.json?at=195")["as_of"] == 195


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/stations.json?sort=colour", "unknown-column"),
        ("/api/v1/tables/units?sort=city", "unknown-column"),
        ("/api/v1/tables/seals?country=TR", "unknown-column"),
        ("/api/v1/tables/people", "unknown-table"),
        ("/api/v1/tables/units?people=1", "unknown-parameter"),
    ],
)
def test_what_no_table_has_is_refused(web: Web, path: str, code: str) -> None:
    answer = web.get(path)
    assert answer.status_code in {404, 422}
    assert answer.json()["code"] == code


def test_the_form_that_is_asked_for_is_given(web: Web) -> None:
    assert web.get("/en/stations", Accept="text/csv").headers["content-type"].startswith("text/csv")
    assert web.get("/stations/AYT", Accept="application/json").json()["station"]["station"] == "AYT"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert web.get("/en/stations", Accept=browser).headers["content-type"].startswith("text/html")
    assert web.get("/en/stations/AYT", Accept="text/csv").headers["content-type"].startswith("text/html")


def test_a_long_answer_is_packed_for_who_takes_it_and_has_its_own_tag(web: Web) -> None:
    packed, plain = (web.get("/en/stations", Accept_Encoding=form) for form in ("gzip", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    again = web.get("/en/stations", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
    assert again.status_code == 304
