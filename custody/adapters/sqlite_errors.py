"""Errors of SQLite by kind: one table from its primary result codes, for every file that this program keeps in SQLite.

The sentence belongs to whoever reads it, a device's user or an operator: each file has its own for each kind.

Not here: broken constraints and misuse of a connection, which only the file's own code can judge.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BUSY: Final = "busy"
DISK_FULL: Final = "disk-full"
DISK: Final = "disk"
READ_ONLY: Final = "read-only"
MISSING: Final = "missing"
CORRUPT: Final = "corrupt"
FOREIGN: Final = "foreign"
"""The file is no database; told under the code of a damaged one."""
OUTDATED: Final = "outdated"
CONFLICT: Final = "conflict"
UNUSABLE: Final = "unusable"

_KINDS: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: MISSING,
    sqlite3.SQLITE_CORRUPT: CORRUPT,
    sqlite3.SQLITE_NOTADB: FOREIGN,
    sqlite3.SQLITE_ERROR: OUTDATED,
    sqlite3.SQLITE_CONSTRAINT: CONFLICT,
}


@dataclass(frozen=True, slots=True)
class FileErrors:
    """How the errors of one kind of file are told: ``name`` begins every code; kinds without a sentence are ``unusable``."""

    name: str
    sentences: Mapping[str, str]

    def told(self, error: BaseException | None) -> tuple[str, str]:
        """Code and sentence for what SQLite raised."""
        primary = getattr(error, "sqlite_errorcode", None)
        kind = UNUSABLE if primary is None else _KINDS.get(primary & 0xFF, UNUSABLE)
        if kind not in self.sentences:
            kind = UNUSABLE
        return f"{self.name}-{CORRUPT if kind == FOREIGN else kind}", self.sentences[kind]
