"""The recipe of docs/architecture.md, played to the letter on a copy of the sources: one event type, and every gate passes.

One thing is done otherwise than by hand: of the vectors only the new one is written, because writing all of them takes long.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
RECIPE = PAGE.partition("### Recipe: an event type\n")[2].partition("\n### ")[0]
BLOCK = re.compile(r"((?:(?!```).*\n)+)```(\w+)\n((?:(?!```).*\n)*)```\n")
STEP = re.compile(r"^\d+\. `([\w/.-]+)`", re.MULTILINE)
PLACE = re.compile(r"\b(before|after) `([^`]+)`")
TYPE, VECTOR = "TrackerRead", "only-the-holder-reads-a-tracker"
DERIVED = {
    "README.md",
    "docs/spec/events.md",
    "docs/spec/ledger.md",
    f"schemas/published/{TYPE}.v1.json",
    "schemas/published/index.json",
    "tests/vectors/rules/prelude-under-way.json",
    f"tests/vectors/rules/{VECTOR}.json",
}
GATES = (
    "tests/architecture/test_places.py",
    "tests/docs/test_playing.py::test_the_table_has_every_event_type_once",
    "tests/schemas/test_published.py",
    "tests/core/wording/test_type_words.py",
    "tests/core/ledger/test_rulebook.py",
)
WANTED = f"test_places or test_the_table or {TYPE} or index_lists or numbered or must or {VECTOR}"


@dataclass(frozen=True)
class Edit:
    """One block of the recipe: what is put into which file, and where."""

    file: str
    side: str
    """before or after the anchor"""
    anchor: str
    """what the line contains; empty: the end of the file"""
    text: str

    def applied(self, page: str) -> str:
        """The file with this block in its place; the place is there, and there once."""
        if not self.anchor:
            return page.rstrip("\n") + "\n" + self.text
        lines = page.splitlines(keepends=True)
        (at,) = [number for number, line in enumerate(lines) if line.lstrip().startswith(self.anchor)]
        at += self.side == "after"
        return "".join((*lines[:at], self.text, *lines[at:]))


def edits() -> Iterator[Edit]:
    """The edits of the recipe in their order."""
    file = ""
    for before, kind, text in BLOCK.findall(RECIPE):
        if kind == "sh":
            continue
        file = (STEP.findall(before) or [file])[-1]
        side, anchor = (PLACE.findall(before) or [("", "")])[-1]
        assert anchor or "at the end" in before
        yield Edit(file, side, anchor, text)


def commands() -> list[list[str]]:
    """The commands of the recipe."""
    (text,) = [text for _, kind, text in BLOCK.findall(RECIPE) if kind == "sh"]
    return [line.split()[1:] for line in text.splitlines()]


def contents(folder: Path) -> dict[str, str]:
    """Path -> hash of every file of the copy."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def touched(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """What was changed, added or taken away."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def run(arguments: list[str], *, folder: Path) -> None:
    """Run a command of Python in the copy; the copy's modules, not this tree's."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, without what tools have made."""
    made = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")
    return Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=made))


def test_the_recipe_adds_an_event_type_and_touches_what_it_names(copy: Path) -> None:
    before = contents(copy)
    number = 1 + max(map(int, re.findall(r"^(\d+)\. ", (copy / "docs/spec/rules.md").read_text("utf-8"), re.MULTILINE)))
    for edit in edits():
        path = copy / edit.file
        text = re.sub(r"\bN\b(?=[.)]|$)", str(number), edit.text, flags=re.MULTILINE)
        path.write_text(Edit(**{**vars(edit), "text": text}).applied(path.read_text("utf-8")), "utf-8")
    by_hand = touched(before, contents(copy))
    assert by_hand == set(STEP.findall(RECIPE))
    *derive, stories = commands()
    for command in (*derive, [*stories, VECTOR], ["-m", "schemas.publish", "--check"], ["docs/generate.py", "--check"]):
        run(command, folder=copy)
    assert touched(before, contents(copy)) == by_hand | DERIVED
    run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *GATES, "-k", WANTED], folder=copy)
