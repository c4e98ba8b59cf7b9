"""An index of findings: by topic, by the event that raised or settled them, by the events listed under them.

Every entry finds what it concerns without a look at all findings, whatever number there is of them. Not here: what a finding
says and how it lives (finding_store).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from custody.core.state.topics import split_topic
from custody.core.undo import Undoable
from custody.core.wording.messages import Message
from schemas.rules import Severity

KEPT: Final = 16
"""How many items of one kind a finding tells; the rest is counted."""
Listed = tuple[str, Message, str]
"""(code, sentence, event id) of what is listed under a finding"""
GRADES: Final[tuple[Severity, ...]] = ("serious", "attention", "information")
"""Severities, the gravest first."""


def gravest(*severities: Severity | None) -> Severity:
    """The gravest of some severities; None counts for nothing."""
    return next((grade for grade in GRADES if grade in severities), "information")


@dataclass(frozen=True, slots=True)
class Entry:
    """A disagreement that a finding lists: what is told of it, and how grave it is."""

    told: Listed
    severity: Severity


class Indexed(Protocol):
    """What the index needs of a finding."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def topic(self) -> str:
        """Its topic, empty where it has none."""

    @property
    def subject(self) -> str:
        """What it is about."""

    @property
    def uncertain_minutes(self) -> int | None:
        """How long nobody can say that a seal was whole, where it is about that."""

    @property
    def code(self) -> str:
        """What kind of disagreement it is."""

    @property
    def station(self) -> str:
        """The station that it is about, empty where it is about none."""

    @property
    def status(self) -> str:
        """Where it is in its life."""

    @property
    def settled_by(self) -> str | None:
        """The event that settled it."""

    @property
    def raised_by(self) -> str:
        """The event whose judgement raised it."""


Rows = dict[str, dict[str, None]]


class FindingIndex(Undoable):
    """Ids of findings by what they are asked for; every row keeps the order in which its ids came."""

    __slots__ = ("_at", "_on_topic", "_open", "_raised_by", "_settled_by", "_settlers", "_timed", "_topics")

    def __init__(self) -> None:
        self._on_topic: Rows = {}
        self._open: Rows = {}
        self._topics: dict[str, list[str]] = {}
        """all of a topic but its last part -> last parts of topics with an unsettled finding not asked for yet, in order"""
        self._at: Rows = {}
        """code and station -> unsettled findings that nobody asked for yet"""
        self._settled_by: Rows = {}
        self._raised_by: Rows = {}
        self._settlers: dict[str, Rows] = {}
        """topic and subject -> event that settled findings of both -> these"""
        self._timed: Rows = {}
        """topic -> findings that say how long nobody can say that a seal was whole"""

    def put(self, finding: Indexed, *, before: Indexed | None) -> None:
        """A finding is new, or changed."""
        if before is not None and (before.status, before.settled_by) == (finding.status, finding.settled_by):
            return
        if before is not None:
            self.remove(before)
        is_open = finding.status in ("open", "acknowledged")
        _add(self._raised_by, finding.raised_by, item=finding.id)
        if is_open and finding.station:
            _add(self._at, f"{finding.code}/{finding.station}", item=finding.id)
        if finding.topic:
            _add(self._on_topic, finding.topic, item=finding.id)
        if finding.topic and is_open:
            _add(self._open, finding.topic, item=finding.id)
            folder, last = split_topic(finding.topic)
            _insert(self._topics.setdefault(folder, []), last)
        if finding.topic and finding.uncertain_minutes is not None:
            _add(self._timed, finding.topic, item=finding.id)
        if finding.topic and finding.status == "settled":
            settlers = self._settlers.setdefault(f"{finding.topic}/{finding.subject}", {})
            _add(settlers, finding.settled_by or "", item=finding.id)
        if finding.status == "settled":
            _add(self._settled_by, finding.settled_by or "", item=finding.id)

    def remove(self, finding: Indexed) -> None:
        """A finding is taken out."""
        _discard(self._raised_by, finding.raised_by, item=finding.id)
        _discard(self._at, f"{finding.code}/{finding.station}", item=finding.id)
        _discard(self._on_topic, finding.topic, item=finding.id)
        _discard(self._settled_by, finding.settled_by or "", item=finding.id)
        _discard(self._open, finding.topic, item=finding.id)
        _discard(self._timed, finding.topic, item=finding.id)
        settlers = self._settlers.get(f"{finding.topic}/{finding.subject}", {})
        _discard(settlers, finding.settled_by or "", item=finding.id)
        if finding.topic not in self._open:
            folder, last = split_topic(finding.topic)
            _take_out(self._topics.get(folder, []), last)

    def on_topic(self, topic: str) -> tuple[str, ...]:
        """All on a topic."""
        return tuple(self._on_topic.get(topic, ()))

    def timed(self, topic: str) -> tuple[str, ...]:
        """Those on a topic that say how long nobody can say that a seal was whole."""
        return tuple(self._timed.get(topic, ()))

    def settlers(self, topic: str, *, subject: str) -> tuple[str, ...]:
        """The events that settled findings on a topic about a subject, each once."""
        return tuple(self._settlers.get(f"{topic}/{subject}", ()))

    def unsettled(self, topic: str) -> tuple[str, ...]:
        """Those on a topic that are neither settled nor adjudicated."""
        return tuple(self._open.get(topic, ()))

    def first_unsettled(self, topic: str) -> str:
        """The first of those; empty where there is none."""
        return next(iter(self._open.get(topic, ())), "")

    def take_between(self, folder: str, *, first: str, last: str) -> tuple[str, ...]:
        """Topics with an unsettled finding that are ``folder``, a slash and a part from ``first`` to ``last``.

        Each once as long as it stays so: who asks again costs nothing for what he was told.
        """
        row = self._topics.get(folder, [])
        taken = row[bisect_left(row, first) : bisect_right(row, last)]
        for part in taken:
            _take_out(row, part)
        return tuple(f"{folder}/{part}" for part in taken)

    def take_at(self, station: str, *, code: str) -> tuple[str, ...]:
        """Unsettled ones of a code at a station, each once as long as it stays so."""
        return tuple(self._at.pop(f"{code}/{station}", ()))

    def settled_by(self, event: str) -> tuple[str, ...]:
        """Those that an event settled."""
        return tuple(self._settled_by.get(event, ()))

    def raised_by(self, event: str) -> tuple[str, ...]:
        """Those that an event's judgement raised."""
        return tuple(self._raised_by.get(event, ()))


