from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path

import pytest

from custody.adapters import sqlite as adapter
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.unrepresentable import unrepresentable
from schemas.errors import LogUnavailable
from tests.contracts.log_contract import LogContract, OpenLog, read_all

ROOT = Path(__file__).parents[2]


class TestSqliteLog(LogContract):
    @pytest.fixture
    def open_log(self, tmp_path: Path) -> Iterator[OpenLog]:
        with ExitStack() as opened:
            yield lambda: opened.enter_context(SqliteLog.create(tmp_path / "log.sqlite"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a log #1?.sqlite"
    with SqliteLog.create(path) as log:
        log.append([b"one", b"two", b"three"])
    return path


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE entries SET entry = x'00'", "an entry is never changed"),
        ("UPDATE entries SET position = 9 WHERE position = 2", "an entry is never changed"),
        ("DELETE FROM entries", "an entry is never removed"),
        ("DELETE FROM entries WHERE position = 2", "an entry is never removed"),
        ("INSERT INTO entries VALUES (4, x'00')", "an entry is added at the end only"),
        ("INSERT INTO entries VALUES (-1, x'00')", "an entry is added at the end only"),
        ("INSERT OR REPLACE INTO entries VALUES (2, x'00')", "an entry is added at the end only"),
        ("INSERT INTO entries VALUES (1, x'00') ON CONFLICT DO UPDATE SET entry = x'00'", "added at the end only"),
        ("INSERT INTO entries VALUES (3, x'')", "CHECK constraint failed"),
        ("INSERT INTO entries VALUES (3, NULL)", "NOT NULL constraint failed"),
        ("INSERT INTO entries VALUES (3, 'text')", "cannot store TEXT value in BLOB column"),
        ("INSERT INTO entries VALUES (3, zeroblob(65536))", "CHECK constraint failed"),
    ],
)
def test_the_file_itself_refuses_what_is_no_append(path: Path, sql: str, reason: str) -> None:
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError, match=reason):
        other.execute(sql)
    with SqliteLog.open(path) as log:
        assert read_all(log) == [b"one", b"two", b"three"]


def test_entries_are_on_the_disk_before_an_append_returns(path: Path) -> None:
    with SqliteLog.open(path) as log:
        assert log._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert log._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_writer_hears_that_the_log_is_busy_and_writes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "BUSY_MS", 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, SqliteLog.open(path) as log:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable) as caught:
            log.append([b"four"])
        assert caught.value.code == "log-busy"
        assert log.end() == 3
        other.execute("ROLLBACK")
        log.append([b"four"])
        assert log.end() == 4


def test_a_full_disk_refuses_the_whole_batch(path: Path) -> None:
    with SqliteLog.open(path) as log:
        log._connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(LogUnavailable) as caught:
            log.append([b"small", *[b"x" * 60_000] * 5])
        assert caught.value.code == "log-disk-full"
        assert read_all(log) == [b"one", b"two", b"three"]
        log.append([b"four"])
        assert log.end() == 4


def test_a_write_that_the_system_cuts_short_is_reported_and_leaves_no_part_of_the_batch(path: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from custody.adapters.sqlite import SqliteLog
from schemas.errors import LogUnavailable, OutcomeUnknown
with SqliteLog.open(Path(sys.argv[1])) as log:
    log.append([b"four"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    try:
        log.append([b"x" * 60_000] * 5)
    except (LogUnavailable, OutcomeUnknown) as error:
        print(error.code, log.end())
"""
    told = subprocess.run([sys.executable, "-c", script, path], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.split() in (["log-commit", "4"], ["log-disk-full", "4"], ["log-disk", "4"])
    with SqliteLog.open(path) as log:
        assert read_all(log) == [b"one", b"two", b"three", b"four"]


def test_a_damaged_file_is_named_and_nothing_is_made_up(path: Path) -> None:
    with SqliteLog.open(path) as log:
        log.append([b"y" * 60_000] * 20)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(LogUnavailable) as caught, SqliteLog.open(path) as log:
        read_all(log)
    assert caught.value.code == "log-corrupt"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a database, but long enough to be taken for one\n" * 50)
    for make in (SqliteLog.open, SqliteLog.create):
        with pytest.raises(LogUnavailable) as caught:
            make(path)
        assert caught.value.code == "log-corrupt"
    assert path.read_bytes() == b"not a database, but long enough to be taken for one\n" * 50


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE things (name TEXT)")
    before = sha256(path.read_bytes()).digest()
    for make in (SqliteLog.open, SqliteLog.create):
        with pytest.raises(LogUnavailable) as caught:
            make(path)
        assert caught.value.code == "log-foreign"
    assert sha256(path.read_bytes()).digest() == before


def test_opening_a_log_that_is_not_there_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable) as caught:
        SqliteLog.open(tmp_path / "nowhere.sqlite")
    assert caught.value.code == "log-missing"
    assert list(tmp_path.iterdir()) == []


def test_a_closed_log_says_so(path: Path) -> None:
    log = SqliteLog.open(path)
    log.close()
    with pytest.raises(LogUnavailable) as caught:
        log.end()
    assert caught.value.code == "log-closed"


def test_what_other_tools_did_to_the_file_keeps_its_position_and_shows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript("""
            DROP TRIGGER entries_are_never_changed; DROP TRIGGER entries_are_never_removed;
            PRAGMA ignore_check_constraints = 1;
            DELETE FROM entries WHERE position = 1; UPDATE entries SET entry = x'' WHERE position = 0;
        """)
    with SqliteLog.open(path) as log:
        assert read_all(log) == [unrepresentable("length", b""), unrepresentable("missing"), b"three"]


@pytest.mark.parametrize("leaf", [unrepresentable("null"), unrepresentable("missing"), unrepresentable("length", b"")])
def test_a_record_that_imitates_what_stands_for_no_entry_is_read_as_an_imitation(path: Path, leaf: bytes) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO entries (position, entry) VALUES (3, ?)", (leaf,))
        other.commit()
    with SqliteLog.open(path) as log:
        assert log.read(start=3, limit=1)[0].entry == unrepresentable("imitation", leaf)
