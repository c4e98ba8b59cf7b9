"""Tiles made while a log streams by, and compared with tiles that somebody else made.

The builders hold no more than the right edge of the tree: at most 255 entries, and 255 hashes on each level.  Whoever
feeds them a thousand entries at a time hashes nearly as fast as SHA-256 alone; see ``merkle`` for why.

Follows C2SP tlog-tiles (revision pinned in docs/spec/c2sp.md).  Not here: the form of tiles (``tiles``), files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from custody.core.tlog.merkle import HASH_BYTES, leaf_hashes, row_root
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, format_bundle


class HashTiler:
    """Leaf hashes in, hash tiles out, holding only the right edge (at most 255 hashes a level)."""

    __slots__ = ("_rows", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._rows: list[list[bytes]] = []

    @property
    def size(self) -> int:
        """Number of leaves so far."""
        return self._size

    def feed(self, leaves: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add leaf hashes (32 bytes each); the tiles that became full, each level's in order."""
        self._size += len(leaves)
        done: list[tuple[Tile, bytes]] = []
        rising, level = list(leaves), 0
        while rising:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            first = (self._size >> 8 * level) - len(rising) - len(row)
            row += rising
            full = len(row) // TILE_WIDTH
            rising = []
            for place in range(full):
                hashes = row[place * TILE_WIDTH : (place + 1) * TILE_WIDTH]
                done.append((Tile(level, first // TILE_WIDTH + place, TILE_WIDTH), b"".join(hashes)))
                rising.append(row_root(hashes))
            del row[: full * TILE_WIDTH]
            level += 1
        return done

    def partials(self) -> list[tuple[Tile, bytes]]:
        """The right-edge tiles of the present size, lowest level first; none twice, none empty."""
        edges = [(Tile(level, self._size >> 8 * level + 8, len(row)), row) for level, row in enumerate(self._rows)]
        return [(tile, b"".join(row)) for tile, row in edges if row]

    def root(self) -> bytes:
        """Root (32 bytes) over all leaves so far."""
        # The root of what lies below is the last, incomplete child of each row: carried up as one leaf more.
        below: list[bytes] = []
        for row in self._rows:
            whole = row + below
            below = [row_root(whole)] if whole else []
        return row_root(below)


class Bundler:
    """Entries in, entry bundles out, holding at most 255 entries."""

    __slots__ = ("_held", "_index")

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._index = 0

    def feed(self, entries: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add entries; the bundles that became full, in order.  Refused("bundle-entry-length")."""
        held = [*self._held, *entries]
        full = len(held) // TILE_WIDTH
        done = []
        for place in range(full):
            body = format_bundle(held[place * TILE_WIDTH : (place + 1) * TILE_WIDTH])
            done.append((Tile(ENTRIES, self._index + place, TILE_WIDTH), body))
        self._held = held[full * TILE_WIDTH :]
        self._index += full
        return done

    def partials(self) -> list[tuple[Tile, bytes]]:
        """The right-edge bundle of the present size, if there is one."""
        if not self._held:
            return []
        return [(Tile(ENTRIES, self._index, len(self._held)), format_bundle(self._held))]


class TileBuilder:
    """Entries in, bundles and hash tiles out: both builders side by side."""

    __slots__ = ("_bundler", "_tiler")

    def __init__(self) -> None:
        self._bundler = Bundler()
        self._tiler = HashTiler()

    @property
    def size(self) -> int:
        """Number of entries so far."""
        return self._tiler.size

    def feed(self, entries: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add entries; the bundles and hash tiles that became full."""
        return self._bundler.feed(entries) + self._tiler.feed(leaf_hashes(entries))

    def partials(self) -> list[tuple[Tile, bytes]]:
        """The right-edge bundle and hash tiles of the present size."""
        return self._bundler.partials() + self._tiler.partials()

    def root(self) -> bytes:
        """Root (32 bytes) over all entries so far."""
        return self._tiler.root()


@dataclass(frozen=True, slots=True)
class Difference:
    """The first hash that differs: place ``slot`` of ``tile``.  ``position`` is the first entry beneath it."""

    tile: Tile
    slot: int

    @property
    def position(self) -> int:
        """0-based number of the first entry that the differing hash covers."""
        return self.tile.index * TILE_WIDTH + self.slot << 8 * max(self.tile.level, 0)


def first_difference(*, leaves: Iterable[Sequence[bytes]], read: Callable[[Tile], bytes]) -> Difference | None:
    """Compare the hash tiles of a tree with those recomputed from its ``leaves`` (runs of leaf hashes, streamed).

    ``read`` gives the bytes of a tile of exactly its width and raises what it likes.  None if every tile is the same
    byte for byte.  Only the first difference in the order of building is told; what follows may be its consequence.
    """
    tiler = HashTiler()
    for run in leaves:
        for tile, data in tiler.feed(run):
            if (found := read(tile)) != data:
                return Difference(tile=tile, slot=_first_slot(found, data))
    for tile, data in tiler.partials():
        if (found := read(tile)) != data:
            return Difference(tile=tile, slot=_first_slot(found, data))
    return None


def _first_slot(found: bytes, right: bytes) -> int:
    place = next((at for at, (one, two) in enumerate(zip(found, right, strict=False)) if one != two), None)
    return (min(len(found), len(right) - 1) if place is None else place) // HASH_BYTES
