"""Tiles: paths, which ones a size has, bundles, and the streaming builders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.tlog.merkle import Frontier, Tree, leaf_hashes
from custody.core.tlog.proofs import consistency_proof, inclusion_proof
from custody.core.tlog.tile_builder import HashTiler, TileBuilder, first_difference
from custody.core.tlog.tiles import (
    ENTRIES,
    KeptTiles,
    Tile,
    belongs,
    format_bundle,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_nodes,
    tile_path,
    tiles_of,
)
from schemas.errors import Refused

VECTORS = Path(__file__).parents[2] / "vectors" / "tiles"
SIZES = [0, 1, 2, 255, 256, 257, 512, 65_536, 65_793, 70_000]


def load(name: str) -> list[Any]:
    vectors: list[Any] = json.loads((VECTORS / name).read_text())["vectors"]
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def some_entries(size: int) -> list[bytes]:
    return [str(number).encode() for number in range(size)]


def built(entries: list[bytes], *, run: int = 1000) -> tuple[TileBuilder, dict[Tile, bytes]]:
    builder, tiles = TileBuilder(), dict[Tile, bytes]()
    for start in range(0, len(entries), run):
        tiles.update(builder.feed(entries[start : start + run]))
    tiles.update(builder.partials())
    return builder, tiles


@pytest.mark.parametrize("vector", load("paths.json"))
def test_tile_path_vector(vector: dict[str, Any]) -> None:
    if vector["code"] is None:
        tile = Tile(*vector["tile"])
        assert (parse_tile_path(vector["path"]), tile_path(tile)) == (tile, vector["path"])
    else:
        with pytest.raises(Refused) as refused:
            parse_tile_path(vector["path"])
        assert refused.value.code == vector["code"]


@given(level=st.integers(-1, 7), index=st.integers(0, 10**21 - 1), width=st.integers(1, 256))
def test_a_written_path_is_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize("vector", load("bundles.json"))
def test_bundle_vector(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    if vector["code"] is None:
        entries = parse_bundle(data=data, width=vector["width"])
        assert [entry.hex() for entry in entries] == vector["entries"]
        assert format_bundle(entries) == data
    else:
        with pytest.raises(Refused) as refused:
            parse_bundle(data=data, width=vector["width"])
        assert refused.value.code == vector["code"]


@given(entries=st.lists(st.binary(min_size=1, max_size=300), max_size=256))
def test_a_written_bundle_is_read_back(entries: list[bytes]) -> None:
    assert parse_bundle(data=format_bundle(entries), width=len(entries)) == entries


def test_the_longest_entry_fits_and_one_byte_more_does_not() -> None:
    assert parse_bundle(data=format_bundle([b"x" * 65_535]), width=1) == [b"x" * 65_535]
    with pytest.raises(Refused, match=r"^bundle-entry-length"):
        format_bundle([b"x" * 65_536])


def test_an_entry_of_no_bytes_does_not_fit() -> None:
    with pytest.raises(Refused, match=r"^bundle-entry-length"):
        format_bundle([b"a", b""])


def test_a_bundle_of_257_entries_is_refused() -> None:
    with pytest.raises(Refused, match=r"^bundle-length"):
        format_bundle([b"x"] * 257)


@pytest.mark.parametrize("length", [0, 31, 33, 8191, 8193])
def test_a_hash_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Refused, match=r"^tile-length"):
        parse_tile(data=bytes(length), width=1 if length < 100 else 256)


def test_the_tiles_of_seventy_thousand_are_those_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    count = {level: [tile.width for tile in tiles if tile.level == level] for level in range(ENTRIES, 4)}
    assert count[ENTRIES] == count[0] == [256] * 273 + [112]
    assert (count[1], count[2], count[3]) == ([256, 17], [1], [])


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above_it() -> None:
    assert [tile_path(tile) for tile in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


def test_an_empty_tree_has_no_tiles() -> None:
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_builder_makes_exactly_the_tiles_of_its_size(size: int) -> None:
    builder, tiles = built(some_entries(size))
    assert builder.size == size
    assert sorted(map(tile_path, tiles)) == sorted(map(tile_path, tiles_of(size)))
    assert all(belongs(tile=tile, size=size) for tile in tiles)


@pytest.mark.parametrize("size", SIZES)
def test_the_builders_root_is_the_trees_root(size: int) -> None:
    entries = some_entries(size)
    frontier = Frontier()
    frontier.extend(leaf_hashes(entries))
    assert built(entries)[0].root() == frontier.root()


def test_each_hash_of_each_tile_is_the_subtree_that_the_specification_says() -> None:
    entries = some_entries(70_000)
    tree = Tree()
    tree.extend(leaf_hashes(entries))
    for tile, data in built(entries)[1].items():
        if tile.level == ENTRIES:
            first = tile.index * 256
            assert parse_bundle(data=data, width=tile.width) == entries[first : first + tile.width]
        else:
            hashes = [tree.node(8 * tile.level, tile.index * 256 + slot) for slot in range(tile.width)]
            assert parse_tile(data=data, width=tile.width) == hashes


@given(runs=st.lists(st.sampled_from([0, 1, 2, 100, 255, 256, 257, 600]), max_size=6))
def test_entries_fed_in_any_runs_give_the_same_tiles(runs: list[int]) -> None:
    entries = some_entries(sum(runs))
    builder, tiles, start = TileBuilder(), dict[Tile, bytes](), 0
    for run in runs:
        tiles.update(builder.feed(entries[start : start + run]))
        start += run
    tiles.update(builder.partials())
    assert tiles == built(entries)[1]


@pytest.mark.parametrize(
    ("tile", "size"),
    [
        (Tile(0, 0, 255), 256),
        (Tile(0, 0, 256), 255),
        (Tile(0, 1, 1), 256),
        (Tile(1, 0, 1), 255),
        (Tile(ENTRIES, 0, 1), 0),
        (Tile(7, 0, 1), 2**40),
        (Tile(0, 10**20, 256), 2**53 - 1),
    ],
)
def test_a_tile_of_another_size_does_not_belong(tile: Tile, size: int) -> None:
    assert not belongs(tile=tile, size=size)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 70_000])
def test_proofs_made_from_tiles_are_those_of_the_tree(size: int) -> None:
    entries = some_entries(size)
    tree, tiles = Tree(), built(entries)[1]
    tree.extend(leaf_hashes(entries))
    nodes = tile_nodes(read=tiles.__getitem__, size=size)
    for index in {0, size // 3, size // 2, size - 1}:
        made = inclusion_proof(nodes=nodes, index=index, size=size)
        assert made == inclusion_proof(nodes=tree.node, index=index, size=size)
        made = consistency_proof(nodes=nodes, old=index, new=size)
        assert made == consistency_proof(nodes=tree.node, old=index, new=size)


def test_tiles_that_are_kept_give_the_same_proofs_as_the_log_grows_and_are_read_once() -> None:
    entries, kept, asked = some_entries(70_000), KeptTiles(most=8), list[Tile]()
    tree = Tree()
    tree.extend(leaf_hashes(entries))
    tiles = {size: built(entries[:size])[1] for size in (300, 66_000, 70_000)}
    for size, index in (
        (300, 299),
        (300, 0),
        (66_000, 299),
        (70_000, 0),
        (70_000, 65_999),
        (70_000, 1),
        (70_000, 69_999),
    ):

        def read(tile: Tile, *, size: int = size) -> bytes:
            asked.append(tile)
            return tiles[size][tile]

        nodes = tile_nodes(read=read, size=size, kept=kept)
        assert inclusion_proof(nodes=nodes, index=index, size=size) == inclusion_proof(
            nodes=tree.node, index=index, size=size
        )
    assert asked.count(Tile(1, 0, 256)) == 1
    assert asked.count(Tile(0, 0, 256)) == 1


def test_a_node_that_the_tree_has_not_is_refused() -> None:
    nodes = tile_nodes(read=built(some_entries(300))[1].__getitem__, size=300)
    with pytest.raises(Refused, match="no complete subtree"):
        nodes(7, 2)


def test_unaltered_tiles_show_no_difference() -> None:
    entries = some_entries(600)
    tiles = built(entries)[1]
    assert first_difference(leaves=[leaf_hashes(entries)], read=tiles.__getitem__) is None


@pytest.mark.parametrize(
    ("tile", "slot", "position"),
    [(Tile(0, 0, 256), 3, 3), (Tile(0, 1, 256), 0, 256), (Tile(0, 2, 88), 87, 599), (Tile(1, 0, 2), 1, 256)],
)
def test_an_altered_hash_is_named_with_its_place(tile: Tile, slot: int, position: int) -> None:
    entries = some_entries(600)
    tiles = built(entries)[1]
    altered = bytearray(tiles[tile])
    altered[slot * 32 + 31] ^= 1
    tiles[tile] = bytes(altered)
    leaves = leaf_hashes(entries)
    found = first_difference(leaves=[leaves[:7], leaves[7:300], leaves[300:]], read=tiles.__getitem__)
    assert found is not None
    assert (found.tile, found.slot, found.position) == (tile, slot, position)


def test_a_tile_cut_short_differs_at_its_first_missing_hash() -> None:
    entries = some_entries(10)
    tiles = built(entries)[1]
    tiles[Tile(0, 0, 10)] = tiles[Tile(0, 0, 10)][:64]
    found = first_difference(leaves=[leaf_hashes(entries)], read=tiles.__getitem__)
    assert found is not None
    assert found.slot == 2


def test_the_hash_tiler_holds_only_the_right_edge() -> None:
    tiler = HashTiler()
    leaves = leaf_hashes(some_entries(300))
    assert [tile for tile, _ in tiler.feed(leaves)] == [Tile(0, 0, 256)]
    assert [tile for tile, _ in tiler.partials()] == [Tile(0, 1, 44), Tile(1, 0, 1)]
