"""The second verifier gives the verdict of every published vector, and of the specifications' own examples."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from base64 import b64decode, b64encode
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from custody.core.authority.witness_policy import Policy
from custody.core.entries.signing import public_bytes
from custody.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from custody.core.tlog.cosignatures import cosign, format_witness_key
from custody.core.tlog.merkle import Tree, leaf_hash, leaf_hashes
from custody.core.tlog.notes import Note, VerifierKey, format_note, format_verifier_key
from custody.core.tlog.proofs import inclusion_proof
from schemas.errors import Refused
from schemas.roots import WitnessPolicy
from schemas.union import FOLD_1
from tests.core.ledger.playing import LOG_PRIVATE
from tests.core.ledger.witnesses import policy, witness
from tests.verifier.asking import NODE, PROGRAM, ROOT, ask

VECTORS = ROOT / "tests" / "vectors"
EDGE_CASES = json.loads((VECTORS / "ed25519" / "edge-cases.json").read_text(encoding="utf-8"))["vectors"]
NEED_THE_REPERTOIRE = {"text-", "event-"}
"""Codes of refusals that need tables of texts or schemas, which the second verifier says that it does not judge."""


def load(name: str) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))["vectors"]
    return vectors


def bad(folder: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((VECTORS / "bad" / folder).glob("*.json"))]


def bytes_of(vector: dict[str, Any]) -> str:
    if "recipe" not in vector:
        return str(vector["bytes"])
    before, repeat, after = (b64decode(vector["recipe"][name]) for name in ("before", "repeat", "after"))
    return b64encode(before + repeat * vector["recipe"]["times"] + after).decode()


def signature_tasks(kind: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "key": key, "signature": signature, "message": b64encode(message.encode()).decode()}
        for key, signature, message, _, _ in EDGE_CASES
    ]


@pytest.mark.parametrize("kind", ["signature", "slowly"])
def test_the_914_edge_cases_of_ed25519_have_one_verdict(kind: str) -> None:
    tasks = signature_tasks(kind)
    assert len(tasks) == 914
    wrong = [
        place
        for place, (answer, case) in enumerate(zip(ask(tasks), EDGE_CASES, strict=True))
        if answer != {"ok": True, "value": bool(case[4])}
    ]
    assert wrong == []


def test_what_is_refused_of_proofs_notes_keys_and_checkpoints_is_refused_there_too() -> None:
    files = {
        "inclusion": "merkle/inclusion.json",
        "consistency": "merkle/consistency.json",
        "note": "notes/parse.json",
        "key": "notes/keys.json",
        "checkpoint": "notes/checkpoints.json",
    }
    tasks = [{"kind": kind, **vector} for kind, name in files.items() for vector in load(name)]
    answers = ask(tasks)
    wrong = [
        (task["kind"], task["name"])
        for task, answer in zip(tasks, answers, strict=True)
        if answer["ok"] != (task["code"] is None)
    ]
    assert wrong == []
    assert len(tasks) > 100


def test_what_is_no_envelope_or_canonical_json_is_none_there_either() -> None:
    vectors = [
        vector
        for vector in chain(bad("envelope"), bad("json"))
        if vector["judged_by"] in {"envelope", "payload"} and vector["code"][:5] not in NEED_THE_REPERTOIRE
    ]
    tasks = [{"kind": vector["judged_by"], "bytes": bytes_of(vector)} for vector in vectors]
    taken = [vector["name"] for vector, answer in zip(vectors, ask(tasks), strict=True) if answer["ok"]]
    assert taken == []
    assert len(vectors) > 60


def test_the_example_of_the_events_page_is_read_there_too() -> None:
    page = (ROOT / "docs" / "spec" / "events.md").read_text(encoding="utf-8")
    parts = {name: page.split(f"```{name}\n")[1].split("\n```")[0] for name in ("entry", "event-id", "payload")}
    (answer,) = ask([{"kind": "envelope", "bytes": b64encode(parts["entry"].encode()).decode()}])
    assert answer["value"]["eventId"] == parts["event-id"]
    assert bytes.fromhex(answer["value"]["payload"]).decode() == parts["payload"]


def proof_file(entries: list[bytes], *, index: int) -> tuple[bytes, VerifierKey]:
    tree = Tree()
    tree.extend(leaf_hashes(entries))
    size = len(entries)
    key = VerifierKey("custody.invalid/test/0123456789abcdef/0", public_bytes(LOG_PRIVATE))
    checkpoint = Checkpoint(origin=key.name, size=size, root=tree.root(size))
    note = sign_checkpoint(checkpoint=checkpoint, key=key, sign=LOG_PRIVATE.sign)
    made = inclusion_proof(nodes=tree.node, index=index, size=size)
    lines = "".join(f"{b64encode(one).decode()}\n" for one in made)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n".encode() + note, key


def test_a_tlog_proof_holds_for_its_entry_and_for_no_other() -> None:
    entries = [str(number).encode() for number in range(11)]
    tasks = []
    for index in range(11):
        data, key = proof_file(entries, index=index)
        for other in (index, (index + 1) % 11):
            leaf = leaf_hash(entries[other]).hex()
            vkey = format_verifier_key(key)
            tasks.append({"kind": "proof", "bytes": b64encode(data).decode(), "leaf": leaf, "key": vkey})
    answers = ask(tasks)
    assert [answer.get("value") for answer in answers[::2]] == list(range(11))
    assert {answer.get("code") for answer in answers[1::2]} == {"proof-root"}


def test_cosignatures_have_one_verdict() -> None:
    text = "custody.invalid/kz-2015/0123456789abcdef/0\n3\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n"
    key, private = witness("alpha")
    tasks = []
    for at in (0, 1, 1_429_000_000, 253_402_300_799, 253_402_300_800, 2**63):
        note = format_note(Note(text, (cosign(text=text, at=at, key=key, sign=private.sign),))).decode()
        tasks.append({"kind": "cosigned", "note": note, "key": format_witness_key(key)})
        tasks.append({**tasks[-1], "note": note.replace("\n3\n", "\n4\n")})
    found = [answer["value"] for answer in ask(tasks)]
    assert found[::2] == [None, 1, 1_429_000_000, 253_402_300_799, None, None]
    assert set(found[1::2]) == {None}


def policies() -> list[dict[str, Any]]:
    names = ("alpha", "beta", "gamma")
    made = [policy(names, threshold=threshold) for threshold in (1, 2, 3)]
    nested = policy(names, threshold=2)
    nested["groups"].append({"name": "all", "threshold": 1, "members": ["quorum"]})
    nested["quorum"] = "all"
    twice = policy(("alpha", "beta"), threshold=2)
    twice["groups"][0]["members"] = ["alpha", "alpha"]
    unknown = policy(names, threshold=2)
    unknown["quorum"] = "alpha"
    nobody: dict[str, Any] = {"witnesses": [], "groups": [], "quorum": None}
    return [*made, nested, twice, unknown, nobody]


def test_policies_are_sound_and_met_there_where_they_are_here() -> None:
    asked = [["alpha"], ["alpha", "beta"], ["beta", "gamma"], ["alpha", "beta", "gamma"], []]
    right: list[list[bool] | None] = []
    for stated in policies():
        try:
            sound = Policy.of(WitnessPolicy.model_validate_json(json.dumps(stated)), event="0" * 64)
            right.append([sound.is_met(names) for names in asked])
        except Refused:
            right.append(None)
    answers = ask([{"kind": "policy", "policy": stated, "asked": asked} for stated in policies()])
    assert [answer["value"] for answer in answers] == right
    assert right.count(None) >= 3


def test_what_nothing_follows_is_what_the_schemas_say() -> None:
    (answer,) = ask([{"kind": "told", "name": "FOLLOWED_BY_NOTHING"}])
    reports = {model.__name__ for model in FOLD_1 if model.KIND == "report"}
    assert set(answer["value"]) == reports | {"HandoverOffered", "HandoverWithdrawn"}


def test_the_one_file_is_made_of_its_sources_and_needs_nothing_else() -> None:
    bundle = ROOT / "verifier" / "bundle.mjs"
    done = subprocess.run([NODE, str(bundle), "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    text = PROGRAM.read_text(encoding="utf-8")
    assert set(re.findall(r"\bimport\b[^\n]*", text)) == {
        'import("node:fs"), await import("node:path")];',
        'import("node:fs"), place);',
    }
    told = (ROOT / "verifier" / "SHA256SUMS").read_text(encoding="ascii")
    assert told == f"{hashlib.sha256(text.encode()).hexdigest()}  {PROGRAM.name}\n"
    assert Path(PROGRAM).stat().st_size < 100_000
