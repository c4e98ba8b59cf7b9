"""The entries of a running log in the form in which an archive's are audited: bundle by bundle.

What the log does not give is named, and no error of the log ends the audit.  Not here: which log, and how it is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.audit.pinned_log_key import GenesisAsFound, StatedCheckpoint
from custody.audit.verdict import AuditFindings
from custody.core.tlog.checkpoint import Checkpoint
from custody.core.tlog.merkle import Frontier, leaf_hashes
from custody.core.tlog.tiles import TILE_WIDTH, Tile
from custody.core.wording.messages import Message, error_told, message
from custody.ports import LogReader, LogRecord
from schemas.errors import CustodyError, Withheld


class LiveEntries:
    """Reads one log for one audit."""

    def __init__(self, log: LogReader, *, evidence: AuditFindings) -> None:
        self._log = log
        self._evidence = evidence
        self._withheld: dict[int, bytes] = {}
        self._until = ""

    def first(self) -> bytes | None:
        """The entry at position 0; None, and named, if the log has none or does not give it."""
        entries = self._read(start=0, stop=1)
        return entries[0] if entries else None

    def bundle(self, tile: Tile) -> Sequence[bytes] | None:
        """The entries of a bundle of exactly its width; None, and named, if the log does not give them all."""
        start = tile.index * TILE_WIDTH
        entries = self._read(start=start, stop=start + tile.width)
        return entries if len(entries) == tile.width else None

    def unsigned(self, genesis: GenesisAsFound | None) -> StatedCheckpoint | None:
        """The log as it is now, which nobody has signed; None if it does not answer."""
        self._evidence.lack("checkpoint", sentence=message("audit.gap-no-archive"))
        try:
            size = self._log.end()
        except CustodyError as error:
            self._evidence.lack("log", sentence=error_told(error))
            return None
        frontier = Frontier()
        for start in range(0, size, TILE_WIDTH):
            frontier.extend(self._leaves(start=start, stop=min(start + TILE_WIDTH, size)))
        key = None if genesis is None else genesis.key
        origin = "unknown" if key is None else key.name
        return StatedCheckpoint(Checkpoint(origin=origin, size=size, root=frontier.root()), is_signed=False)

    def conclude(self) -> None:
        """Name what was withheld, all of it in one sentence."""
        if self._withheld:
            sentence = message("audit.gap-withheld", entries=len(self._withheld), until=str(self._until))
            self._evidence.lack("entries", sentence=sentence)

    def _leaves(self, *, start: int, stop: int) -> list[bytes]:
        """The leaf hashes of a bundle; of what is withheld, the log's word for them."""
        leaves = dict(enumerate(leaf_hashes(self._read(start=start, stop=stop)), start=start))
        given = [place for place in range(start, stop) if place not in self._withheld]
        hashes = dict(zip(given, leaves.values(), strict=False))
        hashes |= {place: self._withheld[place] for place in range(start, stop) if place in self._withheld}
        return [hashes[place] for place in sorted(hashes)]

    def _read(self, *, start: int, stop: int) -> list[bytes]:
        """The entries from ``start`` up to ``stop`` that the log gives, in order; what it does not give is named."""
        entries: list[bytes] = []
        place = start
        try:
            while place < stop:
                if place in self._withheld:
                    place += 1
                    continue
                records = self._next(place, stop=stop)
                if records is None:
                    continue
                if not records:
                    self._evidence.lack(_place(place), sentence=message("audit.gap-ends"))
                    break
                entries += [record.entry for record in records]
                place += len(records)
        except CustodyError as error:
            self._evidence.lack(_place(place), sentence=error_told(error))
        return entries

    def _next(self, place: int, *, stop: int) -> Sequence[LogRecord] | None:
        """Records from ``place`` on, none of which is withheld; None where the log has just said which are."""
        limit = next((later for later in range(place, stop) if later in self._withheld), stop) - place
        try:
            return self._log.read(start=place, limit=limit)
        except Withheld as error:
            self._withheld |= {position: bytes.fromhex(leaf) for position, leaf in error.leaves}
            self._until = error.until
            return None


def _place(position: int) -> Message:
    return message("label.position", position=position, entries=position + 1)
