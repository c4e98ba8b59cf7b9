"""Logs as somebody shows them, to be held against an archive: a folder of tiles, a served log, or the topic itself.

Nothing that they give is believed (``custody.audit.against``). Not here: what follows from a difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.adapters.served_tiles import ServedLogClient
from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import parse_note
from custody.core.tlog.tiles import TILE_WIDTH, Tile, parse_bundle
from custody.ports import LogReader
from schemas.errors import NotEstablished


class FolderShown:
    """The tile folder of an archive or of a checkpointer."""

    def __init__(self, folder: TileFolder) -> None:
        self._folder = folder

    def note(self) -> bytes | None:
        """Its checkpoint; NotEstablished where there is none."""
        return self._folder.read_checkpoint()

    def end(self) -> int:
        """What the checkpoint states."""
        return _size(self._folder.read_checkpoint())

    def bundle(self, tile: Tile) -> Sequence[bytes]:
        """The entries of a bundle; NotEstablished."""
        return self._folder.read_bundle(tile)

    def tile(self, tile: Tile) -> bytes:
        """A hash tile; NotEstablished."""
        return self._folder.read_tile(tile)


class ServedShown:
    """A log that is served over HTTP."""

    def __init__(self, client: ServedLogClient) -> None:
        self._client = client
        self._note: bytes | None = None

    def note(self) -> bytes | None:
        """The checkpoint as it was served first; LogUnavailable, NotEstablished."""
        self._note = self._note or self._client.note()
        return self._note

    def end(self) -> int:
        """What the checkpoint states."""
        return _size(self.note() or b"")

    def bundle(self, tile: Tile) -> Sequence[bytes]:
        """The entries of a bundle; NotEstablished, Withheld, Refused."""
        return parse_bundle(data=self._client.tile(tile), width=tile.width)

    def tile(self, tile: Tile) -> bytes:
        """A hash tile; NotEstablished."""
        return self._client.tile(tile)


class LogShown:
    """The log itself, as its brokers give it: nobody signed it as it lies there."""

    def __init__(self, log: LogReader) -> None:
        self._log = log

    def note(self) -> bytes | None:
        """None: a topic has no checkpoint."""
        return None

    def end(self) -> int:
        """How many records it has."""
        return self._log.end()

    def bundle(self, tile: Tile) -> Sequence[bytes]:
        """The records of a bundle; NotEstablished where one is not given."""
        start = tile.index * TILE_WIDTH
        entries: list[bytes] = []
        while len(entries) < tile.width:
            records = self._log.read(start=start + len(entries), limit=tile.width - len(entries))
            if not records:
                raise NotEstablished("shown-missing", f"The log does not give position {start + len(entries)}.")
            entries += [record.entry for record in records]
        return entries

    def tile(self, tile: Tile) -> bytes:
        """None of it: NotEstablished."""
        raise NotEstablished("shown-tile", f"A topic has no hash tile {tile.level}/{tile.index}.")


def _size(note: bytes) -> int:
    return parse_checkpoint(parse_note(note).text).size
