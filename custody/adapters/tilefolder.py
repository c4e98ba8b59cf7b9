"""A log's tiles as a folder: ``checkpoint``, ``log.vkey``, ``tile/<level>/...``, ``tile/entries/...``.

Follows C2SP tlog-tiles (revision pinned in docs/spec/c2sp.md): any web server that serves the folder serves the log.
Tiles are durable before :meth:`TileFolder.publish` puts a checkpoint over them in place, so whoever sees a checkpoint
finds its tiles.  In the live folder the partial tiles of older sizes stay until the full tile is published, as the
specification asks of a log; an exported archive has none of them.

Reading is strict in bytes and believes nothing: what a tile says is proven only by a signed root.

Not here: when to sign and whether to (``consumers.checkpointer``), the archive around one or more such folders.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from custody.adapters.durable import make_folder, place_file, read_file, sync_folder, write_file
from custody.core.tlog.merkle import HASH_BYTES
from custody.core.tlog.notes import NOTE_BYTES_MAX, VerifierKey, format_verifier_key, parse_verifier_key
from custody.core.tlog.tiles import (
    BUNDLE_BYTES_MAX,
    ENTRIES,
    TILE_WIDTH,
    Tile,
    check_tile,
    format_bundle,
    parse_bundle,
    tile_path,
)
from schemas.errors import NotEstablished, Refused, Unavailable

CHECKPOINT: Final = "checkpoint"
VERIFIER_KEY: Final = "log.vkey"


class TileFolder:
    """One log's folder at ``path``.  Every read raises NotEstablished("tile-missing" ...) naming the file at fault."""

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def write_tiles(self, tiles: Iterable[tuple[Tile, bytes]]) -> None:
        """Put tiles in place, durable when it returns; a tile that is there with the same bytes is left alone."""
        touched: set[Path] = set()
        for tile, data in tiles:
            place = self.path / tile_path(tile)
            if _is_same(place, data):
                continue
            if place.parent not in touched:
                make_folder(place.parent)
                touched.add(place.parent)
            place_file(place, data)
        for folder in sorted(touched):
            sync_folder(folder)

    def publish(self, *, checkpoint: bytes, key: VerifierKey) -> None:
        """Put a signed checkpoint and the log's verifier key in place; its tiles must have been written before."""
        make_folder(self.path)
        vkey = f"{format_verifier_key(key)}\n".encode()
        if not _is_same(self.path / VERIFIER_KEY, vkey):
            write_file(self.path / VERIFIER_KEY, vkey)
        write_file(self.path / CHECKPOINT, checkpoint)

    def drop_partials(self, tiles: Iterable[Tile]) -> None:
        """Delete the partial tiles that the given full tiles, published by now, have made superfluous."""
        for tile in tiles:
            place = self.path / tile_path(tile)
            partials = place.with_name(place.name + ".p")
            if tile.width == TILE_WIDTH and partials.is_dir():
                shutil.rmtree(partials)

    def read_checkpoint(self) -> bytes:
        """The signed note as it lies there, not verified."""
        return self._read(CHECKPOINT, bytes_max=NOTE_BYTES_MAX)

    def read_key(self) -> VerifierKey:
        """The verifier key that lies there: informative, the pinned one decides."""
        data = self._read(VERIFIER_KEY, bytes_max=NOTE_BYTES_MAX)
        return parse_key_file(data)

    def read_tile(self, tile: Tile) -> bytes:
        """Bytes of a hash tile, of exactly its width.

        A partial tile that has gone because the full one came is cut from that, as tlog-tiles provides for.
        """
        width, data = self._read_tile(tile, bytes_max=TILE_WIDTH * HASH_BYTES)
        try:
            check_tile(data=data, width=width)
        except Refused as error:
            raise NotEstablished(error.code, f"{tile_path(tile)}: {error.sentence}") from error
        return data[: tile.width * HASH_BYTES]

    def read_bundle(self, tile: Tile) -> list[bytes]:
        """Entries of an entry bundle, exactly its width of them; cut from the full one as :meth:`read_tile`."""
        width, data = self._read_tile(tile, bytes_max=BUNDLE_BYTES_MAX)
        try:
            return parse_bundle(data=data, width=width)[: tile.width]
        except Refused as error:
            raise NotEstablished(error.code, f"{tile_path(tile)}: {error.sentence}") from error

    def read_bytes(self, tile: Tile) -> bytes:
        """The file of a tile or bundle of exactly its width, checked for form."""
        return format_bundle(self.read_bundle(tile)) if tile.level == ENTRIES else self.read_tile(tile)

    def _read_tile(self, tile: Tile, *, bytes_max: int) -> tuple[int, bytes]:
        """(width, file) of the tile itself or, if it has gone, of the full tile in its place."""
        if tile.width != TILE_WIDTH and not (self.path / tile_path(tile)).exists():
            full = Tile(tile.level, tile.index, TILE_WIDTH)
            if (self.path / tile_path(full)).exists():
                return TILE_WIDTH, self._read(tile_path(full), bytes_max=bytes_max)
        return tile.width, self._read(tile_path(tile), bytes_max=bytes_max)

    def _read(self, name: str, *, bytes_max: int) -> bytes:
        try:
            data = read_file(self.path / name, bytes_max=bytes_max)
        except FileNotFoundError:
            raise NotEstablished("tile-missing", f"{name} is missing.") from None
        except OSError as error:
            raise NotEstablished("tile-unreadable", f"{name} cannot be read: {error.strerror}.") from error
        if len(data) > bytes_max:
            raise NotEstablished("tile-length", f"{name} is longer than such a file can be.")
        return data


def parse_key_file(data: bytes) -> VerifierKey:
    """Read ``log.vkey``: one verifier key and a newline, nothing else; Refused with a note- code."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused("note-utf8", "The verifier key is not UTF-8.") from None
    if not text.endswith("\n"):
        raise Refused("note-newline", "The verifier key does not end in a newline.")
    return parse_verifier_key(text[:-1])


def _is_same(place: Path, data: bytes) -> bool:
    try:
        return place.stat().st_size == len(data) and place.read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Unavailable("tile-unreadable", f"{place.name} cannot be read: {error.strerror}.") from error
