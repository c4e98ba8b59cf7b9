"""Two copies of one log against each other: is one how the other begins, and if not, where do they part and who signed which?

Each is first held to its own checkpoint: its entries hash to the root that its log key signed. Of two such copies that part, one
log key has signed two histories: both checkpoints together prove it to anybody who knows the log's key.

Not here: whether either is right (``audit``), and where copies come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from custody.adapters.archive import ArchiveLog
from custody.adapters.tilefolder import TileFolder
from custody.audit.pinned_log_key import read_genesis
from custody.audit.verdict import AuditFindings
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint
from custody.core.tlog.merkle import Frontier, leaf_hashes
from custody.core.tlog.notes import Note, parse_note
from custody.ports import LogRecord
from schemas.errors import NotEstablished, Refused

_READ: Final = 256


class Relation(StrEnum):
    """What two copies are to each other."""

    SAME = "same"
    CONTINUES = "continues"
    TWO_HISTORIES = "two histories"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is what its checkpoint says: the checkpoint, and the names of all keys that signed it."""

    election: str
    checkpoint: Checkpoint
    note: bytes
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two copies, and the first position at which they differ; None where the shorter is how the longer begins."""

    one: Copy
    other: Copy
    parts_at: int | None

    @property
    def relation(self) -> Relation:
        """What they are to each other."""
        if self.parts_at is not None:
            return Relation.TWO_HISTORIES
        return Relation.SAME if self.one.checkpoint == self.other.checkpoint else Relation.CONTINUES

    def to_json(self) -> dict[str, Any]:
        """As ``custody diff --json`` prints it; with the notes, which are the proof where there are two histories."""
        return {
            "relation": self.relation.value,
            "parts_at": self.parts_at,
            "copies": [
                {
                    "election": copy.election,
                    "entries": copy.checkpoint.size,
                    "signed_by": list(copy.signers),
                    "checkpoint": copy.note.decode(),
                }
                for copy in (self.one, self.other)
            ],
        }


def compare(one: Path, other: Path, *, root: str | None = None) -> Comparison:
    """Compare two tile folders (an archive's ``logs/0``) of one election, that of ``root`` where it is given.

    NotEstablished("copy-...") where one is not what its checkpoint says, is not signed by its log key, or is of another election.
    """
    first, second = _copy(one, root=root), _copy(other, root=root)
    if first.election != second.election:
        raise NotEstablished("copy-election", "They are of two elections, and have nothing to be compared.")
    return Comparison(first, second, _parting(one, other))


def _copy(folder: Path, *, root: str | None) -> Copy:
    log = ArchiveLog(folder)
    found = AuditFindings()
    genesis = read_genesis(_entry(log, 0), root=root, log=0, evidence=found)
    if genesis is None or found.first_bad is not None or found.gaps or genesis.key is None:
        raise NotEstablished("copy-genesis", f"{folder} does not begin with the opening of this election.")
    data = TileFolder(folder).read_checkpoint()
    try:
        checkpoint, note = open_checkpoint(data=data, key=genesis.key), parse_note(data)
    except Refused as refused:
        raise NotEstablished("copy-checkpoint", f"{folder}: {refused.sentence}") from refused
    if _root(log) != checkpoint.root:
        raise NotEstablished("copy-root", f"{folder}: its entries are not those that its checkpoint covers.")
    return Copy(genesis.election, checkpoint, data, _signers(note))


def _signers(note: Note) -> tuple[str, ...]:
    return tuple(sorted(line.name for line in note.signatures))


def _root(log: ArchiveLog) -> bytes:
    frontier = Frontier()
    while frontier.size < log.end():
        frontier.extend(leaf_hashes(record.entry for record in log.read(start=frontier.size, limit=_READ)))
    return frontier.root()


def _entry(log: ArchiveLog, position: int) -> bytes:
    if log.end() == 0:
        raise NotEstablished("copy-empty", "It has no entries.")
    return log.read(start=position, limit=1)[0].entry


def _parting(one: Path, other: Path) -> int | None:
    """The first position that both have and at which they differ."""
    first, second, position = ArchiveLog(one), ArchiveLog(other), 0
    end = min(first.end(), second.end())
    while position < end:
        here, there = (_stretch(log, start=position, end=end) for log in (first, second))
        for mine, theirs in zip(here, there, strict=False):
            if mine.entry != theirs.entry:
                return mine.position
        position += min(len(here), len(there))
    return None


def _stretch(log: ArchiveLog, *, start: int, end: int) -> list[LogRecord]:
    return list(log.read(start=start, limit=min(_READ, end - start)))
