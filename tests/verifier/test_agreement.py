"""Two verifiers that share no line of code say the same of 500 archives that somebody changed."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.audit.cases import audited
from tests.verifier.asking import ask
from tests.verifier.mutations import Base, Changed, encoded, mutated
from tests.worlds import World

CASES = 20_000 if os.environ.get("CUSTODY_SOAK") == "1" else 500
SIZE = 4
WORLD = World()
SAID = ("verdict", "election", "logs", "entries", "missing", "witnesses")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WORLD.archive(tmp_path_factory.mktemp("agreement") / "archive", entries=WORLD.some(SIZE))


def base_of(archive: Path) -> Base:
    files = {path.relative_to(archive).as_posix(): path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    return Base(files, tuple(World().some(SIZE)), WORLD.log_key)


@contextmanager
def changed_on_disk(archive: Path, changed: Changed, *, base: Base) -> Iterator[None]:
    """The archive with these changes, and as it was afterwards."""
    folders = {path for path in archive.rglob("*") if path.is_dir()}
    for name, data in changed.items():
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            (archive / name).unlink(missing_ok=True)
        else:
            (archive / name).write_bytes(data)
    yield
    for name in changed:
        (archive / name).unlink(missing_ok=True)
        if name in base.files:
            (archive / name).write_bytes(base.files[name])
    for folder in sorted({path for path in archive.rglob("*") if path.is_dir()} - folders, reverse=True):
        folder.rmdir()


def said(report: dict[str, Any]) -> dict[str, Any]:
    """What both verifiers say of an archive, whatever words they use."""
    bad = report["first_bad"]
    return {**{name: report[name] for name in SAID}, "first_bad": None if bad is None else bad["position"]}


def cases(base: Base) -> list[tuple[str | None, Changed]]:
    """(root, changes); the same ones on every run."""
    draw = random.Random(18)
    roots = [WORLD.election] * 18 + [None, "0" * 64]
    return [(draw.choice(roots), mutated(draw, base)) for _ in range(CASES)]


def test_python_and_javascript_say_the_same_of_every_archive(archive: Path) -> None:
    base = base_of(archive)
    wanted = [(WORLD.election, {}), *cases(base)]
    right = []
    for root, changed in wanted:
        with changed_on_disk(archive, changed, base=base):
            right.append(said(audited(archive, root=root).to_json()))
    tasks = [{"kind": "audit", "root": root, "changed": encoded(changed)} for root, changed in wanted]
    _, *answers = ask([{"kind": "base", "files": encoded(dict(base.files))}, *tasks])
    differ = [
        (number, sorted(wanted[number][1]), one, other)
        for number, (one, answer) in enumerate(zip(right, answers, strict=True))
        if one != (other := said(answer["value"]))
    ]
    assert differ[:3] == []
    assert right[0]["verdict"] == "VERIFIED"
    verdicts = Counter(report["verdict"] for report in right)
    assert verdicts["VERIFIED"] >= CASES // 100
    assert min(verdicts["TAMPERED"], verdicts["NOT ESTABLISHED"]) >= CASES // 5
