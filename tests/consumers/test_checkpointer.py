"""The checkpointer signs what it can prove to continue what it signed before, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import Checkpointer, checkpointing, run_once
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint, origin, parse_checkpoint, sign_checkpoint
from custody.core.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hashes
from custody.core.tlog.notes import VerifierKey, parse_verifier_key
from custody.core.tlog.tile_builder import first_difference
from custody.core.tlog.tiles import Tile, tile_path, tiles_of
from custody.ports import LogRecord
from schemas.errors import Contradicted, LogUnavailable, Unavailable

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = origin(domain="custody.invalid", slug="test", election="0123456789abcdef" * 4, log=0)
VKEY = VerifierKey(name=ORIGIN, public=KEY.public_key().public_bytes_raw())


def some_entries(size: int, *, what: bytes = b"entry") -> list[bytes]:
    return [b"%s %d" % (what, number) for number in range(size)]


def log_of(entries: Sequence[bytes]) -> MemoryLog:
    log = MemoryLog()
    log.append(entries)
    return log


def tree_head(entries: Sequence[bytes]) -> Checkpoint:
    frontier = Frontier()
    frontier.extend(leaf_hashes(entries))
    return Checkpoint(ORIGIN, len(entries), frontier.root())


class House:
    """A checkpointer's folder and state file, and a way to run it over any log."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "public"
        self.state = place / "private" / "signed"

    def run(self, log: MemoryLog, *, key: Ed25519PrivateKey = KEY, name: str = ORIGIN) -> Checkpoint:
        return run_once(log=log, folder=self.folder, state=self.state, origin=name, key=key)

    def published(self) -> Checkpoint:
        return open_checkpoint(data=(self.folder / "checkpoint").read_bytes(), key=VKEY)

    def kept(self) -> Checkpoint:
        return parse_checkpoint(self.state.read_text())

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 3000])
def test_a_log_is_published_with_its_tiles_and_signed(house: House, size: int) -> None:
    entries = some_entries(size)
    assert house.run(log_of(entries)) == house.published() == house.kept() == tree_head(entries)
    assert set(house.files()) == {"checkpoint", "log.vkey", *map(tile_path, tiles_of(size))}
    assert first_difference(leaves=[leaf_hashes(entries)], read=TileFolder(house.folder).read_tile) is None


def test_the_verifier_key_lies_beside_the_checkpoint(house: House) -> None:
    house.run(log_of(some_entries(3)))
    assert parse_verifier_key((house.folder / "log.vkey").read_text().removesuffix("\n")) == VKEY


def test_an_empty_log_has_the_empty_root(house: House) -> None:
    assert house.run(MemoryLog()).root == EMPTY_ROOT


def test_a_growing_log_is_followed_by_one_process(house: House) -> None:
    log = MemoryLog()
    entries = some_entries(900)
    with checkpointing(log=log, folder=house.folder, state=house.state, origin=ORIGIN, key=KEY) as checkpointer:
        for start in range(0, 900, 90):
            log.append(entries[start : start + 90])
            assert checkpointer.step() == tree_head(entries[: start + 90]) == house.published()


def test_a_growing_log_is_followed_by_a_new_process_each_time(house: House) -> None:
    log = MemoryLog()
    entries = some_entries(900)
    for start in range(0, 900, 90):
        log.append(entries[start : start + 90])
        assert house.run(log) == tree_head(entries[: start + 90]) == house.published()


def test_nothing_new_changes_no_file(house: House) -> None:
    log = log_of(some_entries(300))
    house.run(log)
    before = house.files()
    house.run(log)
    assert house.files() == before


def test_partial_tiles_go_when_their_full_tile_is_published(house: House) -> None:
    log = MemoryLog()
    for part in (100, 100, 100):
        log.append(some_entries(part))
        house.run(log)
    partial = [name for name in house.files() if ".p/" in name]
    assert sorted(partial) == ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"]


def test_tiles_of_earlier_checkpoints_stay_readable(house: House) -> None:
    log = MemoryLog()
    for part in (100, 30, 500):
        log.append(some_entries(part))
        house.run(log)
    folder = TileFolder(house.folder)
    for size in (100, 130):
        assert len(folder.read_tile(Tile(0, 0, size))) == size * 32


def test_a_shorter_log_is_contradicted_and_nothing_is_written(house: House) -> None:
    house.run(log_of(some_entries(300)))
    before = house.files()
    with pytest.raises(Contradicted, match=r"^log-shorter"):
        house.run(log_of(some_entries(299)))
    assert house.files() == before
    assert house.kept().size == 300


@pytest.mark.parametrize("place", [0, 1, 255, 256, 299])
def test_a_log_that_differs_in_one_old_entry_is_contradicted_and_nothing_is_written(house: House, place: int) -> None:
    entries = some_entries(400)
    house.run(log_of(entries[:300]))
    before = house.files()
    entries[place] += b"!"
    with pytest.raises(Contradicted, match=r"^log-differs"):
        house.run(log_of(entries))
    assert house.files() == before


def test_a_log_with_two_old_entries_swapped_is_contradicted(house: House) -> None:
    entries = some_entries(300)
    house.run(log_of(entries))
    entries[10], entries[11] = entries[11], entries[10]
    with pytest.raises(Contradicted, match=r"^log-differs"):
        house.run(log_of([*entries, b"new"]))


