"""The log's file is rolled back under a running gateway: no receipt is given for what is not kept, and nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from custody.adapters.sqlite import SqliteLog
from schemas.errors import Contradicted, LogUnavailable
from tests.contracts.log_contract import read_all
from tests.gateway.serving_gateway import served_sqlite
from tests.gateway.test_http import ENTRIES, KEPT, PRIVATE, post, problem_of


def backup(path: Path, entries: Sequence[bytes]) -> Path:
    """An older copy of the log, whole in one file."""
    older = path.with_name("older.sqlite")
    with SqliteLog.create(older) as log:
        log.append(entries)
    return older


def overwrite(path: Path, *, at: int, entries: Sequence[bytes]) -> None:
    """Somebody who owns the file takes away what stands from a position on, and puts other entries there."""
    with closing(sqlite3.connect(path)) as other, other:
        for trigger in ("changed", "removed"):
            other.execute(f"DROP TRIGGER entries_are_never_{trigger}")
        other.execute("DELETE FROM entries WHERE position >= ?", (at,))
        other.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(entries, start=at))


def test_an_older_file_in_the_place_of_the_log_takes_nothing_and_gets_no_receipt(tmp_path: Path) -> None:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE) as (at, _):
        assert post(at, ENTRIES[KEPT]).status_code == 200
        path = tmp_path / "log.sqlite"
        older = backup(path, ENTRIES[: KEPT - 2])
        kept = older.read_bytes()
        older.rename(path)
        assert problem_of(post(at, ENTRIES[KEPT + 1])) == (503, "log-replaced")
        assert httpx.get(f"{at.url}/readyz").status_code == 503
        assert path.read_bytes() == kept


@pytest.mark.parametrize("grown", [0, 3])
def test_a_log_that_was_cut_and_grew_again_is_not_written_to(tmp_path: Path, grown: int) -> None:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE) as (at, reader):
        assert post(at, ENTRIES[KEPT]).status_code == 200
        others = ENTRIES[KEPT + 5 : KEPT + 5 + grown]
        overwrite(tmp_path / "log.sqlite", at=KEPT - 1, entries=others)
        answer = post(at, ENTRIES[KEPT + 1])
        assert (answer.status_code, "statement" in answer.json()) in ((503, False), (504, False))
        assert httpx.get(f"{at.url}/readyz").status_code == 503
        assert reader.end() == KEPT - 1 + grown


def test_whoever_reads_on_hears_that_the_newest_entry_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append([b"one", b"two"])
        assert read_all(log) == [b"one", b"two"]
        overwrite(path, at=1, entries=[b"other", b"more"])
        with pytest.raises(Contradicted, match="another entry"):
            log.read(start=2, limit=1)
        with pytest.raises(LogUnavailable, match="nothing was written"):
            log.append([b"three"])
        assert [record.entry for record in log.read(start=0, limit=9)] == [b"one", b"other", b"more"]


def test_a_log_that_others_append_to_is_read_and_written_on(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log, SqliteLog.open(path) as other:
        log.append([b"one"])
        assert read_all(log) == [b"one"]
        other.append([b"two"])
        log.append([b"three"])
        assert read_all(log) == read_all(other) == [b"one", b"two", b"three"]
