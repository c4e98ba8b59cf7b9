"""One event on the log, and what the fold knows of it: what it was recorded with, and what its judgement means now.

Not here: the event itself, once it was judged, and what is known beside single events (state).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeVar, cast

from custody.core.authority.roster import KeyRecord
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.entries.commitments import NOTHING_COMMITTED
from custody.core.state.contests import Ref
from custody.core.state.crowds import Says
from custody.core.state.finding_store import Draft, Withdrawn
from custody.core.state.registers import Consignment, Returned
from custody.core.state.verdict import Verdict
from custody.core.undo import Undoable
from custody.core.wording.messages import Message
from schemas.base import Common, Kind, Part

T = TypeVar("T")
Status = Literal["applied", "waiting", "disputed", "in error", "finding", "recorded"]
CONFLICT: Final = "conflicting-acts"
NOBODY: Final[Mapping[Part, tuple[KeyRecord, ...]]] = MappingProxyType({})
"""The signers of an event of which no signature counts yet"""


class Seldom(Generic[T]):
    """A fact that few events have: an attribute that is kept only where it is another than usual.

    Eight bytes an event for each of them would be a third of what is kept of an event.
    """

    __slots__ = ("_name", "_usual")

    def __init__(self, *, usual: T) -> None:
        self._name = ""
        self._usual = usual

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, record: RecordedEvent, _: type | None = None) -> T:
        seldom = record.seldom
        return self._usual if seldom is None else cast("T", seldom.get(self._name, self._usual))

    def __set__(self, record: RecordedEvent, value: T) -> None:
        seldom = record.seldom
        if value == self._usual and (seldom is None or self._name not in seldom):
            return
        if seldom is None:
            record.seldom = {self._name: value}
        else:
            seldom[self._name] = value


class SignedAtOnce(Mapping[str, int]):
    """Keys whose signatures came with one entry: key id -> its position. Nearly every event is signed so."""

    __slots__ = ("_names", "_position")

    def __init__(self, names: tuple[str, ...], *, position: int) -> None:
        self._names = _kept_once(names)
        self._position = position

    def __getitem__(self, key: str) -> int:
        if key not in self._names:
            raise KeyError(key)
        return self._position

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=4_096)
def _kept_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same persons sign together again and again."""
    return names


