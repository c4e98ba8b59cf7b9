"""Evidence against a gateway, kept for ever in a device's outbox: receipts that it signed and that the log contradicts.

A row is never changed or removed, whatever the gateway answers later. What it proves:
``custody.core.evidence.falsified_receipts``.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

SET_UP: Final = (
    """
    CREATE TABLE IF NOT EXISTS evidence (
        statement BLOB PRIMARY KEY, position INTEGER NOT NULL, sentence TEXT NOT NULL, kept_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER IF NOT EXISTS evidence_keeps_its_bytes BEFORE UPDATE ON evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS evidence_is_never_removed BEFORE DELETE ON evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is never removed'); END
    """,
)
KEEP: Final = "INSERT OR IGNORE INTO evidence (statement, position, sentence, kept_at) VALUES (?, ?, ?, ?)"
KEPT: Final = "SELECT statement, position, sentence, kept_at FROM evidence ORDER BY kept_at, rowid"


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A gateway's signed receipt for ``position``, what contradicts it in a sentence, and when this device noticed."""

    statement: bytes
    position: int
    sentence: str
    kept_at: str


def put_table(connection: sqlite3.Connection) -> None:
    """Make the table of evidence where an outbox has none yet."""
    for statement in SET_UP:
        connection.execute(statement)
