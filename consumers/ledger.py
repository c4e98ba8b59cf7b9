"""The ledger's carrier: reads the log, lets the fold say what each entry meant, and keeps that in the ledger store.

Up to 500 entries go into one transaction with the new head, so that after any crash the store is exactly at some head.
The fold lives in memory only.  So a new runner first folds again everything that the store has taken in, writes none of
it, and compares: the leaf and the root of the log as it is now with those that the store remembers (Contradicted: the
log is not the one that these books were made of), and each outcome with the one that was kept (Unavailable: the books
are not what this program makes of this log; rebuild them).

One runner at a time: the caller holds a lock, and the guarded move in the store fences a runner that was overtaken.

Not here: what an entry means.  The fold may not raise; if it does, this program is wrong about the log, and to leave
out the entry would make every state behind it wrong: the ledger keeps what came before and stops there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, Protocol, Self, TypeVar

from custody.core.tlog.merkle import Frontier, leaf_hash
from custody.core.wording.outcomes import Outcome
from custody.ports import LogReader, LogRecord
from projections.stores.ports import START, Head, LedgerStore, row_of
from schemas.errors import Contradicted, NotEstablished, Unavailable

ENTRIES_MAX: Final = 500
"""Entries read and written at a time."""

CheckedT = TypeVar("CheckedT")
CheckedT_contra = TypeVar("CheckedT_contra", contravariant=True)


class Fold(Protocol[CheckedT_contra]):
    """The pure fold, as far as its carrier needs to know it."""

    def apply(self, checked: CheckedT_contra, /) -> tuple[Outcome, ...]:
        """Take in the next entry; what it meant.  Never raises."""

    def state_digest(self) -> str:
        """SHA-256 (hex) of the whole state after the entries taken in so far."""


@dataclass(frozen=True, slots=True)
class LedgerRun(Generic[CheckedT]):
    """How the entries of a log become outcomes, from position 0 on."""

    log: LogReader
    check: Callable[[LogRecord], CheckedT]
    """Parses an entry and checks its signatures against the keys that the fold knows of by then; never raises."""
    fold: Fold[CheckedT]
    """Fresh: it has taken in nothing yet."""


class LedgerFollower(Generic[CheckedT]):
    """Follows a log and keeps a ledger store.  Made by :meth:`resume`."""

    def __init__(self, reading: LedgerRun[CheckedT], *, store: LedgerStore, entries_max: int = ENTRIES_MAX) -> None:
        """Over a store that has taken in nothing; for any other, :meth:`resume`."""
        self._reading = reading
        self._entries_max = entries_max
        self._store = store
        self._tree = Frontier()
        self._leaf: str | None = None
        self._written = START
        self._pending: list[Outcome] = []
        self._failure: NotEstablished | None = None

    @classmethod
    def resume(cls, reading: LedgerRun[CheckedT], *, store: LedgerStore, entries_max: int = ENTRIES_MAX) -> Self:
        """A follower at the place where the store stands, having folded and compared everything before it.

        Contradicted ("log-shorter", "log-changed"), Unavailable ("books-outdated"), LogUnavailable.
        """
        follower = cls(reading, store=store, entries_max=entries_max)
        follower._catch_up(store.head())
        return follower

    def poll(self) -> Sequence[LogRecord] | None:
        """The next records of the log."""
        return self._reading.log.read(start=self._written.position, limit=self._entries_max) or None

    def handle(self, batch: Sequence[LogRecord]) -> None:
        """Fold the records that no earlier attempt has folded, and write what all of them meant."""
        if self._failure is None:
            self._fold(batch[self._tree.size - self._written.position :])
        if self._tree.size > self._written.position:
            head = self._described(self._head())
            self._store.write(expected=self._written, head=head, outcomes=self._pending)
            self._written, self._pending = head, []
        if self._failure is not None:
            raise self._failure

    def park(self, batch: Sequence[LogRecord], *, error: Exception) -> None:
        """Never: see the head of this file."""
        raise NotEstablished("fold-failed", f"The entries from {batch[0].position} on cannot be kept.") from error

    def _head(self) -> Head:
        return Head(self._tree.size, self._leaf, self._tree.root().hex())

    def _described(self, head: Head) -> Head:
        """With the digest of the state, if this is the end of the log: the digest costs as much as many entries do."""
        if head.position < self._reading.log.end():
            return head
        return replace(head, state_digest=self._reading.fold.state_digest())

    def _fold(self, records: Sequence[LogRecord]) -> None:
        for record in records:
            try:
                outcomes = self._reading.fold.apply(self._reading.check(record))
            except Exception as error:  # noqa: BLE001 - the fold promised to raise nothing, so this may be anything
                reason = f"The program cannot say what entry {record.position} means: {type(error).__name__}."
                self._failure = NotEstablished("fold-failed", reason)
                self._failure.__cause__ = error
                return
            self._pending.extend(outcomes)
            leaf = leaf_hash(record.entry)
            self._tree.append(leaf)
            self._leaf = leaf.hex()

    def _catch_up(self, goal: Head) -> None:
        if self._reading.log.end() < goal.position:
            raise Contradicted("log-shorter", f"The log was read up to {goal.position} entries and now has fewer.")
        while self._written.position < goal.position:
            head = self._store.next_head(after=self._written.position, entries=self._entries_max)
            if head is None:
                raise Unavailable("books-corrupt", "The books do not know how they came where they are: rebuild them.")
            self._fold_again(head)

    def _fold_again(self, head: Head) -> None:
        start = self._written.position
        while self._tree.size < head.position and self._failure is None:
            self._fold(self._reading.log.read(start=self._tree.size, limit=head.position - self._tree.size))
        if self._failure is not None:
            raise self._failure
        if self._head() != head:
            raise Contradicted("log-changed", f"Entries {start} to {head.position - 1} are not what was read before.")
        if [row_of(outcome) for outcome in self._pending] != self._store.rows(start=start, stop=head.position):
            raise Unavailable("books-outdated", f"The books differ from the log from entry {start} on: rebuild them.")
        self._written, self._pending = head, []
