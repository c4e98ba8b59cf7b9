"""The rooms of the core: few, with few arrows between them and no circle; functions stay short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CORE: Final = ROOT / "custody" / "core"
PREFIX: Final = ["custody", "core"]
ROOMS_MAX: Final = 14
ARROWS_MAX: Final = 45
MEDIAN_MAX: Final = 7


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of the core, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(CORE.rglob("*.py"))}


def room_of(path: Path) -> str:
    """The package of the core in which a module stands, or the module itself at the top."""
    parts = path.relative_to(CORE).parts
    return parts[0] if len(parts) > 1 else path.stem


def imported(tree: ast.Module) -> Iterator[str]:
    """Rooms of the core that a module imports from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[2] for name in names if name.split(".")[:2] == PREFIX)


def arrows() -> set[tuple[str, str]]:
    """(room, the room that it imports from)."""
    return {(room_of(path), room) for path, tree in trees().items() for room in imported(tree) if room != room_of(path)}


def test_the_rooms_of_the_core_are_few() -> None:
    assert len({room_of(path) for path in trees()} - {"__init__"}) <= ROOMS_MAX


def test_the_arrows_between_rooms_are_few_and_make_no_circle() -> None:
    found = arrows()
    assert 20 < len(found) <= ARROWS_MAX
    graph = {room: {below for above, below in found if above == room} for room, _ in found}
    assert tuple(TopologicalSorter(graph).static_order())


def test_the_median_function_of_the_core_is_short() -> None:
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    assert median(functions) <= MEDIAN_MAX
