"""Two verifiers say the same of archives whose lines of ML-DSA-44 somebody altered, with and without a reader's own policy."""

from __future__ import annotations

import os
import random
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

from custody.audit.audit import Request, audit_archive
from custody.core.authority.policy_file import parse_policy
from custody.core.tlog import postquantum
from custody.core.tlog.notes import Note, NoteSignature, parse_note
from custody.core.tlog.postquantum import derived_key
from tests.audit.cases import CHECKPOINT, sum_again
from tests.audit.test_cosigned import cosignatures
from tests.audit.test_second_line import ENTRIES, WORLD
from tests.verifier.asking import ask
from tests.verifier.mutations import Changed, encoded
from tests.verifier.second_lines import line_by, reader_s_witness
from tests.verifier.test_agreement import said

CASES = 4_000 if os.environ.get("CUSTODY_SOAK") == "1" else 90
FILES = (CHECKPOINT, "SHA256SUMS")


def policies() -> list[str | None]:
    """A reader who asks nobody, one who asks a witness by ML-DSA-44, one who names the log by its second key."""
    log, cosigner = postquantum.format_key(WORLD.second), postquantum.format_key(reader_s_witness()[0])
    asked = f"witness g {cosigner}\nquorum g\n"
    return [None, asked, f"log {log}\n{asked}", f"log {log}\nquorum none\n"]


def altered(draw: random.Random, note: Note) -> bytes:
    """The checkpoint with two lines of ML-DSA-44, each right or not, among those of two witnesses whom the log names."""
    second, (key, private) = derived_key(WORLD.log_key), reader_s_witness()
    lines = [
        *line_by(draw, note, name=WORLD.vkey.name, private=second),
        *(line_by(draw, note, name=key.name, private=private) if draw.random() < 0.7 else ()),
        *cosignatures(note.text, ("alpha", "beta")),
    ]
    if draw.random() < 0.3:
        draw.shuffle(lines)
    return "\n".join((note.text, *(written(line) for line in (*note.signatures, *lines)), "")).encode()


def written(line: NoteSignature) -> str:
    return f"\u2014 {line.name} {b64encode(line.key_id + line.signature).decode()}"


def judged(archive: Path, *, policy: str | None) -> dict[str, Any]:
    own = None if policy is None else parse_policy(policy)
    return said(audit_archive(Request(source=archive, root=WORLD.election, workers=1, policy=own)).to_json())


def test_both_say_the_same_whatever_the_second_lines_are(tmp_path: Path) -> None:
    archive = WORLD.archive(tmp_path / "archive", entries=ENTRIES)
    base = {path.relative_to(archive).as_posix(): path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    note, draw = parse_note(base[CHECKPOINT]), random.Random(44)
    right, tasks = [], []
    for _ in range(CASES):
        policy = draw.choice(policies())
        (archive / CHECKPOINT).write_bytes(altered(draw, note))
        sum_again(archive)
        right.append(judged(archive, policy=policy))
        changed: Changed = {name: (archive / name).read_bytes() for name in FILES}
        task = {"kind": "audit", "root": WORLD.election, "changed": encoded(changed)}
        tasks.append(task if policy is None else {**task, "policy": policy})
    _, *answers = ask([{"kind": "base", "files": encoded(dict(base))}, *tasks])
    differ = [pair for pair in zip(right, (said(one["value"]) for one in answers), strict=True) if pair[0] != pair[1]]
    assert differ[:2] == []
    verdicts = Counter(report["verdict"] for report in right)
    assert min(verdicts["VERIFIED"], verdicts["NOT ESTABLISHED"]) >= CASES // 8, verdicts
