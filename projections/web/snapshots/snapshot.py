"""A snapshot for one request: the books as they stand at one position, now or in the past, and what they can vouch for.

A request must not mix positions: :func:`head_of` refuses while the views are on their way from one head to the next,
and the desk asks again after the answer was made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from custody.core.authority.withholding import depends, finds, tells, until
from custody.core.tlog.checkpoint import origin
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.numbers import at_position
from projections import queries
from projections.kept_rows import EntryLine, TrailLine
from projections.stores.books import Books
from projections.stores.ports import START, Head
from projections.stores.standstill import CODE as STOPPED
from projections.stores.standstill import LogSeen, place, standstill
from projections.views.all_views import VIEWS
from projections.web.models.answers import StandingAnswer
from projections.web.models.finding_lists import Brief, FindingLists
from projections.web.models.parts import AlarmDoc, ElectionDoc, StandingDoc
from projections.web.models.problems import Absent, NotWellFormed
from projections.web.snapshots.kept_facts import KeptFacts
from projections.web.snapshots.log_index import LogIndex, LogPositions
from projections.web.snapshots.made_once import made_once
from projections.web.snapshots.past_views import ENTRIES_MAX, Past
from schemas.errors import LogUnavailable, Unavailable

T = TypeVar("T")
SILENT_S: Final = 300
"""The monitor looks every minute; after so long without it, that is an alarm of its own."""


@dataclass(frozen=True)
class Snapshot:
    """The books as one request sees them."""

    live: Books
    standing: StandingDoc
    election: ElectionDoc
    alarms: tuple[AlarmDoc, ...] = ()
    at: int | None = None
    """As of the entry at this position; None: now."""
    past: Past | None = field(default=None, repr=False)
    opened: bool = False
    """Whether the reader's token opens what is withheld."""
    lists: FindingLists = field(default_factory=FindingLists, repr=False)
    seen: LogSeen | None = None
    """What was seen of the log when it was last looked at; None where it cannot be seen from here."""
    index: LogIndex = field(default_factory=LogIndex, repr=False)
    languages: tuple[Language, ...] = LANGUAGES
    """The languages of the catalogue, with what this election calls its parties in each."""
    shared: KeptFacts = field(default_factory=KeptFacts, repr=False)
    """What others made of the books as they stand."""

    def once(self, key: Hashable, make: Callable[[Snapshot], T]) -> T:
        """What ``make`` makes of this, made once for all who see the same; ``key`` says what it is."""
        return self.shared.once((key, self.at, self.opened), lambda: make(self))

    @property
    def stop(self) -> int:
        """Number of entries that it speaks of."""
        return self.standing.position if self.at is None else self.at + 1

    @made_once
    def found(self) -> LogPositions:
        """Where things stand on the log, by name."""
        return self.index.of(self.live, election=self.standing.election, stop=self.standing.position)

    @made_once
    def briefs(self) -> tuple[Brief, ...]:
        """All findings in short, in the order in which they are listed."""
        return self.lists.of(self.books, root=self.standing.root, at=self.at)

    @made_once
    def _trails(self) -> dict[str, list[TrailLine]]:
        return {}

    @made_once
    def _stories(self) -> dict[str, dict[str, list[EntryLine]]]:
        return {}

    def trail(self, unit: str) -> list[TrailLine]:
        """The lines of the story of a unit; read once in a request."""
        if unit not in self._trails:
            self._trails[unit] = queries.audit_trail_of(self.live, unit, position=self.at)
        return self._trails[unit]

    def story(self, unit: str) -> dict[str, list[EntryLine]]:
        """The entries in the story of a unit by their event ids."""
        if unit not in self._stories:
            told = self._stories[unit] = {}
            for line in self.trail(unit):
                if line["source"] == "entry":
                    told.setdefault(line["event"] or "", []).append(line)
        return self._stories[unit]

    @property
    def is_far(self) -> bool:
        """Whether it is of a past so far from the start that only what single units tell of themselves is answered."""
        return self.at is not None and self.past is not None and self.at >= ENTRIES_MAX

    @made_once
    def books(self) -> Books:
        """The books to ask: the live ones, or those of the past position."""
        if self.at is None or self.past is None:
            return self.live
        if self.is_far:
            raise NotWellFormed(
                "past-too-far", f"Only single units are answered as of {at_position(ENTRIES_MAX)} and later."
            )
        return self.past.books_at(self.live, root=self.standing.root, position=self.at)

    @made_once
    def withheld(self) -> bool:
        """Whether figures from inside the boxes are withheld from this reader: asked of *now*, and nothing is with a token."""
        return not self.opened and self.withheld_until is not None

    @property
    def withheld_until(self) -> str | None:
        """Until when figures from inside the boxes are withheld from who has no token; None once they are not."""
        return self.shared.once("withheld-until", lambda: withheld_until(self.live))

    def hides(self, kind: str, *, event: str, unit: str, stands_for: str | None = None) -> bool:
        """Whether the sentence of an event of type ``kind`` in the story of ``unit`` is withheld: by all that it is about."""
        if not self.withheld or not depends(kind, stands_for=stands_for):
            return self.withheld and tells(kind, stands_for=stands_for, goes_back=True)
        return unit not in self._staying or not self._staying.issuperset(queries.units_about(self.live, event))

    def hides_finding(self, code: str, *, units: Iterable[str]) -> bool:
        """Whether the sentence of a finding of this code about ``units`` is withheld."""
        return self.withheld and finds(code, goes_back=not self._staying.issuperset(units))

    @made_once
    def _staying(self) -> frozenset[str]:
        """The units that do not go back to where they came from, and have not: as of now, as what is withheld.

        A unit that nobody knows yet is not among them: what packs it may still be on its way, or wait for a signature.
        """
        return self.shared.once("staying", lambda: _staying(self.live))

    def common(self) -> dict[str, Any]:
        """The fields that every answer begins with."""
        return {"standing": self.standing, "as_of": self.at, "alarms": self.alarms}


