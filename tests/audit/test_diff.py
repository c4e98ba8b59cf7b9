"""Two copies of one log: the same, one the other's beginning, or two histories that one log key signed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.audit.comparison import Relation, compare
from schemas.errors import NotEstablished
from tests.audit.cases import CHECKPOINT, sum_again
from tests.audit.test_cosigned import add
from tests.audit.test_served_log import served
from tests.worlds import World

WORLD = World()
ENTRIES = tuple(WORLD.some(300))
LOG = Path("logs/0")


@dataclass(frozen=True)
class Copies:
    """Archives of one election by the number of their entries, and of another history of it."""

    folder: Path

    def of(self, size: int, *, is_other: bool = False) -> Path:
        entries = [*ENTRIES[:size]]
        if is_other:
            entries = [*entries[:-3], entries[-2], entries[-3], entries[-1]]
        return WORLD.archive(self.folder / f"{size}-{is_other}", entries=entries)


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path)


def related(one: Path, other: Path) -> tuple[Relation, int | None]:
    found = compare(one / LOG, other / LOG, root=WORLD.election)
    return found.relation, found.parts_at


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "custody.cli", "diff", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ})


def test_a_copy_is_the_same_as_itself_and_goes_on_as_a_longer_one(copies: Copies) -> None:
    short, long = copies.of(10), copies.of(300)
    assert related(short, short) == (Relation.SAME, None)
    assert related(short, long) == (Relation.CONTINUES, None)
    assert related(long, short) == (Relation.CONTINUES, None)


@pytest.mark.parametrize(("one", "other"), [(20, 20), (20, 300), (300, 20), (300, 300)])
def test_two_histories_part_at_the_first_entry_that_differs(copies: Copies, one: int, other: int) -> None:
    honest, forked = copies.of(one), copies.of(other, is_other=True)
    found = related(honest, forked)
    if one >= other:
        assert found == (Relation.TWO_HISTORIES, other - 3)
    else:
        assert found == (Relation.CONTINUES, None)


def test_a_copy_that_is_not_what_was_signed_is_no_evidence(copies: Copies) -> None:
    honest, forged = copies.of(20), copies.of(20, is_other=True)
    (forged / CHECKPOINT).write_bytes((honest / CHECKPOINT).read_bytes())
    with pytest.raises(NotEstablished) as caught:
        related(honest, forged)
    assert caught.value.code == "copy-root"


def test_copies_of_two_elections_are_not_compared(copies: Copies, tmp_path: Path) -> None:
    world = World(seed=2)
    other = world.archive(tmp_path / "foreign", entries=world.some(10))
    with pytest.raises(NotEstablished) as caught:
        compare(copies.of(10) / LOG, other / LOG)
    assert caught.value.code == "copy-election"


def test_the_command_names_where_they_part_and_who_signed_which(copies: Copies, tmp_path: Path) -> None:
    honest, forked = copies.of(20), copies.of(20, is_other=True)
    add(forked / CHECKPOINT, ("alpha",))
    sum_again(forked)
    done = run(honest, forked, "--root", WORLD.election, "--out", tmp_path / "evidence.json")
    place = 17
    assert done.returncode == 1, done.stderr
    assert f"TWO HISTORIES  they part at position {place}" in done.stdout
    told = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    assert (told["relation"], told["parts_at"]) == ("two histories", place)
    assert [copy["signed_by"][0] for copy in told["copies"]] == [told["copies"][0]["signed_by"][0], "alpha.invalid"]
    assert told["copies"][1]["checkpoint"].encode() == (forked / CHECKPOINT).read_bytes()


def test_the_command_reads_what_is_served_and_says_what_is_no_archive(copies: Copies, tmp_path: Path) -> None:
    archive = copies.of(10)
    with served(archive) as address:
        done = run(archive, f"{address}/logs/0", "--json")
    assert (done.returncode, json.loads(done.stdout)["relation"]) == (0, "same")
    assert run(archive, tmp_path / "nothing").returncode == 65
