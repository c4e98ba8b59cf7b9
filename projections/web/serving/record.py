"""The whole record beside the pages: the files of an archive in a folder, as they may be taken away.

Only what the archive's own ``SHA256SUMS`` lists is given, by its path there, and that file. An entry bundle waits while it holds
an entry that is withheld. Not here: what an archive is (docs/spec/archive.md), and who judges it: the reader.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import parse_note
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, parse_tile_path
from schemas.errors import Refused

SUMS: Final = "SHA256SUMS"
CHECKPOINT: Final = "logs/0/checkpoint"
_LINE: Final = re.compile(r"[0-9a-f]{64}  ([A-Za-z0-9][A-Za-z0-9._/-]{0,200})")
_LOG: Final = "logs/0/"
_FILES_MAX: Final = 200_000
_ZIPPED_BYTES_MAX: Final = 256 * 1024 * 1024
_STAMP: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Record:
    """An archive in a folder."""

    folder: Path

    def paths(self) -> tuple[str, ...]:
        """The files that may be taken; none where there is no archive."""
        try:
            lines = (self.folder / SUMS).read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            return ()
        found = [match[1] for match in map(_LINE.fullmatch, lines[:_FILES_MAX]) if match]
        return (SUMS, *(path for path in found if ".." not in path.split("/")))

    def read(self, path: str) -> bytes | None:
        """The bytes of a file that may be taken; None for any other."""
        if path not in self.paths():
            return None
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def entries(self) -> int | None:
        """How many entries its checkpoint covers; None where there is none that can be read."""
        note = self.read(CHECKPOINT)
        try:
            return None if note is None else parse_checkpoint(parse_note(note).text).size
        except Refused:
            return None

    def size_bytes(self) -> int:
        """The bytes of all files together."""
        return sum((self.folder / path).stat().st_size for path in self.paths() if (self.folder / path).is_file())

    def zipped(self) -> bytes | None:
        """All files in one ZIP, the same bytes each time; None where there is no archive, or it is too large for that."""
        paths = self.paths()
        if not paths or self.size_bytes() > _ZIPPED_BYTES_MAX:
            return None
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as archive:
            for path in paths:
                body = self.read(path)
                if body is not None:
                    archive.writestr(zipfile.ZipInfo(f"archive/{path}", date_time=_STAMP), body, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def entries_in(path: str) -> range | None:
    """The positions whose entries a file holds; None for a file that holds none."""
    try:
        tile = parse_tile_path(path.removeprefix(_LOG)) if path.startswith(_LOG) else None
    except Refused:
        return None
    if tile is None or tile.level != ENTRIES:
        return None
    first = tile.index * TILE_WIDTH
    return range(first, first + tile.width)
