"""What an archive's files are filled with costs no memory to speak of: they are read up to what they can be, piece by piece."""

from __future__ import annotations

import tracemalloc
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
