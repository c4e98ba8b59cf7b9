"""Before the last station has closed, no page tells a figure from inside the boxes by what it says is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.rebuild import keep_up
from custody.adapters.memory import MemoryLog
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import create_books
from projections.web.facts.accounts import account_answer, accounts_csv
from projections.web.facts.board import board_answer
from projections.web.facts.findings import findings
from projections.web.facts.stations import station_answer
from projections.web.facts.units import all_units, unit_answer
from projections.web.snapshots.snapshot import Snapshot, standing_of
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

INSIDE = {"in_boxes": 391, "valid": 387, "invalid": 4, "not_returned": 3}
PACKED = INSIDE["in_boxes"] + 22
TELLING = re.compile(rf"(?<![0-9a-f])({INSIDE['in_boxes']}|{INSIDE['valid']}|{PACKED})(?![0-9a-f])")


def closed_with_everything_wrong() -> Play:
    """Figures from boxes that nobody opened, fewer than were issued; their packing and its manifest lack signatures."""
    journey = Journey(Play("AYT", "ROM"), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    play, chair = journey.play, journey.who("chair")
    play.act(journey.account(**INSIDE), by=journey.commission)
    package = {"unit": journey.back, "from_boxes": INSIDE["in_boxes"], "cancelled": 22}
    play.act({"type": "PackedForReturn", "station": "AYT", "packages": [package]}, by=chair)
    legs = [{"number": 1, "releasing": "commission", "receiving": "CEC", "due": None, "due_commitment": None}]
    manifest = {"type": "ConsignmentManifested", "consignment": journey.names.back, "station": "AYT", "legs": legs}
    units = [{"unit": journey.back, "previous": "ab" * 32}]
    rest = {"direction": "back", "units": units, "packages": 1, "papers": PACKED}
    play.act({**manifest, **rest}, by=chair)
    # One manifest of what goes back together with what came: the story of neither tells it.
    together = [*play.refs(journey.pouch), *units]
    play.act({**manifest, **rest, "units": together, "packages": 2}, by=chair)
    return play


@pytest.fixture(scope="module", params=[False, True], ids=["public", "opened"])
def reading(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    log, folder = MemoryLog(), tmp_path_factory.mktemp("withheld")
    log.append(closed_with_everything_wrong().log)
    with create_books(Path(folder) / "books") as books:
        keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
        standing, election = standing_of(books)
        yield Snapshot(live=books, standing=standing, election=election, opened=request.param)


def answers(reading: Snapshot) -> Iterator[str]:
    yield board_answer(reading).model_dump_json(exclude={"standing", "custody"})
    yield station_answer(reading, "AYT").model_dump_json(exclude={"standing"})
    yield account_answer(reading, "AYT").model_dump_json(exclude={"standing"})
    yield from (finding.model_dump_json() for finding in findings(reading))
    for unit in all_units(reading):
        if unit.unit.startswith("AYT-"):
            yield unit_answer(reading, unit.unit).model_dump_json(exclude={"standing"})
    yield "\n".join(line for line in accounts_csv(reading).splitlines() if '"AYT"' in line)


def test_only_a_token_opens_what_findings_tell_from_inside_the_boxes(reading: Snapshot) -> None:
    codes = {finding.code for finding in findings(reading)}
    assert {"box-issued", "box-unopened", "below-threshold"} <= codes
    told = [match.group() for answer in answers(reading) for match in TELLING.finditer(answer)]
    assert bool(told) == reading.opened, sorted(set(told))


def test_what_is_unaccounted_of_issued_papers_is_withheld_with_what_was_in_the_boxes(reading: Snapshot) -> None:
    account = account_answer(reading, "AYT").account
    totals = {total.name: total.papers for total in board_answer(reading).papers.totals}
    short = (account.issued or 0) - INSIDE["in_boxes"] - INSIDE["not_returned"]
    assert (account.unaccounted, totals.get("unaccounted")) == ((short, short) if reading.opened else (None, None))
