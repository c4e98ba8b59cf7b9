"""Genesis pins an ML-DSA-44 key: the checkpoint must carry its line, and both verifiers say so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.core.authority.policy_file import parse_policy
from custody.core.tlog import postquantum
from custody.core.tlog.checkpoint import parse_checkpoint, second_line
from custody.core.tlog.cosignatures import cosign, format_witness_key
from custody.core.tlog.notes import Note, NoteSignature, format_note, format_verifier_key, parse_note
from custody.core.tlog.postquantum import PostquantumKey, TreeStatement, derived_key
from tests.audit.cases import CHECKPOINT, audited, sum_again
from tests.core.ledger.witnesses import policy, witness
from tests.verifier.asking import run
from tests.worlds import World

AT = 1_800_000_000


class Twice(World):
    """An election whose log signs by two keys."""

    @property
    def second(self) -> PostquantumKey:
        return PostquantumKey(self.vkey.name, derived_key(self.log_key).public_key().public_bytes_raw())

    def _genesis(self, fold_version: int) -> dict[str, Any]:
        public = derived_key(self.log_key).public_key().public_bytes_raw().hex()
        return {**super()._genesis(fold_version), "log_key_ml_dsa_44": public, "witness_policy": policy()}


WORLD = Twice()
ENTRIES = WORLD.some(5)


def statement(note: Note) -> TreeStatement:
    found = parse_checkpoint(note.text)
    return TreeStatement(found.origin, found.size, found.root)


def right(note: Note) -> tuple[NoteSignature, ...]:
    return (second_line(checkpoint=parse_checkpoint(note.text), private=derived_key(WORLD.log_key)),)


def false(note: Note) -> tuple[NoteSignature, ...]:
    (line,) = right(note)
    return (NoteSignature(line.name, line.key_id, line.signature[:-1] + bytes((line.signature[-1] ^ 1,))),)


def short(note: Note) -> tuple[NoteSignature, ...]:
    (line,) = right(note)
    return (NoteSignature(line.name, line.key_id, line.signature[:-1]),)


def none(_: Note) -> tuple[NoteSignature, ...]:
    return ()


def archive(place: Path, *, lines: Callable[[Note], tuple[NoteSignature, ...]], names: tuple[str, ...]) -> Path:
    made = WORLD.archive(place / "archive", entries=ENTRIES)
    note = parse_note((made / CHECKPOINT).read_bytes())
    cosigned = [cosign(text=note.text, at=AT, key=witness(name)[0], sign=witness(name)[1].sign) for name in names]
    (made / CHECKPOINT).write_bytes(format_note(Note(note.text, (*note.signatures, *lines(note), *cosigned))))
    sum_again(made)
    return made


def by_javascript(made: Path, *more: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(run(str(made), "--root", WORLD.election, "--json", *more).stdout)
    return said


def test_both_lines_and_enough_witnesses_are_verified(tmp_path: Path) -> None:
    made = archive(tmp_path, lines=right, names=("alpha", "beta"))
    assert audited(made, root=WORLD.election).verdict is AuditVerdict.VERIFIED
    said = by_javascript(made)
    assert said["verdict"] == "VERIFIED"
    assert [line for line in said["not_judged"] if "ML-DSA-44" in line] == []


@pytest.mark.parametrize("lines", [none, short, false])
def test_without_its_line_the_checkpoint_is_not_signed_by_the_log(
    tmp_path: Path, lines: Callable[[Note], tuple[NoteSignature, ...]]
) -> None:
    made = archive(tmp_path, lines=lines, names=("alpha", "beta"))
    report, said = audited(made, root=WORLD.election), by_javascript(made)
    assert (report.verdict, said["verdict"]) == (AuditVerdict.NOT_ESTABLISHED, "NOT ESTABLISHED")
    assert [gap.name for gap in report.gaps] == said["missing"] == [CHECKPOINT]


def test_the_line_counts_in_no_quorum(tmp_path: Path) -> None:
    made = archive(tmp_path, lines=right, names=("alpha",))
    report, said = audited(made, root=WORLD.election), by_javascript(made)
    assert (report.verdict, said["verdict"]) == (AuditVerdict.NOT_ESTABLISHED, "NOT ESTABLISHED")
    assert report.witnesses is not None
    assert (list(report.witnesses.times), said["witnesses"]["cosigned"].keys()) == (["alpha"], {"alpha"})


def test_where_genesis_pins_no_such_key_its_line_is_a_stranger_s(tmp_path: Path) -> None:
    world = World()
    made = world.archive(tmp_path / "archive", entries=world.some(5))
    note = parse_note((made / CHECKPOINT).read_bytes())
    line = second_line(checkpoint=parse_checkpoint(note.text), private=derived_key(world.log_key))
    (made / CHECKPOINT).write_bytes(format_note(Note(note.text, (*note.signatures, line))))
    sum_again(made)
    assert [gap.name for gap in audited(made, root=world.election).gaps] == [CHECKPOINT]
    said = json.loads(run(str(made), "--root", world.election, "--json").stdout)
    assert said["missing"] == [CHECKPOINT]


def own(*lines: str) -> str:
    return "\n".join((*lines, ""))


def asked(made: Path, text: str) -> AuditVerdict:
    return audit_archive(Request(source=made, root=WORLD.election, workers=1, policy=parse_policy(text))).verdict


def test_a_reader_may_name_the_log_by_either_key(tmp_path: Path) -> None:
    made = archive(tmp_path, lines=right, names=("alpha", "beta"))
    for vkey in (postquantum.format_key(WORLD.second), format_verifier_key(WORLD.vkey)):
        text = own(f"log {vkey}", "quorum none")
        assert asked(made, text) is AuditVerdict.VERIFIED
        (tmp_path / "policy").write_text(text)
        assert by_javascript(made, "--policy", str(tmp_path / "policy"))["verdict"] == "VERIFIED"


def test_a_reader_may_ask_a_witness_for_its_ml_dsa_44_cosignature(tmp_path: Path) -> None:
    private = derived_key(witness("gamma")[1])
    key = PostquantumKey("gamma.invalid", private.public_key().public_bytes_raw())
    text = own(f"witness g {postquantum.format_key(key)}", "quorum g")

    def cosigned(note: Note) -> tuple[NoteSignature, ...]:
        return (*right(note), postquantum.cosign(statement(note), name=key.name, at=AT, private=private))

    made = archive(tmp_path, lines=cosigned, names=("alpha", "beta"))
    assert asked(made, text) is AuditVerdict.VERIFIED
    (tmp_path / "policy").write_text(text)
    said = by_javascript(made, "--policy", str(tmp_path / "policy"))
    assert (said["verdict"], list(said["witnesses"]["cosigned"])) == ("VERIFIED", ["g"])


def test_two_keys_under_one_name_are_two_witnesses(tmp_path: Path) -> None:
    """Who has one of them does not count as both."""
    made = archive(tmp_path, lines=right, names=("alpha", "beta"))
    alpha, beta = (witness(name)[0] for name in ("alpha", "beta"))
    twin = type(alpha)(alpha.name, beta.public)
    lines = [f"witness {name} {format_witness_key(key)}" for name, key in (("a", alpha), ("b", twin))]
    text = own(*lines, "group both all a b", "quorum both")
    assert asked(made, text) is AuditVerdict.NOT_ESTABLISHED
    (tmp_path / "policy").write_text(text)
    said = by_javascript(made, "--policy", str(tmp_path / "policy"))
    assert (said["verdict"], list(said["witnesses"]["cosigned"])) == ("NOT ESTABLISHED", ["a"])