class Listings(Undoable):
    """What is listed under each finding, each event once for each code, and where each event is listed."""

    __slots__ = ("_grades", "_of", "_under")

    def __init__(self) -> None:
        self._under: dict[str, dict[tuple[str, str], Entry]] = {}
        self._grades: dict[str, dict[Severity, int]] = {}
        """finding -> how many of each severity it lists"""
        self._of: dict[str, dict[tuple[str, str], None]] = {}
        """event -> (finding, code) of each place where it is listed"""

    def add(self, finding: str, *, entry: Entry) -> bool:
        """List one more; whether it is news."""
        code, _, event = entry.told
        row = self._under.setdefault(finding, {})
        if (code, event) in row:
            return False
        row[(code, event)] = entry
        self._tally(finding, severity=entry.severity, step=1)
        self._of.setdefault(event, {})[(finding, code)] = None
        return True

    def codes(self, finding: str, *, event: str) -> tuple[str, ...]:
        """The codes under which a finding lists an event."""
        return tuple(code for name, code in self._of.get(event, ()) if name == finding)

    def of(self, event: str) -> tuple[str, ...]:
        """The findings that list an event, each once."""
        return tuple(dict.fromkeys(name for name, _ in self._of.get(event, ())))

    def take(self, finding: str, *, event: str, code: str | None = None) -> tuple[Entry, ...]:
        """Take out what an event has listed under a finding, all or of one code; what that was."""
        row = self._under.get(finding, {})
        codes = [name for name in self.codes(finding, event=event) if code in (None, name)]
        taken = tuple(row.pop((name, event)) for name in codes)
        for name, entry in zip(codes, taken, strict=True):
            del self._of[event][(finding, name)]
            self._tally(finding, severity=entry.severity, step=-1)
        return taken

    def _tally(self, finding: str, *, severity: Severity, step: int) -> None:
        row = self._grades.setdefault(finding, {})
        row[severity] = row.get(severity, 0) + step

    def gravest(self, finding: str) -> Severity | None:
        """The gravest severity among what is listed under a finding; None where nothing is."""
        row = self._grades.get(finding, {})
        return next((grade for grade in GRADES if row.get(grade)), None)

    def told(self, finding: str) -> tuple[Listed, ...]:
        """The first of what is listed under a finding."""
        return tuple(entry.told for entry in islice(self._under.get(finding, {}).values(), KEPT))

    def all(self, finding: str) -> tuple[Entry, ...]:
        """Everything that is listed under a finding."""
        return tuple(self._under.get(finding, {}).values())

    def events(self, finding: str) -> tuple[str, ...]:
        """All events that are listed under a finding."""
        return tuple(event for _, event in self._under.get(finding, ()))

    def count(self, finding: str) -> int:
        """How many are listed under a finding."""
        return len(self._under.get(finding, ()))

    def clear(self, finding: str) -> None:
        """Nothing is listed under a finding any more."""
        self._grades.pop(finding, None)
        for code, event in self._under.pop(finding, {}):
            del self._of[event][(finding, code)]


def _insert(row: list[str], part: str) -> None:
    place = bisect_left(row, part)
    if place == len(row) or row[place] != part:
        row.insert(place, part)


def _take_out(row: list[str], part: str) -> None:
    place = bisect_left(row, part)
    if place < len(row) and row[place] == part:
        row.pop(place)


def _add(rows: Rows, name: str, *, item: str) -> None:
    rows.setdefault(name, {})[item] = None


def _discard(rows: Rows, name: str, *, item: str) -> None:
    row = rows.get(name)
    if row is not None:
        row.pop(item, None)
        if not row:
            del rows[name]
