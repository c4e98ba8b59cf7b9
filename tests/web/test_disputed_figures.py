"""What a dispute keeps out of force stays on the pages, the API and the board of the command line, marked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from projections.stores.books import create_books
from projections.views.view import Put
from tests.web.demo import Web, running_web
from tests.web.pages import Page

DISPUTED = ["counted", "in_boxes"]
PACK = "ROM-K01-L"


@pytest.fixture(scope="module")
def contested(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's books, in which two figures of Rome's account and the count of a pack are disputed."""
    place = tmp_path_factory.mktemp("contested")
    shutil.copytree(demo, place, dirs_exist_ok=True)
    with create_books(place / "books") as books:
        account, pack = books.views.row("accounts", key="account/ROM"), books.views.row("custody", key=PACK)
        assert account is not None
        assert pack is not None
        marked = {"disputed": True, "disputed_figures": DISPUTED}
        changes = {
            "accounts": Put(account.key, account.station, {**account.doc, **marked}),
            "custody": Put(pack.key, pack.station, {**pack.doc, "disputed_figures": ["counted"]}),
        }
        for view, change in changes.items():
            head = books.views.head(view)
            books.views.write(view, expected=head, head=head, changes=[change])
    return place


@pytest.fixture(scope="module")
def web_of(contested: Path) -> Iterator[Web]:
    with running_web("--dir", str(contested)) as web:
        yield web


def test_the_figures_are_answered_and_named_as_disputed(web_of: Web) -> None:
    account = web_of.json("/api/v1/stations/ROM/account")
    assert (account["account"]["disputed"], account["account"]["disputed_figures"]) == (True, DISPUTED)
    assert account["account"]["counted"] is not None
    terms = [term for line in account["equations"] for side in ("left", "right") for term in line[side]]
    assert {term["name"] for term in terms if term["disputed"]} == set(DISPUTED)
    assert web_of.json(f"/api/v1/units/{PACK}")["unit"]["disputed_figures"] == ["counted"]
    totals = {total["name"]: total["disputed"] for total in web_of.json("/api/v1/accounts/totals")["papers"]["totals"]}
    assert (totals["counted"], totals["in_boxes"], totals["issued"]) == (1, 1, 0)


@pytest.mark.parametrize("path", ["/stations/ROM", "/board", f"/units/{PACK}"])
def test_a_page_marks_them(web_of: Web, path: str) -> None:
    assert "disputed" in Page(web_of.get(path).text).text


def test_a_page_about_others_marks_nothing(web_of: Web) -> None:
    assert "disputed" not in Page(web_of.get("/stations/AYT").text).text


def test_the_table_names_them(web_of: Web) -> None:
    lines = web_of.get("/api/v1/accounts.csv").text.splitlines()
    assert lines[0].endswith('"disputed_figures"')
    assert [line.split(",")[0] for line in lines if line.endswith('"counted in_boxes"')] == ['"ROM"']


def test_commands_mark_them(contested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: str) -> str:
        run(make_app(words), arguments=[*words, "--dir", str(contested)])
        return capsys.readouterr().out

    assert "disputed  figures of 1 station, shown and not in force: Rome (counted, in boxes)" in told("board")
    assert " (disputed)" in told("show", "ROM")
    assert "counted (disputed)" in told("show", PACK)
    assert "disputed" not in told("show", "AYT")
