"""Who may read what is written, and that nothing is written through a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.adapters.durable import write_file, write_private
from custody.adapters.keystore import Keystore
from custody.adapters.keystore_file import LIGHT_COST
from custody.adapters.outbox import Outbox
from tests.worlds import World

MINE = 0o600


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("write", [write_file, write_private])
def test_a_link_beside_the_place_is_not_followed(write: Callable[[Path, bytes], None], tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("kept")
    out.with_name("out.unfinished").symlink_to(victim)
    write(out, b"new")
    assert (victim.read_text(), out.read_bytes()) == ("kept", b"new")
    assert not out.with_name("out.unfinished").is_symlink()


def test_a_link_in_the_place_itself_is_replaced(tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("kept")
    out.symlink_to(victim)
    write_file(out, b"new")
    assert (victim.read_text(), out.read_bytes(), out.is_symlink()) == ("kept", b"new", False)


def test_other_files_follow_the_umask_and_private_ones_do_not(tmp_path: Path) -> None:
    write_file(tmp_path / "open", b"")
    write_private(tmp_path / "own", b"")
    assert (mode(tmp_path / "open"), mode(tmp_path / "own")) == (0o644, MINE)


def test_an_outbox_and_all_that_sqlite_puts_beside_it_are_their_owners(tmp_path: Path) -> None:
    with Outbox.create(tmp_path / "box.sqlite", badge="a", key="0" * 64) as box:
        box.learn((), at="2026-01-01T00:00:00+00:00")
        found = {path.name: mode(path) for path in tmp_path.iterdir()}
    assert len(found) >= 2
    assert set(found.values()) == {MINE}


def test_an_outbox_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "box.sqlite"
    Outbox.create(path, badge="a", key="0" * 64).close()
    path.chmod(0o644)
    Outbox.open(path).close()
    assert mode(path) == MINE


def test_a_keystore_and_its_lock_are_their_owners(tmp_path: Path) -> None:
    Keystore.create(tmp_path / "keys.json", domain="custody.invalid", cost=LIGHT_COST)
    assert {mode(path) for path in tmp_path.iterdir()} == {MINE}


@pytest.mark.parametrize(
    ("mask", "folder", "file"), [(0o000, 0o777, 0o666), (0o077, 0o700, 0o600), (0o022, 0o755, 0o644)]
)
def test_an_archive_follows_the_umask(tmp_path: Path, mask: int, folder: int, file: int) -> None:
    world = World()
    os.umask(mask)
    for _ in range(2):
        archive = world.archive(tmp_path / "archive", entries=world.some(3))
        found = [archive, *archive.rglob("*")]
        assert {mode(path) for path in found if path.is_dir()} == {folder}
        assert {mode(path) for path in found if path.is_file()} == {file}
