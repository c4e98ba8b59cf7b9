"""The survey of an archive: every file accounted for, before anybody believes one of them.

An archive has one form (see ``archive``): for the sizes its checkpoints state, exactly so many files, each in its one
form, and SHA256SUMS over them.  The survey names what is missing, what is extra, what is not in its form and whose sum
is wrong.  It follows no link, opens nothing but regular files that belong, reads no more of them than they may have,
and names at most :data:`PROBLEMS_MAX` problems, so that no folder, however odd, can make it crash or run for ever.

Not here: signatures, hashes of tiles against entries, the content of election.json and keys.json, verdicts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from custody.adapters.archive import ELECTION, KEYS, LOGS, SUMS, format_sums
from custody.adapters.durable import open_regular, read_file
from custody.adapters.tilefolder import CHECKPOINT, VERIFIER_KEY, parse_key_file
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.merkle import HASH_BYTES
from custody.core.tlog.notes import NOTE_BYTES_MAX, format_note, format_verifier_key, parse_note
from custody.core.tlog.tiles import (
    BUNDLE_BYTES_MAX,
    ENTRIES,
    TILE_WIDTH,
    belongs,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_path,
    tiles_of,
)
from custody.core.wording.file_error_words import system_reason
from custody.core.wording.messages import error_told, message
from schemas.election_names import NAMES_BYTES_MAX, NAMES_FILE, parse_names
from schemas.errors import Refused

PROBLEMS_MAX: Final = 1000
MISSING: Final = message("audit.gap-missing")
"""Said of a file that should be there, whoever finds it out."""
DERIVED_BYTES_MAX: Final = 64 * 1024 * 1024
"""Limit for election.json and keys.json: room for a million keys; they are summed piece by piece and never held."""

Kind = Literal["missing", "extra", "form", "sum"]

_PIECE_BYTES: Final = 1024 * 1024
_SUM_LINE_BYTES: Final = 67
"""What a line of SHA256SUMS has beside the path: 64 digits, two spaces, a newline."""
_ABSENT_LINE_BYTES: Final = 200
"""Room for a line about a file that is missing; more of them than are ever named make the file too long."""
_DEPTH_MAX: Final = 16
"""Deeper than any file of an archive lies; what is below is not entered."""
_SURPLUS: Final = 10 * PROBLEMS_MAX
"""Names beyond what an archive can have that are listed all the same, so that they can be named."""
_LOGS_MAX: Final = 10_000
_FOLDERS_OF_LOG: Final = 100
"""Room for what a log has beside its tiles: its folders at each level, the partial tiles' ones, the checkpoint, the key."""
_SUM_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_LOG_FILE: Final = re.compile(r"logs/(0|[1-9][0-9]{0,8})/(.+)")


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """``path`` relative to the archive, in printable ASCII (other bytes escaped); ``sentence`` says what is wrong."""

    path: str
    kind: Kind
    sentence: str


def survey(archive: Path) -> list[ArchiveFault]:
    """All problems of an archive's files, sorted by path; none means that each is there, in its form, and no other."""
    return _Survey(archive).run()


