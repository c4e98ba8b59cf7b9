"""Every entry reaches the ledger store and every view exactly once, whatever dies and whoever runs beside.

One machine plays two processes over the same books, each of which may be killed before and after any statement, meet a
failing disk there, or be overtaken by the other; entries come with duplicates among them.  After every step store and
views are held against the pure fold of the log.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from consumers.ledger import LedgerFollower, LedgerRun
from consumers.loop import RetryPolicy, drain, step
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.core.wording.outcomes import Outcome
from custody.ports import LogRecord
from projections.stores.ports import row_of
from projections.stores.postgres_books import discard
from projections.stores.unit_stream import event_of
from projections.views.all_views import VIEWS
from projections.views.view import replay
from schemas.errors import Fenced, Unavailable
from tests.projections.exploding import Crash, Fuse, crash, disk_error
from tests.projections.places import Folder, Place, Schema
from tests.projections.toy import UNITS, ToyFold, folded

SOAK: Final = bool(os.environ.get("CUSTODY_SOAK"))
STEPS: Final = 20
ENTRIES_MAX: Final = 3
"""So few at a time that a runner that was overtaken would put old rows over new ones."""
PATIENCE: Final = RetryPolicy(attempts_max=3)


@dataclass(frozen=True)
class Operation:
    """One runner takes one step; its process or its disk may die at one of the statements."""

    who: int
    view: int | None
    """Index of the view, or None for the ledger."""
    statements: int | None
    """How many statements still succeed; None if nothing dies."""
    explode: Callable[[], None]


ENTRIES: Final = st.lists(st.integers(0, 60).map(lambda number: b"%d" % number), min_size=1, max_size=5)
"""Few enough different ones that some 10 % come twice."""
OPERATION: Final = st.builds(
    Operation,
    who=st.integers(0, 1),
    view=st.none() | st.none() | st.integers(0, len(VIEWS) - 1),
    statements=st.none() | st.integers(0, 14),
    explode=st.sampled_from([crash, crash, disk_error]),
)


class Process:
    """One runner of the ledger and of all views, with its own memory; the files are everybody's."""

    def __init__(self, place: Place, *, log: MemoryLog) -> None:
        self.fuse = Fuse()
        self._books = place.exploding(self.fuse)
        reading = LedgerRun(log, check=lambda record: record, fold=ToyFold())
        self.ledger: LedgerFollower[LogRecord] = LedgerFollower.resume(
            reading, store=self._books.ledger, entries_max=ENTRIES_MAX
        )
        self.views = [ViewFollower(view, books=self._books, entries_max=ENTRIES_MAX) for view in VIEWS]

    def close(self) -> None:
        self._books.ledger.close()
        self._books.views.close()


class ExactlyOnce(RuleBasedStateMachine):
    place: Callable[[], AbstractContextManager[Place]]
    operations: ClassVar[int] = 0
    """Taken in all examples so far."""

    def __init__(self) -> None:
        super().__init__()
        self._log = MemoryLog()
        self._entries: list[bytes] = []
        self._outcomes: list[Outcome] = []
        self._processes: list[Process] = []

    @initialize()
    def make_books(self) -> None:
        self._stack = ExitStack()
        self._place = self._stack.enter_context(type(self).place())
        self._books = self._stack.enter_context(self._place.create())
        self._processes = [Process(self._place, log=self._log) for _ in range(2)]

    def teardown(self) -> None:
        """Whatever happened, a last runner finds its way to the end."""
        if self._processes:
            last = Process(self._place, log=self._log)
            drain([last.ledger], patience=PATIENCE, pause=lambda _: None)
            drain(last.views, patience=PATIENCE, pause=lambda _: None)
            last.close()
            self._check_everything()
            assert {self._books.views.head(view.name).position for view in VIEWS} == {self._log.end()}
        for process in self._processes:
            process.close()
        if self._processes:
            self._stack.close()

    @rule(entries=ENTRIES, operations=st.lists(OPERATION, min_size=4, max_size=8))
    def entries_come_and_the_runners_move(self, entries: list[bytes], operations: list[Operation]) -> None:
        self._log.append(entries)
        self._entries += entries
        self._outcomes = folded(self._entries)
        for operation in operations:
            self._take_a_step(operation)
            self._check_everything()

    def _take_a_step(self, operation: Operation) -> None:
        type(self).operations += 1
        process = self._processes[operation.who]
        process.fuse.light(operation.statements, explode=operation.explode)
        try:
            if operation.view is None:
                step(process.ledger, patience=PATIENCE, pause=lambda _: None)
            else:
                step(process.views[operation.view], patience=PATIENCE, pause=lambda _: None)
            process.fuse.light(None)
        except (Crash, Fenced, Unavailable):
            process.close()
            self._processes[operation.who] = Process(self._place, log=self._log)

    def _check_everything(self) -> None:
        position = self._books.ledger.head().position
        expected = [outcome for outcome in self._outcomes if outcome.position < position]
        assert self._books.ledger.rows(start=0, stop=1_000_000) == [row_of(outcome) for outcome in expected]
        for unit in UNITS:
            events = [event_of(outcome) for outcome in expected if (outcome.kind, outcome.subject) == ("unit", unit)]
            assert self._books.ledger.unit_events(unit) == events
        for view in VIEWS:
            reached = self._books.views.head(view.name).position
            taken = [outcome for outcome in expected if outcome.position < reached]
            assert self._books.views.rows(view.name) == replay(view, taken)
        assert self._books.views.parked() == []


@contextmanager
def folder() -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as path:
        yield Folder(Path(path))


class ExactlyOnceInSqlite(ExactlyOnce):
    place = staticmethod(folder)


def sized(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not SOAK,
        suppress_health_check=[HealthCheck.too_slow],
    )


def test_every_entry_reaches_books_in_sqlite_exactly_once() -> None:
    run_state_machine_as_test(ExactlyOnceInSqlite, settings=sized(1_600 if SOAK else 16))
    assert ExactlyOnceInSqlite.operations >= (150_000 if SOAK else 1_500)


def test_every_entry_reaches_books_in_postgresql_exactly_once(postgres_server: str) -> None:
    @contextmanager
    def schema() -> Iterator[Place]:
        place = Schema(postgres_server)
        yield place
        discard(place.address)

    class ExactlyOnceInPostgres(ExactlyOnce):
        place = staticmethod(schema)

    run_state_machine_as_test(ExactlyOnceInPostgres, settings=sized(650 if SOAK else 6))
    assert ExactlyOnceInPostgres.operations >= (50_000 if SOAK else 500)