class Swapped:
    """A log whose content can be exchanged under a running reader."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log

    def end(self) -> int:
        return self.log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return self.log.read(start=start, limit=limit)


def step_after_exchange(house: House, other: MemoryLog) -> Checkpointer:
    log = Swapped(log_of(some_entries(300)))
    with checkpointing(log=log, folder=house.folder, state=house.state, origin=ORIGIN, key=KEY) as checkpointer:
        checkpointer.step()
        log.log = other
        checkpointer.step()
    return checkpointer


def test_a_log_exchanged_under_the_running_process_is_contradicted(house: House) -> None:
    with pytest.raises(Contradicted, match=r"^log-differs"):
        step_after_exchange(house, log_of(some_entries(400, what=b"other")))


def test_a_log_cut_under_the_running_process_is_contradicted(house: House) -> None:
    with pytest.raises(Contradicted, match=r"^log-shorter"):
        step_after_exchange(house, log_of(some_entries(200)))


def test_after_a_contradiction_the_true_log_is_taken_again(house: House) -> None:
    log = Swapped(log_of(some_entries(300)))
    with checkpointing(log=log, folder=house.folder, state=house.state, origin=ORIGIN, key=KEY) as checkpointer:
        checkpointer.step()
        log.log = log_of(some_entries(400, what=b"other"))
        with pytest.raises(Contradicted):
            checkpointer.step()
        log.log = log_of(some_entries(400))
        assert checkpointer.step() == tree_head(some_entries(400))


def test_a_lost_state_file_forgets_no_promise_while_the_checkpoint_is_there(house: House) -> None:
    house.run(log_of(some_entries(300)))
    house.state.unlink()
    with pytest.raises(Contradicted, match=r"^log-shorter"):
        house.run(log_of(some_entries(200)))


def test_a_lost_folder_forgets_no_promise_while_the_state_is_there(house: House) -> None:
    house.run(log_of(some_entries(300)))
    shutil.rmtree(house.folder)
    with pytest.raises(Contradicted, match=r"^log-shorter"):
        house.run(log_of(some_entries(200)))


def test_a_lost_folder_is_made_again_from_the_log(house: House) -> None:
    log = log_of(some_entries(300))
    house.run(log)
    before = house.files()
    shutil.rmtree(house.folder)
    house.run(log)
    assert house.files() == before


def test_a_state_older_than_the_published_checkpoint_forgets_no_promise(house: House) -> None:
    house.run(log_of(some_entries(100)))
    older = house.state.read_bytes()
    house.run(log_of(some_entries(300)))
    house.state.write_bytes(older)
    with pytest.raises(Contradicted, match=r"^log-shorter"):
        house.run(log_of(some_entries(200)))


def test_a_crash_between_promise_and_publication_is_made_good(house: House) -> None:
    house.run(log_of(some_entries(100)))
    older = (house.folder / "checkpoint").read_bytes()
    house.run(log_of(some_entries(300)))
    (house.folder / "checkpoint").write_bytes(older)
    assert house.run(log_of(some_entries(300))) == house.published() == tree_head(some_entries(300))


def test_a_damaged_tile_is_written_again(house: House) -> None:
    log = log_of(some_entries(300))
    house.run(log)
    before = house.files()
    (house.folder / "tile" / "0" / "000").write_bytes(b"x" * 8192)
    (house.folder / "tile" / "entries" / "001.p" / "44").unlink()
    house.run(log)
    assert house.files() == before


def test_a_damaged_state_file_stops_everything(house: House) -> None:
    house.run(log_of(some_entries(3)))
    house.state.write_bytes(b"\xff")
    with pytest.raises(Unavailable, match=r"^checkpointer-state"):
        house.run(log_of(some_entries(3)))


def test_the_state_of_another_log_stops_everything(house: House) -> None:
    house.run(log_of(some_entries(3)))
    with pytest.raises(Unavailable, match=r"^checkpointer-state"):
        house.run(log_of(some_entries(3)), name=ORIGIN[:-1] + "1")


def test_a_checkpoint_by_another_key_stops_everything(house: House) -> None:
    house.run(log_of(some_entries(3)))
    house.state.unlink()
    with pytest.raises(Contradicted, match=r"^checkpoint-foreign"):
        house.run(log_of(some_entries(3)), key=Ed25519PrivateKey.from_private_bytes(bytes(32)))


def test_a_checkpoint_that_the_log_never_had_stops_everything(house: House) -> None:
    house.run(log_of(some_entries(3)))
    note = sign_checkpoint(checkpoint=Checkpoint(ORIGIN, 2, bytes(32)), key=VKEY, sign=KEY.sign)
    (house.folder / "checkpoint").write_bytes(note)
    with pytest.raises(Contradicted, match=r"^log-differs"):
        house.run(log_of(some_entries(3)))


def test_two_checkpointers_never_work_at_once(house: House) -> None:
    with (
        checkpointing(log=MemoryLog(), folder=house.folder, state=house.state, origin=ORIGIN, key=KEY),
        pytest.raises(Unavailable, match=r"^runner-active"),
    ):
        house.run(MemoryLog())


class Gap:
    """A log that leaves out one position."""

    def end(self) -> int:
        return 3

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return [LogRecord(position, b"x") for position in (0, 2) if position >= start][:limit]


def test_a_log_that_leaves_out_a_position_is_not_signed(house: House) -> None:
    with pytest.raises(LogUnavailable, match=r"^log-gap"):
        run_once(log=Gap(), folder=house.folder, state=house.state, origin=ORIGIN, key=KEY)
    assert not (house.folder / "checkpoint").exists()


def test_a_disk_that_takes_no_tiles_takes_no_checkpoint(house: House) -> None:
    house.folder.mkdir(parents=True)
    (house.folder / "tile").write_text("in the way")
    with pytest.raises(Unavailable):
        house.run(log_of(some_entries(3)))
    assert not (house.folder / "checkpoint").exists()
    assert not house.state.exists()
