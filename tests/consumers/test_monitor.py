from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from consumers.journal import journal
from consumers.ledger import LedgerRun
from consumers.monitor import Monitor, MonitorParts
from consumers.rebuild import keep_up
from consumers.service import ServiceStatus
from custody.adapters.memory import MemoryLog
from custody.ports import Alarm, LogReader
from projections.stores.alarms import NoAlarms
from projections.stores.books import Books
from projections.stores.ports import Head, Parked
from projections.stores.postgres_alarms import PostgresAlarms
from projections.stores.postgres_books import create_postgres_books
from projections.stores.postgres_lock import RunnerLock, held, holder, lock_key
from projections.stores.postgres_recorder import BooksAddress
from schemas.errors import Fenced, LogUnavailable, Unavailable
from tests.projections.toy import ToyFold

ENTRIES = [b"%d" % number for number in range(30)]


@dataclass
class World:
    books: Books
    log: MemoryLog = field(default_factory=MemoryLog)
    kept_by: str | None = "custody ledger"
    checkpoint: Path | None = None
    silent_s: float = 0

    def keep_up(self) -> None:
        reading = LedgerRun(self.log, check=lambda record: record, fold=ToyFold())
        keep_up(reading, books=self.books, pause=lambda _: None)

    @contextmanager
    def opened(self) -> Iterator[LogReader]:
        yield self.log

    def monitor(self) -> Monitor:
        parts = MonitorParts(
            log=self.opened,
            books=lambda: nullcontext(self.books),
            alarms=NoAlarms(),
            holder=lambda: self.kept_by,
            checkpoint=self.checkpoint,
            silent_s=self.silent_s,
        )
        return Monitor(parts, ServiceStatus("monitor", journal("monitor")))

    def codes(self) -> list[str]:
        return [alarm.code for alarm in self.monitor().look()]


@pytest.fixture
def world(books: Books) -> World:
    world = World(books)
    world.log.append(ENTRIES)
    world.keep_up()
    return world


def test_a_system_that_is_well_has_no_alarms(world: World) -> None:
    assert world.codes() == []


def test_books_that_nobody_keeps_and_that_fall_behind_are_alarms(world: World) -> None:
    world.kept_by = None
    world.log.append([b"later"])
    assert world.codes() == ["ledger-absent", "ledger-silent"]


def test_who_has_work_may_stand_still_for_a_while(world: World) -> None:
    world.silent_s, world.kept_by = 1_000, None
    world.log.append([b"later"])
    assert world.codes() == []


def test_while_the_topic_is_not_as_it_must_be_that_alone_is_the_alarm(world: World) -> None:
    world.kept_by = None
    world.log.append([b"later"])
    monitor = world.monitor()
    monitor.desk.tell_topic([Alarm("topic-settings", "Its retention.ms is 1000.")])
    assert [alarm.code for alarm in monitor.look()] == ["topic-settings"]


def test_views_that_do_not_follow_the_ledger_are_an_alarm(world: World) -> None:
    head = world.books.ledger.head()
    world.books.ledger.write(expected=head, head=Head(31, "a" * 64, "b" * 64), outcomes=[])
    world.log.append([b"later"])
    assert "views-silent" in world.codes()


def test_outcomes_that_were_set_aside_are_an_alarm(world: World) -> None:
    head = world.books.views.head("custody")
    later = Head(31, "a" * 64, "b" * 64)
    parked = [Parked("custody", 30, 0, "KeyError")]
    world.books.views.write("custody", expected=head, head=later, changes=[], parked=parked)
    assert "views-incomplete" in world.codes()


@pytest.mark.parametrize(
    ("entries", "code"), [(ENTRIES[:29], "log-shorter"), ([*ENTRIES[:29], b"another"], "log-changed")]
)
def test_a_log_that_is_not_the_one_that_the_books_were_made_of_is_an_alarm(
    world: World, entries: list[bytes], code: str
) -> None:
    world.log = MemoryLog()
    world.log.append(entries)
    assert code in world.codes()


def test_a_checkpoint_that_is_missing_or_no_checkpoint_is_an_alarm(world: World, tmp_path: Path) -> None:
    world.checkpoint = tmp_path / "checkpoint"
    assert world.codes() == ["checkpoint-missing"]
    world.checkpoint.write_bytes(b"no checkpoint\n")
    assert world.codes() == ["checkpoint-unreadable"]


def test_what_does_not_answer_is_an_alarm_and_is_asked_again(world: World) -> None:
    class Silent(MemoryLog):
        def end(self) -> int:
            raise LogUnavailable("log-unreachable", "Nobody answers.")

    well, world.log = world.log, Silent()
    monitor = world.monitor()
    assert [alarm.code for alarm in monitor.look()] == ["log-unreachable"]
    assert monitor.desk.readiness().state == "waiting"
    world.log = well
    assert monitor.look() == []
    assert monitor.desk.readiness().is_ready


def test_alarms_are_kept_with_their_beginning_and_end(postgres_url: str) -> None:
    book = PostgresAlarms(BooksAddress(postgres_url))
    assert (book.standing(), book.looked()) == ([], None)
    one, two = Alarm("ledger-silent", "It stands at 5."), Alarm("views-silent", "They stand at 4.")
    book.tell([one, two], at="2026-11-01T10:00:00+00:00")
    book.tell([Alarm(one.code, "It stands at 6.")], at="2026-11-01T10:01:00+00:00")
    (stands,) = book.standing()
    assert (stands.code, stands.sentence, stands.since[14:16], stands.seen[14:16], stands.over) == (
        "ledger-silent", "It stands at 6.", "00", "01", None,
    )  # fmt: skip
    book.tell([], at="2026-11-01T10:02:00+00:00")
    book.tell([one], at="2026-11-01T10:03:00+00:00")
    told = [(alarm.code, alarm.since[14:16], alarm.over and alarm.over[14:16]) for alarm in book.history(limit=9)]
    assert told == [("ledger-silent", "03", None), ("views-silent", "00", "01"), ("ledger-silent", "00", "02")]
    assert book.looked() == "2026-11-01T10:03:00+00:00"


def test_one_program_at_a_time_keeps_books_in_postgresql_and_others_hear_who_does(postgres_url: str) -> None:
    address, elsewhere = BooksAddress(postgres_url), BooksAddress(postgres_url, schema="another")
    assert holder(address) is None
    with held(address, name="custody ledger (process 7)") as lock:
        lock.check()
        with pytest.raises(Unavailable) as caught, held(address, name="custody rebuild"):
            pass
        assert caught.value.code == "runner-active"
        assert "custody ledger (process 7) on this machine" in caught.value.sentence
        assert "custody ledger" in (holder(address) or "")
        with held(elsewhere, name="other books"):
            pass
    assert holder(address) is None


def test_a_lock_whose_connection_is_gone_is_noticed(postgres_url: str) -> None:
    address = BooksAddress(postgres_url)
    lock = RunnerLock.acquire(address, name="first")
    lock._connection.pgconn.finish()
    with pytest.raises(Fenced) as caught:
        lock.check()
    assert caught.value.code == "lock-lost"
    lock.release()


def test_books_have_a_lock_of_their_own_for_each_schema() -> None:
    assert lock_key("custody") != lock_key("custody_new")
    assert -(2**63) <= lock_key("custody") < 2**63


def test_two_programs_may_make_the_same_books_at_the_same_time(postgres_url: str) -> None:
    with create_postgres_books(postgres_url), create_postgres_books(postgres_url) as books:
        assert books.ledger.head().position == 0
