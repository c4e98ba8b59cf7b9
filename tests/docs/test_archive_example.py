"""The examples of docs/spec/archive.md, and of proofs in docs/spec/c2sp.md: what the program writes, and both verifiers read."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from custody.core.tlog.cosignatures import cosigned_at, parse_witness_key
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.notes import parse_note
from tests.verifier.asking import ask
from tests.worlds import World

SPEC = Path(__file__).parents[2] / "docs" / "spec"


def block(page: str, *, before: str) -> str:
    text = (SPEC / page).read_text(encoding="utf-8")
    (found,) = re.findall(rf"{re.escape(before)}[^\n]*\n```[a-z]*\n(.*?)```\n", text, re.DOTALL)
    return str(found)


def test_the_derived_files_of_the_example_are_what_an_export_writes(tmp_path: Path) -> None:
    world = World()
    archive = world.archive(tmp_path / "archive", entries=world.some(2))
    assert (archive / "election.json").read_text(encoding="utf-8") == block("archive.md", before="`election.json`:")
    assert (archive / "keys.json").read_text(encoding="utf-8") == block("archive.md", before="`keys.json`:")


def test_the_proof_of_the_example_holds_for_its_entry_and_its_cosignature_says_when() -> None:
    proof, log_key = block("c2sp.md", before="`two.tlog-proof`"), block("c2sp.md", before="`log.vkey`:").strip()
    witness = block("c2sp.md", before="`witness.vkey`").strip()
    note = proof.partition("\n\n")[2]
    task = {"kind": "proof", "bytes": b64encode(proof.encode()).decode(), "key": log_key}
    held, other, at = ask(
        [
            {**task, "leaf": leaf_hash(b"two").hex()},
            {**task, "leaf": leaf_hash(b"three").hex()},
            {"kind": "cosigned", "note": note, "key": witness},
        ]
    )
    assert (held, other["code"], at["value"]) == ({"ok": True, "value": 1}, "proof-root", 1_429_000_000)
    assert cosigned_at(parse_note(note.encode()), keys=[parse_witness_key(witness)]) == {
        "witness.invalid/w1": at["value"]
    }
