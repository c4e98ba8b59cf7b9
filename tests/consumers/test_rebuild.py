from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from consumers.ledger import Reading
from consumers.rebuild import keep_up, rebuild
from custody.adapters.lock import held
from custody.adapters.memory import MemoryLog
from custody.ports import Record
from projections.books import LEDGER_FILE, VIEWS_FILE, create_books, open_books
from projections.store import row_of
from projections.views import VIEWS
from schemas.errors import Unavailable
from tests.projections.toy import ToyFold, folded

ENTRIES = [b"%d" % number for number in range(40)]


@pytest.fixture
def log() -> MemoryLog:
    log = MemoryLog()
    log.append(ENTRIES)
    return log


@pytest.fixture
def folder(tmp_path: Path, log: MemoryLog) -> Path:
    with create_books(tmp_path / "books") as books:
        keep_up(reading(log), books=books, pause=lambda _: None)
    return tmp_path / "books"


def reading(log: MemoryLog) -> Reading[Record]:
    return Reading(log, check=lambda record: record, fold=ToyFold())


def test_books_rebuilt_from_nothing_are_the_same(log: MemoryLog, folder: Path) -> None:
    rebuilt = rebuild(reading(log), folder=folder, pause=lambda _: None)
    assert (rebuilt.compared, rebuilt.changed) == (40, ())
    assert set(rebuilt.digests) == {"ledger", *(view.name for view in VIEWS)}
    assert [path.name for path in folder.parent.iterdir()] == ["books"]


def test_books_are_rebuilt_where_there_were_none(log: MemoryLog, folder: Path, tmp_path: Path) -> None:
    rebuilt = rebuild(reading(log), folder=tmp_path / "other", pause=lambda _: None)
    assert (rebuilt.head.position, rebuilt.compared, rebuilt.changed) == (40, 0, ())
    assert rebuilt.digests == rebuild(reading(log), folder=folder, pause=lambda _: None).digests


def test_books_that_are_behind_the_log_are_compared_up_to_where_they_stood(log: MemoryLog, folder: Path) -> None:
    log.append([b"later"])
    rebuilt = rebuild(reading(log), folder=folder, pause=lambda _: None)
    assert (rebuilt.head.position, rebuilt.compared, rebuilt.changed) == (41, 40, ())


@pytest.mark.parametrize(
    ("file", "sql", "changed"),
    [
        (LEDGER_FILE, "UPDATE outcomes SET doc = replace(doc, 'C-7', 'C-8') WHERE position = 5", ("ledger",)),
        (LEDGER_FILE, "DELETE FROM outcomes WHERE position = 39", ("ledger",)),
        (VIEWS_FILE, "UPDATE view_rows SET doc = replace(doc, 'C-7', 'C-8') WHERE view = 'custody'", ("custody",)),
        (VIEWS_FILE, "DELETE FROM view_rows WHERE view = 'audit-trail'", ("audit-trail",)),
        (VIEWS_FILE, "INSERT INTO view_rows VALUES ('findings', 'x', NULL, '{}')", ("findings",)),
    ],
)
def test_books_that_somebody_changed_are_named_and_replaced(
    log: MemoryLog, folder: Path, file: str, sql: str, changed: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(folder / file)) as other, other:
        other.execute(sql)
    assert rebuild(reading(log), folder=folder, pause=lambda _: None).changed == changed
    with open_books(folder) as books:
        assert books.ledger.rows(start=0, stop=99) == [row_of(outcome) for outcome in folded(ENTRIES)]
    assert rebuild(reading(log), folder=folder, pause=lambda _: None).changed == ()


@pytest.mark.parametrize("file", [LEDGER_FILE, VIEWS_FILE])
def test_books_that_cannot_be_read_at_all_are_replaced(log: MemoryLog, folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"\xa5" * 9_000)
    assert len(rebuild(reading(log), folder=folder, pause=lambda _: None).changed) == 1 + len(VIEWS)
    assert rebuild(reading(log), folder=folder, pause=lambda _: None).changed == ()


def test_only_one_runner_works_on_the_books(tmp_path: Path) -> None:
    with held(tmp_path / "lock"):
        with pytest.raises(Unavailable) as caught, held(tmp_path / "lock"):
            pass
        assert caught.value.code == "runner-active"
    with held(tmp_path / "lock"):
        pass


def test_a_runner_may_wait_for_the_one_before(tmp_path: Path) -> None:
    held_first, release = threading.Event(), threading.Event()

    def first() -> None:
        with held(tmp_path / "lock"):
            held_first.set()
            release.wait(timeout=60)

    other = threading.Thread(target=first)
    other.start()
    assert held_first.wait(timeout=60)
    threading.Timer(0.1, release.set).start()
    with held(tmp_path / "lock", wait_ms_max=60_000):
        assert release.is_set()
    other.join()
