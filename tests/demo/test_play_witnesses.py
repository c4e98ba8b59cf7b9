"""A play has log witnesses: its checkpoints are cosigned and on the log, and who asks them, and how fast, changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from custody.adapters.reference import reference_stations
from custody.core.entries.admission import check_entry
from custody.core.entries.signing import public_bytes
from custody.core.ledger import Ledger
from custody.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from custody.core.tlog.merkle import Tree
from custody.core.tlog.notes import VerifierKey
from custody.demo.election import play, set_stage
from custody.demo.notary import LogWitnesses, Notary
from custody.sandbox.create import log_key_of
from custody.sandbox.local_witnesses import LocalWitnesses
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.errors import Unavailable


def entries(witnesses: LogWitnesses) -> list[bytes]:
    """A play with Ulaanbaatar, whose phones are offline for two days."""
    stations = [station for station in reference_stations() if station.code == "ULN"]
    stage = set_stage(seed=3, stations=stations, notary=Notary(log_key_of(3), witnesses))
    for _ in play(stage, stations=stations, log_key=public_bytes(log_key_of(3)).hex()):
        pass
    return stage.entries()


@cache
def computed() -> tuple[bytes, ...]:
    return tuple(entries(ComputedWitnesses(3)))


@cache
def fold() -> Ledger:
    ledger = Ledger.empty()
    for position, entry in enumerate(computed()):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger


def test_three_processes_give_the_same_entries_as_their_keys_alone(tmp_path: Path) -> None:
    with LocalWitnesses(tmp_path / "witnesses", seed=3) as witnesses:
        assert entries(witnesses) == [*computed()]


def test_all_but_the_last_note_itself_is_proven_and_nothing_is_raised() -> None:
    state = fold().state
    assert [state.records[name].type for name in state.uncovered] == ["CheckpointWitnessed"]
    assert len(state.notes) > 10
    assert [finding.code for finding in state.findings] == []


def test_every_note_covers_all_that_was_on_the_log_before_it() -> None:
    state = fold().state
    assert all(note.cosigned.size == note.position for note in state.notes.values())
    assert all(len(note.cosigned.times) == 3 for note in state.notes.values())


def test_devices_state_the_newest_note_they_hold_and_offline_ones_the_one_they_held() -> None:
    state, newest, stated, offline = fold().state, 0, 0, 0
    for record in sorted(state.records.values(), key=lambda one: one.position):
        if record.type == "CheckpointWitnessed":
            newest = record.position
        elif record.device and record.seen < newest:
            offline += 1
        elif record.device:
            stated += 1
    assert stated > 30
    assert 0 < offline < 15


def test_witnesses_that_are_not_there_stop_the_play_with_a_reason(tmp_path: Path) -> None:
    with LocalWitnesses(tmp_path / "witnesses", seed=3) as witnesses:
        witnesses.meet(VerifierKey("kz-2015.invalid/kz-2015/0123456789abcdef/0", public_bytes(log_key_of(3))))
        with pytest.raises(Unavailable, match="Not all log witnesses"):
            witnesses.cosign(_foreign(), tree=_tree(), at=1_428_000_000)


def _tree() -> Tree:
    tree = Tree()
    tree.extend([bytes(32)])
    return tree


def _foreign() -> bytes:
    """A checkpoint of a log that they do not know."""
    key = log_key_of(4)
    name = "kz-2015.invalid/kz-2015/fedcba9876543210/0"
    checkpoint = Checkpoint(name, 1, _tree().root(1))
    return sign_checkpoint(checkpoint=checkpoint, key=VerifierKey(name, public_bytes(key)), sign=key.sign)
