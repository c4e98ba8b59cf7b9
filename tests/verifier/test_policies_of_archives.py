"""Archives of elections whose log names log witnesses: both verifiers ask for the same cosignatures."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from custody.core.tlog.notes import Note, format_note, parse_note
from tests.audit.cases import CHECKPOINT, audited, sum_again
from tests.audit.test_cosigned import cosignatures, set_at_once, set_later
from tests.verifier.asking import ask
from tests.verifier.mutations import SUMS, Changed, encoded
from tests.verifier.test_agreement import said

NAMES = ("alpha", "beta", "gamma")


def checkpoints(data: bytes) -> list[bytes]:
    """The checkpoint with each set of cosignatures, with a false one, and with one of somebody whom nobody named."""
    note = parse_note(data)
    chosen = [names for count in range(4) for names in combinations(NAMES, count)]
    lines = [cosignatures(note.text, names) for names in chosen]
    alpha, beta, gamma = cosignatures(note.text, NAMES)
    false = replace(gamma, signature=gamma.signature[:-1] + bytes((gamma.signature[-1] ^ 1,)))
    lines += [[alpha, beta, false], [alpha, false], [alpha, beta, *cosignatures(note.text, ["delta"])]]
    return [format_note(Note(note.text, (*note.signatures, *more))) for more in lines]


def test_both_ask_for_the_cosignatures_that_the_policy_in_force_asks_for(tmp_path: Path) -> None:
    right: list[dict[str, Any] | None] = []
    tasks: list[dict[str, Any]] = []
    for number, (world, entries) in enumerate((set_at_once(), set_later())):
        archive = world.archive(tmp_path / f"archive-{number}", entries=entries)
        files: Changed = {
            path.relative_to(archive).as_posix(): path.read_bytes() for path in archive.rglob("*") if path.is_file()
        }
        tasks.append({"kind": "base", "files": encoded(files)})
        right.append(None)
        for data in checkpoints((archive / CHECKPOINT).read_bytes()):
            (archive / CHECKPOINT).write_bytes(data)
            sum_again(archive)
            sums = (archive / SUMS).read_bytes()
            right.append(said(audited(archive, root=world.election).to_json()))
            tasks.append({"kind": "audit", "root": world.election, "changed": encoded({CHECKPOINT: data, SUMS: sums})})
    found = [
        None if task["kind"] == "base" else said(answer["value"])
        for task, answer in zip(tasks, ask(tasks), strict=True)
    ]
    assert found == right
    verdicts = [(report["verdict"], report["missing"]) for report in right if report is not None]
    assert (verdicts.count(("VERIFIED", [])), verdicts.count(("NOT ESTABLISHED", [CHECKPOINT]))) == (2 * 4, 2 * 7)
