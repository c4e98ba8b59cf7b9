"""What an archive's files are filled with costs no memory to speak of: they are read up to what they can be, piece by piece."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.adapters.survey import survey
from tests.audit.cases import BUNDLE, CHECKPOINT, VKEY, entries, world

MEGABYTE = 1024 * 1024
LINE = b"0" * 64 + b"  logs/0/x\n"


@pytest.mark.parametrize("name", ["SHA256SUMS", "election.json", "keys.json", CHECKPOINT, VKEY])
@pytest.mark.parametrize("text", [b"\n", b"0", b"[", LINE])
def test_a_file_of_64_megabytes_is_named_and_never_held(tmp_path: Path, name: str, text: bytes) -> None:
    archive = world().archive(tmp_path / "archive", entries=entries())
    (archive / name).write_bytes(text * (64 * MEGABYTE // len(text)))
    tracemalloc.start()
    try:
        problems = survey(archive)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert name in {problem.path for problem in problems}
    assert peak < 24 * MEGABYTE
    assert BUNDLE not in {problem.path for problem in problems if problem.kind != "sum"}


def problems_of(archive: Path, *, folder: Path, count: int) -> list[str]:
    """The archive's problems by path and kind, after so many empty files were put into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:06}").touch()
    return [f"{problem.kind} {problem.path}" for problem in survey(archive)]


@pytest.mark.parametrize("folder", ["", "logs", "logs/0", "logs/0/tile/entries", "elsewhere/deep"])
def test_a_folder_of_far_too_many_names_is_named_and_not_listed_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    archive = world().archive(tmp_path / "archive", entries=entries())
    listed: list[str] = []
    scandir = os.scandir

    class Counted:
        def __init__(self, path: Path) -> None:
            self._items = scandir(path)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return self._named()

        def __exit__(self, *_: object) -> None:
            self._items.close()

        def _named(self) -> Iterator[os.DirEntry[str]]:
            for item in self._items:
                listed.append(item.name)
                yield item

    monkeypatch.setattr("custody.adapters.survey.os.scandir", Counted)
    told = problems_of(archive, folder=archive / folder, count=30_000)
    assert f"extra {folder}/" in told
    assert not [line for line in told if line.startswith("missing")]
    assert len(listed) < 12_000


def test_as_many_names_as_can_be_named_are_listed_and_named(tmp_path: Path) -> None:
    archive = world().archive(tmp_path / "archive", entries=entries())
    told = problems_of(archive, folder=archive / "logs" / "0", count=900)
    assert {line.split()[0] for line in told} == {"extra"}
    assert len(told) == 900
