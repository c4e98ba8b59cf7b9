"""What the audit's tests share: an archive of twenty entries, made anew for each test, and a forger's tools."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from custody.adapters.archive import format_sums
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditReport
from custody.core.tlog.tiles import format_bundle
from tests.worlds import World

SIZE = 200 if os.environ.get("CUSTODY_SOAK") == "1" else 20
BUNDLE = f"logs/0/tile/entries/000.p/{SIZE}"
TILE = f"logs/0/tile/0/000.p/{SIZE}"
CHECKPOINT = "logs/0/checkpoint"
VKEY = "logs/0/log.vkey"
_NOBODY = 65534


@cache
def world() -> World:
    return World()


@cache
def entries() -> tuple[bytes, ...]:
    return tuple(World().some(SIZE))


def audited(archive: Path, *, root: str | None = world().election, workers: int = 1) -> AuditReport:
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


@contextmanager
def owned_by_somebody(folder: Path) -> Iterator[Path]:
    """A copy of a folder, and its owner running this: file modes do not count for root, as which containers run tests."""
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "copy"))
        own = os.geteuid()
        if own == 0:
            Path(place).chmod(0o755)
            for path in (copy, *copy.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
            os.seteuid(_NOBODY)
        try:
            yield copy
        finally:
            os.seteuid(own)


def flip(data: bytes, *, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def names(report: AuditReport) -> set[str]:
    return {gap.name for gap in report.gaps}
