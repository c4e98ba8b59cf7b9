"""Tiles: the tree and the entries of a log cut into files that never change once full.

Follows C2SP tlog-tiles (revision pinned in docs/spec/c2sp.md): hash tiles of 256 hashes (8,192 bytes) on levels 0, 1, 2
and so on, entry bundles of 256 entries with two-byte lengths, partial ones at the right edge of a tree.  There is
no pruning and no compression.

The tiles *of a size* are the full tiles and bundles within it and the right-edge partial ones of exactly that size.
There are about ``size / 128`` of them: whoever got the size from a stranger walks :func:`tiles_of` with a limit of his
own, or asks :func:`belongs`.

Not here: making them as a log grows (``tile_builder``), files (``custody.adapters.tilefolder``), what an entry means.

Codes: tile-path, tile-length, bundle-length, bundle-truncated, bundle-trailing, bundle-entry-length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.entries.unrepresentable import ENTRY_BYTES_MAX
from custody.core.tlog.merkle import HASH_BYTES, Nodes, check_size, parents
from schemas.errors import Refused

TILE_WIDTH: Final = 256
BUNDLE_BYTES_MAX: Final = TILE_WIDTH * (2 + ENTRY_BYTES_MAX)
ENTRIES: Final = -1
"""The level that stands for entry bundles, whose path says ``entries``."""

_LEVEL_MAX: Final = 7
"""256**8 is past every tree size, so no log has a tile above this level."""
_PATH: Final = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: ``level`` 0 to 7 or ENTRIES, ``index`` within the level, ``width`` 1 to 256 hashes or entries."""

    level: int
    index: int
    width: int


def tile_path(tile: Tile) -> str:
    """Path relative to the log's folder, with slashes, as ``tile/0/x001/x234/067.p/8``."""
    name = "entries" if tile.level == ENTRIES else str(tile.level)
    groups = [f"{tile.index % 1000:03}"]
    rest = tile.index // 1000
    while rest:
        groups.append(f"x{rest % 1000:03}")
        rest //= 1000
    partial = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{name}/{'/'.join(reversed(groups))}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Read a tile's path; Refused("tile-path") for anything but the one form that :func:`tile_path` writes."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Refused("tile-path", "This is not the path of a tile.")
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level=level, index=index, width=int(match[3] or TILE_WIDTH))
    if tile.width > TILE_WIDTH or tile_path(tile) != path:
        raise Refused("tile-path", "This is not the one form of a tile's path.")
    return tile


def width_in(*, level: int, index: int, size: int) -> int:
    """Width of the tile (level, index) in a tree of ``size`` leaves: 0 where it has none."""
    hashes = size >> 8 * max(level, 0)
    return max(0, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def belongs(*, tile: Tile, size: int) -> bool:
    """Whether the tile is one of exactly those of a tree of ``size`` leaves."""
    return tile.width == width_in(level=tile.level, index=tile.index, size=size)


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of ``size`` leaves: entry bundles first, then hash tiles level by level, left to right."""
    check_size(size)
    for level in range(ENTRIES, _LEVEL_MAX + 1):
        hashes = size >> 8 * max(level, 0)
        for index in range(-(-hashes // TILE_WIDTH)):
            yield Tile(level=level, index=index, width=width_in(level=level, index=index, size=size))


def check_tile(*, data: bytes, width: int) -> None:
    """Refused("tile-length") unless a hash tile of ``width`` has exactly 32 bytes for each hash."""
    if len(data) != width * HASH_BYTES:
        raise Refused("tile-length", f"A tile {width} wide has {width * HASH_BYTES} bytes, this one {len(data)}.")


def parse_tile(*, data: bytes, width: int) -> list[bytes]:
    """The hashes of a hash tile of ``width``; Refused("tile-length") unless it is exactly 32 bytes for each."""
    check_tile(data=data, width=width)
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length as two bytes, big-endian."""
    if len(entries) > TILE_WIDTH:
        raise Refused("bundle-length", f"A bundle has at most {TILE_WIDTH} entries.")
    if any(not 1 <= len(entry) <= ENTRY_BYTES_MAX for entry in entries):
        raise Refused("bundle-entry-length", f"An entry has 1 to {ENTRY_BYTES_MAX} bytes.")
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def parse_bundle(*, data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of ``width``; Refused with a bundle- code unless they fill it exactly."""
    entries: list[bytes] = []
    start = 0
    for _ in range(width):
        body = start + 2
        start = body + int.from_bytes(data[start:body], "big")
        if body == start and start <= len(data):
            raise Refused("bundle-entry-length", f"Entry {len(entries)} of the bundle has no bytes.")
        if start > len(data) or body > len(data):
            raise Refused("bundle-truncated", f"The bundle ends within entry {len(entries)} of {width}.")
        entries.append(data[body:start])
    if start != len(data):
        raise Refused("bundle-trailing", f"The bundle goes on for {len(data) - start} bytes after its last entry.")
    return entries


class KeptTiles:
    """The nodes inside tiles that were read, so that one proof after another reads and hashes a tile once.

    A tile of one log and one width never changes. Of each level the newest ``most`` are kept: at 32, in all under 4 MB.
    """

    __slots__ = ("_levels", "_most")

    def __init__(self, *, most: int = 32) -> None:
        self._most = most
        self._levels: dict[int, dict[Tile, list[list[bytes]]]] = {}

    def row(self, tile: Tile, *, height: int, read: Callable[[Tile], bytes]) -> list[bytes]:
        """The complete nodes at a height of 0 to 7 over a tile's hashes, from left to right."""
        kept = self._levels.setdefault(tile.level, {})
        rows = kept.pop(tile, None)
        if rows is None:
            rows = [parse_tile(data=read(tile), width=tile.width)]
        kept[tile] = rows
        # Several threads may be here at once: what one of them does twice comes out the same.
        for old in list(kept)[: -self._most]:
            kept.pop(old, None)
        made = list(rows)
        while len(made) <= height:
            made.append(parents(made[-1]))
        rows[:] = made
        return made[height]


def tile_nodes(*, read: Callable[[Tile], bytes], size: int, kept: KeptTiles | None = None) -> Nodes:
    """The complete subtrees of a tree of ``size`` leaves, out of its hash tiles: what proofs are made from.

    ``read`` gives the bytes of a tile of exactly its width and raises what it likes. ``kept``: tiles of this log that were read
    before; without it they are kept as long as the nodes are.
    """
    tiles = KeptTiles() if kept is None else kept

    def node(level: int, index: int) -> bytes:
        height = level % 8
        place = (index << height) // TILE_WIDTH
        tile = Tile(level // 8, place, width_in(level=level // 8, index=place, size=size))
        row, slot = tiles.row(tile, height=height, read=read), index % (TILE_WIDTH >> height)
        if slot >= len(row):
            raise Refused("merkle-node", "The tree has no complete subtree at that place.")
        return row[slot]

    return node
