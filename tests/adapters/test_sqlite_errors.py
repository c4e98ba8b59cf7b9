"""One table for what SQLite raises, whichever file it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from custody.adapters import sqlite_errors
from custody.adapters.sqlite_errors import FileErrors

LOG = FileErrors("log", {sqlite_errors.FOREIGN: "No log.", sqlite_errors.BUSY: "Wait.", sqlite_errors.UNUSABLE: "Odd."})


def raised_by(connection: sqlite3.Connection, *, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement)
    return caught.value


def test_a_file_that_is_no_database_is_told_as_a_damaged_one_in_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"no database at all, and long enough to be looked at" * 40)
    connection = sqlite3.connect(path)
    assert LOG.told(raised_by(connection, statement="SELECT * FROM sqlite_schema")) == ("log-corrupt", "No log.")
    connection.close()


def test_an_extended_code_is_told_as_its_primary_one(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "log", isolation_level=None)
    other = sqlite3.connect(tmp_path / "log", isolation_level=None, timeout=0)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (a)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM t").fetchall()
    writer.execute("INSERT INTO t VALUES (1)")
    error = raised_by(other, statement="INSERT INTO t VALUES (2)")
    assert error.sqlite_errorcode == sqlite3.SQLITE_BUSY_SNAPSHOT
    assert LOG.told(error) == ("log-busy", "Wait.")
    writer.close()
    other.close()


@pytest.mark.parametrize("error", [sqlite3.OperationalError("no code"), ValueError(), None])
def test_what_has_no_code_or_no_sentence_is_unusable(error: Exception | None) -> None:
    assert LOG.told(error) == ("log-unusable", "Odd.")


def test_a_kind_for_which_a_file_has_no_sentence_is_unusable() -> None:
    connection = sqlite3.connect(":memory:")
    assert LOG.told(raised_by(connection, statement="SELECT * FROM nothing")) == ("log-unusable", "Odd.")
    connection.close()
