"""Brackets: between which moments an event was made, computed from the log alone (design D11).

Theory. Checkpoints have no time, cosignatures do. An event that names a cosigned note was made after it: *not before* the
latest T such that cosignatures dated T or later meet the policy. An event that a cosigned note covers was on the log by then:
*not after* the earliest T such that cosignatures dated T or earlier, over all notes that cover it, meet the policy. Whatever an
event names by hash was there before it, so bounds pass along the links: not-before forwards, not-after backwards.

Not-before shows that nothing was prepared in advance; against backdating only not-after counts. A wide bracket is neither proof
nor suspicion: a deadline is *broken* only if not-before is later, *met* only if not-after is not later, else undetermined.

``Bounds`` keeps the brackets as the log goes on. An event is bounded from below as soon as it is recorded; what is learnt later
(a predecessor that came late, a note that had been seen before it was logged, a note that covers) is passed on when the next good
note is judged, so the cost is that of the notes and of what they change. Only events that may still learn something from below
keep who names them: in an orderly log none do.

``Claims`` is what stands in for all that where nobody cosigns: what devices claim, as far as the time of the log may lean on it.
No device vouches for itself: how far ahead a claim may be is measured against the time of the log and against what *another*
device claims, so one broken or hostile clock cannot walk on by its own claims. Which are good enough to be kept: log_time_limits.

Times are seconds since 1970. Not here: any clock, and what follows from a bracket (witnessing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.authority.witness_policy import Policy
from custody.core.state.moments import moment
from custody.core.undo import Undoable
from schemas.identifiers import epoch_seconds
from schemas.proof_outcomes import BoundsJson, Deadline

Times = Mapping[str, int]
"""witness -> when it cosigned"""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Bounds of the moment at which an event was made; None: nothing bounds it on that side."""

    not_before: int | None = None
    not_after: int | None = None

    def deadline(self, due: int) -> Deadline:
        """What the bracket says of a deadline."""
        if self.not_before is not None and self.not_before > due:
            return "broken"
        return "met" if self.not_after is not None and self.not_after <= due else "undetermined"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A logged note: the entries that it covers, who cosigned it when, and the policy in force where it was logged."""

    size: int
    times: Times
    policy: Policy


@dataclass(frozen=True, slots=True)
class LoggedNote:
    """A cosigned note on the log: the event that brought it, and where."""

    event: str
    position: int
    cosigned: Cosigned


@dataclass(frozen=True, slots=True)
class Linked:
    """An event as far as its bracket goes: its position, the note it had seen, and the events it names by hash."""

    event: str
    position: int
    seen: Cosigned | None = None
    links: tuple[str, ...] = ()


def bounds_doc(bracket: Bracket) -> BoundsJson:
    """A bracket as JSON, in UTC."""
    return {
        "not_before": None if bracket.not_before is None else moment(bracket.not_before),
        "not_after": None if bracket.not_after is None else moment(bracket.not_after),
    }


def bracket_of(doc: BoundsJson) -> Bracket:
    """The bracket that a document tells."""
    since, until = doc["not_before"], doc["not_after"]
    return Bracket(None if since is None else epoch_seconds(since), None if until is None else epoch_seconds(until))


def proven_since(policy: Policy, times: Times) -> int | None:
    """The latest T such that cosignatures dated T or later meet the policy: it was not before that."""
    for at in sorted(set(times.values()), reverse=True):
        if policy.is_met({name for name, when in times.items() if when >= at}):
            return at
    return None


def proven_until(policy: Policy, times: Times) -> int | None:
    """The earliest T such that cosignatures dated T or earlier meet the policy: it was not after that."""
    for at in sorted(set(times.values())):
        if policy.is_met({name for name, when in times.items() if when <= at}):
            return at
    return None


def covered_until(position: int, *, notes: Iterable[Cosigned]) -> int | None:
    """When the entry at a position was on the log at the latest; cosignatures count together under one policy."""
    times: dict[str, tuple[Policy, dict[str, int]]] = {}
    for note in notes:
        if note.size > position:
            _, first = times.setdefault(note.policy.event, (note.policy, {}))
            for name, at in note.times.items():
                first[name] = min(at, first.get(name, at))
    found = (proven_until(policy, first) for policy, first in times.values())
    return min((at for at in found if at is not None), default=None)


def brackets(events: Sequence[Linked], *, notes: Sequence[Cosigned]) -> dict[str, Bracket]:
    """The bracket of each event; links to events that are not among them bound nothing."""
    own = {
        event.event: Bracket(
            None if event.seen is None else proven_since(event.seen.policy, event.seen.times),
            covered_until(event.position, notes=notes),
        )
        for event in events
    }
    return passed_along(own, links={event.event: event.links for event in events})


def passed_along(own: Mapping[str, Bracket], *, links: Mapping[str, Sequence[str]]) -> dict[str, Bracket]:
    """The brackets of events after their bounds passed along what they name: not-before forwards, not-after backwards."""
    known = {name: [link for link in links.get(name, ()) if link in own] for name in own}
    before: dict[str, int | None] = {}
    after = {name: bracket.not_after for name, bracket in own.items()}
    order = _earlier_first(known)
    for name in order:
        passed = [before.get(link) for link in known[name]]
        before[name] = max((at for at in (own[name].not_before, *passed) if at is not None), default=None)
    for name in reversed(order):
        for link in known[name]:
            after[link] = min((at for at in (after[link], after[name]) if at is not None), default=None)
    return {name: Bracket(before[name], after[name]) for name in own}


def _earlier_first(known: Mapping[str, Sequence[str]]) -> list[str]:
    """Every event after all that it names; hashes cannot name in a circle, whatever somebody writes."""
    done: dict[str, None] = {}
    under_way: set[str] = set()
    for start in known:
        stack = [start]
        while stack:
            name = stack[-1]
            under_way.add(name)
            missing = [link for link in known[name] if link not in done and link not in under_way]
            if name in done or not missing:
                done.setdefault(name)
                under_way.discard(name)
                stack.pop()
            else:
                stack.append(missing[0])
    return list(done)


_NONE: Final = Bracket()


class Bounds(Undoable):
    """Event -> its bracket, and what of it is still to be passed on or told."""

    __slots__ = ("_brackets", "_changed", "_late", "_links", "_namers", "_open", "_topics")

    def __init__(self) -> None:
        self._brackets: dict[str, Bracket] = {}
        self._links: dict[str, tuple[str, ...]] = {}
        self._open: dict[str, None] = {}
        self._namers: dict[str, dict[str, None]] = {}
        self._late: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._topics: dict[str, dict[str, None]] = {}

    def of(self, event: str) -> Bracket:
        """Between which moments an event was made, as far as the log shows by now."""
        return self._brackets.get(event, _NONE)

    def enter(self, event: str, *, links: Iterable[str], since: int | None, is_open: bool) -> None:
        """An event is on the log; ``is_open``: the note that its device had seen is not, and may come yet."""
        named = tuple(dict.fromkeys(links))
        before = [since, *(self.of(link).not_before for link in named)]
        self._brackets[event] = Bracket(max((at for at in before if at is not None), default=None))
        if named:
            self._links[event] = named
        unsure = [link for link in named if link in self._open or link not in self._brackets]
        if unsure or is_open:
            self._open[event] = None
        for link in unsure:
            self._namers.setdefault(link, {})[event] = None
        if event in self._namers:
            self._late[event] = None

    def see(self, event: str, *, since: int) -> None:
        """The note that its device had seen is on the log now, and was not there before ``since``."""
        self._raise(event, since=since)

    def cover(self, event: str, *, until: int) -> None:
        """A note that covers it proves that it was made by ``until``."""
        self._lower(event, until=until)

    def pass_on(self) -> None:
        """What events that came late bring to those that named them before, and learn from them."""
        for event in self._late:
            since = self.of(event).not_before
            for namer in self._namers[event]:
                until = self.of(namer).not_after
                if since is not None:
                    self._raise(namer, since=since)
                if until is not None:
                    self._lower(event, until=until)
        self._late.clear()

    def hang(self, topic: str, *, on: str) -> None:
        """Something is told that depends on the bracket of an event."""
        self._topics.setdefault(on, {})[topic] = None

    def changed_topics(self) -> tuple[str, ...]:
        """What hangs on events whose brackets changed and were not told yet."""
        return tuple(topic for event in self._changed for topic in self._topics.get(event, ()))

    def drain(self) -> tuple[tuple[str, Bracket], ...]:
        """The brackets that changed after their events were recorded, since the last call."""
        found = tuple((event, self.of(event)) for event in self._changed)
        self._changed.clear()
        return found

    def counts(self) -> dict[str, int]:
        """On how many events something bounds which sides."""
        sides = {(False, False): "none", (True, False): "after", (False, True): "before", (True, True): "both"}
        found = dict.fromkeys(sides.values(), 0)
        for row in self._brackets.values():
            found[sides[row.not_before is not None, row.not_after is not None]] += 1
        return found

    def rows(self) -> tuple[tuple[str, Bracket], ...]:
        """Every bracket that bounds anything, by event id."""
        return tuple((event, row) for event, row in sorted(self._brackets.items()) if row != _NONE)

    def _raise(self, event: str, *, since: int) -> None:
        names = [event]
        while names:
            name = names.pop()
            known = self.of(name)
            if known.not_before is None or known.not_before < since:
                self._put(name, Bracket(since, known.not_after))
                names += self._namers.get(name, ())

    def _lower(self, event: str, *, until: int) -> None:
        names = [event]
        while names:
            name = names.pop()
            known = self._brackets.get(name)
            if known is not None and (known.not_after is None or known.not_after > until):
                self._put(name, Bracket(known.not_before, until))
                names += self._links.get(name, ())

    def _put(self, event: str, bracket: Bracket) -> None:
        self._brackets[event] = bracket
        self._changed[event] = None


Claim = tuple[str, int]
"""Device and moment, epoch seconds."""


@dataclass(slots=True)
class Claims(Undoable):
    """The newest good claim of all devices, and the newest one of any other device."""

    first: Claim | None = None
    second: Claim | None = None

    @property
    def newest(self) -> int | None:
        """The newest good claim, epoch seconds."""
        return None if self.first is None else self.first[1]

    def of_others(self, device: str) -> int | None:
        """The newest good claim of any device but this one."""
        other = self.second if self.first is not None and self.first[0] == device else self.first
        return None if other is None else other[1]

    def keep(self, device: str, *, at: int) -> None:
        """A device made a good claim."""
        if self.first is None or at > self.first[1]:
            if self.first is not None and self.first[0] != device:
                self.second = self.first
            self.first = (device, at)
        elif device != self.first[0] and (self.second is None or at > self.second[1]):
            self.second = (device, at)

    def forget(self, *, after: int) -> None:
        """Claims of a later moment than ``after`` were not good: the time of the log was decided upon."""
        kept = [claim for claim in (self.first, self.second) if claim is not None and claim[1] <= after]
        self.first = kept[0] if kept else None
        self.second = kept[1] if len(kept) > 1 else None
