"""A witness policy that the log sets: the checkpoint carries the cosignatures that it asks for, or the audit is not VERIFIED."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.archive import export
from custody.adapters.memory import MemoryLog
from custody.adapters.tilefolder import TileFolder
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.core.authority.policy_file import parse_policy
from custody.core.tlog.cosignatures import cosign, format_witness_key
from custody.core.tlog.notes import Note, NoteSignature, format_note, parse_note
from tests.audit.cases import CHECKPOINT, audited, sum_again
from tests.core.ledger.witnesses import policy, witness
from tests.worlds import OFFICERS, World, fold

AT = 1_800_000_000


class Witnessed(World):
    """An election whose genesis names log witnesses."""

    def _genesis(self, fold_version: int) -> dict[str, Any]:
        return {**super()._genesis(fold_version), "witness_policy": policy()}


class Changing(World):
    """An election whose officers may name log witnesses later."""

    def _genesis(self, fold_version: int) -> dict[str, Any]:
        genesis = super()._genesis(fold_version)
        quorum = {"persons": 2, "roles": ["cec-officer"], "including": []}
        rule = {"type": "WitnessPolicySet", "part": "acting", "quorums": [quorum]}
        rules = {**genesis["rules"], "signatures": [*genesis["rules"]["signatures"], rule]}
        return {**genesis, "rules": rules}


def set_later() -> tuple[World, list[bytes]]:
    """An election whose officers name log witnesses later on."""
    world = Changing()
    asked = world.event("WitnessPolicySet", by=OFFICERS, on_device=False, witness_policy=policy())
    entries = [*world.some(4), asked]
    assert fold(entries).state.policies[-1][1].quorum == "quorum"
    return world, entries


def set_at_once() -> tuple[World, list[bytes]]:
    world = Witnessed()
    return world, world.some(5)


def cosignatures(text: str, names: Sequence[str]) -> list[NoteSignature]:
    found = []
    for name in names:
        key, private = witness(name)
        found.append(cosign(text=text, at=AT, key=key, sign=private.sign))
    return found


def add(path: Path, names: Sequence[str]) -> None:
    """Add cosignatures to a checkpoint where it lies."""
    note = parse_note(path.read_bytes())
    path.write_bytes(format_note(Note(note.text, (*note.signatures, *cosignatures(note.text, names)))))


@pytest.fixture(params=[set_at_once, set_later])
def election(request: pytest.FixtureRequest) -> tuple[World, list[bytes]]:
    found: tuple[World, list[bytes]] = request.param()
    return found


@pytest.mark.parametrize(
    ("names", "told"),
    [((), "0 of 3 log witnesses"), (("beta",), "1 of 3 log witnesses")],
)
def test_a_checkpoint_without_the_cosignatures_that_the_log_asks_for_is_not_verified(
    tmp_path: Path, election: tuple[World, list[bytes]], names: Sequence[str], told: str
) -> None:
    world, entries = election
    archive = world.archive(tmp_path / "archive", entries=entries)
    add(archive / CHECKPOINT, names)
    sum_again(archive)
    report = audited(archive, root=world.election)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert [gap.name for gap in report.gaps] == [CHECKPOINT]
    assert told in report.gaps[0].sentence
    assert "gamma" in report.gaps[0].sentence


@pytest.mark.parametrize("names", [("alpha", "gamma"), ("alpha", "beta", "gamma")])
def test_with_them_it_is_verified_also_where_the_log_runs(
    tmp_path: Path, election: tuple[World, list[bytes]], names: Sequence[str]
) -> None:
    world, entries = election
    archive = world.archive(tmp_path / "archive", entries=entries)
    add(archive / CHECKPOINT, names)
    sum_again(archive)
    assert audited(archive, root=world.election).verdict is AuditVerdict.VERIFIED
    log = MemoryLog()
    log.append(entries)
    live = audit_archive(Request(source=archive, root=world.election, log=log, workers=1))
    assert live.verdict is AuditVerdict.VERIFIED


def test_an_export_carries_the_cosignatures(tmp_path: Path, election: tuple[World, list[bytes]]) -> None:
    world, entries = election
    archive = world.archive(tmp_path / "archive", entries=entries)
    live = TileFolder(tmp_path / "archive.live")
    add(live.path / "checkpoint", ("alpha", "beta"))
    again = tmp_path / "again"
    kept = [(archive / name).read_bytes() for name in ("election.json", "keys.json")]
    export(to=again, logs=[live.path], election=kept[0], keys=kept[1])
    assert audited(again, root=world.election).verdict is AuditVerdict.VERIFIED


def test_a_false_cosignature_is_named_and_counts_for_nothing(
    tmp_path: Path, election: tuple[World, list[bytes]]
) -> None:
    world, entries = election
    archive = world.archive(tmp_path / "archive", entries=entries)
    note = parse_note((archive / CHECKPOINT).read_bytes())
    false = cosignatures(f"{note.text}more\n", ("beta",))
    good = cosignatures(note.text, ("alpha", "gamma"))
    (archive / CHECKPOINT).write_bytes(format_note(Note(note.text, (*note.signatures, *good, *false))))
    sum_again(archive)
    report = audited(archive, root=world.election)
    assert report.verdict is AuditVerdict.NOT_ESTABLISHED
    assert "beta" in report.gaps[0].sentence


def test_a_log_witness_that_no_policy_names_is_a_stranger(tmp_path: Path) -> None:
    world = World()
    archive = world.archive(tmp_path / "archive", entries=world.some(5))
    add(archive / CHECKPOINT, ("alpha",))
    sum_again(archive)
    assert audited(archive, root=world.election).verdict is AuditVerdict.NOT_ESTABLISHED


# --- who has cosigned, and a reader's own policy


def judged_by(tmp_path: Path, *, text: str, names: Sequence[str]) -> AuditReport:
    """An archive that these have cosigned, before a reader who has this policy."""
    world, entries = set_at_once()
    archive = world.archive(tmp_path / "archive", entries=entries)
    add(archive / CHECKPOINT, names)
    sum_again(archive)
    return audit_archive(Request(source=archive, root=world.election, workers=1, policy=parse_policy(text)))


def lines(*names: str) -> str:
    return "".join(f"witness my-{name} {format_witness_key(witness(name)[0])}\n" for name in names)


def test_the_report_names_who_cosigned_and_when(tmp_path: Path) -> None:
    world, entries = set_at_once()
    archive = world.archive(tmp_path / "archive", entries=entries)
    add(archive / CHECKPOINT, ("alpha", "gamma"))
    sum_again(archive)
    assert audited(archive, root=world.election).to_json()["witnesses"] == {
        "cosigned": {"alpha": "2027-01-15T08:00:00+00:00", "gamma": "2027-01-15T08:00:00+00:00"},
        "named": ["alpha", "beta", "gamma"],
        "needs": "group quorum needs 2 of 3",
        "met": True,
        "groups": {"alpha": "quorum", "beta": "quorum", "gamma": "quorum"},
        "from": ["quorum"],
    }


def test_a_reader_s_policy_is_met_beside_the_log_s(tmp_path: Path) -> None:
    report = judged_by(tmp_path, text=f"{lines('alpha')}quorum my-alpha\n", names=("alpha", "beta"))
    assert report.verdict is AuditVerdict.VERIFIED
    assert report.witnesses is not None
    assert report.witnesses.named == ("my-alpha",)


def test_a_reader_whose_witness_has_not_cosigned_is_told_so(tmp_path: Path) -> None:
    report = judged_by(tmp_path, text=f"{lines('gamma')}quorum my-gamma\n", names=("alpha", "beta"))
    assert (report.verdict, [gap.name for gap in report.gaps]) == (AuditVerdict.NOT_ESTABLISHED, ["--policy"])


def test_a_reader_s_own_witness_is_no_stranger(tmp_path: Path) -> None:
    report = judged_by(tmp_path, text=f"{lines('delta')}quorum my-delta\n", names=("alpha", "beta", "delta"))
    assert report.verdict is AuditVerdict.VERIFIED


def test_a_policy_for_another_log_is_not_met_here(tmp_path: Path) -> None:
    other = "log custody.invalid/kz-2015/0123456789abcdef/0+166831c2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"
    report = judged_by(tmp_path, text=f"{other}{lines('alpha')}quorum my-alpha\n", names=("alpha", "beta"))
    assert [gap.sentence for gap in report.gaps] == ["It is a policy for other logs."]
