"""The number of workers changes the time that an audit takes and nothing else."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from custody.audit.entry_check import look
from custody.audit.replay import AuditReplay, KeysAhead, spellings
from custody.audit.verdict import AuditVerdict
from custody.audit.workers import Batch, look_at_all
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from schemas.errors import Unavailable
from tests.audit.cases import audited, flip
from tests.worlds import DEVICE, World, fold

SIZE = 700


@pytest.fixture(scope="module")
def log() -> list[bytes]:
    """Good entries, and between them whatever a log can hold as well."""
    entries = World().some(SIZE)
    stranger = World(seed=3)
    odd = [
        b"\x00",
        b"{}",
        b"custody/unrepresentable/v1\nmissing\n-\n",
        stranger.genesis,
        stranger.enrolment("device-2"),
        entries[0],
        entries[40],
        flip(entries[41], bit=8 * 100),
        flip(entries[42], bit=8 * (len(entries[42]) - 30)),
    ]
    return [*entries[:300], *odd, *entries[300:]]


def replayed(entries: Sequence[bytes]) -> AuditReplay:
    replay = AuditReplay(lambda count: entries[:count])
    batch = KeysAhead().batch(entries, position=0)
    replay.take(entries, looks=look(entries, keys=batch.keys))
    return replay


def test_one_and_two_and_three_workers_give_the_same_report(tmp_path: Path, log: list[bytes]) -> None:
    world = World()
    archive = world.archive(tmp_path / "archive", entries=log)
    reports = [audited(archive, root=world.election, workers=workers) for workers in (1, 2, 3)]
    assert reports[0].verdict is AuditVerdict.VERIFIED
    assert reports[0] == reports[1] == reports[2]
    assert not multiprocessing.active_children()


def test_keys_handed_out_ahead_give_what_the_front_door_gives_at_each_position(log: list[bytes]) -> None:
    assert replayed(log).ledger.state_digest() == fold(log).state_digest()


def test_an_enrolment_is_found_in_an_envelope_wherever_it_stands_in_the_payload() -> None:
    mark = b'"type":"KeyEnrolled"'
    for lead in range(60):
        text = b64encode(b"x" * lead + mark + b"y" * (lead % 7))
        assert any(spelling in text for spelling in spellings(mark))
    assert not any(spelling in b64encode(mark.replace(b"K", b"k")) for spelling in spellings(mark))


def test_a_key_counts_only_from_the_position_that_enrolled_it(log: list[bytes]) -> None:
    early = [log[0], log[2], log[1], *log[3:20], log[2]]
    ahead, plain = replayed(early), fold(early)
    assert ahead.ledger.state_digest() == plain.state_digest()
    device = World().key(DEVICE)[1]
    assert ahead.ledger.public_key(device) is not None
    assert check_entry(early[1], position=1, keys=Ledger.empty().public_key).unresolved


def test_batches_come_back_in_order_however_long_each_takes() -> None:
    sizes = [200, 1, 100, 1, 1, 50, 1, 1, 1, 30]
    batches = [Batch(place, [b"x" * 1000] * size, {}) for place, size in enumerate(sizes)]
    found = list(look_at_all(iter(batches), workers=3))
    assert [batch.position for batch, _ in found] == list(range(len(sizes)))
    assert [len(looks) for _, looks in found] == sizes


def test_leaving_early_ends_the_workers() -> None:
    looked = look_at_all((Batch(place, [b"x"], {}) for place in range(10_000)), workers=2)
    next(looked)
    assert len(multiprocessing.active_children()) == 2
    looked.close()
    assert not multiprocessing.active_children()


def test_a_worker_that_is_killed_is_told_and_leaves_nobody_behind() -> None:
    looked = look_at_all((Batch(place, [b"x"], {}) for place in range(10_000)), workers=2)
    next(looked)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(Unavailable, match="audit-worker-lost"):
        list(looked)
    assert not multiprocessing.active_children()


def test_a_worker_does_not_import_what_it_never_uses() -> None:
    asked = "import custody.audit.workers, sys; print(sorted({'pydantic', 'custody.core.ledger'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
