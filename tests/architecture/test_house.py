"""What the tree promises as a whole: sizes, names, locks, and that README and Makefile agree."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
SOURCES = ("custody", "projections", "consumers", "schemas", "bench")
MADE_BY_TOOLS = frozenset({"build", "dist", "__pycache__", "node_modules"})
NAMES_THAT_SAY_NOTHING = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "misc"})
LINES_MAX = 400
FUNCTION_LINES_MAX = 70
PROMISED_TARGETS = ("demo", "quick", "test", "test-browser", "check", "bench", "soak", "tamper", "clean", "help")
LOCKS = ("runtime.txt", "dev.txt")
PATH_OF_A_MACHINE = re.compile(rb"(?<![A-Za-z0-9_.-])/(?:work|root|farm)/")


def modules() -> list[Path]:
    """All source modules, tests not among them."""
    return sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py"))


def files() -> Iterator[Path]:
    """Every file of the project: what tools make, and hidden folders other than .ci, are not part of it."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [
            name for name in subfolders if name not in MADE_BY_TOOLS and (name == ".ci" or not name.startswith("."))
        ]
        yield from (Path(folder) / name for name in names if name != ".git")


def locked(lock: str) -> list[Requirement]:
    """The pins of a lock file; one package may have several, told apart by their markers."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    return [Requirement(line.partition("--hash")[0].strip()) for line in lines if not line.startswith("#")]


def declared(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for and the lock has to pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    if lock == "dev.txt":
        wanted += project["project"]["optional-dependencies"]["dev"] + project["build-system"]["requires"]
    return [Requirement(line) for line in wanted]


def pins(requirement: Requirement) -> Version:
    """The one version that a locked requirement admits."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


def targets() -> set[str]:
    """The targets of the Makefile that are commands."""
    (line,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return set(line.split())


def code_of(page: Path) -> str:
    """The fenced blocks and the code spans of a Markdown page."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(fenced + re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    assert not re.findall(r"\S*://\S*|^\s*--(?!hash=).*| @ .*", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_a_hash(lock: str) -> None:
    entries = (ROOT / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_the_project_asks_for(lock: str) -> None:
    versions: dict[str, list[Version]] = {}
    for pin in locked(lock):
        versions.setdefault(canonicalize_name(pin.name), []).append(pins(pin))
    unmet = [
        str(wanted)
        for wanted in declared(lock)
        if not any(wanted.specifier.contains(v) for v in versions.get(canonicalize_name(wanted.name), []))
    ]
    assert unmet == [], "run: make lock"


def test_both_locks_pin_the_same_versions() -> None:
    runtime, dev = ({(pin.name, pins(pin)) for pin in locked(lock)} for lock in LOCKS)
    assert runtime <= dev


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()
    }
    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in modules() if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in files() if PATH_OF_A_MACHINE.search(path.read_bytes())] == []


@pytest.mark.parametrize("target", PROMISED_TARGETS)
def test_the_makefile_has_the_promised_target(target: str) -> None:
    assert target in targets()


def test_every_make_command_in_the_readme_is_a_target() -> None:
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(ROOT / "README.md")))
    assert named, "the README shows how to run it"
    assert named <= targets()


def test_no_browser_test_decides_by_what_is_not_drawn_yet() -> None:
    decisions = re.compile(r"\b(?:if|while)\b.*\.(?:count|is_visible|is_hidden|is_enabled)\(")
    found = [
        f"{path.name}:{at} {line.strip()}"
        for path in sorted((ROOT / "tests" / "browser").glob("*.py"))
        for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if decisions.search(line) or re.search(r"\.(?:is_visible|is_hidden|is_enabled)\(", line)
    ]
    assert found == [], "wait for the one or the other with a locator, or ask in one step of the page"
