"""Where entries and hash tiles differ from the signed root: both verifiers name one first entry, on trees of several levels."""

from __future__ import annotations

import random
from typing import Any

from custody.audit.signed_tree import SignedRoot, SignedTree
from custody.audit.verdict import AuditFindings
from custody.core.tlog.merkle import leaf_hash, row_root
from custody.core.tlog.tile_builder import HashTiler
from custody.core.tlog.tiles import TILE_WIDTH, Tile
from schemas.errors import NotEstablished
from tests.verifier.asking import ask

SIZES = (1, 255, 256, 257, 511, 512, 600, 1025)
CASES_EACH = 24

Tiles = dict[Tile, bytes]


def tiles_over(leaves: list[bytes]) -> Tiles:
    tiler = HashTiler()
    return dict([*tiler.feed(leaves), *tiler.partials()])


def altered(draw: random.Random, leaves: list[bytes]) -> tuple[list[list[bytes] | None], Tiles]:
    """Bundles (None where one is missing) and hash tiles, of which up to three things were altered."""
    found, tiles = [*leaves], tiles_over(leaves)
    for _ in range(draw.choice((0, 1, 1, 2, 3))):
        match draw.randrange(4):
            case 0 | 1:
                found[draw.randrange(len(found))] = leaf_hash(draw.randbytes(4))
            case 2:
                tile = draw.choice(sorted(tiles, key=lambda one: (one.level, one.index)))
                data, at = bytearray(tiles[tile]), draw.randrange(len(tiles[tile]))
                data[at] ^= 1 << draw.randrange(8)
                tiles[tile] = bytes(data)
            case _:
                del tiles[draw.choice(sorted(tiles, key=lambda one: (one.level, one.index)))]
                tiles = tiles or tiles_over(found)
    if draw.random() < 0.25:
        tiles |= {tile: data for tile, data in tiles_over(found).items() if draw.random() < 0.5 or not tile.level}
    bundles: list[list[bytes] | None] = [found[at : at + TILE_WIDTH] for at in range(0, len(found), TILE_WIDTH)]
    if draw.random() < 0.2:
        bundles[draw.randrange(len(bundles))] = None
    return bundles, tiles


def first_bad(bundles: list[list[bytes] | None], *, tiles: Tiles, size: int, root: bytes) -> int | None:
    def read(tile: Tile) -> bytes:
        if tile not in tiles:
            raise NotEstablished("tile-missing", "It is missing.")
        return tiles[tile]

    tree = SignedTree(SignedRoot(log=0, size=size, root=root), read=read)
    for index, bundle in enumerate(bundles):
        if bundle is None:
            tree.skip()
        else:
            tree.take(bundle, index=index)
    evidence = AuditFindings()
    tree.conclude(evidence, doubt=None)
    return None if evidence.first_bad is None else evidence.first_bad.position


def task(bundles: list[list[bytes] | None], *, tiles: Tiles, size: int, root: bytes) -> dict[str, Any]:
    told = [None if bundle is None else b"".join(bundle).hex() for bundle in bundles]
    named = {f"{tile.level}/{tile.index}": data.hex() for tile, data in tiles.items()}
    return {"kind": "tree", "size": size, "root": root.hex(), "bundles": told, "tiles": named}


def test_the_first_bad_entry_is_the_same_one() -> None:
    draw, tasks, right = random.Random(18), [], []
    for size in SIZES:
        leaves = [leaf_hash(b"%d" % number) for number in range(size)]
        root = row_root(leaves)
        for _ in range(CASES_EACH):
            bundles, tiles = altered(draw, leaves)
            tasks.append(task(bundles, tiles=tiles, size=size, root=root))
            right.append(first_bad(bundles, tiles=tiles, size=size, root=root))
    found = [answer["value"] for answer in ask(tasks)]
    assert [place for place, pair in enumerate(zip(found, right, strict=True)) if pair[0] != pair[1]] == []
    assert right.count(None) < len(right) // 2
