"""Heads of modules lead a stranger on: each package has one, and what a head names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ("custody", "projections", "consumers", "schemas")
ELSEWHERE: Final = frozenset({"cryptography", "library", "securesystemslib", "yes", "no"})
"""Names of libraries, and words of YAML."""
NAME: Final = re.compile(r"``([a-z_]+(?:\.[a-z_]+)*)``|\(([a-z]+_[a-z_]+)\)")
NEIGHBOUR: Final = re.compile(r"\(([a-z_]+(?:, [a-z_]+)*)\)")
"""Where a head says that something stands instead: modules by their names."""
DOTTED: Final = re.compile(r"\b((?:custody|projections|consumers|schemas)(?:\.[a-z]\w*)+)\b")


def modules() -> list[Path]:
    """Every module of the program."""
    return [path for source in SOURCES for path in sorted((ROOT / source).rglob("*.py"))]


@cache
def head(path: Path) -> str:
    """The docstring of a module."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@cache
def names() -> frozenset[str]:
    """Names of modules and packages, and every name and one-word text of the code."""
    found = {part for path in modules() for part in (path.stem, path.parent.name, path.name)}
    for path in modules():
        found.update(words_of(compile(path.read_text(encoding="utf-8"), str(path), "exec")))
    return frozenset(found) | ELSEWHERE


def words_of(code: CodeType) -> Iterator[str]:
    """The names that code uses, its own among them; a text of one word is one too."""
    yield from (code.co_name, *code.co_names, *code.co_varnames, *code.co_cellvars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from words_of(constant)
        for word in constant if isinstance(constant, tuple | frozenset) else (constant,):
            if isinstance(word, str) and re.fullmatch(r"[\w.]+", word):
                yield word


@pytest.mark.parametrize("source", SOURCES)
def test_every_package_says_what_it_is(source: str) -> None:
    packages = sorted((ROOT / source).rglob("__init__.py"))
    assert [path.parent.relative_to(ROOT).as_posix() for path in packages if not head(path)] == []


def test_what_a_head_names_is_there() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for pair in NAME.findall(head(path))
        for name in pair
        if name and not {name, name.rpartition(".")[2]} & names()
    }
    assert unknown == set()


def test_a_module_that_a_head_names_in_full_is_there() -> None:
    absent = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for name in DOTTED.findall(head(path))
        if not any(there(name.split(".")[:length]) for length in range(2, 1 + len(name.split("."))))
    }
    assert absent == set()


def test_what_a_head_of_the_core_says_is_elsewhere_is_a_module_of_the_core() -> None:
    """``Not here: whose signatures count (signature_check)``: a stranger looks for just that name."""
    paths = sorted((ROOT / "custody" / "core").rglob("*.py"))
    there = {part for path in paths for part in (path.stem, path.parent.name)} | {"ports"}
    elsewhere = {path.name: " ".join(head(path).partition("Not here:")[2].split()) for path in paths}
    named = [
        (name, word)
        for name, text in elsewhere.items()
        for found in NEIGHBOUR.findall(text)
        for word in found.split(", ")
    ]
    assert len(named) > 60
    assert [f"{name}: {word}" for name, word in named if word not in there] == []


def there(parts: list[str]) -> bool:
    """Whether these are a module or a package."""
    place = ROOT.joinpath(*parts)
    return place.is_dir() or place.with_suffix(".py").is_file()


def test_the_head_of_the_pages_lists_the_floors_that_the_contract_allows() -> None:
    """A stranger asks what a page may import: the head says it, and `make check` holds the same order."""
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (layers,) = re.findall(r'containers = \["projections.web"\]\nexhaustive = true\nlayers = (.*)', contracts)
    floors = re.findall(r"\w+", layers)
    told = re.findall(
        r"^    (\w+)(?:, (\w+))?  ", (ROOT / "projections/web/__init__.py").read_text("utf-8"), re.MULTILINE
    )
    assert [name for pair in told for name in pair if name] == floors
