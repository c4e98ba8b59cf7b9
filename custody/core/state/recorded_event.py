"""One event on the log, and what the fold knows of it: what it was recorded with, and what its judgement means now.

Not here: the event itself, once it was judged, and what is known beside single events (state).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from custody.core.authority.roster import KeyRecord
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.entries.commitments import NOTHING_COMMITTED
from custody.core.state.conflict import Ref
from custody.core.state.crowds import Says
from custody.core.state.finding_store import Draft, Withdrawn
from custody.core.state.registers import Consignment, Returned
from custody.core.state.verdict import Verdict
from custody.core.undo import Undoable
from custody.core.wording.messages import Message
from schemas.base import Common, Kind, Part

Status = Literal["applied", "waiting", "disputed", "in error", "finding", "recorded"]
CONFLICT: Final = "conflicting-acts"
NOBODY: Final[Mapping[Part, tuple[KeyRecord, ...]]] = MappingProxyType({})
"""The signers of an event of which no signature counts yet"""


class SeldomFacts(Undoable):
    """What few events have. It takes place only in those of which it was ever said, and is the usual in all others.

    A place in every event for each of them would be a third of what is kept of an event.
    """

    __slots__ = ("__dict__",)

    amiss: bool = False
    """whether that contradicts the chain of its device, or the time of the log: nothing is judged by it"""
    about: str | None = None
    """another event that a report is about: an answer that was read, an event whose details are disclosed"""
    committed: Mapping[str, str] = NOTHING_COMMITTED
    """field -> commitment, of those that may be disclosed later"""
    is_not_chosen: bool = False
    """an adjudication chose another branch"""
    withdrawn: Withdrawn | None = None
    blocked: bool = False
    seals: tuple[str, ...] = ()
    consignment: Consignment | None = None
    returned: Returned | None = None
    """the part of a return that it takes back"""
    handover_facts: Says | None = None
    """what a record of a handover says: two that say the same are one handover"""
    is_duplicate: bool = False
    """another record of the same handover is the one that moves the units"""
    declares: str | None = None
    """the entry that it declares in error"""
    corrects: str | None = None
    """the entry whose place it took"""
    voided_by: str | None = None
    """the declaration that takes it out of force"""
    hangs_on: str | None = None
    """the answer without effect on which it hangs, its device having seen the withdrawal of the offer"""
    hangs_on_topic: str = ""
    """the topic under which that is told"""
    also_needs: tuple[str, ...] = ()
    """events on which it depends and that it does not follow"""
    kept_findings: tuple[str, ...] = ()
    """findings of a void event, shown as settled by its declaration"""
    kept_under: tuple[str, ...] = ()
    """topics of findings under which it is listed because it is void"""
    signature_codes: tuple[str, ...] = ()
    judgement_codes: tuple[str, ...] = ()
    withdrawn_codes: tuple[str, ...] = ()
    conflicts: int = 0
    """findings of conflicting acts that name this one"""
    is_awaited: bool = False
    """whether something on the log waited for it when it was first recorded"""
    waits_since_s: int | None = None
    """log time, epoch seconds, when it began to wait"""


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
class RecordedEvent(SeldomFacts):
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

    @property
    def moves(self) -> bool:
        """Whether the event, once in force, stands on its units: no further record of an act, no declaration of an error."""
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