@dataclass(slots=True, kw_only=True)
class RecordedEvent(Undoable):
    """One event on the log. ``event`` is dropped once it was judged; ``status`` says what the judgement means now.

    A judged event stands (``in_force``) or is kept out by a dispute. ``verdict`` is a judgement that never stood yet;
    ``withdrawn`` what a judgement had brought before a dispute took it out. ``order`` is the place in the sequence of
    judgements, 0 before: an act always comes after those it names.
    """

    event_id: str
    position: int
    type: str
    kind: Kind
    refs: tuple[Ref, ...]
    rules: RulesInForce
    event: Common | None
    stands_for: str
    """the type of the act it is about: of a transcribed act, the act on the paper"""
    signatures: Mapping[str, int]
    """key ids of its valid listed signatures -> the position of the entry that first brought each"""
    at: str = ""
    """claimed time of the event"""
    logged: int = 0
    """time of the log where it was first recorded, epoch seconds; 0 before there is any"""
    device: str = ""
    """key id of the device that made it, empty where none did"""
    number: int = 0
    """its place in the chain of its device, 0 where no device made it"""
    seen: int = 0
    """entries under the newest checkpoint that its device held"""
    seen_note: str = ""
    """SHA-256 of the note of that checkpoint, as the device states it"""
    status: Status = "recorded"
    offer: str | None = None
    """the offer that an answer or a withdrawal names"""
    order: int = 0
    in_force: bool = False
    was_settled: bool = False
    """whether it was worked out before what it is worth, as a whole or beside others"""
    changes: bool = False
    """an act judged good that changes its units, so that others may follow it"""
    verdict: Verdict | None = None
    signed: Mapping[Part, tuple[KeyRecord, ...]] = field(default_factory=lambda: NOBODY)
    is_published: bool = False
    """whether an ``entry`` outcome was given for its own position"""
    covered_at_s: int | None = None
    """when log witnesses prove that it was on the log at the latest, epoch seconds"""
    seldom: dict[str, object] | None = None
    """what follows, where it is another than usual: few events have any of it"""
    amiss = Seldom[bool](usual=False)
    """whether that contradicts the chain of its device, or the time of the log: nothing is judged by it"""
    about = Seldom[str | None](usual=None)
    """another event that a report is about: an answer that was read, an event whose details are disclosed"""
    committed = Seldom[Mapping[str, str]](usual=NOTHING_COMMITTED)
    """field -> commitment, of those that may be disclosed later"""
    is_not_chosen = Seldom[bool](usual=False)
    """an adjudication chose another branch"""
    withdrawn = Seldom[Withdrawn | None](usual=None)
    blocked = Seldom[bool](usual=False)
    seals = Seldom[tuple[str, ...]](usual=())
    consignment = Seldom[Consignment | None](usual=None)
    returned = Seldom[Returned | None](usual=None)
    """the part of a return that it takes back"""
    handover_facts = Seldom[Says | None](usual=None)
    """what a record of a handover says: two that say the same are one handover"""
    is_duplicate = Seldom[bool](usual=False)
    """another record of the same handover is the one that moves the units"""
    declares = Seldom[str | None](usual=None)
    """the entry that it declares in error"""
    corrects = Seldom[str | None](usual=None)
    """the entry whose place it took"""
    voided_by = Seldom[str | None](usual=None)
    """the declaration that takes it out of force"""
    hangs_on = Seldom[str | None](usual=None)
    """the answer without effect on which it hangs, its device having seen the withdrawal of the offer"""
    hangs_on_topic = Seldom[str](usual="")
    """the topic under which that is told"""
    also_needs = Seldom[tuple[str, ...]](usual=())
    """events on which it depends and that it does not follow"""
    kept_findings = Seldom[tuple[str, ...]](usual=())
    """findings of a void event, shown as settled by its declaration"""
    kept_under = Seldom[tuple[str, ...]](usual=())
    """topics of findings under which it is listed because it is void"""
    signature_codes = Seldom[tuple[str, ...]](usual=())
    judgement_codes = Seldom[tuple[str, ...]](usual=())
    withdrawn_codes = Seldom[tuple[str, ...]](usual=())
    conflicts = Seldom[int](usual=0)
    """findings of conflicting acts that name this one"""
    is_awaited = Seldom[bool](usual=False)
    """whether something on the log waited for it when it was first recorded"""
    waits_since_s = Seldom[int | None](usual=None)
    """log time, epoch seconds, when it began to wait"""

    @property
    def moves(self) -> bool:
        """Whether the event, once in force, stands on the paths of its units: no echo, and no declaration of an error."""
        return self.changes and not self.is_duplicate and self.declares is None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the findings that name this event, each once."""
        conflict = (CONFLICT,) if self.conflicts else ()
        return tuple(dict.fromkeys((*self.signature_codes, *self.judgement_codes, *conflict)))

    def draft(self, code: str, *, subject: str, sentence: Message) -> Draft:
        """A finding about a decision, which is its evidence."""
        return Draft(code=code, subject=subject, evidence=(self.event_id,), sentence=sentence)

    def unjudged(self) -> Common:
        """The event itself, which is kept until it was judged."""
        if self.event is None:
            raise ValueError("the event was judged, and is kept no more")
        return self.event

    def dependencies(self) -> tuple[str, ...]:
        """The events that this one follows, observes or answers."""
        acts = tuple(previous for _, previous in self.refs if previous is not None)
        others = (name for name in (self.offer, self.about) if name is not None)
        return (*acts, *others, *self.also_needs)
