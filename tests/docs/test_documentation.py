"""What the documentation says is there: commands, files, generated parts; and nothing of anybody's machine."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from typer.main import get_command

from custody.cli.program import make_app
from schemas.union import FOLD_1

ROOT = Path(__file__).parents[2]
AIMS = ("design.md", "domain.md")
"""Pages that say what is aimed at, beyond what is built."""
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bcustody ([a-z]+(?:-[a-z]+)*)([^|]*)")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|index-url|proxy\.golang|crates\.io", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.-])/(?:home|Users|root|tmp|work|private|var)/")


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "custody").rglob("*.md")])


def name_of(page: Path) -> str:
    """The page's path from the root."""
    return page.relative_to(ROOT).as_posix()


def code_of(page: Path) -> Iterator[str]:
    """Lines of indented and fenced code, and code spans."""
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line
        else:
            yield from re.findall(r"`([^`]+)`", line)


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def generator() -> ModuleType:
    """The program docs/generate.py."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def options() -> dict[str, set[str]]:
    """Every command of the program and its options."""
    group = get_command(make_app())
    assert isinstance(group, typer.core.TyperGroup)
    return {name: options_of(command) for name, command in group.commands.items()}


def options_of(command: Any) -> set[str]:
    """A command's options; of a group of commands, all that its commands have."""
    below = getattr(command, "commands", {}).values()
    return {option for parameter in command.params for option in parameter.opts}.union(*map(options_of, below))


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", [page for page in pages() if page.name not in AIMS], ids=name_of)
def test_every_command_that_a_page_shows_is_a_command_of_the_program(page: Path) -> None:
    known = options()
    for line in code_of(page):
        for name, rest in COMMAND.findall(line):
            assert name in known, line
            assert set(re.findall(r"--[a-z-]+", rest)) <= known[name], line


def test_the_readme_shows_how_to_run_it() -> None:
    shown = [line.strip() for line in code_of(ROOT / "README.md")]
    assert {"make demo", "make test", "make tamper"} <= set(shown)


def test_every_make_target_that_a_page_names_is_in_the_makefile() -> None:
    (line,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = {
        target
        for page in pages()
        for code in code_of(page)
        for target in re.findall(r"(?:^|\| )\s*make ([a-z][a-z-]*)", code)
    }
    assert named <= set(line.split())


def test_the_readme_says_how_many_event_types_are_judged() -> None:
    assert f"{len(FOLD_1)} event types are judged" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [page for page in pages() if page.name not in AIMS], ids=name_of)
def test_every_file_of_the_project_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:schemas|custody|projections|consumers|docs|tests|bench|requirements)/[\w./-]*)`",
        page.read_text(encoding="utf-8"),
    )
    folders = (ROOT, page.parent)
    absent = [name for name in named if not any((folder / name).exists() for folder in folders)]
    assert [name for name in absent if name != "projections/views/boxes.py"] == []


def test_every_module_that_a_page_names_without_its_folder_is_there() -> None:
    there = {
        path.name
        for folder in ("custody", "consumers", "projections", "schemas", "tests", "bench", "docs")
        for path in (ROOT / folder).rglob("*.py")
    }
    named = {(page.name, name) for page in pages() for name in re.findall(r"`(\w+\.py)`", page.read_text("utf-8"))}
    assert len(named) > 5
    assert {(page, name) for page, name in named if name not in there} == set()


def test_a_function_that_a_page_names_with_its_file_is_there() -> None:
    named = {
        pair for page in pages() for pair in re.findall(r"`(\w+)` in `([\w/]+\.py)`", page.read_text(encoding="utf-8"))
    }
    assert ("check_mandates", "custody/core/checks/recipients.py") in named
    text = {path: (ROOT / path).read_text(encoding="utf-8") for _, path in named}
    assert {name for name, path in named if not re.search(rf"^(?:def |class )?{name}\b", text[path], re.M)} == set()


def test_the_generated_parts_are_what_the_code_says() -> None:
    assert generator().main(["--check"]) == 0


def test_every_generated_part_stands_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in pages())
    assert {name for name in generator().PARTS if f"<!-- generated: {name} -->\n" not in text} == set()


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_names_no_registry_and_no_path_of_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert REGISTRY.findall(text) == []
    assert MACHINE.findall(text) == []


def test_the_index_of_schemas_that_a_page_links_to_is_json() -> None:
    assert json.loads((ROOT / "schemas" / "published" / "index.json").read_bytes())["fold_version"] == 1


@pytest.mark.parametrize(("page", "letter"), [("ledger.md", "L"), ("handover.md", "H")])
def test_the_statements_of_a_page_are_numbered_without_a_gap(page: str, letter: str) -> None:
    """Only the rulebook numbers with bare figures, so that no number means two things."""
    text = (ROOT / "docs" / "spec" / page).read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(rf"^- \*\*{letter}(\d+)\*\* ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 30
    assert not re.search(r"^\d+\. ", text, re.MULTILINE)


def test_a_number_that_code_or_a_page_cites_is_a_statement() -> None:
    texts = [page.read_text(encoding="utf-8") for page in pages()]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "custody").rglob("*.py")]
    stated = {found for text in texts for found in re.findall(r"^- \*\*([LH]\d+)\*\* ", text, re.MULTILINE)}
    cited = {found for text in texts for found in re.findall(r"(?:ledger|handover)\.md\)? ([LH]\d+)", text)}
    assert cited <= stated


def test_a_rule_that_a_page_names_by_its_number_is_in_the_rulebook() -> None:
    rulebook = (ROOT / "docs" / "spec" / "rules.md").read_text(encoding="utf-8")
    stated = set(re.findall(r"^(\d+)\. ", rulebook, re.MULTILINE))
    cited = {
        number
        for page in pages()
        for numbers in re.findall(r"\*\(rules? ([^)]*)\)\*", page.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+", numbers)
    }
    assert len(cited) > 40
    assert cited <= stated