class _Survey:
    """One walk over one archive; ``_files`` are the regular files found, by relative path, all unless the walk was cut short."""

    def __init__(self, archive: Path) -> None:
        self._root = archive
        self._problems: dict[tuple[str, Kind], ArchiveFault] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._sums: dict[str, str] = {}
        self._is_cut = False

    def run(self) -> list[ArchiveFault]:
        self._walk()
        sizes = {number: self._size_of(number) for number in range(self._count_logs())}
        expected = {ELECTION, KEYS, NAMES_FILE, SUMS}
        for name in sorted(self._files):
            if name in expected or self._is_of_log(name, sizes):
                self._check_form(name)
            else:
                self._add(name, "extra", sentence=message("audit.file-extra"))
        if not self._is_cut:
            self._name_missing(sizes)
            self._name_empty_folders()
        if SUMS in self._files:
            self._check_sums()
        return sorted(self._problems.values(), key=lambda problem: (problem.path, problem.kind))

    def _add(self, name: str, kind: Kind, *, sentence: str) -> None:
        if len(self._problems) < PROBLEMS_MAX:
            path = _printable(name)
            self._problems.setdefault((path, kind), ArchiveFault(path, kind, sentence))
        else:
            self._problems[("~", "form")] = ArchiveFault("~", "form", f"There are more than {PROBLEMS_MAX} problems.")

    def _walk(self) -> None:
        waiting, room = [""], self._names_max()
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self._root / folder) as items:
                    found = sorted(islice(items, room + 1), key=lambda item: item.name)
            except OSError as error:
                self._add(
                    folder or ".", "form", sentence=message("audit.file-folder-unreadable", why=system_reason(error))
                )
                continue
            if len(found) > room:
                self._is_cut = True
                told = message("audit.file-many")
                self._add(f"{folder}/", "extra", sentence=told)
                return
            room -= len(found)
            waiting += [name for item in found if (name := self._met(item, folder=folder))]

    def _met(self, item: os.DirEntry[str], *, folder: str) -> str:
        """Take note of what has a name in a folder; the folder to enter, "" if it is none."""
        name = f"{folder}/{item.name}".lstrip("/")
        if item.is_symlink() or not (item.is_dir(follow_symlinks=False) or item.is_file(follow_symlinks=False)):
            self._add(name, "form", sentence=message("audit.file-special"))
        elif item.is_file(follow_symlinks=False):
            self._files.add(name)
        elif name.count("/") >= _DEPTH_MAX:
            self._add(name + "/", "extra", sentence=message("audit.file-deep"))
        else:
            self._folders.add(name)
            return name
        return ""

    def _names_max(self) -> int:
        """How many names are listed: those that an archive of the checkpoints can have, and some that are too many."""
        names, number = _SURPLUS, 0
        while number < _LOGS_MAX and os.path.isdir(self._root / LOGS / str(number)):
            names += _FOLDERS_OF_LOG + 2 * _count_tiles(self._stated_size(number) or 0)
            number += 1
        return names

    def _count_logs(self) -> int:
        count = 0
        while f"{LOGS}/{count}" in self._folders:
            count += 1
        return max(count, 1)

    def _size_of(self, number: int) -> int | None:
        """The size that a log's checkpoint states, None if it states none."""
        name = f"{LOGS}/{number}/{CHECKPOINT}"
        return self._stated_size(number) if name in self._files else None

    def _stated_size(self, number: int) -> int | None:
        try:
            data = read_file(self._root / LOGS / str(number) / CHECKPOINT, bytes_max=NOTE_BYTES_MAX)
            return parse_checkpoint(parse_note(data).text).size
        except (OSError, Refused):
            return None  # not in its form: said where that file's turn comes

    def _is_of_log(self, name: str, sizes: dict[int, int | None]) -> bool:
        match = _LOG_FILE.fullmatch(name)
        if match is None or int(match[1]) not in sizes:
            return False
        if match[2] in (CHECKPOINT, VERIFIER_KEY):
            return True
        size = sizes[int(match[1])]
        try:
            tile = parse_tile_path(match[2])
        except Refused:
            return False
        # Without a checkpoint nobody can say which tiles belong: then only those of no possible size are extra.
        return size is None or belongs(tile=tile, size=size)

    def _check_form(self, name: str) -> None:
        if name in (ELECTION, KEYS):
            self._sum_up(name)
            return
        check, bytes_max = _form_of(name) if name != SUMS else (_parse_sums, self._sums_bytes_max())
        try:
            data = read_file(self._root / name, bytes_max=bytes_max)
            if len(data) > bytes_max:
                raise Refused("archive-length", message("audit.file-long"))
            check(data)
        except OSError as error:
            self._add(name, "form", sentence=message("audit.file-unreadable", why=system_reason(error)))
        except Refused as error:
            self._add(name, "form", sentence=error_told(error))
        else:
            self._sums[name] = sha256(data).hexdigest()

    def _sum_up(self, name: str) -> None:
        """The sum of a file that the audit compares byte for byte later: here it has no form but a greatest length."""
        digest, length = sha256(), 0
        try:
            with open_regular(self._root / name) as file:
                while length <= DERIVED_BYTES_MAX and (piece := file.read(_PIECE_BYTES)):
                    digest.update(piece)
                    length += len(piece)
        except OSError as error:
            self._add(name, "form", sentence=message("audit.file-unreadable", why=system_reason(error)))
            return
        if length > DERIVED_BYTES_MAX:
            self._add(name, "form", sentence=message("audit.file-long"))
            return
        self._sums[name] = digest.hexdigest()

    def _sums_bytes_max(self) -> int:
        """How long SHA256SUMS can be: a line for each file that is there, and for as many missing ones as are named."""
        found = sum(_SUM_LINE_BYTES + len(os.fsencode(name)) for name in self._files)
        return found + PROBLEMS_MAX * _ABSENT_LINE_BYTES

    def _name_missing(self, sizes: dict[int, int | None]) -> None:
        expected = [ELECTION, KEYS, SUMS]
        for number in sizes:
            expected += [f"{LOGS}/{number}/{CHECKPOINT}", f"{LOGS}/{number}/{VERIFIER_KEY}"]
        absent = (name for name in _chain(expected, sizes) if name not in self._files)
        for name in islice(absent, PROBLEMS_MAX + 1):
            self._add(name, "missing", sentence=MISSING)

    def _name_empty_folders(self) -> None:
        used = {LOGS}
        for name in self._files:
            folder = name.rpartition("/")[0]
            while folder and folder not in used:
                used.add(folder)
                folder = folder.rpartition("/")[0]
        for folder in sorted(self._folders - used):
            self._add(folder + "/", "extra", sentence=message("audit.file-empty"))

    def _check_sums(self) -> None:
        try:
            data = read_file(self._root / SUMS, bytes_max=self._sums_bytes_max())
            stated = _parse_sums(data)
        except (OSError, Refused):
            return  # not in its form: said already
        for name, digest in self._sums.items():
            if name == SUMS:
                continue
            if name not in stated:
                self._add(name, "sum", sentence=message("audit.file-unlisted"))
            elif stated[name] != digest:
                self._add(name, "sum", sentence=message("audit.file-sum"))
        for name in stated:
            if name not in self._files and not self._is_cut:
                self._add(name, "missing", sentence=message("audit.file-gone"))


