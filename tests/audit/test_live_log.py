"""A running log audited beside the archive that was made of it, and without one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.memory import MemoryLog
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.exits import run
from custody.cli.program import make_app
from tests.audit.cases import BUNDLE, SIZE, entries, names, rewrite, sum_again, world


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return world().archive(tmp_path / "archive", entries=entries())


def log_of(found: Sequence[bytes]) -> MemoryLog:
    log = MemoryLog()
    log.append(found)
    return log


def audited(log: MemoryLog, *, archive: Path | None) -> AuditReport:
    return audit_archive(Request(source=archive, root=world().election, log=log, workers=1))


def test_a_log_that_is_what_the_archive_signs_is_verified_however_far_it_has_grown(archive: Path) -> None:
    report = audited(log_of([*entries(), b"more", b"and more"]), archive=archive)
    assert report.verdict is AuditVerdict.VERIFIED
    assert report.tally.entries == SIZE
    alone = audit_archive(Request(source=archive, root=world().election, workers=1))
    assert report.to_json() == alone.to_json()


@pytest.mark.parametrize("position", [0, 1, SIZE // 2, SIZE - 1])
def test_an_entry_that_differs_is_named(archive: Path, position: int) -> None:
    changed = [*entries()]
    changed[position] = changed[position][:-1]
    report = audited(log_of(changed), archive=archive)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.first_bad is not None
    assert report.first_bad.position == position


@pytest.mark.parametrize("position", [0, 1, SIZE // 2, SIZE - 1])
def test_an_archive_that_was_altered_beside_an_honest_log_is_tampering_and_its_entry_is_named(
    archive: Path, position: int
) -> None:
    changed = [*entries()]
    changed[position] = changed[position][:-1]
    rewrite(archive, changed)
    sum_again(archive)
    report = audited(log_of(entries()), archive=archive)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.first_bad is not None
    assert report.first_bad.position == position
    assert "the log holds the one that was signed" in report.first_bad.reason


@pytest.mark.parametrize("kept", [SIZE - 1, SIZE + 1])
def test_an_archive_with_fewer_or_more_entries_than_it_signs_is_never_verified(archive: Path, kept: int) -> None:
    rewrite(archive, [*entries(), b"more"][:kept])
    sum_again(archive)
    report = audited(log_of(entries()), archive=archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert BUNDLE in names(report)


def test_a_log_that_lost_its_end_is_not_established_and_says_where_it_ends(archive: Path) -> None:
    report = audited(log_of(entries()[:-3]), archive=archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert f"position {SIZE - 3} ({SIZE - 2} entries)" in names(report)


def test_without_an_archive_nothing_is_established_and_everything_is_told(archive: Path) -> None:
    report = audited(log_of(entries()), archive=None)
    signed = audit_archive(Request(source=archive, root=world().election, workers=1))
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert names(report) == {"checkpoint"}
    assert report.tally == signed.tally
    assert report.logs == signed.logs


def test_without_an_archive_another_election_is_still_found_out() -> None:
    report = audit_archive(Request(source=None, root="0" * 64, log=log_of(entries()), workers=1))
    assert report.verdict is AuditVerdict.TAMPERED


def test_an_empty_log_is_not_established() -> None:
    report = audited(MemoryLog(), archive=None)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED


def test_a_log_in_kafka_is_audited_from_the_command_line_with_credentials_of_the_environment(
    archive: Path, kafka_access: KafkaAccess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    create_topic(kafka_access, replicas=1)
    with KafkaLog.open(kafka_access) as log:
        log.append(entries())
    monkeypatch.setenv("CUSTODY_KAFKA_SECURITY", kafka_access.security)
    monkeypatch.setenv("CUSTODY_KAFKA_USER", str(kafka_access.user))
    monkeypatch.setenv("CUSTODY_KAFKA_PASSWORD", str(kafka_access.password))
    source = f"kafka://{','.join(kafka_access.bootstrap)}/{kafka_access.topic}"
    words = ["audit", source, "--root", world().election, "--json"]
    assert run(make_app(words), arguments=words) == 2
    unsigned = json.loads(capsys.readouterr().out)
    assert run(make_app(words), arguments=[*words, "--archive", str(archive)]) == 0
    signed = json.loads(capsys.readouterr().out)
    assert signed["verdict"] == "VERIFIED"
    assert unsigned["state_digest"] == signed["state_digest"]
    assert run(make_app(["audit"]), arguments=["audit", str(archive), "--archive", str(archive)]) == 64
