"""A crowd: the acts that stand at a place of a unit's tree, and whether all of them are records of one act.

The theory. Records that say the same are of one act as long as at most one of them was made as the act itself, and not typed in
or declared (same_act). So it is enough to count, for each thing said, who says it; one more record is held against those counts
and not against every other record.

Not here: which acts stand (branch_claims).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from custody.core.state.conflict import Ref
from custody.core.undo import Undoable

Says = tuple[object, ...]
"""What a record says, where several may say the same."""
Saying = tuple[tuple[Ref, ...], Says]
"""The places that a record claims, and what it says there."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """The records that say the same at the same places: the first of all, and of those on paper, "" where there is none."""

    first: str = ""
    on_paper: str = ""
    is_of_both: bool = False
    """whether one of them is a handover that both sides have signed"""


@dataclass(slots=True)
class ClaimedPapers(Undoable):
    """What claims a place at which somebody has typed in a handover on paper that one side alone has signed."""

    acts: list[str] = field(default_factory=list)
    """acts that are no handovers, by event id"""
    papers: dict[str, None] = field(default_factory=dict)
    """such papers that stand"""


@dataclass(slots=True)
class Sayers(Undoable):
    """The records that say one thing."""

    made: int = 0
    """how many of them were made as the act itself"""
    repeated: list[str] = field(default_factory=list)
    """the others, by event id"""


@dataclass(slots=True)
class Acts(Undoable):
    """Several acts that stand at one place, counted by what they say."""

    rows: dict[str, bool] = field(default_factory=dict)
    """act -> whether it is an answer, which others can be beaten by"""
    sayers: dict[Says, Sayers] = field(default_factory=dict)
    silent: int = 0
    """how many say nothing that another record could say too"""
    no_answers: dict[str, None] = field(default_factory=dict)
    """those of the acts that are no answers, and can be beaten by one"""

    def put(self, act: str, *, says: Says | None, is_repeated: bool, is_answer: bool) -> None:
        """An act stands here from now on."""
        is_known = act in self.rows
        if is_known and self.rows[act] == is_answer:
            return
        self.rows[act] = is_answer
        if not is_answer:
            self.no_answers[act] = None
        else:
            self.no_answers.pop(act, None)
        if is_known:
            return
        if says is None:
            self.silent += 1
            return
        sayers = self.sayers.setdefault(says, Sayers())
        if is_repeated:
            insort(sayers.repeated, act)
        else:
            sayers.made += 1

    def take(self, act: str, *, says: Says | None, is_repeated: bool) -> None:
        """An act stands here no more."""
        if act not in self.rows:
            return
        if not self.rows.pop(act):
            del self.no_answers[act]
        if says is None:
            self.silent -= 1
            return
        sayers = self.sayers[says]
        if is_repeated:
            sayers.repeated.pop(bisect_left(sayers.repeated, act))
        else:
            sayers.made -= 1
        if not sayers.made and not sayers.repeated:
            del self.sayers[says]


@dataclass(slots=True)
class Crowd(Undoable):
    """The acts that stand at one place: at nearly every place that is one, kept as it is; from the second on they are counted."""

    act: str = ""
    """the act that stands alone, "" where none does or several did"""
    says: Says | None = None
    is_repeated: bool = False
    is_answer: bool = False
    many: Acts | None = None

    def __iter__(self) -> Iterator[str]:
        """The acts, in the order in which they came to stand."""
        return iter(self.counted().rows)

    def __len__(self) -> int:
        return bool(self.act) if self.many is None else len(self.many.rows)

    @property
    def no_answers(self) -> Iterable[str]:
        """Those of the acts that are no answers, and can be beaten by one."""
        if self.many is not None:
            return self.many.no_answers
        return () if self.is_answer or not self.act else (self.act,)

    @property
    def are_answers(self) -> bool:
        """Whether every act of it is an answer."""
        return not self.no_answers

    def counted(self) -> Acts:
        """The acts, counted; what stands alone is counted for this answer only."""
        if self.many is not None:
            return self.many
        alone = Acts()
        if self.act:
            alone.put(self.act, says=self.says, is_repeated=self.is_repeated, is_answer=self.is_answer)
        return alone

    def put(self, act: str, *, says: Says | None, is_repeated: bool, is_answer: bool) -> None:
        """An act stands here from now on."""
        if act == self.act:
            self.is_answer = is_answer
            return
        if self.many is None and self.act:
            self.many, self.act, self.says = self.counted(), "", None
        if self.many is not None:
            self.many.put(act, says=says, is_repeated=is_repeated, is_answer=is_answer)
        else:
            self.act, self.says, self.is_repeated, self.is_answer = act, says, is_repeated, is_answer

    def take(self, act: str, *, says: Says | None, is_repeated: bool) -> None:
        """An act stands here no more."""
        if self.many is not None:
            self.many.take(act, says=says, is_repeated=is_repeated)
        elif act == self.act:
            self.act, self.says = "", None

    def has_before(self, act: str, *, says: Says | None) -> bool:
        """Whether another record of the same act stands here that goes before one that was typed in or declared."""
        if says is None or (self.many is None and says != self.says):
            return False
        sayers = self.counted().sayers.get(says)
        return sayers is not None and (bool(sayers.made) or (bool(sayers.repeated) and sayers.repeated[0] < act))

    def is_said(self, says: Says | None) -> bool:
        """Whether an act stands here that says this."""
        return says is not None and (says == self.says if self.many is None else says in self.many.sayers)


def is_one(crowds: Iterable[Crowd]) -> bool:
    """Whether all acts of some crowds are one act: they say the same, and at most one was made as the act itself."""
    # rules.md 95
    found = [crowd for crowd in crowds if len(crowd)]
    if sum(map(len, found)) < 2:
        return True
    rows = [crowd.counted() for crowd in found]
    if any(crowd.silent or len(crowd.sayers) > 1 for crowd in rows):
        return False
    if len({says for crowd in rows for says in crowd.sayers}) > 1:
        return False
    return sum(sayers.made for crowd in rows for sayers in crowd.sayers.values()) < 2
