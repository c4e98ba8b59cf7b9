"""Archives whose checkpoint was exchanged, signed anew or added to: each is named as what it is."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.audit.verdict import AuditReport, AuditVerdict
from custody.core.entries.signing import public_bytes
from custody.core.tlog.merkle import leaf_hashes, row_root
from custody.core.tlog.notes import VerifierKey, format_verifier_key
from tests.audit.cases import (
    BUNDLE,
    CHECKPOINT,
    SIZE,
    TILE,
    VKEY,
    audited,
    entries,
    names,
    rewrite,
    sum_again,
    world,
)
from tests.worlds import World

OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return world().archive(tmp_path / "archive", entries=entries())


def is_told(report: AuditReport, *, name: str) -> bool:
    """Whether a file is named as what is wrong, or as that which disagrees with it."""
    return any(name == gap.name or name in gap.sentence for gap in report.gaps)


def test_an_older_checkpoint_beside_newer_tiles_is_not_established(archive: Path) -> None:
    old = world().checkpoint(size=SIZE - 5, root=row_root(leaf_hashes(entries()[: SIZE - 5])))
    (archive / CHECKPOINT).write_bytes(old)
    sum_again(archive)
    report = audited(archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert {BUNDLE, TILE} <= names(report)


def test_a_newer_checkpoint_over_a_truncated_log_is_not_established(archive: Path) -> None:
    longer = World().some(SIZE + 3)
    (archive / CHECKPOINT).write_bytes(world().checkpoint(size=SIZE + 3, root=row_root(leaf_hashes(longer))))
    sum_again(archive)
    report = audited(archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert f"logs/0/tile/entries/000.p/{SIZE + 3}" in names(report)


def test_a_signed_size_beyond_all_files_is_told_in_no_time(archive: Path) -> None:
    for size in (2**53 - 1, 256**6, SIZE + 256**2):
        (archive / CHECKPOINT).write_bytes(world().checkpoint(size=size, root=bytes(32)))
        assert audited(archive).verdict is AuditVerdict.NOT_ESTABLISHED


def test_a_checkpoint_that_another_key_signed_under_the_logs_name_is_tampering(archive: Path) -> None:
    forged = world().checkpoint(size=SIZE, root=row_root(leaf_hashes(entries())), key=OTHER_KEY)
    (archive / CHECKPOINT).write_bytes(forged)
    sum_again(archive)
    assert audited(archive).verdict is AuditVerdict.TAMPERED


def test_a_log_signed_anew_by_another_key_contradicts_genesis(archive: Path) -> None:
    changed = [*entries()[:-1], entries()[0]]
    rewrite(archive, changed)
    (archive / TILE).write_bytes(b"".join(leaf_hashes(changed)))
    forged = world().checkpoint(size=SIZE, root=row_root(leaf_hashes(changed)), key=OTHER_KEY)
    (archive / CHECKPOINT).write_bytes(forged)
    key = VerifierKey(name=world().vkey.name, public=public_bytes(OTHER_KEY))
    (archive / VKEY).write_text(f"{format_verifier_key(key)}\n")
    sum_again(archive)
    for root in (world().election, None):
        report = audited(archive, root=root)
        assert report.verdict is AuditVerdict.TAMPERED
        assert report.first_bad is not None
        assert VKEY in report.first_bad.reason


def test_the_archive_of_another_election_is_tampering_under_this_root(tmp_path: Path) -> None:
    other = World(seed=2)
    report = audited(other.archive(tmp_path / "archive", entries=other.some(SIZE)))
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.election == other.election


def test_a_false_signature_under_a_checkpoint_is_no_signature(archive: Path) -> None:
    data = (archive / CHECKPOINT).read_bytes()
    note, mark, line = data.rpartition(b" ")
    (archive / CHECKPOINT).write_bytes(note + mark + line[:20] + (b"A" if line[20:21] != b"A" else b"B") + line[21:])
    sum_again(archive)
    report = audited(archive)
    assert (report.verdict, names(report)) == (AuditVerdict.NOT_ESTABLISHED, {CHECKPOINT})


@pytest.mark.parametrize("name", ["stranger.invalid", world().vkey.name])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_signature_line_added_to_the_checkpoint_is_named(archive: Path, *, name: str, is_first: bool) -> None:
    text, _, line = (archive / CHECKPOINT).read_text().rpartition("\n\n")
    added = f"\u2014 {name} {b64encode(bytes(range(68))).decode()}\n"
    (archive / CHECKPOINT).write_text(f"{text}\n\n{added + line if is_first else line + added}")
    sum_again(archive)
    report = audited(archive)
    assert (report.verdict, names(report)) == (AuditVerdict.NOT_ESTABLISHED, {CHECKPOINT})
