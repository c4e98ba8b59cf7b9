"""Kill -9 of a phone at random points: no act that left it is lost, and no number of its chain is signed twice (G8)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from custody.adapters.outbox import Outbox
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.admission import check_entry
from custody.courier.sync import sync
from custody.gateway.front_door import FrontDoor
from schemas.envelope import entry_hash, parse_envelope
from schemas.union import parse_event
from tests.courier.two_stations import NOW, Election
from tests.faults.outbox_victims import DEVICE

ROOT: Final = Path(__file__).parents[2]
RUNS: Final = 1_000 if os.environ.get("CUSTODY_SOAK") else 100
SYNCS: Final = 200 if os.environ.get("CUSTODY_SOAK") else 15


def kill(folder: Path, *, runs: int, what: str) -> list[list[str]]:
    """What left the phones before each one was killed, a row of words for each line."""
    command = [sys.executable, "-m", "tests.faults.outbox_victims", str(folder), str(runs), what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    # A kill may cut the last line of a run; an act is told in one write, so a cut one never was whole.
    return [line.split() for line in done.stdout.splitlines()]


def mark_of(entry: bytes) -> Any:
    return parse_event(parse_envelope(entry).payload).device


def test_no_act_is_lost_and_no_number_is_signed_twice_by_killing_the_phone_at_random_points(tmp_path: Path) -> None:
    left = kill(tmp_path, runs=RUNS, what="sign")
    assert len(left) > RUNS, "the phones did work before they were killed"
    with Outbox.open(tmp_path / f"{DEVICE}.sqlite") as outbox:
        kept = outbox.kept()
    assert {words[3] for words in left} <= {item.entry_hash for item in kept}
    signed = {(int(number), event) for _, number, event, _ in left}
    signed |= {(mark_of(item.entry).number, item.event) for item in kept}
    times = Counter(number for number, _ in signed)
    assert [number for number, count in times.items() if count > 1] == []
    marks = [mark_of(item.entry) for item in kept]
    assert [mark.number for mark in marks] == list(range(marks[0].number, marks[0].number + len(marks)))
    assert [mark.previous for mark in marks[1:]] == [item.event for item in kept[:-1]]


def test_everything_is_recorded_once_although_the_phone_is_killed_while_it_syncs(tmp_path: Path) -> None:
    election = Election(tmp_path)
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    for _ in range(30):
        election.act({"type": "DispensationGranted", "station": "AYT"}, "cec-1", "cec-2")
    election.boxes.pop(DEVICE).close()
    kill(tmp_path, runs=SYNCS, what="sync")
    with Outbox.open(tmp_path / f"{DEVICE}.sqlite") as outbox, SqliteLog.open(tmp_path / "log.sqlite") as log:
        report = sync(outbox, submitter=FrontDoor(log, private=election.cast.people["gateway-1"].private), at=NOW)
        kept = outbox.kept()
        entries = [record.entry for record in log.read(start=election.size, limit=1_000)]
    assert (report.differs, report.stripped, report.refused) == ([], [], [])
    assert {item.status for item in kept} == {"recorded"}
    assert entries == [item.entry for item in kept]
    assert all(check_entry(entry, position=0, keys=lambda _: None).fault is None for entry in entries)
    assert len({entry_hash(entry) for entry in entries}) == len(entries)
