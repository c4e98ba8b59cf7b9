"""The log as everybody may read it: checkpoint and tiles out of the checkpointer's folder, and proofs of single entries.

    GET /logs/0/checkpoint                  the signed note, with the cosignatures that there are
    GET /logs/0/tile/<L>/<N>[.p/<W>]        hash tiles, public at once
    GET /logs/0/tile/entries/<N>[.p/<W>]    entry bundles; 403 while one of their entries is withheld
    GET /logs/0/proof/<HASH>.tlog-proof     of the entry with this hash, or of the first entry of the event with this id

Paths, contents, content types and 404s are those of C2SP tlog-tiles and tlog-proof (docs/spec/c2sp.md). The folder is only read:
a checkpoint appears in it after its tiles.

Not here: HTTP (``http``), what is withheld (``reading``, ``publication``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.entry_proofs import format_proof, make_proof
from custody.core.tlog.notes import parse_note
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, KeptTiles, format_bundle, parse_tile_path, tile_nodes
from custody.ports import LogRecord
from schemas.errors import Misused, NotEstablished, Refused

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
_SOON: Final = "no-cache"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_GONE: Final = frozenset({"tile-missing", "tile-path", "merkle-index"})

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class LogPart:
    """One file of the log. ``records``: the entries in it, of which somebody may have to wait for some."""

    body: bytes
    type: str
    cache: str
    records: tuple[LogRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ServedLog:
    """A checkpointer's folder, and ``position_of``: where an entry, or an event's first entry, stands (None: nowhere)."""

    folder: TileFolder
    position_of: Callable[[str], int | None]
    _kept: KeptTiles = field(default_factory=KeptTiles)

    def checkpoint(self) -> LogPart:
        """The newest signed note."""
        return LogPart(_found(self.folder.read_checkpoint), TEXT, _SOON)

    def tile(self, path: str) -> LogPart:
        """A tile or bundle at a path as ``tile/0/000``."""

        def read() -> LogPart:
            tile = parse_tile_path(path)
            if tile.level != ENTRIES:
                return LogPart(self.folder.read_tile(tile), BYTES, _FOR_EVER)
            entries = self.folder.read_bundle(tile)
            first = tile.index * TILE_WIDTH
            records = tuple(LogRecord(first + place, entry) for place, entry in enumerate(entries))
            return LogPart(format_bundle(entries), BYTES, _FOR_EVER, records)

        return _found(read)

    def proof(self, name: str) -> LogPart:
        """The proof of an entry under the newest checkpoint; "not there" while that does not cover it."""

        def read() -> LogPart:
            position = self.position_of(name)
            note = self.folder.read_checkpoint()
            size = parse_checkpoint(parse_note(note).text).size
            if position is None or position >= size:
                raise _nothing()
            nodes = tile_nodes(read=self.folder.read_tile, size=size, kept=self._kept)
            return LogPart(format_proof(make_proof(index=position, note=note, nodes=nodes)), TEXT, _SOON)

        return _found(read)


def newest_checkpoint(folder: TileFolder) -> str | None:
    """The newest signed note as text, as it lies there; None while there is none that is a note at all."""
    try:
        data = folder.read_checkpoint()
        parse_note(data)
    except (NotEstablished, Refused):
        return None
    return data.decode()


def _found(read: Callable[[], Part]) -> Part:
    """What is there; Misused("path-unknown"), which is 404, for what is not."""
    try:
        return read()
    except (NotEstablished, Refused) as error:
        if error.code in _GONE:
            raise _nothing() from None
        raise


def _nothing() -> Misused:
    return Misused("path-unknown", "There is nothing at this path.")
