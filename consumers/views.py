"""The views' carrier: takes each view from one head of the ledger store to the next.

A view that raises on an outcome is tried again; then that outcome alone is parked with its reason, the view goes on
behind it and is shown as incomplete until it is rebuilt, and no other view notices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from projections.stores.books import Books
from projections.stores.ports import Head, Parked, Row, outcomes_of
from projections.views.view import Change, View, changes
from schemas.errors import Contradicted

ENTRIES_MAX: Final = 2_000
"""Entries whose outcomes are taken in at a time; of the rows that they change often, only the last state is written."""


@dataclass(frozen=True, slots=True)
class OutcomeRange:
    """The outcomes that a view looks at, as kept, of the entries between two heads of the ledger store."""

    rows: list[Row]
    head: Head


class ViewFollower:
    """Keeps one view up with the ledger store."""

    def __init__(self, view: View, *, books: Books, entries_max: int = ENTRIES_MAX) -> None:
        """Contradicted("view-foreign") if the view was made of another history than the store's."""
        self._entries_max = entries_max
        self._view = view
        self._books = books
        self._head = books.views.head(view.name)
        if books.ledger.head_at(self._head.position) != self._head:
            raise Contradicted("view-foreign", f"The view {view.name} was made of another ledger: rebuild it.")

    def poll(self) -> OutcomeRange | None:
        """The outcomes up to the next head."""
        start = self._head.position
        head = self._books.ledger.next_head(after=start, entries=self._entries_max)
        if head is None:
            return None
        return OutcomeRange(self._books.ledger.rows_of_kinds(self._view.kinds, start=start, stop=head.position), head)

    def handle(self, batch: OutcomeRange) -> None:
        """Apply the outcomes and write the rows that they change."""
        self._write(changes(self._view, outcomes_of(batch.rows)).values(), head=batch.head)

    def park(self, batch: OutcomeRange, *, error: Exception) -> None:
        """Apply the outcomes one by one, and set aside those that raise."""
        kept: dict[str, Change] = {}
        parked: list[Parked] = []
        for row in batch.rows:
            try:
                kept |= changes(self._view, outcomes_of([row]))
            except Exception as reason:  # noqa: BLE001 - poison may raise anything; its reason is kept beside it
                parked.append(Parked(self._view.name, row[0], row[1], type(reason).__name__))
        if not parked:
            raise error
        self._write(kept.values(), head=batch.head, parked=parked)

    def _write(self, kept: Iterable[Change], *, head: Head, parked: Iterable[Parked] = ()) -> None:
        self._books.views.write(self._view.name, expected=self._head, head=head, changes=kept, parked=tuple(parked))
        self._head = head
