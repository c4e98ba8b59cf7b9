"""A checkpointer that is killed before each of its durable steps signs no two roots for one size, and goes on to the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.merkle import root_of
from custody.core.tlog.tiles import ENTRIES, tile_nodes, tiles_of
from tests.consumers.test_checkpointer import House, some_entries, tree_head
from tests.faults.checkpointer_victims import SIZES


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.faults.checkpointer_victims", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder, [line.split() for line in done.stdout.splitlines()]


def test_every_step_killed_somebody_and_every_size_was_reached(told: tuple[Path, list[list[str]]]) -> None:
    lines = told[1]
    assert [int(line[1]) for line in lines if line[0] == "whole"] == list(SIZES)
    assert sum(line[0] == "killed" for line in lines) > 5 * len(SIZES)


def test_no_two_roots_were_signed_for_one_size_and_all_are_the_log_s(told: tuple[Path, list[list[str]]]) -> None:
    signed = {(int(line[1]), line[2]) for line in told[1] if line[0] == "signed"}
    assert signed == {(size, tree_head(some_entries(size)).root.hex()) for size in SIZES}


def test_what_is_left_is_whole(told: tuple[Path, list[list[str]]]) -> None:
    house, size = House(told[0]), SIZES[-1]
    assert house.published() == house.kept() == tree_head(some_entries(size))
    folder = TileFolder(house.folder)
    found = [entry for tile in tiles_of(size) if tile.level == ENTRIES for entry in folder.read_bundle(tile)]
    assert found == some_entries(size)
    nodes = tile_nodes(read=folder.read_tile, size=size)
    assert root_of(nodes=nodes, size=size) == house.published().root
