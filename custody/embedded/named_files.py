"""Files that people name on the command line: read whole and bounded, written whole; errors in plain sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from custody.adapters.durable import read_file, write_file, write_private
from custody.embedded.file_kinds import check_kind
from schemas import strict_json
from schemas.errors import Misused, Refused

JSON_BYTES_MAX: Final = 1_000_000
ENTRY_FILE_BYTES_MAX: Final = 1_000_000
STDIN: Final = "-"
OWN_FILES: Final = frozenset(
    {
        "checkpointer.json",
        "demo.json",
        "derived.json",
        "device.json",
        "keystore.json",
        "log-key.json",
        "log.sqlite",
        "outbox.sqlite",
        "root.txt",
    }
)
"""Names of the files that directories and devices are made of (``directory``)."""
OWN_FOLDERS: Final = frozenset({"books", "devices", "tiles"})


def read_bytes(path: Path, *, bytes_max: int) -> bytes:
    """The bytes of a regular file, or of standard input for ``-``; longer ones come back one byte too long.

    Misused("file-unreadable") where it cannot be read.
    """
    if str(path) == STDIN:
        return sys.stdin.buffer.read(bytes_max + 1)
    try:
        return read_file(path.resolve() if path.is_symlink() else path, bytes_max=bytes_max)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not a regular file"
        raise Misused("file-unreadable", f"{path} cannot be read: {reason}.") from error


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object out of a file; Refused with a json- or text- code."""
    value = _parsed(path, data=read_bytes(path, bytes_max=JSON_BYTES_MAX))
    if not isinstance(value, dict):
        raise Refused("json-object", f"{path} does not hold a JSON object.")
    return value


def read_acts(path: Path) -> list[dict[str, Any]] | dict[str, Any]:
    """One JSON object out of a file, or a list of them: several acts; Refused with a json- or text- code."""
    data = read_bytes(path, bytes_max=JSON_BYTES_MAX)
    check_kind("act", path=path, data=data)
    value = _parsed(path, data=data)
    if isinstance(value, list):
        acts: list[dict[str, Any]] = [item for item in value if isinstance(item, dict)]
        if acts and len(acts) == len(value):
            return acts
    if not isinstance(value, dict):
        raise Refused("json-object", f"{path} holds neither a JSON object nor a list of them.")
    return value


def _parsed(path: Path, *, data: bytes) -> Any:
    try:
        return strict_json.parse(data, bytes_max=JSON_BYTES_MAX)
    except Refused as error:
        raise Refused(error.code, f"{path}: {error.sentence}") from error


def read_envelope(path: Path) -> bytes:
    """The bytes of a file that should hold one signed envelope; whether they do is for who reads them."""
    return read_bytes(path, bytes_max=ENTRY_FILE_BYTES_MAX)


def check_writable(path: Path, *, read: Iterable[Path] = ()) -> None:
    """Misused("file-unwritable") where a file could not, or must not, be put at ``path``, before anything is done.

    What an election or a device is made of is no place for a file, nor is one of those that are ``read``.
    """
    if not path.parent.is_dir() or path.is_dir():
        raise Misused(
            "file-unwritable", f"{path} cannot be written: there is no such folder, or a folder in its place."
        )
    if path.exists() and (path.name in OWN_FILES or path.resolve().parent.name in OWN_FOLDERS):
        raise Misused("file-own", f"{path} is a part of an election or of a device: name another file.")
    if any(path.exists() and other.exists() and path.samefile(other) for other in read):
        raise Misused("file-read", f"{path} is the file that is read here: name another one for what comes of it.")


def write_draft(path: Path, data: bytes) -> None:
    """As :func:`write_bytes`, for its owner's eyes only (0600): what is signed in part, or travels from one device to another."""
    write_private(path, data)


def write_bytes(path: Path, data: bytes) -> None:
    """Put a file in its place, whole, as the umask says; Unavailable where the disk refuses."""
    write_file(path, data)
