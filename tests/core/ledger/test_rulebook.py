"""The rulebook: every numbered MUST is cited where the code enforces it, and has vectors that the ledger meets step by step."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.core.ledger.rule_stories import FOLDER, told, vectors
from tests.core.ledger.telling import STORIES

ROOT = Path(__file__).parents[3]
RULEBOOK = (ROOT / "docs" / "spec" / "rules.md").read_text(encoding="utf-8")
FILES = sorted(path.stem for path in FOLDER.glob("*.json"))
NAMES = [name for name in FILES if not name.startswith("prelude-")]


def musts() -> list[int]:
    """The numbers of the rules."""
    rules = re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", RULEBOOK, flags=re.MULTILINE)
    assert all("MUST" in text for _, text in rules)
    return [int(number) for number, _ in rules]


def content(name: str) -> Any:
    """One file of vectors."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_rules_are_numbered_without_a_gap() -> None:
    assert sorted(musts()) == list(range(1, len(musts()) + 1))
    assert len(musts()) > 50


def test_every_must_is_cited_where_the_code_enforces_it() -> None:
    cited: set[int] = set()
    for path in (ROOT / "custody" / "core").rglob("*.py"):
        for numbers in re.findall(r"# rules\.md (\d+(?:, \d+)*)", path.read_text(encoding="utf-8")):
            cited |= {int(number) for number in numbers.split(", ")}
    assert cited == set(musts())


def test_every_must_has_a_vector() -> None:
    covered = {number for name in NAMES for number in content(name)["rules"]}
    assert covered == set(musts())


@pytest.mark.parametrize("name", NAMES)
def test_the_ledger_meets_each_step_of_a_vector(name: str) -> None:
    vector = content(name)
    prelude = [] if vector["prelude"] is None else content(f"prelude-{vector['prelude']}")
    entries = [entry.encode() for entry in (*prelude, *(step["entry"] for step in vector["steps"]))]
    for step, expected in zip(told(entries, start=len(prelude)), vector["steps"], strict=True):
        assert step == expected


def test_the_vectors_are_what_the_stories_tell() -> None:
    made = vectors()
    assert sorted(made) == FILES, "run python -m tests.core.ledger.rule_stories"
    assert all(made[name] == content(name) for name in FILES), "run python -m tests.core.ledger.rule_stories"
    assert set(STORIES) <= set(NAMES)
