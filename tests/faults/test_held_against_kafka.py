"""``fsck`` and ``audit --against`` where the log runs: a real broker whose topic is, and is not, what the tree commits to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.audit.held_evidence import verify_held
from custody.cli.exits import run
from custody.cli.program import make_app
from tests.faults.test_ledger_on_kafka import settings_of
from tests.worlds import World

WORLD = World()
ENTRIES = tuple(WORLD.some(30))
PLACE = 17
EDITED = (*ENTRIES[:PLACE], ENTRIES[3], *ENTRIES[PLACE + 1 :])
Command = Callable[..., int]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return WORLD.archive(tmp_path / "archive", entries=ENTRIES)


@pytest.fixture
def custody(kafka_access: KafkaAccess, monkeypatch: pytest.MonkeyPatch) -> Command:
    """One command, told of the topic by its settings."""
    for name, value in settings_of(kafka_access).items():
        monkeypatch.setenv(name, value)
    return lambda *words: run(make_app([words[0]]), arguments=words)


def write(topic: KafkaAccess, entries: Sequence[bytes]) -> None:
    create_topic(topic, replicas=1)
    with KafkaLog.open(topic) as log:
        log.append(entries)


@pytest.mark.parametrize(
    ("entries", "codes"),
    [(ENTRIES, []), (EDITED, ["edited-record"]), (ENTRIES[:20], ["truncated-tail"])],
    ids=["honest", "edited", "truncated"],
)
def test_a_topic_is_held_to_tree_and_archive(
    archive: Path, kafka_access: KafkaAccess, custody: Command, entries: Sequence[bytes], codes: list[str]
) -> None:
    write(kafka_access, entries)
    live = archive.with_name(f"{archive.name}.live")
    assert custody("fsck", "--tiles", str(live), "--root", WORLD.election) == int(bool(codes))
    address = f"kafka://{','.join(kafka_access.bootstrap)}/{kafka_access.topic}"
    keep = archive.with_name("kept")
    ended = custody(
        "audit", str(archive), "--root", WORLD.election, "--against", address, "--keep", str(keep), "--json"
    )
    found = sorted(verify_held(path.read_bytes(), root=WORLD.election).check for path in keep.glob("*"))
    assert (found, bool(ended)) == (codes, bool(codes))


def test_a_lost_tree_is_built_anew_out_of_the_topic(
    archive: Path, kafka_access: KafkaAccess, custody: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    write(kafka_access, ENTRIES)
    live, again = archive.with_name(f"{archive.name}.live"), archive.with_name("again")
    words = ("fsck", "--tiles", str(again), "--root", WORLD.election, "--rebuild", str(live / "checkpoint"))
    assert custody(*words) == 0
    files = [path.relative_to(live) for path in live.rglob("*") if path.is_file()]
    assert all((again / path).read_bytes() == (live / path).read_bytes() for path in files)
