"""Replies to one offer, and which of them stand; one more costs nothing for those before it.

An answer or a withdrawal belongs to its offer once it was judged good, whether or not it is in force. What it makes true of the
offer (its facts, in the words of the table of handovers) is said anew whenever the event comes into force or leaves it.

Not here: what an event is worth (effects), and what becomes of the offer (offers).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from custody.core.state.noted_codes import Noted
from custody.core.undo import Undoable

ACCEPTED: Final = ("accepted", "accepted with reservation")
WITHDRAWN: Final = "withdrawn"
_RANK: Final = {"accepted": 0, "accepted with reservation": 0, "refused": 1, WITHDRAWN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReply:
    """An answer or a withdrawal that belongs to an offer: what it says and when that was claimed."""

    event: str
    result: str
    at: str
    taken: tuple[str, ...] = ()
    """units that changed hands by it"""
    noted: tuple[Noted, ...] = ()
    """what was ticked on it: reservations, refusals, remarks"""


@dataclass(slots=True)
class Replies(Undoable):
    """Everything that was said to one offer."""

    rows: dict[str, OfferReply] = field(default_factory=dict)
    """event -> what it says, in order of judgement"""
    accepted: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """device -> answers made on it by which units change hands, by number"""
    sightings: list[tuple[int, str]] = field(default_factory=list)
    """those answers, by how many entries their devices say they had seen"""
    withdrawals: list[str] = field(default_factory=list)
    """by event id"""
    withdrawn: dict[str, list[str]] = field(default_factory=dict)
    """device -> withdrawals made on it, by event id"""
    withdrawn_from: dict[str, int] = field(default_factory=dict)
    """device -> the number of the first withdrawal made on it"""
    signed: dict[str, list[str]] = field(default_factory=dict)
    """device -> withdrawals that somebody countersigned on it, by event id"""
    first: tuple[str, str] | None = None
    """claimed time and event of the reply that was claimed to come first, whichever was recorded first"""
    ranked: list[tuple[int, str, str]] = field(default_factory=list)
    """those that stand, the one that counts first: rank, claimed time, event"""
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """reply -> the facts that follow from it"""
    counts: dict[str, int] = field(default_factory=dict)
    """fact -> from how many replies it follows"""

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[str]:
        """The events, in order of judgement."""
        return iter(self.rows)

    def add(self, reply: OfferReply) -> None:
        """One more reply; what stands of it is told by ``tell``."""
        self.rows[reply.event] = reply
        own = (reply.at, reply.event)
        self.first = own if self.first is None else min(self.first, own)

    def place(self, event: str, *, device: str, number: int, seen: int) -> None:
        """Where a reply was made: what of others its device may have seen is found by that."""
        result = self.rows[event].result
        if result in ACCEPTED:
            insort(self.accepted.setdefault(device, []), (number, event))
            insort(self.sightings, (seen, event))
        if result == WITHDRAWN:
            insort(self.withdrawals, event)
            insort(self.withdrawn.setdefault(device, []), event)
            self.withdrawn_from[device] = min(number, self.withdrawn_from.get(device, number))

    def note_signed(self, event: str, *, device: str) -> None:
        """Somebody countersigned a withdrawal on a device."""
        row = self.signed.setdefault(device, [])
        place = bisect_left(row, event)
        if row[place : place + 1] != [event]:
            row.insert(place, event)

    def tell(self, event: str, *, facts: tuple[str, ...], stands: bool) -> None:
        """What follows from a reply now, and whether it stands."""
        before, self.said[event] = self.said.get(event, ()), facts
        for fact in before:
            self.counts[fact] -= 1
        for fact in facts:
            self.counts[fact] = self.counts.get(fact, 0) + 1
        reply = self.rows[event]
        key = (_RANK[reply.result], reply.at, event)
        place = bisect_left(self.ranked, key)
        known = place < len(self.ranked) and self.ranked[place] == key
        if known and not stands:
            self.ranked.pop(place)
        elif stands and not known:
            insort(self.ranked, key)

    def best(self) -> OfferReply | None:
        """Of those that stand the one that counts: an acceptance before a refusal, both before a withdrawal."""
        return self.rows[self.ranked[0][2]] if self.ranked else None

    def facts(self) -> Iterator[str]:
        """What follows from the replies."""
        return (fact for fact, count in self.counts.items() if count)
