"""What can be done to an archive, and what the audit says of it: never VERIFIED, never a traceback, always where."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from custody.audit.verdict import AuditReport, AuditVerdict
from custody.core.tlog.merkle import leaf_hashes
from custody.core.tlog.tiles import format_bundle
from schemas.envelope import parse_envelope
from tests.audit.cases import (
    BUNDLE,
    CHECKPOINT,
    SIZE,
    TILE,
    VKEY,
    audited,
    entries,
    flip,
    names,
    owned_by_somebody,
    rewrite,
    sum_again,
    world,
)
from tests.worlds import World

FILES = (BUNDLE, TILE, CHECKPOINT, VKEY, "election.json", "keys.json", "SHA256SUMS")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return world().archive(tmp_path / "archive", entries=entries())


def is_told(report: AuditReport, *, name: str) -> bool:
    """Whether a file is named as what is wrong, or as that which disagrees with it."""
    return any(name == gap.name or name in gap.sentence for gap in report.gaps)


def test_an_archive_as_exported_is_verified(archive: Path) -> None:
    report = audited(archive)
    assert report.verdict is AuditVerdict.VERIFIED
    assert (report.election, report.gaps, report.first_bad) == (world().election, (), None)
    assert (report.tally.entries, report.tally.events) == (SIZE, SIZE)
    assert report.tally.signatures == sum(len(parse_envelope(entry).signatures) for entry in entries())
    assert (report.tally.doubtful, dict(report.tally.findings)) == (0, {})


def test_without_a_root_nothing_is_established(archive: Path) -> None:
    report = audited(archive, root=None)
    assert (report.verdict, names(report)) == (AuditVerdict.NOT_ESTABLISHED, {"--root"})


def test_another_root_is_tampering_at_genesis(archive: Path) -> None:
    report = audited(archive, root="0" * 64)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.first_bad is not None
    assert report.first_bad.position == 0


def fields(entry: bytes) -> dict[str, int]:
    """A byte of each class of field in an envelope: its place."""
    end = entry.index(b'","payloadType"')
    return {
        "opening": 0,
        "field name": 3,
        "payload": 12 + (end - 12) // 2,
        "payload type": entry.index(b"application") + 4,
        "key id": entry.index(b'"keyid":"') + 20,
        "signature": entry.index(b'"sig":"') + 30,
        "closing": len(entry) - 1,
    }


@pytest.mark.parametrize("field", list(fields(entries()[7])))
@pytest.mark.parametrize("position", [0, 1, 7, SIZE - 1])
def test_a_bit_of_any_field_of_an_entry_is_tampering_at_that_entry(archive: Path, field: str, position: int) -> None:
    changed = [*entries()]
    changed[position] = flip(changed[position], bit=fields(changed[position])[field] * 8)
    rewrite(archive, changed)
    sum_again(archive)
    report = audited(archive)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.first_bad is not None
    assert report.first_bad.position == position


@pytest.mark.parametrize("name", FILES)
def test_a_bit_anywhere_in_a_file_is_never_verified_and_something_is_named(archive: Path, name: str) -> None:
    data = (archive / name).read_bytes()
    for bit in range(3, len(data) * 8, max(len(data) * 8 // 24, 1)):
        (archive / name).write_bytes(flip(data, bit=bit))
        report = audited(archive)
        assert report.verdict is not AuditVerdict.VERIFIED, bit
        assert report.gaps or report.first_bad


@pytest.mark.parametrize("name", [CHECKPOINT, VKEY, "election.json", "keys.json", "SHA256SUMS"])
def test_an_altered_file_that_is_no_entry_is_named_even_if_the_sums_fit(archive: Path, name: str) -> None:
    data = (archive / name).read_bytes()
    (archive / name).write_bytes(flip(data, bit=len(data) // 2 * 8))
    if name != "SHA256SUMS":
        sum_again(archive)
    report = audited(archive)
    assert (report.verdict, is_told(report, name=name)) == (AuditVerdict.NOT_ESTABLISHED, True)


def test_a_hash_tile_that_contradicts_the_signed_root_is_tampering_and_names_the_tile(archive: Path) -> None:
    data = (archive / TILE).read_bytes()
    (archive / TILE).write_bytes(flip(data, bit=(32 * 5 + 3) * 8))
    sum_again(archive)
    bad = audited(archive).first_bad
    assert bad is not None
    assert (bad.position, TILE in bad.reason) == (5, True)


def test_an_entry_altered_together_with_its_tile_is_still_found(archive: Path) -> None:
    changed = [*entries()]
    changed[9] = flip(changed[9], bit=(len(changed[9]) - 40) * 8)
    rewrite(archive, changed)
    (archive / TILE).write_bytes(b"".join(leaf_hashes(changed)))
    sum_again(archive)
    bad = audited(archive).first_bad
    assert bad is not None
    assert bad.position == 9


@pytest.mark.parametrize("position", range(SIZE))
def test_an_entry_taken_out_leaves_a_gap_that_is_named(archive: Path, position: int) -> None:
    left = [entry for place, entry in enumerate(entries()) if place != position]
    (archive / BUNDLE).write_bytes(format_bundle(left))
    sum_again(archive)
    report = audited(archive)
    assert report.verdict is not AuditVerdict.VERIFIED
    assert BUNDLE in names(report)


@pytest.mark.parametrize("position", range(SIZE - 1))
def test_two_entries_swapped_are_tampering_at_the_first(archive: Path, position: int) -> None:
    changed = [*entries()]
    changed[position : position + 2] = changed[position + 1], changed[position]
    rewrite(archive, changed)
    sum_again(archive)
    bad = audited(archive).first_bad
    assert bad is not None
    assert bad.position == position


@pytest.mark.parametrize("position", range(1, SIZE))
def test_an_entry_doubled_over_the_next_is_tampering_there(archive: Path, position: int) -> None:
    changed = [*entries()]
    changed[position] = changed[position - 1]
    rewrite(archive, changed)
    bad = audited(archive).first_bad
    assert bad is not None
    assert bad.position == position


@pytest.mark.parametrize("position", range(SIZE))
def test_a_byte_added_to_an_entry_is_tampering_there(archive: Path, position: int) -> None:
    changed = [*entries()]
    changed[position] += b" "
    rewrite(archive, changed)
    bad = audited(archive).first_bad
    assert bad is not None
    assert bad.position == position


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0, 1, -1])
def test_a_truncated_file_is_never_verified(archive: Path, name: str, keep: int) -> None:
    data = (archive / name).read_bytes()
    (archive / name).write_bytes(data[:keep])
    report = audited(archive)
    assert report.verdict is not AuditVerdict.VERIFIED
    assert is_told(report, name=name)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(archive: Path, name: str) -> None:
    (archive / name).unlink()
    report = audited(archive)
    assert (report.verdict, name in names(report)) == (AuditVerdict.NOT_ESTABLISHED, True)


@pytest.mark.parametrize("name", FILES)
def test_bytes_after_the_end_of_a_file_are_named(archive: Path, name: str) -> None:
    with (archive / name).open("ab") as file:
        file.write(b"\x00")
    report = audited(archive)
    assert report.verdict is not AuditVerdict.VERIFIED
    assert name in names(report)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_or_a_link_or_a_pipe_in_place_of_a_file_is_named(archive: Path, name: str) -> None:
    place = archive / name
    data = place.read_bytes()
    stored = archive.parent / "elsewhere"
    stored.write_bytes(data)
    makers: tuple[Callable[[], object], ...] = (
        place.mkdir,
        lambda: place.symlink_to(stored),
        lambda: os.mkfifo(place),
    )
    for make in makers:
        place.rmdir() if place.is_dir() else place.unlink()
        make()
        report = audited(archive)
        assert (report.verdict, name in names(report)) == (AuditVerdict.NOT_ESTABLISHED, True)


@pytest.mark.parametrize(
    "name", ["extra", "logs/0/tile/0/001", "logs/0/tile/entries/000", "logs/1/checkpoint", "logs/00/x"]
)
def test_an_extra_file_is_named(archive: Path, name: str) -> None:
    (archive / name).parent.mkdir(parents=True, exist_ok=True)
    (archive / name).write_bytes(b"x")
    report = audited(archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert name in names(report)


def test_a_file_with_an_odd_name_is_named_in_plain_characters(archive: Path) -> None:
    (archive / "\x1b[31m\n\u202e").write_bytes(b"")
    report = audited(archive)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert all(gap.name.isprintable() and gap.name.isascii() for gap in report.gaps)


def test_a_huge_file_in_place_of_a_small_one_is_named_and_not_read(archive: Path) -> None:
    for name in (CHECKPOINT, TILE, BUNDLE, "keys.json"):
        os.truncate(archive / name, 1 << 40)
    report = audited(archive)
    assert {CHECKPOINT, "keys.json"} <= names(report)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED


def test_a_link_in_place_of_a_folder_is_named(archive: Path) -> None:
    shutil.move(archive / "logs", archive.parent / "logs")
    (archive / "logs").symlink_to(archive.parent / "logs")
    report = audited(archive)
    assert (report.verdict, "logs" in names(report)) == (AuditVerdict.NOT_ESTABLISHED, True)


@pytest.mark.parametrize("name", ["logs", "logs/0", "logs/0/tile/entries", "."])
def test_a_folder_that_may_not_be_entered_is_named(archive: Path, name: str) -> None:
    with owned_by_somebody(archive) as copy:
        (copy / name).chmod(0)
        report = audited(copy)
        (copy / name).chmod(0o755)
    assert (report.verdict, name in names(report)) == (AuditVerdict.NOT_ESTABLISHED, True)


def test_no_entries_are_never_verified(tmp_path: Path) -> None:
    report = audited(world().archive(tmp_path / "archive", entries=[]))
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert {"entries", "genesis"} <= names(report)


def test_an_empty_folder_is_not_established(tmp_path: Path) -> None:
    report = audited(tmp_path)
    assert (report.verdict, report.logs, report.election) == (AuditVerdict.NOT_ESTABLISHED, (), None)
    assert CHECKPOINT in names(report)


def test_a_fold_version_that_this_program_does_not_know_asks_for_an_upgrade(tmp_path: Path) -> None:
    later = World(fold_version=2)
    report = audited(later.archive(tmp_path / "archive", entries=later.some(3)), root=later.election)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert any("upgrade" in gap.sentence for gap in report.gaps)


def test_a_genesis_below_its_own_threshold_opens_nothing(tmp_path: Path) -> None:
    content = json.loads(parse_envelope(world().genesis).payload)
    lone = world().sign(content, by=["officer-1"])
    report = audited(world().archive(tmp_path / "archive", entries=[lone, *entries()[1:]]))
    assert (report.verdict, "genesis" in names(report)) == (AuditVerdict.NOT_ESTABLISHED, True)


def test_what_is_no_event_is_a_finding_under_a_good_root_and_no_tampering(tmp_path: Path) -> None:
    false = flip(entries()[4], bit=(entries()[4].index(b'"sig":"') + 30) * 8)
    null = b"custody/unrepresentable/v1\nnull\n-\n"
    log = [*entries(), b"no event", false, null, entries()[5]]
    report = audited(world().archive(tmp_path / "archive", entries=log))
    assert report.verdict is AuditVerdict.VERIFIED
    assert (report.tally.findings["malformed"], report.tally.findings["unrepresentable"]) == (1, 1)
    assert report.tally.events == SIZE


def test_entries_that_nobody_signed_are_counted_as_doubtful(tmp_path: Path) -> None:
    content = json.loads(parse_envelope(entries()[-1]).payload)
    content["place"] = "MFA"
    stray = world().sign(content, by=["stranger"])
    report = audited(world().archive(tmp_path / "archive", entries=[*entries(), stray]))
    assert report.verdict is AuditVerdict.VERIFIED
    assert (report.tally.doubtful, report.tally.events) == (1, SIZE + 1)
    assert report.tally.signatures == sum(len(parse_envelope(entry).signatures) for entry in entries())


def test_the_report_is_json_of_the_promised_form(archive: Path) -> None:
    found = audited(archive).to_json()
    expected = (
        "verdict election logs entries events signatures findings first_bad missing state_digest bounded witnesses"
    )
    assert list(found) == expected.split()
    assert [list(log) for log in found["logs"]] == [["origin", "size", "root"]]
    assert found["logs"][0]["root"] == (archive / CHECKPOINT).read_text().split("\n")[2]
    assert (
        sha256(json.dumps(found).encode()).digest() == sha256(json.dumps(audited(archive).to_json()).encode()).digest()
    )


def test_two_bundles_that_begin_the_log_and_of_which_one_opens_no_election_are_judged(archive: Path) -> None:
    genuine, changed = archive / BUNDLE, [b"x", *entries()[1:]]
    (archive / "logs/0/tile/entries/000").write_bytes(format_bundle([entries()[0]] * 256))
    genuine.write_bytes(format_bundle(changed))
    report = audited(archive)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.election == world().election
    assert "logs/0/tile/entries/000" in names(report)
