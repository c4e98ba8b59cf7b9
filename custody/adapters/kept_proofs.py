"""Proofs of a device's entries, kept in its outbox: each the ``.tlog-proof`` file that was verified when the entry became proven.

A later proof takes the place of an earlier one; none is removed.
"""

from __future__ import annotations

import sqlite3
from typing import Final

KEEP: Final = (
    "INSERT INTO proofs (entry_hash, proof) VALUES (?, ?) ON CONFLICT (entry_hash) DO UPDATE SET proof = excluded.proof"
)
KEPT: Final = "SELECT proof FROM proofs WHERE entry_hash = ?"
_SET_UP: Final = (
    "CREATE TABLE IF NOT EXISTS proofs (entry_hash TEXT PRIMARY KEY, proof BLOB NOT NULL) STRICT",
    """
    CREATE TRIGGER IF NOT EXISTS a_proof_is_never_removed BEFORE DELETE ON proofs
        BEGIN SELECT RAISE(ABORT, 'a proof is never removed'); END
    """,
)


def put_table(connection: sqlite3.Connection) -> None:
    """Make the table of proofs where an outbox has none yet."""
    for statement in _SET_UP:
        connection.execute(statement)
