"""Where a log stops being the one that was signed, as far as its tiles can tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custody.audit.signed_tree import SignedRoot, SignedTree
from custody.audit.verdict import AuditFindings, AuditVerdict
from custody.core.tlog.merkle import leaf_hashes
from custody.core.tlog.tile_builder import HashTiler
from custody.core.tlog.tiles import Tile
from schemas.errors import NotEstablished

SIZES = (1, 255, 256, 257, 700, 66_000)
Leaves = list[bytes]
Tiles = dict[Tile, bytes]


def leaves_of(size: int) -> Leaves:
    return leaf_hashes(b"entry %d" % number for number in range(size))


def tiles_of(leaves: Leaves) -> tuple[Tiles, bytes]:
    tiler = HashTiler()
    return dict([*tiler.feed(leaves), *tiler.partials()]), tiler.root()


def judged(
    leaves: Leaves, *, tiles: Tiles, root: bytes, missing: tuple[int, ...] = (), doubt: int | None = None
) -> AuditFindings:
    def read(tile: Tile) -> bytes:
        if tile not in tiles:
            raise NotEstablished("tile-missing", "A tile is missing.")
        return tiles[tile]

    tree = SignedTree(SignedRoot(log=0, size=len(leaves), root=root), read=read)
    for index in range(-(-len(leaves) // 256)):
        if index in missing:
            tree.skip()
        else:
            tree.take(leaves[index * 256 : index * 256 + 256], index=index)
    evidence = AuditFindings()
    tree.conclude(evidence, doubt=doubt)
    return evidence


def position(evidence: AuditFindings) -> int | None:
    return None if evidence.first_bad is None else evidence.first_bad.position


def spoiled(leaves: Leaves, *, at: int) -> Leaves:
    return [*leaves[:at], b"\x00" * 32, *leaves[at + 1 :]]


@pytest.mark.parametrize("size", SIZES)
def test_the_log_that_was_signed_is_not_contradicted(size: int) -> None:
    leaves = leaves_of(size)
    tiles, root = tiles_of(leaves)
    assert judged(leaves, tiles=tiles, root=root).verdict is AuditVerdict.VERIFIED


@pytest.mark.parametrize("size", SIZES)
def test_a_bad_entry_is_named_exactly(size: int) -> None:
    leaves = leaves_of(size)
    tiles, root = tiles_of(leaves)
    for bad in {0, size // 2, size - 1}:
        assert position(judged(spoiled(leaves, at=bad), tiles=tiles, root=root)) == bad


def test_of_two_bad_entries_the_first_is_named() -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    assert position(judged(spoiled(spoiled(leaves, at=600), at=300), tiles=tiles, root=root)) == 300


def test_a_bad_entry_is_named_although_another_bundle_is_missing() -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    for bad, gone in ((300, 0), (10, 1), (699, 0), (0, 2)):
        assert position(judged(spoiled(leaves, at=bad), tiles=tiles, root=root, missing=(gone,))) == bad


def test_a_missing_bundle_alone_contradicts_nothing() -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    for gone in range(3):
        assert judged(leaves, tiles=tiles, root=root, missing=(gone,)).first_bad is None


def test_missing_hash_tiles_alone_contradict_nothing_and_hide_nothing() -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    for tile in tiles:
        left = {other: data for other, data in tiles.items() if other != tile}
        assert judged(leaves, tiles=left, root=root).verdict is AuditVerdict.VERIFIED
        assert judged(spoiled(leaves, at=300), tiles=left, root=root).verdict is AuditVerdict.TAMPERED
    assert judged(spoiled(leaves, at=300), tiles={}, root=root, doubt=300).verdict is AuditVerdict.TAMPERED


def test_an_entry_altered_with_its_tile_is_narrowed_down_to_its_bundle() -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    bad = spoiled(leaves, at=300)
    tiles[Tile(0, 1, 256)] = b"".join(bad[256:512])
    found = judged(bad, tiles=tiles, root=root).first_bad
    assert found is not None
    assert (found.position, "256 to 511" in found.reason) == (256, True)


def test_a_log_made_anew_under_an_old_signature_is_named_by_the_first_doubt_there_is() -> None:
    leaves = leaves_of(700)
    _, root = tiles_of(leaves)
    bad = spoiled(leaves, at=300)
    tiles, _ = tiles_of(bad)
    assert position(judged(bad, tiles=tiles, root=root, doubt=300)) == 300
    assert position(judged(bad, tiles=tiles, root=root)) == 0


@pytest.mark.parametrize(("level", "index", "slot", "first"), [(0, 1, 7, 263), (0, 2, 5, 517), (1, 0, 1, 256)])
def test_a_bad_hash_tile_over_good_entries_is_tampering_and_named(
    level: int, index: int, slot: int, first: int
) -> None:
    leaves = leaves_of(700)
    tiles, root = tiles_of(leaves)
    tile = next(tile for tile in tiles if (tile.level, tile.index) == (level, index))
    data = tiles[tile]
    tiles[tile] = data[: slot * 32] + b"\x00" * 32 + data[slot * 32 + 32 :]
    found = judged(leaves, tiles=tiles, root=root).first_bad
    assert found is not None
    assert (found.position, f"tile/{level}/00{index}" in found.reason) == (first, True)


def cut(data: bytes) -> bytes:
    return data[:-32]


def nothing(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut, nothing])
def test_a_hash_tile_out_of_form_hides_nothing(damage: Callable[[bytes], bytes]) -> None:
    leaves = leaves_of(700)
    right, root = tiles_of(leaves)
    for tile in right:
        tiles = {**right, tile: damage(right[tile])}
        assert judged(leaves, tiles=tiles, root=root).verdict is AuditVerdict.VERIFIED
        assert judged(spoiled(leaves, at=600), tiles=tiles, root=root).verdict is AuditVerdict.TAMPERED
