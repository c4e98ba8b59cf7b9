"""The tables of a device's outbox, and the triggers that keep what must not change.

Not here: what they are used for (``outbox``), evidence and proofs, whose tables are put into any outbox that is opened.
"""

from __future__ import annotations

from typing import Final

SET_UP: Final = (
    "PRAGMA application_id = 1129668440",
    """
    CREATE TABLE device (
        badge TEXT NOT NULL, key TEXT PRIMARY KEY, synced_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE acts (
        number INTEGER PRIMARY KEY CHECK (number >= 1), event TEXT NOT NULL UNIQUE, payload BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE entries (
        place INTEGER PRIMARY KEY, entry_hash TEXT NOT NULL UNIQUE, event TEXT NOT NULL, entry BLOB NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('own', 'cosigned', 'pair', 'known')),
        status TEXT NOT NULL CHECK (status IN ('saved', 'sent', 'recorded', 'proven', 'refused')),
        position INTEGER, statement BLOB
    ) STRICT
    """,
    """
    CREATE TABLE countersigned (
        place INTEGER PRIMARY KEY, event TEXT NOT NULL UNIQUE, number INTEGER
    ) STRICT
    """,
    "CREATE TABLE invitations (nonce TEXT PRIMARY KEY, answered TEXT, keys TEXT NOT NULL) STRICT",
    """
    CREATE TABLE log (
        position INTEGER PRIMARY KEY, entry BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER a_number_keeps_its_event BEFORE UPDATE ON acts
        BEGIN SELECT RAISE(ABORT, 'a number keeps its event'); END
    """,
    """
    CREATE TRIGGER a_number_is_never_freed BEFORE DELETE ON acts
        BEGIN SELECT RAISE(ABORT, 'a number is never freed'); END
    """,
    """
    CREATE TRIGGER an_entry_keeps_its_bytes BEFORE UPDATE OF entry_hash, event, entry ON entries
        BEGIN SELECT RAISE(ABORT, 'an entry keeps its bytes'); END
    """,
    """
    CREATE TRIGGER an_entry_is_never_removed BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'an entry is not removed before proof'); END
    """,
)