def standing_of(books: Books) -> tuple[StandingDoc, ElectionDoc]:
    """Where the books stand; Unavailable while they hold no election or the views are not at one position."""
    return standing_at(books, head=head_of(books))


def head_of(books: Books) -> Head:
    """The head at which all views stand; Unavailable while they are on their way."""
    heads = books.views.heads()
    return one_head([heads.get(view.name, START) for view in VIEWS])


def standing_at(books: Books, *, head: Head) -> tuple[StandingDoc, ElectionDoc]:
    """What is said of books that stand at a head; Unavailable while they hold no election."""
    election = queries.election(books)
    if election is None:
        raise Unavailable("no-election", "The books hold no election yet.")
    log = queries.LOG
    standing = StandingDoc(
        election=election["election"],
        origin=origin(domain=election["domain"], slug=election["slug"], election=election["election"], log=log),
        log=log,
        position=head.position,
        root=head.root,
        state_digest=head.state_digest,
    )
    facts = ElectionDoc(slug=election["slug"], domain=election["domain"], voting_day=election["voting_day"])
    return standing, facts


def one_head(heads: Sequence[Head]) -> Head:
    """The head at which all views stand; Unavailable while they are on their way."""
    if len(set(heads)) > 1:
        raise Unavailable("books-moving", "The views are taking in new entries; ask again in a moment.")
    return heads[0]


def standing_answer(reading: Snapshot) -> StandingAnswer:
    """How far the books have come."""
    books = reading.live
    return StandingAnswer(
        **reading.common(),
        election=reading.election,
        ledger_position=books.ledger.head().position,
        parked=len(books.views.parked()),
    )


def alarms(books: Books, *, now: float, look: Callable[[], LogSeen | None] = lambda: None) -> tuple[AlarmDoc, ...]:
    """What keeps the books from being vouched for at ``now`` (seconds since 1970): the alarms that stand, and a silent monitor.

    Books without a monitor beside them have no such silence.  First of all stands what ``look`` sees of the log: that it lost
    entries, or how far the books go where that is not its end; None where the log cannot be seen from here.
    """
    first = _beside_log(books, look=look)
    try:
        told = [AlarmDoc(code=alarm.code, sentence=alarm.sentence) for alarm in queries.alarms(books)]
        looked = books.alarms.looked()
    except Unavailable as error:
        return (*first, AlarmDoc(code="alarms-unreadable", sentence=f"The alarms cannot be read: {error.sentence}"))
    if looked is not None and now - datetime.fromisoformat(looked).timestamp() > SILENT_S:
        sentence = f"The monitor last looked at {looked}: nobody watches the log."
        told.append(AlarmDoc(code="monitor-silent", sentence=sentence))
    return (*first, *told)


def _beside_log(books: Books, *, look: Callable[[], LogSeen | None]) -> tuple[AlarmDoc, ...]:
    """The alarm of books that stand before the end of the log, of a log that lost entries, or of one that cannot be read."""
    taken = books.ledger.head().position  # before the log is looked at, which may grow meanwhile
    try:
        seen = look()
    except LogUnavailable as error:
        return (AlarmDoc(code="log-unreadable", sentence=f"The log cannot be read: {error.sentence}"),)
    if seen is None:
        return ()
    lost = seen.lost(taken=taken)
    if lost is not None:
        return (AlarmDoc(code=seen.code, sentence=lost),)
    found = standstill(books, log_entries=seen.entries)
    return () if found is None else (AlarmDoc(code=STOPPED, sentence=found.sentence),)


def _staying(books: Books) -> frozenset[str]:
    return frozenset(unit["unit"] for unit in queries.all_units(books) if unit["direction"] != "back")


def withheld_until(books: Books) -> str | None:
    """Until when figures from inside the boxes are withheld, None once they are not: as the gateway reckons it."""
    election = queries.election(books)
    stations = {station["station"]: station for station in queries.all_stations(books)}
    accounts = {f"{row['station']}/{row.get('style', '')}": row for row in queries.all_accounts(books)}
    return until(stations, accounts=accounts, is_closed=election is not None and election["closed"])


def not_recorded(at: int, *, entries: int) -> Absent:
    """The position is beyond what was taken in."""
    return Absent(
        "not-recorded-yet", f"The books stand at {place(entries)}: nothing was taken in at position {at} yet."
    )
