"""Groups of disagreements: those of the same persons, at the same place, for the same cause are one finding.

Each could be a finding of its own and has the id for it. The one whose id comes first speaks for all, whichever was recorded
first; when it is settled alone, the next one does. Not here: what the finding says then (finding_grouping), what a cause is
(finding_causes).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field, replace

from custody.core.state.finding import Raised
from custody.core.state.finding_index import KEPT, Entry, gravest
from custody.core.undo import Undoable
from schemas.rules import Severity


def place_of(raised: Raised) -> tuple[int, str]:
    """Where a member stands in its group: who stands first speaks for all."""
    return raised.draft.rank, raised.id


@dataclass(slots=True)
class Done(Undoable):
    """A group that was settled as a whole: its members, and what was listed under them. One more costs the same after many."""

    by: str
    listed: tuple[Entry, ...] = ()
    rows: dict[str, Raised] = field(default_factory=dict)
    order: list[tuple[bool, int, str]] = field(default_factory=list)
    """of each member whether nothing was decided about it, and its place: the first one speaks for all"""
    grades: dict[Severity, int] = field(default_factory=dict)
    """how many members of each severity there are"""
    subjects: dict[str, int] = field(default_factory=dict)
    """what they are about -> how many of them"""

    def put(self, raised: Raised) -> None:
        """One more member, or the same one decided about or narrowed by now."""
        self.remove(raised.id)
        self.rows[raised.id] = raised
        insort(self.order, _rank(raised))
        self._count(raised, step=1)

    def remove(self, identity: str) -> None:
        """Take out a member; one that is none changes nothing."""
        raised = self.rows.pop(identity, None)
        if raised is not None:
            self.order.pop(bisect_left(self.order, _rank(raised)))
            self._count(raised, step=-1)

    def first(self) -> tuple[Raised, ...]:
        """The member that speaks for all, and as many others as a finding tells."""
        return tuple(self.rows[identity] for _, _, identity in self.order[: KEPT + 1])

    def gravest_besides(self, head: Raised) -> Severity | None:
        """The gravest severity of the others and of what is listed; None where there are none."""
        own = head.entry.severity
        others = [grade for grade, count in self.grades.items() if count - (grade == own) > 0]
        grades = [*others, *(entry.severity for entry in self.listed)]
        return gravest(*grades) if grades else None

    def _count(self, raised: Raised, *, step: int) -> None:
        severity, subject = raised.entry.severity, raised.draft.subject
        self.grades[severity] = self.grades.get(severity, 0) + step
        self.subjects[subject] = self.subjects.get(subject, 0) + step
        if not self.subjects[subject]:
            del self.subjects[subject]


def _rank(raised: Raised) -> tuple[bool, int, str]:
    return (not raised.decisions, *place_of(raised))


class Groups(Undoable):
    """Members by topic, by id and by the event that they are about. A step costs the same however many there are."""

    __slots__ = ("_by", "_order", "_rows", "_topic_of", "closed", "done", "heads")

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Raised]] = {}
        self._order: dict[str, list[tuple[int, str]]] = {}
        self._topic_of: dict[str, str] = {}
        self._by: dict[str, dict[str, None]] = {}
        self.heads: dict[str, str] = {}
        """topic -> the finding that speaks for the group now, or did last"""
        self.closed: dict[str, str] = {}
        """what was in a group when officers adjudicated -> the finding that they adjudicated"""
        self.done: dict[str, Done] = {}
        """name of a group that was settled as a whole -> what it was (settled_groups)"""

    def put(self, raised: Raised) -> None:
        """One more member; one that is known says the same in newer words."""
        topic = raised.draft.topic
        known = self._rows.setdefault(topic, {}).get(raised.id)
        if known is None:
            insort(self._order.setdefault(topic, []), place_of(raised))
            self._topic_of[raised.id] = topic
            self._by.setdefault(raised.by, {})[raised.id] = None
        else:
            raised = replace(raised, position=known.position, decisions=known.decisions, narrowed=known.narrowed)
        self._rows[topic][raised.id] = raised

    def update(self, raised: Raised) -> None:
        """A member was said anew, or decided about."""
        self._rows[raised.draft.topic][raised.id] = raised

    def remove(self, identity: str) -> Raised:
        """Take out a member."""
        topic = self._topic_of.pop(identity)
        raised = self._rows[topic].pop(identity)
        order = self._order[topic]
        order.pop(bisect_left(order, place_of(raised)))
        del self._by[raised.by][identity]
        if not order:
            del self._order[topic], self._rows[topic]
        return raised

    def get(self, identity: str) -> Raised | None:
        """The member with this id."""
        return self._rows.get(self._topic_of.get(identity, ""), {}).get(identity)

    def topic_of(self, identity: str) -> str | None:
        """The topic of the group in which this id is."""
        return self._topic_of.get(identity)

    def of(self, event: str) -> tuple[Raised, ...]:
        """The members that are about an event."""
        found = (self.get(identity) for identity in self._by.get(event, ()))
        return tuple(raised for raised in found if raised is not None)

    def first(self, topic: str) -> tuple[Raised, ...]:
        """As many of a group as a finding tells, and the one that speaks for it, by id."""
        return tuple(self._rows[topic][identity] for _, identity in self._order.get(topic, ())[: KEPT + 1])

    def all(self, topic: str) -> tuple[Raised, ...]:
        """The whole group, by id."""
        return tuple(self._rows[topic][identity] for _, identity in self._order.get(topic, ()))

    def count(self, topic: str) -> int:
        """How many there are in a group."""
        return len(self._order.get(topic, ()))
