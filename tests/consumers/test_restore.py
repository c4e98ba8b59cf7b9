"""A log is restored from the tiles byte for byte, or left alone: nothing is put back that is not proven first."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import run_once
from consumers.restore import ATTEMPTS_MAX, Restored, proven, restore
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import TileFolder
from custody.core.entries.unrepresentable import unrepresentable
from custody.core.tlog.checkpoint import Checkpoint
from custody.ports import LogRecord
from schemas.errors import Contradicted, CustodyError, NotEstablished, OutcomeUnknown, Refused
from tests.worlds import World

WORLD = World()
ENTRIES = WORLD.some(600)


class Wavering(MemoryLog):
    """A log whose appends end without an answer: ``lands`` says, append by append, whether it was written."""

    def __init__(self, lands: list[bool | None]) -> None:
        super().__init__()
        self.lands = lands

    def append(self, entries: list[bytes]) -> None:  # type: ignore[override]
        landed = self.lands.pop(0) if self.lands else None
        if landed is not False:
            super().append(entries)
        if landed is not None:
            raise OutcomeUnknown("silence", "Nobody answered.")


def signed(place: Path, *, entries: list[bytes] = ENTRIES, key: Ed25519PrivateKey | None = None) -> Checkpoint:
    log = MemoryLog()
    log.append(entries)
    return run_once(
        log=log, folder=place, state=place.parent / "state", origin=WORLD.vkey.name, key=key or WORLD.log_key
    )


def restored(log: MemoryLog, place: Path) -> Restored:
    return restore(log, tiles=proven(TileFolder(place), root=WORLD.election), pause=lambda ms: None)


def held(log: MemoryLog) -> list[bytes]:
    return [record.entry for record in log.read(start=0, limit=10_000)]


@pytest.mark.parametrize("there", [0, 1, 255, 256, 257, len(ENTRIES)])
def test_what_is_missing_is_put_back_and_the_same_root_is_signed_again(there: int, tmp_path: Path) -> None:
    before = signed(tmp_path / "tiles")
    log = MemoryLog()
    log.append(ENTRIES[:there])
    assert restored(log, tmp_path / "tiles") == Restored(checkpoint=before, appended=len(ENTRIES) - there)
    assert held(log) == ENTRIES
    again = run_once(
        log=log, folder=tmp_path / "tiles", state=tmp_path / "state", origin=WORLD.vkey.name, key=WORLD.log_key
    )
    assert again == before


def test_a_log_that_went_on_after_the_checkpoint_is_left_as_it_is(tmp_path: Path) -> None:
    signed(tmp_path / "tiles", entries=ENTRIES[:300])
    log = MemoryLog()
    log.append(ENTRIES)
    assert restored(log, tmp_path / "tiles").appended == 0
    assert held(log) == ENTRIES


def test_a_log_with_another_entry_is_left_as_it_is(tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    log = MemoryLog()
    log.append([*ENTRIES[:100], b"another"])
    with pytest.raises(Contradicted, match="position 100"):
        restored(log, tmp_path / "tiles")
    assert len(held(log)) == 101


@pytest.mark.parametrize("lands", [[True], [False], [False, True], [True, False, True]])
def test_an_append_without_an_answer_puts_nothing_twice(lands: list[bool | None], tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    log = Wavering(lands)
    restored(log, tmp_path / "tiles")
    assert held(log) == ENTRIES


def test_silence_for_ever_ends_and_a_further_run_completes_it(tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    log = Wavering([None, *[False] * ATTEMPTS_MAX])
    with pytest.raises(OutcomeUnknown):
        restored(log, tmp_path / "tiles")
    restored(log, tmp_path / "tiles")
    assert held(log) == ENTRIES


def test_a_checkpoint_by_another_key_restores_nothing(tmp_path: Path) -> None:
    signed(tmp_path / "tiles", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(Contradicted, match="not signed by the log key"):
        restored(MemoryLog(), tmp_path / "tiles")


def test_tiles_of_another_election_restore_nothing(tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    with pytest.raises(Contradicted, match="not the genesis"):
        proven(TileFolder(tmp_path / "tiles"), root="0" * 64)


@pytest.mark.parametrize("bundle", ["000", "001", "002.p/*"])
def test_one_flipped_bit_in_any_bundle_restores_nothing(bundle: str, tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    (path,) = (tmp_path / "tiles" / "tile" / "entries").glob(bundle)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(CustodyError) as caught:
        restored(MemoryLog(), tmp_path / "tiles")
    assert isinstance(caught.value, Contradicted | NotEstablished | Refused)


def test_a_missing_bundle_is_named(tmp_path: Path) -> None:
    signed(tmp_path / "tiles")
    (tmp_path / "tiles" / "tile" / "entries" / "001").unlink()
    with pytest.raises(NotEstablished, match="tile/entries/001"):
        restored(MemoryLog(), tmp_path / "tiles")


def test_an_empty_log_s_tiles_restore_nothing(tmp_path: Path) -> None:
    signed(tmp_path / "tiles", entries=[])
    with pytest.raises(NotEstablished, match="nothing to restore"):
        proven(TileFolder(tmp_path / "tiles"), root=WORLD.election)


class Rotten(MemoryLog):
    """A log that shows the leaf of a record that is no entry at one position, as a topic with a stranger's record does."""

    def __init__(self, at: int, *, leaf: bytes) -> None:
        super().__init__()
        self.at, self.leaf = at, leaf

    def read(self, *, start: int, limit: int) -> list[LogRecord]:
        """See the port."""
        found = super().read(start=start, limit=limit)
        return [LogRecord(each.position, self.leaf if each.position == self.at else each.entry) for each in found]


def test_a_record_of_which_only_a_hash_is_left_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    rotten = Rotten(300, leaf=unrepresentable("length", bytes(70_000)))
    rotten.append(ENTRIES)
    run_once(log=rotten, folder=tmp_path / "tiles", state=tmp_path / "state", origin=WORLD.vkey.name, key=WORLD.log_key)
    log = MemoryLog()
    with pytest.raises(NotEstablished) as caught:
        restored(log, tmp_path / "tiles")
    assert (caught.value.code, log.end()) == ("restore-lost", 0)
    assert "position 300 (301 entries)" in caught.value.sentence.lower()
    assert "'restore-lost'" in caught.value.sentence


def test_a_log_that_still_holds_such_a_record_is_completed(tmp_path: Path) -> None:
    rotten = Rotten(300, leaf=unrepresentable("length", bytes(70_000)))
    rotten.append(ENTRIES)
    run_once(log=rotten, folder=tmp_path / "tiles", state=tmp_path / "state", origin=WORLD.vkey.name, key=WORLD.log_key)
    log = Rotten(300, leaf=rotten.leaf)
    log.append(ENTRIES[:301])
    assert restored(log, tmp_path / "tiles").appended == len(ENTRIES) - 301
