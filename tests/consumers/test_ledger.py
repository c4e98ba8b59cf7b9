from __future__ import annotations

from pathlib import Path

import pytest

from consumers.ledger import LedgerFollower, LedgerRun
from consumers.loop import RetryPolicy, drain
from custody.adapters.memory import MemoryLog
from custody.core.tlog.merkle import Frontier, leaf_hash
from custody.core.wording.outcomes import Outcome
from custody.ports import LogRecord
from projections.stores.books import Books
from projections.stores.ports import START, Head, LedgerStore, row_of
from projections.stores.sqlite_ledger import SqliteLedgerStore
from schemas.errors import Contradicted, Fenced, NotEstablished, Unavailable
from tests.projections.exploding import Fuse, disk_error
from tests.projections.places import Place
from tests.projections.toy import ToyFold, folded

ENTRIES = [b"%d" % (number % 1_100) for number in range(1_234)]


def log_of(entries: list[bytes]) -> MemoryLog:
    log = MemoryLog()
    log.append(entries)
    return log


def reading(log: MemoryLog) -> LedgerRun[LogRecord]:
    return LedgerRun(log, check=lambda record: record, fold=ToyFold())


def run(log: MemoryLog, *, store: LedgerStore) -> None:
    drain([LedgerFollower.resume(reading(log), store=store)], patience=RetryPolicy(), pause=lambda _: None)


def head_of(entries: list[bytes]) -> Head:
    tree = Frontier()
    tree.extend([leaf_hash(entry) for entry in entries])
    return Head(len(entries), leaf_hash(entries[-1]).hex(), tree.root().hex())


def test_the_store_holds_what_the_fold_says_of_every_entry(books: Books) -> None:
    run(log_of(ENTRIES), store=books.ledger)
    assert books.ledger.rows(start=0, stop=10_000) == [row_of(outcome) for outcome in folded(ENTRIES)]
    assert books.ledger.head() == head_of(ENTRIES)


def test_up_to_500_entries_go_into_one_transaction(books: Books) -> None:
    run(log_of(ENTRIES), store=books.ledger)
    heads = [books.ledger.head_at(position) for position in (0, 500, 1_000, 1_234)]
    assert heads == [START, head_of(ENTRIES[:500]), head_of(ENTRIES[:1_000]), head_of(ENTRIES)]
    assert books.ledger.head_at(499) is None


def test_a_new_runner_goes_on_where_the_store_stands(books: Books) -> None:
    log = log_of(ENTRIES[:700])
    run(log, store=books.ledger)
    log.append(ENTRIES[700:])
    run(log, store=books.ledger)
    assert books.ledger.rows(start=0, stop=10_000) == [row_of(outcome) for outcome in folded(ENTRIES)]


@pytest.mark.parametrize("changed", [0, 350, 699])
def test_a_log_that_was_changed_anywhere_behind_the_tracked_position_is_contradicted(
    books: Books, changed: int
) -> None:
    run(log_of(ENTRIES[:700]), store=books.ledger)
    other = [*ENTRIES]
    other[changed] = b"another"
    with pytest.raises(Contradicted) as caught:
        run(log_of(other), store=books.ledger)
    assert caught.value.code == "log-changed"
    assert books.ledger.head() == head_of(ENTRIES[:700])


def test_a_log_that_became_shorter_is_contradicted_and_never_read_from_the_beginning(books: Books) -> None:
    run(log_of(ENTRIES[:700]), store=books.ledger)
    with pytest.raises(Contradicted) as caught:
        run(log_of(ENTRIES[:699]), store=books.ledger)
    assert caught.value.code == "log-shorter"


def test_books_that_another_program_made_of_the_same_log_are_not_continued(books: Books) -> None:
    entries = ENTRIES[:10]
    outcomes = [Outcome(at, 0, "entry", str(at), {"sentence": "Otherwise."}) for at in range(10)]
    books.ledger.write(expected=START, head=head_of(entries), outcomes=outcomes)
    with pytest.raises(Unavailable) as caught:
        run(log_of(ENTRIES), store=books.ledger)
    assert caught.value.code == "books-outdated"


def test_of_two_runners_the_one_that_was_overtaken_is_fenced_and_writes_nothing(books: Books) -> None:
    log = log_of(ENTRIES[:5])
    first, second = (LedgerFollower.resume(reading(log), store=books.ledger) for _ in range(2))
    drain([first], patience=RetryPolicy(), pause=lambda _: None)
    before = books.ledger.rows(start=0, stop=10)
    with pytest.raises(Fenced):
        drain([second], patience=RetryPolicy(), pause=lambda _: None)
    assert books.ledger.rows(start=0, stop=10) == before


class FoldThatFails(ToyFold):
    def apply(self, record: LogRecord) -> tuple[Outcome, ...]:
        if record.entry == b"poison":
            raise KeyError(record.position)
        return super().apply(record)


def test_an_entry_that_the_fold_cannot_take_stops_the_ledger_behind_what_came_before(books: Books) -> None:
    entries = [b"one", b"two", b"poison", b"three"]
    follower = LedgerFollower.resume(
        LedgerRun(log_of(entries), check=lambda record: record, fold=FoldThatFails()), store=books.ledger
    )
    for _ in range(2):
        with pytest.raises(NotEstablished) as caught:
            drain([follower], patience=RetryPolicy(), pause=lambda _: None)
        assert caught.value.code == "fold-failed"
        assert "entry 2" in caught.value.sentence
    assert books.ledger.head() == head_of(entries[:2])


def test_a_disk_that_fails_for_a_while_delays_the_ledger_and_doubles_nothing(place: Place, books: Books) -> None:
    fuse, waits = Fuse(), list[int]()
    other = place.exploding(fuse)
    follower = LedgerFollower.resume(reading(log_of(ENTRIES)), store=other.ledger)
    fuse.light(3, explode=disk_error)
    drain([follower], patience=RetryPolicy(first_wait_ms=7), pause=waits.append)
    other.ledger.close()
    other.views.close()
    assert waits == [7]
    assert books.ledger.rows(start=0, stop=10_000) == [row_of(outcome) for outcome in folded(ENTRIES)]


def test_books_that_are_not_there_are_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        SqliteLedgerStore.open(tmp_path / "nowhere.sqlite")
    assert caught.value.code == "books-missing"
    assert list(tmp_path.iterdir()) == []


def test_damaged_books_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all" * 1_000)
    for make in (SqliteLedgerStore.open, SqliteLedgerStore.create):
        with pytest.raises(Unavailable) as caught:
            make(path)
        assert caught.value.code == "books-corrupt"


def test_a_head_has_the_digest_of_the_state_where_the_ledger_had_caught_up(books: Books) -> None:
    run(log_of(ENTRIES), store=books.ledger)
    fold = ToyFold()
    for record in log_of(ENTRIES).read(start=0, limit=len(ENTRIES)):
        fold.apply(record)
    assert books.ledger.head().state_digest == fold.state_digest()
    halfway = books.ledger.head_at(500)
    assert halfway is not None
    assert halfway.state_digest is None
