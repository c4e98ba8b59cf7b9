"""What is told for information is shown, and is nobody's open work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.cli.lines.board import board_lines
from projections import queries
from projections.stores.books import Books, create_books
from projections.views.view import Put
from tests.web.demo import running_web


@pytest.fixture
def informed(demo: Path, tmp_path: Path) -> Iterator[Books]:
    """The demonstration's books, with one finding of Rome more: open, for information."""
    shutil.copytree(demo / "books", tmp_path / "books")
    with create_books(tmp_path / "books") as books:
        (finding,) = [row for row in books.views.rows("findings") if row.doc["station"] == "ROM"]
        told = {"id": "0" * 64, "code": "clock-skew", "severity": "information", "status": "open", "settled_by": None}
        head = books.views.head("findings")
        books.views.write("findings", expected=head, head=head, changes=[Put("0" * 64, "ROM", {**finding.doc, **told})])
        yield books


def test_the_board_counts_what_is_told_for_information_beside_what_is_open(informed: Books) -> None:
    before = sum(doc["status"] == "open" for doc in queries.findings(informed)) - 1
    head = next(line for line in board_lines(informed) if line.startswith("FINDINGS"))
    assert f"{before} open, " in head
    assert "settled, 1 for information." in head


def test_a_station_with_nothing_but_information_has_nothing_open(informed: Books, tmp_path: Path) -> None:
    (rome,) = [row for row in queries.board(informed) if row.station["station"] == "ROM"]
    assert [doc for doc in rome.findings if doc["severity"] == "information"] == []
    with running_web("--dir", str(tmp_path)) as web:
        (row,) = [row for row in web.get("/board.json").json()["stations"] if row["station"] == "ROM"]
        assert row["told_findings"] == 1
        assert row["worst"] != "information"
        (told,) = [one for one in web.get("/board.json").json()["findings"] if one["severity"] == "information"]
        page = web.get("/board").text
        assert told["sentence"] in page
        assert "signs.svg#s-info" in page
        tile = page[page.index('href="/en/stations/ROM"><b>') :].partition("</a>")[0]
        assert "open" not in tile
