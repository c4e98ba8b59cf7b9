"""Forks phones that sign acts or sync, and kills each one after a random time; what left each phone goes to standard output.

    python -m tests.faults.outbox_victims FOLDER RUNS sign|sync

One process imports everything once, then forks: a kill costs milliseconds. A line for each act that left a phone:
``<run> <number> <event id> <entry hash>``.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

from custody.adapters.outbox import Outbox
from custody.adapters.sqlite import SqliteLog
from custody.courier.knowledge import know
from custody.courier.sign_act import Crew, make_act
from custody.courier.sync import sync
from custody.gateway.front_door import FrontDoor
from schemas.envelope import entry_hash
from tests.courier.two_stations import NOW, Election

DEVICE = "cec-device"
ACTS_MAX = 200
ACT = {"type": "DispensationGranted", "station": "AYT"}


def sign(election: Election, tell: Callable[[str], None]) -> None:
    """Sign acts until the kill; each is told only after it was kept."""
    with Outbox.open(election.folder / f"{DEVICE}.sqlite") as outbox:
        # What the log says is enough here: the chain goes on behind what the outbox holds.
        knowledge = know((record.entry for record in outbox.learned()), drafts=())
        people = [election.cast.people[badge] for badge in ("cec-1", "cec-2")]
        for number in range(ACTS_MAX):
            crew = Crew(signing=people, device=election.cast.devices[DEVICE])
            at = f"2015-04-16T10:{number // 60:02d}:{number % 60:02d}+05:00"
            made = make_act(ACT, crew=crew, knowledge=knowledge, outbox=outbox, at=at)
            mark = made.drafted.event.device
            tell(f"{0 if mark is None else mark.number} {made.event} {entry_hash(made.entry)}")


def send(election: Election, tell: Callable[[str], None]) -> None:
    """Sync until the kill."""
    with (
        Outbox.open(election.folder / f"{DEVICE}.sqlite") as outbox,
        SqliteLog.open(election.folder / "log.sqlite") as log,
    ):
        door = FrontDoor(log, private=election.cast.people["gateway-1"].private)
        tell("ready")
        sync(outbox, submitter=door, at=NOW)


def victim(election: Election, *, run: int, work: Callable[[Election, Callable[[str], None]], None]) -> None:
    """Fork one phone, let it work, kill it, and pass on what it told."""
    choice = random.Random(run)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(election, lambda text: _write(writing, f"{run} {text}\n"))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline() if choice.random() < 0.9 else b""
        sleep(choice.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        rest = told.read()
    os.waitpid(child, 0)
    sys.stdout.buffer.write(first + rest)


def _write(pipe: int, text: str) -> None:
    """One act in one write: a kill leaves it whole or not at all."""
    os.write(pipe, text.encode())


def main() -> None:
    """Kill as many phones as asked."""
    folder, runs, what = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    election = Election(folder)
    if what == "sign":
        # The outbox is set up and closed before the first fork: SQLite's connections do not survive one.
        election.box(DEVICE)
        election.boxes.pop(DEVICE).close()
    for run in range(runs):
        victim(election, run=run, work=sign if what == "sign" else send)


if __name__ == "__main__":
    main()