def _chain(expected: list[str], sizes: dict[int, int | None]) -> Iterator[str]:
    yield from expected
    for number, size in sizes.items():
        for tile in tiles_of(size or 0):
            yield f"{LOGS}/{number}/{tile_path(tile)}"


def _count_tiles(size: int) -> int:
    """How many tiles and bundles a tree of ``size`` leaves has."""
    bundles = -(-size // TILE_WIDTH)
    return bundles + sum(-(-(size >> 8 * level) // TILE_WIDTH) for level in range(8))


def _form_of(name: str) -> tuple[Callable[[bytes], object], int]:
    """How to check the form of the names or of a file of a log, and how long it may be."""
    if name == NAMES_FILE:
        return parse_names, NAMES_BYTES_MAX
    inner = name.split("/", 2)[2]
    if inner == CHECKPOINT:
        return _check_checkpoint, NOTE_BYTES_MAX
    if inner == VERIFIER_KEY:
        return _check_key, NOTE_BYTES_MAX
    tile = parse_tile_path(inner)
    if tile.level == ENTRIES:
        return lambda data: parse_bundle(data=data, width=tile.width), BUNDLE_BYTES_MAX
    return lambda data: parse_tile(data=data, width=tile.width), tile.width * HASH_BYTES


def _check_checkpoint(data: bytes) -> None:
    note = parse_note(data)
    parse_checkpoint(note.text)
    if format_note(note) != data:
        raise Refused("archive-form", "The checkpoint is not in its one form.")


def _check_key(data: bytes) -> None:
    if f"{format_verifier_key(parse_key_file(data))}\n".encode() != data:
        raise Refused("archive-form", "The verifier key is not in its one form.")


def _parse_sums(data: bytes) -> dict[str, str]:
    """Read SHA256SUMS in its one form: lines of sha256sum, sorted by path, none twice."""
    try:
        lines = data.decode("ascii").removesuffix("\n").split("\n") if data else []
    except UnicodeDecodeError:
        raise Refused("archive-sums", "SHA256SUMS is not plain ASCII.") from None
    matches = [_SUM_LINE.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in matches if match is not None}
    if format_sums(sums) != data:
        raise Refused("archive-sums", "SHA256SUMS is not in its one form: 64 hex digits, two spaces, path, sorted.")
    return sums


def _printable(name: str) -> str:
    raw = os.fsencode(name).decode("ascii", "backslashreplace")
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in raw)
