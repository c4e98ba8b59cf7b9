"""What the audit's tests share: an archive of twenty entries, made anew for each test, and a forger's tools."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from custody.adapters.archive import format_sums
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import Report
from custody.core.tiles import format_bundle
from tests.worlds import World

SIZE = 200 if os.environ.get("CUSTODY_SOAK") == "1" else 20
BUNDLE = f"logs/0/tile/entries/000.p/{SIZE}"
TILE = f"logs/0/tile/0/000.p/{SIZE}"
CHECKPOINT = "logs/0/checkpoint"
VKEY = "logs/0/log.vkey"


@cache
def world() -> World:
    return World()


@cache
def entries() -> tuple[bytes, ...]:
    return tuple(World().some(SIZE))


def audited(archive: Path, *, root: str | None = world().election, workers: int = 1) -> Report:
    return audit_archive(Request(source=archive, root=root, workers=workers))


def sum_again(archive: Path) -> None:
    """What a careful forger does after the change."""
    files = [
        path for path in archive.rglob("*") if path.is_file() and not path.is_symlink() and path.name != "SHA256SUMS"
    ]
    sums = {path.relative_to(archive).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
    (archive / "SHA256SUMS").write_bytes(format_sums(sums))


def rewrite(archive: Path, changed: Sequence[bytes]) -> None:
    """Put other entries, as many as before, in place of those of the archive."""
    (archive / BUNDLE).write_bytes(format_bundle(changed))


def flip(data: bytes, *, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def names(report: Report) -> set[str]:
    return {gap.name for gap in report.gaps}
