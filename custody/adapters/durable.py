"""Files that survive a crash: whole or not at all, and on the disk when the call returns.

A file is written beside its place, fsynced, renamed over it; then the folder is fsynced too, without which the name
itself may be lost (POSIX promises nothing else).  Errors of the file system become :class:`Unavailable`.

Reading here is for files that strangers may have laid out: regular ones only, never more than a limit.

Not here: what is written, and locks between processes (``lock``).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from schemas.errors import Unavailable

UNFINISHED: Final = ".unfinished"
"""Suffix of a file that is not in its place yet; a left-over one means a crash and may be deleted."""


PRIVATE: Final = 0o600
"""Mode of a file for its owner's eyes only."""


def write_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, replacing what is there; durable, name included, when it returns.

    The umask says who may read it.
    """
    place_file(path, data)
    sync_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """As :func:`write_file`, for its owner's eyes only (0600), whatever the umask and whatever stood there before."""
    place_file(path, data, mode=PRIVATE)
    sync_folder(path.parent)


def place_file(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """As :func:`write_file`, but the name is durable only after :func:`sync_folder` of its folder.

    Nothing that stands beside the place is written into: what a crash or anybody else left there, a link too, is removed, and the
    file is made anew. A link in the place itself is replaced, never followed.
    """
    beside = path.with_name(path.name + UNFINISHED)
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    except OSError as error:
        raise Unavailable("file-not-written", f"{path.name} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise Unavailable("file-not-written", f"{path.name} cannot be written: {error.strerror}.") from error


def make_private(path: Path, *, beside: Sequence[str] = (), is_made: bool) -> None:
    """Let nobody but its owner read a file that another library writes, nor those beside it with these suffixes (0600).

    ``is_made``: it is made empty where it is missing. What is wrong with it is said by whoever opens it: nothing is raised here.
    """
    with suppress(OSError):
        if is_made:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE))
        for name in (path.name, *(path.name + suffix for suffix in beside)):
            found = path.with_name(name)
            if found.is_file() and found.stat().st_mode & 0o077:
                found.chmod(PRIVATE)


def read_file(path: Path, *, bytes_max: int) -> bytes:
    """At most ``bytes_max`` bytes of a regular file, and one more if it is longer.

    OSError as the system gives it; a link, pipe, device or folder in the file's place is one too, and never blocks.
    """
    with open_regular(path) as file:
        return file.read(bytes_max + 1)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading; OSError as :func:`read_file`."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "not a regular file")
        yield file


def make_folder(path: Path) -> None:
    """Create a folder and those above it, each name durable."""
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise Unavailable("folder-not-made", f"{path.name} cannot be created: {error.strerror}.") from error
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Unavailable("folder-not-synced", f"{path.name} cannot be synced: {error.strerror}.") from error
