"""Cosigned notes get on the log: in time, once, of what is more than notes; anew when idle; and after a crash as before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from consumers.noted_checkpoints import EVERY_S, GRACE_S, RENEWED_S, LoggedNotes, NotedLog, NoteWriter
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.adapters.memory import MemoryLog
from custody.adapters.reference import reference_stations
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.admission import check_entry
from custody.core.entries.signing import public_bytes
from custody.core.ledger import Ledger
from custody.core.tlog.notes import VerifierKey
from custody.demo.election import play_empty, set_stage
from custody.demo.notary import Notary
from custody.demo.people import DOMAIN, assemble
from custody.ports import LogRecord
from custody.sandbox.create import LOG_KEY, log_key_of
from custody.sandbox.local_witnesses import LocalWitnesses
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.errors import NotEstablished, OutcomeUnknown
from schemas.services import CheckpointWitnessed
from tests.core.ledger.playing import Play
from tests.core.ledger.witnesses import note_bytes, noted, policy_set

PIN = "123456"


@dataclass
class Stand:
    """A play's log, who logs its notes, and a clock that a test sets."""

    play: Play = field(default_factory=lambda: Play("AYT"))
    log: MemoryLog = field(default_factory=MemoryLog)
    clock: float = 1_000.0

    def __post_init__(self) -> None:
        self.play.act(policy_set(), by=("cec-1", "cec-2"))
        self.log.append(self.play.log)
        self.begin()

    def begin(self) -> None:
        """The process starts (again): it reads the log from its first entry."""
        notes = LoggedNotes()
        self.reader = NotedLog(self.log, notes)
        checkpointer = self.play.stage.cast.people["checkpointer-1"]
        self.writer = NoteWriter(
            self.log, checkpointer, clock=lambda: self.clock, now=lambda: self.play.stage.now, notes=notes
        )
        self.read()

    def read(self) -> None:
        self.reader.read(start=0, limit=10_000)

    def note(self, *names: str, at: int = 0) -> bytes:
        """A checkpoint of the whole log, cosigned by these."""
        ledger = self.fold()
        self.play.ledger = ledger
        return note_bytes(self.play, dict.fromkeys(names, self.play.stage.now + at))

    def fold(self) -> Ledger:
        ledger = Ledger.empty()
        for record in self.log.read(start=0, limit=10_000):
            ledger.apply(check_entry(record.entry, position=record.position, keys=ledger.public_key))
        return ledger

    def grow(self) -> None:
        """Somebody records something."""
        self.play.ledger = self.fold()
        self.play.act(policy_set(), by=("cec-1", "cec-2"))
        self.log.append(self.play.log[-1:])
        self.read()

    def offered(self, note: bytes) -> bool:
        told = self.writer.offer(note, asked=3)
        self.read()
        return told


@dataclass
class Unsure:
    """A log whose first append has an outcome that nobody knows."""

    log: MemoryLog
    tried: list[bytes]

    def end(self) -> int:
        return self.log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return self.log.read(start=start, limit=limit)

    def append(self, entries: Sequence[bytes]) -> None:
        self.tried += entries
        if len(self.tried) == 1:
            raise OutcomeUnknown("append-unknown", "Nobody knows.")
        self.log.append(entries)


ALL = ("alpha", "beta", "gamma")


def test_a_note_of_what_is_new_is_logged_at_once_and_proves_it() -> None:
    stand = Stand()
    before = stand.log.end()
    assert stand.offered(stand.note(*ALL))
    ledger = stand.fold()
    (note,) = ledger.state.notes.values()
    assert (note.position, note.cosigned.size, set(note.cosigned.times)) == (before, before, set(ALL))
    assert [finding.code for finding in ledger.state.findings] == []


def test_notes_of_notes_are_not_logged() -> None:
    stand = Stand()
    assert stand.offered(stand.note(*ALL))
    stand.clock += EVERY_S + 1
    assert not stand.offered(stand.note(*ALL))
    stand.grow()
    assert stand.offered(stand.note(*ALL))


def test_of_a_growing_log_one_note_a_minute_is_logged() -> None:
    stand = Stand()
    assert stand.offered(stand.note(*ALL))
    stand.grow()
    stand.clock += EVERY_S - 1
    assert not stand.offered(stand.note(*ALL))
    stand.clock += 1
    assert stand.offered(stand.note(*ALL))


def test_an_idle_log_gets_one_an_hour_where_it_was_signed_anew() -> None:
    stand = Stand()
    assert stand.offered(stand.note(*ALL))
    idle = stand.note(*ALL)
    stand.clock += RENEWED_S
    assert stand.offered(idle)
    stand.clock += RENEWED_S
    assert not stand.offered(idle)


