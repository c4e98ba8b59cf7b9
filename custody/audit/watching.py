"""Watching a log from outside: every checkpoint that is heard of it, from whomever, is held against every other.

A checkpoint counts once the log key signed it. Two of one size must have one root: else the log key signed two histories, and the
two notes prove it (``two_histories``). Of two sizes the larger tree must begin with the smaller: its nodes, out of the tiles that
the log serves, give the root that the smaller one must have. A log that shows fewer entries than somebody was shown before has
been set back, or shows less to some. What was heard is kept, so that the next round knows it.

Not here: fetching (``custody.adapters``), how often, and who is told (``custody.cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from custody.adapters.durable import make_folder, read_file, write_file
from custody.audit.two_histories import format_histories
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint
from custody.core.tlog.merkle import Nodes, root_of
from custody.core.tlog.notes import NOTE_BYTES_MAX, VerifierKey
from schemas.errors import CustodyError, Refused

LOG: Final = "log"
"""The name under which the log itself is heard."""
KEPT: Final = "kept"
_SUFFIX: Final = ".note"

NodesOf = Callable[[Checkpoint], Nodes]


@dataclass(frozen=True, slots=True)
class Heard:
    """A signed note, and from whom it was heard."""

    name: str
    note: bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong. ``is_proof``: ``evidence`` names the file that proves it to anybody."""

    code: str
    sentence: str
    evidence: str | None = None

    @property
    def is_proof(self) -> bool:
        """Whether it is proven, and not only seen."""
        return self.evidence is not None


@dataclass(slots=True)
class LogWatcher:
    """Watches one log. ``genesis`` is its first entry, which pins ``key``; ``folder`` keeps what was heard, and evidence."""

    key: VerifierKey
    genesis: bytes
    folder: Path
    _known: dict[tuple[int, bytes], Heard] = field(default_factory=dict)

    def look(self, heard: Sequence[Heard], *, nodes_of: NodesOf) -> list[Trouble]:
        """Hold what was heard now against everything heard before; what is wrong, and what was heard is kept."""
        self._remember()
        found: list[Trouble] = []
        for one in heard:
            found += self._take(one)
        own = next((self._open(one) for one in heard if one.name == LOG), None)
        return found + ([] if own is None else list(self._against(own, nodes_of=nodes_of)))

    def _take(self, one: Heard) -> Iterator[Trouble]:
        try:
            checkpoint = open_checkpoint(data=one.note, key=self.key)
        except Refused as refused:
            yield Trouble("watch-unsigned", f"What {one.name} shows is not signed by the log: {refused.sentence}")
            return
        for (size, root), other in list(self._known.items()):
            if size == checkpoint.size and root != checkpoint.root:
                yield self._proven(one, other=other, size=size)
        if (checkpoint.size, checkpoint.root) not in self._known:
            self._known[checkpoint.size, checkpoint.root] = one
            make_folder(self.folder)
            write_file(self.folder / f"{checkpoint.size}-{checkpoint.root.hex()[:16]}{_SUFFIX}", one.note)

    def _proven(self, one: Heard, *, other: Heard, size: int) -> Trouble:
        data = format_histories(genesis=self.genesis, one=other.note, other=one.note)
        path = self.folder / f"two-histories-{size}-{sha256(data).hexdigest()[:16]}.json"
        write_file(path, data)
        sentence = f"The log key signed two histories of {size} entries: {other.name} shows another than {one.name}."
        return Trouble("two-histories", sentence, str(path))

    def _against(self, own: Checkpoint, *, nodes_of: NodesOf) -> Iterator[Trouble]:
        """The log's own tree against every other checkpoint."""
        try:
            nodes = nodes_of(own)
            if root_of(nodes=nodes, size=own.size) != own.root:
                yield Trouble("watch-tiles", "The tiles that the log serves are not those of its checkpoint.")
                return
            for (size, root), other in sorted(self._known.items()):
                if size > own.size:
                    yield Trouble(
                        "watch-shorter", f"The log shows {own.size} entries, and {other.name} was shown {size}."
                    )
                elif size < own.size and root_of(nodes=nodes, size=size) != root:
                    yield Trouble(
                        "watch-differs",
                        f"The log no longer begins with the {size} entries that {other.name} was shown.",
                    )
        except CustodyError as error:
            yield Trouble("watch-unread", f"The log does not give its tree: {error.sentence}")

    def _open(self, one: Heard) -> Checkpoint | None:
        try:
            return open_checkpoint(data=one.note, key=self.key)
        except Refused:
            return None

    def _remember(self) -> None:
        """What earlier rounds kept; what is no note of this log is nothing."""
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")) if self.folder.is_dir() else ():
            note = read_file(path, bytes_max=NOTE_BYTES_MAX)
            found = self._open(Heard(KEPT, note))
            if found is not None:
                self._known.setdefault((found.size, found.root), Heard(f"{KEPT} {path.name}", note))
