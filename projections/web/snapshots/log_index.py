"""The index of a log: where events (by id), badges and types of events stand on it, and what entries came to mean later.

Made from the outcomes of the ledger, once for each entry: only what came in since the last question is read. Nothing is judged
here, and whoever answers leaves out what is later than the position that was asked about.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from custody.core.wording.outcomes import ENTRY, ENTRY_STATUS, Outcome
from projections.stores.books import Books
from projections.stores.ports import outcomes_of

_KINDS: Final = frozenset({ENTRY.name, ENTRY_STATUS.name})
_AT_ONCE: Final = 5_000
_SIGNER: Final = "event.signer"


@dataclass(frozen=True, slots=True)
class Office:
    """What a badge stands for: a role at an office, as an entry said it first."""

    role: str
    office: str


@dataclass(slots=True)
class LogPositions:
    """Positions by name, each list in the order of the log."""

    events: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    signed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Badge -> the entries under which it stands."""
    named: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Badge -> the entries that it signed or that speak of it."""
    types: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    later: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Position of an entry -> since when it means something else, and what."""
    days: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Day of the claimed times -> number of entries, and the last position among them."""
    offices: dict[str, Office] = field(default_factory=dict)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Add what these outcomes tell."""
        for outcome in outcomes:
            if outcome.kind == ENTRY.name:
                self._take_entry(ENTRY.doc_of(outcome), position=outcome.position)
            else:
                status = ENTRY_STATUS.doc_of(outcome)
                self.later[status["position"]].append((outcome.position, status["status"]))

    def events_beginning(self, beginning: str) -> dict[str, int]:
        """The events whose ids begin so, with the position at which each was recorded first."""
        if beginning in self.events:
            return {beginning: self.events[beginning][0]}
        return {event: places[0] for event, places in self.events.items() if event.startswith(beginning)}

    def _take_entry(self, doc: Mapping[str, Any], *, position: int) -> None:
        self.types[doc["type"] or ""].append(position)
        day = (doc["at"] or "")[:10]
        self.days[day] = (self.days.get(day, (0, 0))[0] + 1, position)
        if doc["event"] is not None:
            self.events[doc["event"]].append(position)
        for badge in dict.fromkeys(doc["by"]):
            self.signed[badge].append(position)
        named = dict.fromkeys(doc["by"])
        for key, args in _phrases(doc["says"]):
            if isinstance(args.get("badge"), str):
                named[args["badge"]] = None
                if key == _SIGNER:
                    self.offices.setdefault(args["badge"], Office(role=args["role"], office=args["office"]))
        for badge in named:
            self.named[badge].append(position)


class LogIndex:
    """What was found so far, brought up to the books at each question."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._found = LogPositions()
        self._read = 0
        self._root = ""
        self._election = ""
        self._lock = threading.Lock()

    def of(self, books: Books, *, election: str, stop: int) -> LogPositions:
        """Everything up to the entry before ``stop`` of these books, or further; begun again for another log."""
        with self._lock:
            if not self._goes_on(books, election=election):
                self._found, self._read, self._election = LogPositions(), 0, election
            while self._read < stop:
                end = min(self._read + _AT_ONCE, stop)
                self._found.take(outcomes_of(books.ledger.rows_of_kinds(_KINDS, start=self._read, stop=end)))
                self._read = end
            head = books.ledger.head_at(self._read)
            self._root = "" if head is None else head.root
            return self._found

    def _goes_on(self, books: Books, *, election: str) -> bool:
        """Whether these books hold the entries that were read, and perhaps more."""
        head = books.ledger.head_at(self._read) if self._read else None
        return election == self._election and (head is None or not self._root or head.root == self._root)


def _phrases(said: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every phrase within what an entry says: its key and its arguments."""
    if isinstance(said, list | tuple):
        for item in said:
            yield from _phrases(item)
    elif isinstance(said, Mapping) and "key" in said:
        args: Mapping[str, Any] = said["args"]
        yield said["key"], args
        for value in args.values():
            yield from _phrases(value)
