from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.embedded.directory import Directory
from projections.stores.books import Books
from projections.web.facts.accounts import accounts
from projections.web.facts.board import board_answer
from projections.web.facts.findings import findings
from projections.web.facts.stations import station_answer
from projections.web.facts.units import all_units, unit_answer
from projections.web.snapshots.past_views import Past
from projections.web.snapshots.snapshot import Snapshot, standing_of
from schemas.errors import CustodyError
from tests.web.past_books import POSITIONS, books_until


@pytest.fixture(scope="module")
def live(demo: Path) -> Iterator[Books]:
    with Directory(demo).open_books() as books:
        yield books


def told(reading: Snapshot) -> dict[str, Any]:
    """Everything that readers are told, without what every answer begins with."""
    station = refused_or(lambda: station_answer(reading, "DEL"))
    unit = refused_or(lambda: unit_answer(reading, "DEL-P01-T"))
    return {
        "board": board_answer(reading).model_dump(exclude={"standing", "as_of"}),
        "station": station.model_dump(exclude={"standing", "as_of", "notes"}) if station else None,
        "unit": unit.model_dump(exclude={"standing", "as_of"}) if unit else None,
        "units": all_units(reading)[:],
        "accounts": accounts(reading)[:],
        "findings": findings(reading),
    }


def refused_or(asked: Any) -> Any:
    """The answer, or None where it is refused as unknown."""
    try:
        return asked()
    except CustodyError:
        return None


@pytest.mark.parametrize("position", POSITIONS)
def test_the_past_is_what_the_books_were_when_the_log_ended_there(
    books_then: Path, live: Books, position: int, tmp_path: Path
) -> None:
    standing, election = standing_of(live)
    past = Snapshot(live=live, standing=standing, election=election, at=position, past=Past())
    with books_until(books_then, position, folder=tmp_path / "books") as then:
        old_standing, _ = standing_of(then)
        was = Snapshot(live=then, standing=old_standing, election=election)
        # What was in the boxes is withheld by what is known now.
        was.__dict__["withheld"] = past.withheld
        assert told(past) == told(was)


def test_figures_from_inside_the_boxes_are_withheld_until_the_last_station_has_closed(
    books_then: Path, tmp_path: Path
) -> None:
    with books_until(books_then, 1_950, folder=tmp_path / "books") as books:
        standing, election = standing_of(books)
        reading = Snapshot(live=books, standing=standing, election=election)
        assert reading.withheld
        board = board_answer(reading)
        figures = [row.account for row in board.stations if row.account is not None]
        assert {(account.in_boxes, account.valid, account.returned) for account in figures} == {(None, None, None)}
        assert not {"in_boxes", "valid", "invalid"} & {total.name for total in board.papers.totals}
        stocks = [unit.unit for unit in all_units(reading) if unit.kind == "stock"]
        lines = [line for stock in stocks for line in unit_answer(reading, stock).trail]
        closed = [line.sentence for line in lines if line.type == "BallotAccountClosed"]
        assert closed
        assert set(closed) == {"Figures from inside the boxes are shown when the last station has closed."}


def test_what_goes_back_tells_no_figure_from_the_boxes_before_the_last_station_has_closed(
    books_then: Path, tmp_path: Path
) -> None:
    with books_until(books_then, 2_230, folder=tmp_path / "books") as books:
        standing, election = standing_of(books)
        reading = Snapshot(live=books, standing=standing, election=election)
        assert reading.withheld
        going = {
            row.doc["unit"]: int(row.doc["papers"])
            for row in books.views.rows("custody")
            if row.doc["direction"] == "back"
        }
        manifested = [
            line for unit in going for line in unit_answer(reading, unit).trail if line.type == "ConsignmentManifested"
        ]
        assert len(manifested) > 10
        for unit, papers in going.items():
            answer = unit_answer(reading, unit).model_dump_json(exclude={"standing"})
            assert f" {papers} paper" not in answer
            assert not any(f'"{name}":{papers},' in answer for name in ("declared", "counted", "papers"))
        everything = [station_answer(reading, row.station).model_dump_json() for row in board_answer(reading).stations]
        assert not any("manifested (back)" in told for told in everything)
