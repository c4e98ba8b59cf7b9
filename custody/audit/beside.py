"""The entries of an archive beside those of the log that is audited where it runs: two copies of one log hold the same.

Which of the two is the signed one is said by the tree over the log's own entries; here only the first difference is found.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.adapters.archive import LOGS
from custody.adapters.tilefolder import TileFolder
from custody.audit.verdict import AuditFindings
from custody.core.tlog.tiles import TILE_WIDTH, Tile, tile_path
from custody.core.wording.messages import error_told, message
from schemas.errors import NotEstablished


class Beside:
    """Takes in the log's bundles in order and finds the first entry that the archive has otherwise."""

    __slots__ = ("_differs", "_evidence", "_folder", "_log")

    def __init__(self, folder: TileFolder, *, log: int, evidence: AuditFindings) -> None:
        self._folder = folder
        self._log = log
        self._evidence = evidence
        self._differs: int | None = None

    def take(self, tile: Tile, *, entries: Sequence[bytes]) -> None:
        """The log's own entries of a bundle; an archive's file that cannot be read is named."""
        name = f"{LOGS}/{self._log}/{tile_path(tile)}"
        try:
            archived = self._folder.read_bundle(tile)
        except NotEstablished as error:
            self._evidence.lack(name, sentence=error_told(error))
            return
        if self._differs is None and archived != list(entries):
            self._differs = tile.index * TILE_WIDTH + _first_difference(archived, entries)

    def conclude(self, *, log_is_signed: bool) -> None:
        """Name the first entry that differs; ``log_is_signed``: the log's entries have the signed root."""
        if self._differs is None:
            return
        which = message("audit.beside-log") if log_is_signed else message("audit.beside-one")
        reason = message("audit.bad-beside", which=which)
        self._evidence.contradict(reason, position=self._differs, log=self._log)


def _first_difference(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((slot for slot, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))
