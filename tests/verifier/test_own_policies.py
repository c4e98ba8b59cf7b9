"""A reader's own policy (C2SP tlog-policy): both verifiers take and refuse the same files, and ask for the same cosignatures."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custody.audit.audit import Request, audit_archive
from custody.core.authority.policy_file import parse_policy
from custody.core.tlog.cosignatures import WitnessKey, format_witness_key
from custody.core.tlog.notes import VerifierKey, format_verifier_key
from schemas.errors import Refused
from tests.audit.cases import CHECKPOINT, sum_again
from tests.audit.test_cosigned import add, set_at_once
from tests.core.ledger.witnesses import witness
from tests.verifier.asking import ask, run
from tests.verifier.mutations import Changed, encoded
from tests.verifier.test_agreement import said

CASES = 150
LINES = (
    "quorum none",
    "quorum all",
    "quorum one",
    "group all 2 one two",
    "group one any one two",
    "group all all one two three",
    "group big 3 one two three",
    "group some 2 one two three",
    "quorum some",
    "quorum big",
    "group x 9 one",
    "group x 0 one",
    "group x 01 one",
    "# nothing",
    "",
    "   \t ",
    "quorum some extra",
    "nonsense",
    "\u00a0quorum\u00a0some",
    "\tquorum \t some ",
    "quorum some\r",
    "# \u2028 \x85",
    f"witness five {format_witness_key(WitnessKey('other.invalid', witness('alpha')[0].public))}",
)


def witnesses() -> list[str]:
    names = {"one": "alpha", "two": "beta", "three": "gamma", "four": "delta"}
    return [f"witness {short} {format_witness_key(witness(name)[0])}" for short, name in names.items()]


def policies(key: VerifierKey) -> list[str]:
    """Policies out of lines that fit and lines that do not; the same ones on every run."""
    draw, own, vkey = random.Random(44), witnesses(), format_verifier_key(key)
    good = "\n".join([*own, "group some 2 one two three", "quorum some"])
    texts = [good, f"log {vkey} https://log.invalid\n{good}\n", f"log {vkey}x\n{good}", good.replace(own[3], own[0])]
    other = "log " + format_verifier_key(replace(key, name="other.invalid/log/0123456789abcdef/0"))
    texts += [f"{other}\n{good}", "\n".join([*own, "quorum one"]), "\n".join([*own, "quorum four"])]
    for _ in range(CASES - len(texts)):
        chosen = draw.choice(
            (["group some 2 one two three"], ["group all all one two three"], ["group some any two four"])
        )
        name = chosen[0].split()[1] if draw.random() < 0.8 else "one"
        lines = [*own, *chosen, f"quorum {name}", *draw.sample(LINES, draw.choice((0, 0, 0, 1, 2)))]
        if draw.random() < 0.2:
            draw.shuffle(lines)
        texts.append("\n".join(lines))
    return texts


def right(archive: Path, *, root: str, text: str) -> dict[str, Any] | None:
    """What the audit says under a policy; None where it refuses the file."""
    try:
        policy = parse_policy(text)
    except Refused:
        return None
    report = audit_archive(Request(source=archive, root=root, workers=1, policy=policy)).to_json()
    return {**said(report), "witnesses": report["witnesses"]}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two of the three whom the log names have cosigned."""
    world, entries = set_at_once()
    made = world.archive(tmp_path / "archive", entries=entries)
    add(made / CHECKPOINT, ("alpha", "gamma"))
    sum_again(made)
    return made


def test_both_say_the_same_under_every_policy(archive: Path) -> None:
    world, _ = set_at_once()
    texts = policies(world.vkey)
    wanted = [right(archive, root=world.election, text=text) for text in texts]
    files: Changed = {
        path.relative_to(archive).as_posix(): path.read_bytes() for path in archive.rglob("*") if path.is_file()
    }
    tasks = [{"kind": "audit", "root": world.election, "changed": {}, "policy": text} for text in texts]
    _, *answers = ask([{"kind": "base", "files": encoded(files)}, *tasks])
    found = [said(answer["value"]) if answer["ok"] else None for answer in answers]
    differ = [(text, one, other) for text, one, other in zip(texts, wanted, found, strict=True) if one != other]
    assert differ[:2] == []
    assert [report and report["missing"] for report in wanted[:7]] == [
        [],
        [],
        None,
        None,
        ["--policy"],
        [],
        ["--policy"],
    ]
    assert CASES // 10 < sum(report is not None and not report["missing"] for report in wanted) < CASES // 2


def test_the_command_takes_a_policy_and_refuses_what_is_none(archive: Path, tmp_path: Path) -> None:
    world, _ = set_at_once()
    file = tmp_path / "policy"
    for text, code in (
        ("\n".join([*witnesses(), "group some 2 one two three", "quorum some"]), 0),
        ("\n".join([*witnesses(), "quorum two"]), 2),
        ("no policy", 65),
    ):
        file.write_text(text, encoding="utf-8")
        assert run(str(archive), "--root", world.election, "--policy", str(file)).returncode == code
    assert run(str(archive), "--root", world.election, "--policy", str(tmp_path / "missing")).returncode == 65
