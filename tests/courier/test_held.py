"""A device whose act others have handed in with more signatures: recorded, though its own bytes are not on the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.courier.completion import countersign
from custody.courier.sync import sync
from schemas.envelope import parse_envelope
from tests.courier.two_stations import NOW, PACK, Election

PACKING = {"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)


def test_an_act_that_another_handed_in_whole_is_recorded_without_being_written_again(election: Election) -> None:
    made = election.act(PACKING, "cec-1", awaited=["cec-2"])
    whole = countersign(parse_envelope(made.entry), signatories=[election.cast.people["cec-2"]], device=None)
    door = election.door()
    door.submit(whole, at=NOW)
    box = election.box("cec-device")
    report = sync(box, submitter=door, at=NOW)
    assert (report.recorded, report.differs, report.stripped) == (1, [], [])
    assert [(item.status, item.position) for item in box.kept()] == [("recorded", election.size)]
    assert election.log.end() == election.size + 1
