"""The entries against the signed root: are they what was signed, and if not, where does it begin?

The entries alone give the verdict: their root is the signed one or it is not.  The hash tiles tell where.  From the top
down, a tile is *vouched* for if it leads to the signed root: the partial tiles on the right edge together make the root,
and a full tile is a child of one above it.  A vouched tile of level 0 names the hash of each of its entries.

Of what is not vouched for nothing can be said but that it differs; then the first difference is named, and where there
is none, the caller's own first doubt.

Follows C2SP tlog-tiles and RFC 6962.  Streaming: one bundle and one tile at a time, and one hash for each 256 entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from custody.audit.verdict import AuditFindings
from custody.core.tlog.merkle import root_of, row_root
from custody.core.tlog.tile_builder import Difference, HashTiler
from custody.core.tlog.tiles import TILE_WIDTH, Tile, parse_tile, tile_nodes, tile_path, width_in
from custody.core.wording.messages import Message, message
from schemas.errors import NotEstablished, Refused

_LEVEL_MAX: Final = 7
_NOT_SIGNED: Final = message("audit.bad-entry")

ReadTile = Callable[[Tile], bytes]
"""Bytes of a hash tile of exactly its width; raises NotEstablished where it cannot be read."""


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """What a checkpoint with a good signature says of log number ``log``."""

    log: int
    size: int
    root: bytes


class SignedTree:
    """Takes in the leaf hashes of one log, bundle by bundle, and says in the end what contradicts the signed root."""

    __slots__ = ("_differs", "_edge", "_gaps", "_located", "_parents", "_read", "_signed", "_tiler", "_unvouched")

    def __init__(self, signed: SignedRoot, *, read: ReadTile) -> None:
        self._signed = signed
        self._read = read
        self._tiler = HashTiler()
        self._gaps = False
        self._edge = _edge_is_vouched(signed, read=read)
        self._parents = _vouched_parents(signed.size, read=read) if self._edge else {}
        self._located: tuple[int, str] | None = None
        self._unvouched: int | None = None
        self._differs: Difference | None = None

    def take(self, leaves: Sequence[bytes], *, index: int) -> None:
        """The leaf hashes of bundle number ``index``; bundles come in order."""
        stored = self._stored(Tile(0, index, len(leaves)))
        slot = None if stored is None else _first_slot(leaves, stored)
        if index in self._parents:
            self._judge(leaves, stored=stored, index=index)
        elif slot is not None and self._edge and len(leaves) < TILE_WIDTH:
            self._locate(index * TILE_WIDTH + slot, reason=_NOT_SIGNED)
        elif slot is not None and self._unvouched is None:
            self._unvouched = index * TILE_WIDTH + slot
        if not self._gaps:
            self._compare_tiles(self._tiler.feed(leaves))

    @property
    def is_signed(self) -> bool:
        """Whether all entries were taken in and have the signed root."""
        return not self._gaps and self._tiler.size == self._signed.size and self._tiler.root() == self._signed.root

    def skip(self) -> None:
        """A bundle that cannot be read: the root over all entries is not to be had, only what tiles vouch for."""
        self._gaps = True

    def conclude(self, evidence: AuditFindings, *, doubt: int | None) -> None:
        """Add what contradicts the signed root; ``doubt`` is where the caller's own doubts begin, None if it has none."""
        log = self._signed.log
        if self._gaps or self._tiler.size != self._signed.size:
            if self._located is not None:
                evidence.contradict(self._located[1], position=self._located[0], log=log)
            return
        self._compare_tiles(self._tiler.partials())
        if self._tiler.root() != self._signed.root:
            position, reason = self._located or self._guess(doubt)
            evidence.contradict(reason, position=position, log=log)
        elif self._differs is not None:
            reason = _tile_wrong(self._name(self._differs.tile))
            evidence.contradict(reason, position=self._differs.position, log=log)

    def _judge(self, leaves: Sequence[bytes], *, stored: Sequence[bytes] | None, index: int) -> None:
        """A full bundle whose hash is vouched for: it is good, or one of its entries is bad."""
        first, parent = index * TILE_WIDTH, self._parents[index]
        slot = 0 if stored is None else _first_slot(leaves, stored)
        if row_root(leaves) == parent:
            if stored is not None and slot is not None:
                self._locate(first + slot, reason=_tile_wrong(self._name(Tile(0, index, TILE_WIDTH))))
        elif stored is not None and row_root(stored) == parent:
            self._locate(first + (slot or 0), reason=_NOT_SIGNED)
        else:
            reason = message("audit.bad-among", first=first, last=first + TILE_WIDTH - 1)
            self._locate(first + (slot or 0), reason=reason)

    def _name(self, tile: Tile) -> str:
        return f"logs/{self._signed.log}/{tile_path(tile)}"

    def _locate(self, position: int, *, reason: str) -> None:
        if self._located is None:
            self._located = (position, reason)

    def _guess(self, doubt: int | None) -> tuple[int, str]:
        """The root is wrong and the tiles vouch for nothing: they were altered too, or made anew."""
        if self._unvouched is not None:
            return (
                self._unvouched,
                message("audit.bad-first"),
            )
        if doubt is not None:
            return doubt, message("audit.bad-doubt")
        return (
            0,
            message("audit.bad-none"),
        )

    def _compare_tiles(self, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        """Remember the first place where a tile is not what the entries give."""
        for tile, data in tiles:
            if self._differs is not None:
                return
            stored = self._stored(tile)
            if stored is None:
                continue
            hashes = parse_tile(data=data, width=tile.width)
            slot = _first_slot(hashes, stored)
            if slot is not None:
                self._differs = Difference(tile=tile, slot=slot)

    def _stored(self, tile: Tile) -> list[bytes] | None:
        return _hashes(tile, read=self._read)


def _tile_wrong(name: str) -> Message:
    return message("audit.bad-tile", name=name)


def _first_slot(one: Sequence[bytes], other: Sequence[bytes]) -> int | None:
    """The first place where two rows of one width differ."""
    return next((slot for slot, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]), None)


def _hashes(tile: Tile, *, read: ReadTile) -> list[bytes] | None:
    """The hashes of a tile, None where it is missing or out of form (which the survey has named)."""
    try:
        return parse_tile(data=read(tile), width=tile.width)
    except (NotEstablished, Refused, OSError):
        return None


def _edge_is_vouched(signed: SignedRoot, *, read: ReadTile) -> bool:
    """Whether the partial tiles of the right edge, one at most on each level, together make the signed root."""
    try:
        return root_of(nodes=tile_nodes(read=read, size=signed.size), size=signed.size) == signed.root
    except (NotEstablished, Refused, OSError):
        return False


def _vouched_parents(size: int, *, read: ReadTile) -> dict[int, bytes]:
    """Hashes of level 1 (one for each full bundle) that lead to a signed root whose right edge is vouched for."""
    above: dict[int, bytes] = {}
    for level in range(_LEVEL_MAX, 0, -1):
        hashes = size >> 8 * level
        edge = hashes // TILE_WIDTH
        here = _row(Tile(level, edge, width_in(level=level, index=edge, size=size)), read=read)
        for index, root in above.items():
            row = _row(Tile(level, index, TILE_WIDTH), read=read)
            if row and row_root(list(row.values())) == root:
                here |= row
        above = here
    return above


def _row(tile: Tile, *, read: ReadTile) -> dict[int, bytes]:
    """Index within the level -> hash, for all hashes of a tile; empty where there is none."""
    found = _hashes(tile, read=read) if tile.width else None
    return {tile.index * TILE_WIDTH + slot: one for slot, one in enumerate(found or ())}
