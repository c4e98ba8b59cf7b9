from __future__ import annotations

from collections.abc import Iterable

import pytest

from consumers.ledger import LedgerRun
from consumers.loop import RetryPolicy, drain
from consumers.rebuild import keep_up
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.core.wording.outcomes import KINDS, Outcome
from projections.stores.books import Books
from projections.stores.ports import START, Head
from projections.views import audit_trail
from projections.views import custody as custody_view
from projections.views.all_views import VIEWS
from projections.views.view import Change, View, replay
from schemas.errors import Contradicted, Fenced
from tests.projections.toy import ToyFold, folded

ENTRIES = [b"%d" % number for number in range(60)]


def fill(books: Books, entries: list[bytes]) -> None:
    log = MemoryLog()
    log.append(entries)
    keep_up(LedgerRun(log, check=lambda record: record, fold=ToyFold()), books=books, pause=lambda _: None)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_that_is_kept_up_equals_the_same_view_from_nothing(books: Books, view: View) -> None:
    fill(books, ENTRIES[:20])
    fill(books, ENTRIES)
    assert books.views.rows(view.name) == replay(view, folded(ENTRIES))
    assert books.views.rows(view.name)


def test_every_kind_of_outcome_is_looked_at_by_some_view() -> None:
    assert frozenset[str]().union(*(view.kinds for view in VIEWS)) == set(KINDS)


def test_a_view_remembers_which_history_it_was_made_of(books: Books) -> None:
    fill(books, ENTRIES)
    assert {books.views.head(view.name) for view in VIEWS} == {books.ledger.head()}
    assert books.views.heads() == {view.name: books.ledger.head() for view in VIEWS}


def test_a_view_of_another_history_is_not_continued(books: Books) -> None:
    books.ledger.write(expected=START, head=Head(1, "a" * 64, "b" * 64), outcomes=[])
    books.views.write("custody", expected=START, head=Head(1, "a" * 64, "c" * 64), changes=[])
    with pytest.raises(Contradicted) as caught:
        ViewFollower(custody_view.VIEW, books=books)
    assert caught.value.code == "view-foreign"


def test_of_two_runners_of_a_view_the_one_that_was_overtaken_is_fenced(books: Books) -> None:
    books.ledger.write(expected=START, head=Head(1, "a" * 64, "b" * 64), outcomes=[])
    first, second = (ViewFollower(custody_view.VIEW, books=books) for _ in range(2))
    drain([first], patience=RetryPolicy(), pause=lambda _: None)
    with pytest.raises(Fenced):
        drain([second], patience=RetryPolicy(), pause=lambda _: None)


def poisoned(outcome: Outcome) -> Iterable[Change]:
    if outcome.position == 3:
        raise ZeroDivisionError
    return custody_view.apply(outcome)


def test_an_outcome_that_a_view_cannot_take_is_parked_and_stops_nothing_else(books: Books) -> None:
    fill(books, [])
    outcomes = [outcome for outcome in folded(ENTRIES) if outcome.position < 9]
    books.ledger.write(expected=START, head=Head(9, "a" * 64, "b" * 64), outcomes=outcomes)
    views = [View("custody", custody_view.VIEW.kinds, poisoned), audit_trail.VIEW]
    drain([ViewFollower(view, books=books) for view in views], patience=RetryPolicy(), pause=lambda _: None)
    assert [(item.view, item.position, item.reason) for item in books.views.parked()] == [
        ("custody", 3, "ZeroDivisionError")
    ]
    others = [outcome for outcome in outcomes if outcome.position != 3]
    assert books.views.rows("custody") == replay(custody_view.VIEW, others)
    assert books.views.rows("audit-trail") == replay(audit_trail.VIEW, outcomes)
    assert books.views.head("custody").position == 9
