from __future__ import annotations

import threading
from pathlib import Path

import pytest

from consumers.ledger import LedgerFollower, LedgerRun
from consumers.loop import RetryPolicy, drain
from consumers.rebuild import Rebuilt, keep_up, rebuild
from consumers.rebuild_postgres import rebuild_postgres
from consumers.views import ViewFollower
from custody.adapters.lock import held
from custody.adapters.memory import MemoryLog
from custody.ports import LogRecord
from projections.stores.books import LEDGER_FILE, VIEWS_FILE
from projections.stores.ports import row_of
from projections.stores.postgres_recorder import BooksAddress
from projections.views import custody as custody_view
from projections.views.all_views import VIEWS
from schemas.errors import Fenced, Unavailable
from tests.projections.places import Folder, Place, Schema
from tests.projections.toy import ToyFold, folded

ENTRIES = [b"%d" % number for number in range(40)]


@pytest.fixture
def log() -> MemoryLog:
    log = MemoryLog()
    log.append(ENTRIES)
    return log


@pytest.fixture
def kept(place: Place, log: MemoryLog) -> Place:
    with place.create() as books:
        keep_up(reading(log), books=books, pause=lambda _: None)
    return place


def rebuilt_at(place: Place, *, log: MemoryLog) -> Rebuilt:
    if isinstance(place, Folder):
        return rebuild(reading(log), folder=place.path, pause=lambda _: None)
    assert isinstance(place, Schema)
    return rebuild_postgres(reading(log), address=place.address, pause=lambda _: None)


def reading(log: MemoryLog) -> LedgerRun[LogRecord]:
    return LedgerRun(log, check=lambda record: record, fold=ToyFold())


def test_books_rebuilt_from_nothing_are_the_same(log: MemoryLog, kept: Place) -> None:
    rebuilt = rebuilt_at(kept, log=log)
    assert (rebuilt.compared, rebuilt.changed) == (40, ())
    assert set(rebuilt.digests) == {"ledger", *(view.name for view in VIEWS)}
    assert kept.left_over() == []


def test_books_are_rebuilt_where_there_were_none(log: MemoryLog, place: Place) -> None:
    rebuilt = rebuilt_at(place, log=log)
    assert (rebuilt.head.position, rebuilt.compared, rebuilt.changed) == (40, 0, ())
    assert rebuilt.digests == rebuilt_at(place, log=log).digests


def test_the_same_log_gives_the_same_digests_in_sqlite_and_in_postgresql(
    log: MemoryLog, tmp_path: Path, postgres_url: str
) -> None:
    in_postgres = rebuild_postgres(reading(log), address=BooksAddress(postgres_url), pause=lambda _: None)
    assert in_postgres == rebuild(reading(log), folder=tmp_path / "books", pause=lambda _: None)


def test_books_that_are_behind_the_log_are_compared_up_to_where_they_stood(log: MemoryLog, kept: Place) -> None:
    log.append([b"later"])
    rebuilt = rebuilt_at(kept, log=log)
    assert (rebuilt.head.position, rebuilt.compared, rebuilt.changed) == (41, 40, ())


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("UPDATE outcomes SET doc = replace(doc, 'C-7', 'C-8') WHERE position = 5", ("ledger",)),
        ("DELETE FROM outcomes WHERE position = 39", ("ledger",)),
        ("UPDATE view_rows SET doc = replace(doc, 'C-7', 'C-8') WHERE view = 'custody'", ("custody",)),
        ("DELETE FROM view_rows WHERE view = 'audit-trail'", ("audit-trail",)),
        ("INSERT INTO view_rows VALUES ('findings', 'x', NULL, '{}')", ("findings",)),
    ],
)
def test_books_that_somebody_changed_are_named_and_replaced(
    log: MemoryLog, kept: Place, sql: str, changed: tuple[str, ...]
) -> None:
    kept.spoil(sql)
    assert rebuilt_at(kept, log=log).changed == changed
    with kept.open() as books:
        assert books.ledger.rows(start=0, stop=99) == [row_of(outcome) for outcome in folded(ENTRIES)]
    assert rebuilt_at(kept, log=log).changed == ()


@pytest.mark.parametrize("file", [LEDGER_FILE, VIEWS_FILE])
def test_books_that_cannot_be_read_at_all_are_replaced(log: MemoryLog, tmp_path: Path, file: str) -> None:
    folder = Folder(tmp_path / "books")
    rebuilt_at(folder, log=log)
    (folder.path / file).write_bytes(b"\xa5" * 9_000)
    assert len(rebuilt_at(folder, log=log).changed) == 1 + len(VIEWS)
    assert rebuilt_at(folder, log=log).changed == ()


@pytest.mark.parametrize("sql", ["ALTER TABLE heads DROP COLUMN state_digest", "DROP TABLE outcomes"])
def test_books_of_an_earlier_form_are_outdated_and_replaced(log: MemoryLog, kept: Place, sql: str) -> None:
    kept.spoil(sql)
    assert len(rebuilt_at(kept, log=log).changed) == 1 + len(VIEWS)
    assert rebuilt_at(kept, log=log).changed == ()


def test_readers_of_books_in_postgresql_go_on_over_an_exchange(log: MemoryLog, postgres_url: str) -> None:
    place = Schema(postgres_url)
    rebuilt_at(place, log=log)
    with place.open() as reader:
        before = reader.views.rows("custody")
        log.append([b"later"])
        rebuilt_at(place, log=log)
        assert reader.views.head("custody").position == 41
        assert reader.ledger.rows(start=0, stop=40) == [row_of(outcome) for outcome in folded(ENTRIES)]
        assert before


def test_a_runner_of_books_that_were_exchanged_is_fenced_even_at_the_same_position(
    log: MemoryLog, postgres_url: str
) -> None:
    place = Schema(postgres_url)
    rebuilt_at(place, log=log)
    with place.open() as books:
        late = LedgerFollower.resume(reading(log), store=books.ledger)
        view = ViewFollower(custody_view.VIEW, books=books)
        rebuilt_at(place, log=log)
        log.append([b"later"])
        with pytest.raises(Fenced):
            drain([late], patience=RetryPolicy(), pause=lambda _: None)
        keep_up_beside(place, log=log)
        with pytest.raises(Fenced):
            drain([view], patience=RetryPolicy(), pause=lambda _: None)
    assert rebuilt_at(place, log=log).changed == ()


def keep_up_beside(place: Place, *, log: MemoryLog) -> None:
    with place.open() as books:
        drain([LedgerFollower.resume(reading(log), store=books.ledger)], patience=RetryPolicy(), pause=lambda _: None)


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
