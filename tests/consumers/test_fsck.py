"""The log against its tree, and a tree built anew out of the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumers.fsck import check, rebuild
from consumers.restore import proven
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.cli.commands.fsck import run_fsck
from custody.core.tlog.tiles import Tile, tile_path, tiles_of
from schemas.errors import Contradicted, NotEstablished, Refused
from tests.worlds import World

WORLD = World()
LONG = tuple(WORLD.some(310))
SIZE = 300


@pytest.fixture
def tiles(tmp_path: Path) -> TileFolder:
    WORLD.archive(tmp_path / "a", entries=LONG[:SIZE])
    return TileFolder(tmp_path / "a.live")


def log(entries: tuple[bytes, ...]) -> MemoryLog:
    made = MemoryLog()
    made.append(entries)
    return made


def ended(found: MemoryLog, tiles: TileFolder) -> tuple[int, tuple[str, ...]]:
    checked = check(found, tiles=proven(tiles, root=WORLD.election), folder=tiles)
    return run_fsck(found, tiles=tiles, root=WORLD.election, kept=None), checked.wrong


def test_a_log_that_is_what_the_tree_commits_to_is_right_however_far_it_has_grown(tiles: TileFolder) -> None:
    assert ended(log(LONG[:SIZE]), tiles) == (0, ())
    assert ended(log(LONG), tiles) == (0, ())
    assert check(log(LONG), tiles=proven(tiles, root=WORLD.election), folder=tiles).beyond == 10


@pytest.mark.parametrize("place", [0, 255, 256, SIZE - 1])
def test_a_record_that_is_another_than_the_tree_has_is_named(tiles: TileFolder, place: int) -> None:
    code, wrong = ended(log((*LONG[:place], LONG[place] + b" ", *LONG[place + 1 :])), tiles)
    assert code == 1
    assert len(wrong) == 1
    assert f"position {place} " in wrong[0]


def test_a_log_that_ends_early_is_named(tiles: TileFolder) -> None:
    code, (wrong,) = ended(log(LONG[:290]), tiles)
    assert (code, "ends before position 290" in wrong) == (1, True)


def test_a_hash_tile_that_is_not_that_of_the_entries_is_named(tiles: TileFolder) -> None:
    place = tiles.path / tile_path(Tile(0, 0, 256))
    place.write_bytes(place.read_bytes()[:-1] + b"\x00")
    code, (wrong,) = ended(log(LONG), tiles)
    assert (code, wrong.startswith("tile/0/000 is not the tile")) == (1, True)


def test_a_tree_that_was_lost_is_built_anew_file_by_file(tiles: TileFolder, tmp_path: Path) -> None:
    again = TileFolder(tmp_path / "again")
    assert run_fsck(log(LONG), tiles=again, root=WORLD.election, kept=tiles.path / CHECKPOINT) == 0
    for tile in tiles_of(SIZE):
        assert (again.path / tile_path(tile)).read_bytes() == (tiles.path / tile_path(tile)).read_bytes()
    assert again.read_checkpoint() == tiles.read_checkpoint()
    with pytest.raises(NotEstablished):
        rebuild(log(LONG), to=again, note=tiles.read_checkpoint(), key=WORLD.vkey)


def test_no_checkpoint_is_put_over_a_tree_that_it_does_not_sign(tiles: TileFolder, tmp_path: Path) -> None:
    note = tiles.read_checkpoint()
    again = TileFolder(tmp_path / "again")
    with pytest.raises(Contradicted):
        rebuild(log((*LONG[:40], LONG[40] + b" ", *LONG[41:])), to=again, note=note, key=WORLD.vkey)
    assert not (again.path / CHECKPOINT).exists()
    with pytest.raises(Refused):
        rebuild(log(LONG[:200]), to=TileFolder(tmp_path / "short"), note=note, key=WORLD.vkey)