def test_a_note_waits_for_witnesses_but_not_for_ever_and_not_for_nobody() -> None:
    stand = Stand()
    assert not stand.offered(stand.note("alpha", "beta"))
    assert not stand.offered(stand.note())
    stand.clock += GRACE_S
    assert not stand.offered(stand.note())
    assert stand.offered(stand.note("alpha", "beta"))


def test_who_starts_again_logs_nothing_twice() -> None:
    stand = Stand()
    note = stand.note(*ALL)
    assert stand.offered(note)
    stand.begin()
    assert not stand.offered(note)


def test_after_an_unknown_outcome_the_same_bytes_are_appended_again() -> None:
    stand = Stand()
    note, tried = stand.note(*ALL), list[bytes]()

    stand.writer.log = Unsure(stand.log, tried)
    with pytest.raises(OutcomeUnknown):
        stand.offered(note)
    stand.play.stage.now += 60
    assert stand.offered(note)
    assert tried[0] == tried[1]


def test_a_log_that_was_not_opened_gets_no_note() -> None:
    stand = Stand()
    note = stand.note(*ALL)
    stand.writer.log = MemoryLog()
    with pytest.raises(NotEstablished):
        stand.offered(note)


def test_what_only_looks_like_a_note_covers_nothing() -> None:
    stand = Stand()
    notes = LoggedNotes()
    stand.play.act({**noted(b"no note"), "note": "bm90ZQ=="}, by=("checkpointer-1",))
    notes.look([LogRecord(4, stand.play.log[-1]), LogRecord(5, b"no envelope")])
    assert (notes.size, notes.others) == (0, 6)


# --- the service, its witnesses and its log as processes


@cache
def opened() -> tuple[bytes, ...]:
    """A prepared election whose log witnesses have cosigned nothing yet of what was recorded last."""
    stations = [station for station in reference_stations() if station.code == "AYT"]
    stage = set_stage(seed=1, stations=stations, notary=Notary(log_key_of(1), ComputedWitnesses(1)))
    play_empty(stage, stations=stations, log_key=public_bytes(log_key_of(1)).hex())
    return tuple(stage.entries()[:-1])


@contextmanager
def checkpointer(folder: Path, *, settings: dict[str, str]) -> Iterator[None]:
    """The service, until it is killed."""
    with (folder / "said").open("ab") as said:
        words = [sys.executable, "-m", "custody.cli", "checkpointer", "--dir", str(folder)]
        process = subprocess.Popen(words, env={**os.environ, **settings}, stdout=said, stderr=said)
        try:
            yield
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)


def events(folder: Path) -> list[str]:
    lines = (folder / "said").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines if line.startswith("{")]


def until(folder: Path, event: str, *, count: int) -> None:
    """Wait until the service has said so, so often."""
    deadline = time.monotonic() + 60
    while events(folder).count(event) < count:
        assert time.monotonic() < deadline, (folder / "said").read_text(encoding="utf-8")
        time.sleep(0.05)


def test_the_service_logs_what_three_witnesses_signed_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "d", Ledger.empty()
    folder.mkdir()
    store = Keystore.create(folder / "keys.json", domain=DOMAIN, cost=LIGHT_COST)
    own = assemble(seed=1, stations=()).people["checkpointer-1"]
    store.add([NewKey(badge=LOG_KEY, role="log", private=log_key_of(1), pin=PIN)])
    store.add([NewKey(badge=own.badge, role="checkpointer", private=own.private, pin=PIN)])
    with SqliteLog.create(folder / "log.sqlite") as log:
        log.append(opened())
    for position, entry in enumerate(opened()):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    with LocalWitnesses(tmp_path / "w", seed=1) as witnesses:
        witnesses.meet(VerifierKey(ledger.state.origin, public_bytes(log_key_of(1))))
        told = {"CUSTODY_KEYSTORE": str(folder / "keys.json"), "CUSTODY_PIN": PIN, **witnesses.settings()}
        with checkpointer(folder, settings=told):
            until(folder, "note-logged", count=1)
        with checkpointer(folder, settings=told):
            until(folder, "cosigned", count=2)
    with SqliteLog.open(folder / "log.sqlite") as log:
        records = log.read(start=len(opened()), limit=10)
    (checked,) = [check_entry(one.entry, position=one.position, keys=ledger.public_key) for one in records]
    assert isinstance(checked.event, CheckpointWitnessed)
    ledger.apply(checked)
    assert b64decode(checked.event.note).count(b"\n\xe2\x80\x94 ") == 4
    assert ledger.state.records[checked.event_id or ""].status == "applied"
    assert [note.cosigned.size for note in ledger.state.notes.values()][-1] == len(opened())
