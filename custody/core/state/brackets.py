"""Brackets: between which moments an event was made, computed from the log alone (design D11).

Theory. Checkpoints have no time, cosignatures do. An event that names a cosigned note was made after it: *not before* the
latest T such that cosignatures dated T or later meet the policy. An event that a cosigned note covers was on the log by then:
*not after* the earliest T such that cosignatures dated T or earlier, over all notes that cover it, meet the policy. Whatever an
event names by hash was there before it, so bounds pass along the links: not-before forwards, not-after backwards.

Not-before shows that nothing was prepared in advance; against backdating only not-after counts. A wide bracket is neither proof
nor suspicion: a deadline is *broken* only if not-before is later, *met* only if not-after is not later, else undetermined.

Times are seconds since 1970. Not here: any clock, and what follows from a bracket (witnessing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from custody.core.authority.witness_policy import Policy
from custody.core.state.moments import moment
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
