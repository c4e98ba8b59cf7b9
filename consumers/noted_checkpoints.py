"""Cosigned notes on the log: what log witnesses signed becomes an event (``CheckpointWitnessed``), so that it bounds times.

A note is logged under the checkpointer's event key, which is not the log key. It is logged when something has been recorded since
the last one that is more than such notes, at most once in ``EVERY_S``; and hourly on an idle log, when the witnesses have signed
anew. One that not everybody has cosigned waits ``GRACE_S`` for the others, and is then logged with what it has; one that nobody
cosigned is not logged. The log's second line (ML-DSA-44) is not logged either: it proves no time.

What was logged is what the log says: nothing is remembered elsewhere. A crash between publishing and logging, or an append whose
outcome is unknown, costs at most one note that is logged twice, which changes nothing (docs/spec/ledger.md).

Not here: signing checkpoints (``checkpointer``), asking witnesses (``collection``), what the ledger makes of a note.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import Note, format_note, parse_note
from custody.core.tlog.postquantum import without_lines
from custody.courier.completion import Occasion, draft, seal_up
from custody.courier.signatories import Signatory
from custody.ports import Log, LogReader, LogRecord
from schemas.envelope import parse_envelope
from schemas.errors import NotEstablished, Refused
from schemas.services import CheckpointWitnessed
from schemas.union import parse_event

ROLE: Final = "checkpointer"
EVERY_S: Final = 60.0
"""How far apart notes of a growing log are logged at least: an open bracket is as wide as this."""
GRACE_S: Final = 10.0
"""How long a note waits for the witnesses that have not answered."""
RENEWED_S: Final = 3_600.0
"""After how long a note is logged on a log on which nothing happens."""
_NAMED: Final = re.compile(rb'"type":"CheckpointWitnessed"')


@dataclass(slots=True)
class LoggedNotes:
    """How far the log's own notes go, as they are read from it."""

    size: int = 0
    """entries under the largest checkpoint that is on the log"""
    others: int = 0
    """position after the newest entry that is no such note"""

    def look(self, records: Sequence[LogRecord]) -> None:
        """Take in entries of the log, in any order and as often as anybody likes."""
        for record in records:
            size = _size_of(record.entry)
            if size is None:
                self.others = max(self.others, record.position + 1)
            else:
                self.size = max(self.size, size)

    @property
    def is_behind(self) -> bool:
        """Whether something is recorded that no logged note covers."""
        return self.others > self.size


@dataclass(frozen=True, slots=True)
class NotedLog:
    """A log whose reading tells which notes are on it."""

    log: LogReader
    notes: LoggedNotes

    def end(self) -> int:
        """As ``custody.ports.LogReader``."""
        return self.log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """As ``custody.ports.LogReader``."""
        records = self.log.read(start=start, limit=limit)
        self.notes.look(records)
        return records


@dataclass(frozen=True, slots=True)
class NoteParts:
    """Who logs notes, and where; ``now`` gives the time that is claimed, seconds since 1970."""

    opening: Callable[[], AbstractContextManager[Log]]
    signatory: Signatory
    now: Callable[[], int]


@dataclass(slots=True)
class NoteWriter:
    """Logs the notes of one log. ``clock`` counts seconds that never run back, ``now`` gives seconds since 1970."""

    log: Log
    signatory: Signatory
    clock: Callable[[], float]
    now: Callable[[], int]
    notes: LoggedNotes = field(default_factory=LoggedNotes)
    _logged_at: float | None = None
    _logged: bytes = b""
    """the note that was logged last"""
    _text: str = ""
    _first_at: float = 0.0
    _pending: tuple[bytes, bytes] | None = None
    """the note that is being logged, and its signed event: after an unknown outcome the same bytes again"""
    _opened: Ledger | None = None

    def offer(self, data: bytes, *, asked: int) -> bool:
        """Log a published note if it is time for it; ``asked`` witnesses are asked. Whether it was logged.

        What the log raises, and NotEstablished("checkpointer-not-opened") where it does not begin with an election.
        """
        note = without_lines(parse_note(data))
        data = format_note(note)
        if data == self._logged or not self._is_due(note, asked=asked):
            return False
        if self._pending is None or self._pending[0] != data:
            self._pending = (data, self._signed(data))
        self.log.append([self._pending[1]])
        self._pending, self._logged, self._logged_at = None, data, self.clock()
        return True

    def _is_due(self, note: Note, *, asked: int) -> bool:
        cosigned = len(note.signatures) - 1
        if note.text != self._text:
            self._text, self._first_at = note.text, self.clock()
        if self._logged_at is None:  # on a log that was never noted by this process, an hour is counted from its start
            self._logged_at = self.clock() - EVERY_S
        if cosigned < asked and self.clock() < self._first_at + GRACE_S:
            return False
        wait_s = EVERY_S if self._covers_more(note) else RENEWED_S
        return cosigned > 0 and self.clock() >= self._logged_at + wait_s

    def _covers_more(self, note: Note) -> bool:
        return self.notes.is_behind and parse_checkpoint(note.text).size > self.notes.size

    def _signed(self, data: bytes) -> bytes:
        said = {
            "type": "CheckpointWitnessed",
            "note": b64encode(data).decode("ascii"),
            "device": None,
            "at": datetime.fromtimestamp(self.now(), tz=UTC).isoformat(),
        }
        occasion = Occasion(signatories=[self.signatory], device=None, at=said["at"] or "")
        drafted = draft(said, state=self._election().state, occasion=occasion)
        return seal_up(drafted, signatories=[self.signatory], device=None)

    def _election(self) -> Ledger:
        """The election as it was opened: a note names it, and nothing else that is on the log."""
        if self._opened is None:
            ledger = Ledger.silent()
            for record in self.log.read(start=0, limit=1):
                ledger.apply(check_entry(record.entry, position=0, keys=ledger.public_key))
            if not ledger.election:
                raise NotEstablished(
                    "checkpointer-not-opened", "The log does not begin with the opening of an election."
                )
            self._opened = ledger
        return self._opened


def _size_of(entry: bytes) -> int | None:
    """Entries under the checkpoint that an entry brings; None for every other entry."""
    try:
        payload = parse_envelope(entry).payload
        if not _NAMED.search(payload):
            return None
        event = parse_event(payload)
        if not isinstance(event, CheckpointWitnessed):
            return None
        return parse_checkpoint(parse_note(b64decode(event.note)).text).size
    except (Refused, ValueError):
        return None
