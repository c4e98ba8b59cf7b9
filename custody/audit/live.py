"""The entries of a running log in the form in which an archive's are audited: bundle by bundle.

What the log does not give is named, and no error of the log ends the audit.  Not here: which log, and how it is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.audit.speaker import Genesis, Stated
from custody.audit.verdict import Evidence
from custody.core.checkpoint import Checkpoint
from custody.core.merkle import Frontier, leaf_hashes
from custody.core.tiles import TILE_WIDTH, Tile
from custody.ports import LogReader
from schemas.errors import CustodyError


class LiveEntries:
    """Reads one log for one audit."""

    def __init__(self, log: LogReader, *, evidence: Evidence) -> None:
        self._log = log
        self._evidence = evidence

    def first(self) -> bytes | None:
        """The entry at position 0; None, and named, if the log has none or does not give it."""
        entries = self._read(start=0, stop=1)
        return entries[0] if entries else None

    def bundle(self, tile: Tile) -> Sequence[bytes] | None:
        """The entries of a bundle of exactly its width; None, and named, if the log does not give them all."""
        start = tile.index * TILE_WIDTH
        entries = self._read(start=start, stop=start + tile.width)
        return entries if len(entries) == tile.width else None

    def unsigned(self, genesis: Genesis | None) -> Stated | None:
        """The log as it is now, which nobody has signed; None if it does not answer."""
        self._evidence.lack(
            "checkpoint", sentence="No archive with a signed checkpoint was given to compare the log with."
        )
        try:
            size = self._log.end()
        except CustodyError as error:
            self._evidence.lack("log", sentence=error.sentence)
            return None
        frontier = Frontier()
        for start in range(0, size, TILE_WIDTH):
            frontier.extend(leaf_hashes(self._read(start=start, stop=min(start + TILE_WIDTH, size))))
        key = None if genesis is None else genesis.key
        origin = "unknown" if key is None else key.name
        return Stated(Checkpoint(origin=origin, size=size, root=frontier.root()), is_signed=False)

    def _read(self, *, start: int, stop: int) -> list[bytes]:
        entries: list[bytes] = []
        try:
            while start + len(entries) < stop:
                records = self._log.read(start=start + len(entries), limit=stop - start - len(entries))
                if not records:
                    self._evidence.lack(f"position {start + len(entries)}", sentence="The log ends before it.")
                    break
                entries += [record.entry for record in records]
        except CustodyError as error:
            self._evidence.lack(f"position {start + len(entries)}", sentence=error.sentence)
        return entries
