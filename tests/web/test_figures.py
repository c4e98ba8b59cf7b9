"""Figures to quote, each with its denominator and the same everywhere; a sample that anybody can draw; the description."""

from __future__ import annotations

import subprocess
from hashlib import sha256

import pytest

from tests.web.demo import Web
from tests.web.pages import Page


def test_every_figure_is_so_many_of_so_many_as_the_tables_have_it(web: Web) -> None:
    told = {one["name"]: (one["value"], one["of"]) for one in web.json("/api/v1/figures")["indicators"]}
    accounts = web.json("/api/v1/tables/accounts?limit=200")["items"]
    assert told["stations-counted"] == (sum(row["counted"] is not None for row in accounts), 65)
    assert told["issued-of-voters"] == (sum(row["issued"] for row in accounts), sum(row["list"] for row in accounts))
    assert told["without-origin"] == (5, 17_990)
    assert told["stations-without-origin"] == (1, 65)
    assert told["findings-open"] == (1, 5)
    assert all(value is not None and 0 <= value <= of for value, of in told.values())


def test_the_bars_of_where_papers_went_add_up_to_what_arrived(web: Web) -> None:
    figures = web.json("/journalists.json")
    arrived = sum(row["counted"] for row in web.json("/api/v1/tables/accounts?limit=200")["items"])
    assert sum(bar["value"] for bar in figures["papers"]) == arrived
    assert sum(bar["value"] for bar in figures["arrivals"]) == 65


def test_figures_of_the_past_and_withheld_ones_are_none_and_never_zero(web: Web) -> None:
    told = {one["name"]: one["value"] for one in web.json("/api/v1/figures?at=195")["indicators"]}
    assert told["issued-of-voters"] is None
    assert told["in-boxes-of-issued"] is None


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_page_for_journalists_shows_them_in_each_language(web: Web, language: str) -> None:
    page = Page(web.get(f"/{language}/journalists").text)
    assert "5" in page.text
    assert any(told in page.text for told in ("17,990", "17 990"))
    assert page.tags.count(("svg", next(given for tag, given in page.tags if tag == "svg"))) >= 1
    assert {"/accounts.csv?bom=1", f"/{language}/data", f"/{language}/sample"} <= set(page.links)


def test_anybody_draws_the_same_sample_again(web: Web) -> None:
    codes = [row["station"] for row in web.json("/stations.json")["items"]]
    drawn = sorted(codes, key=lambda code: sha256(f"26 April:{code}".encode()).hexdigest())[:7]
    assert web.json("/api/v1/sample?seed=26%20April&size=7")["stations"] == drawn
    page = Page(web.get("/ru/sample?seed=26%20April&size=7").text)
    assert [link for link in page.links if "/ru/stations/" in link] == [f"/ru/stations/{code}" for code in drawn]
    shown = subprocess.run(
        ["sha256sum"], input=f"26 April:{drawn[0]}".encode(), capture_output=True, check=True, timeout=30
    )
    assert shown.stdout.decode()[:64] == sha256(f"26 April:{drawn[0]}".encode()).hexdigest()
    assert web.get("/api/v1/sample?seed=a&size=0").status_code == 422


def test_the_description_names_every_route_parameter_and_form_and_loads_nothing(web: Web) -> None:
    document = web.json("/openapi.json")
    page = Page(web.get("/en/docs").text)
    for path, told in document["paths"].items():
        assert f"GET {path}" in page.text
        for parameter in told["get"].get("parameters", ()):
            assert parameter["name"] in page.text
    forms = Page(web.get("/en/docs/forms").text)
    assert {f"m-{name}" for name in document["components"]["schemas"]} <= set(forms.ids)
    assert not [tag for tag, _ in (*page.tags, *forms.tags) if tag in {"script", "iframe"}]
    for told in document["paths"].values():
        assert told["get"]["responses"]["404"]["content"]["application/problem+json"]["schema"]
