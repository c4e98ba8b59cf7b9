"""A crowd: the acts that stand at a place of a unit's tree, and whether all of them are records of one act.

The theory. Records that say the same are of one act as long as at most one of them was made as the act itself, and not typed in
or declared (twins). So it is enough to count, for each thing said, who says it; one more record is held against those counts and
not against every other record.

Not here: which acts stand (claims).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from custody.core.undo import Undoable

Says = tuple[object, ...]
"""What a record says, where several may say the same."""


@dataclass(slots=True)
class Sayers(Undoable):
    """The records that say one thing."""

    made: int = 0
    """how many of them were made as the act itself"""
    repeated: list[str] = field(default_factory=list)
    """the others, by event id"""


@dataclass(slots=True)
class Crowd(Undoable):
    """The acts that stand at one place."""

    rows: dict[str, bool] = field(default_factory=dict)
    """act -> whether it is an answer, which others can be beaten by"""
    sayers: dict[Says, Sayers] = field(default_factory=dict)
    silent: int = 0
    """how many say nothing that another record could say too"""
    no_answers: dict[str, None] = field(default_factory=dict)
    """those of the acts that are no answers, and can be beaten by one"""

    def __iter__(self) -> Iterator[str]:
        """The acts, in the order in which they came to stand."""
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def are_answers(self) -> bool:
        """Whether every act of it is an answer."""
        return not self.no_answers

    def put(self, act: str, *, says: Says | None, is_repeated: bool, is_answer: bool) -> None:
        """An act stands here from now on."""
        if act in self.rows:
            return
        self.rows[act] = is_answer
        if not is_answer:
            self.no_answers[act] = None
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

    def has_before(self, act: str, *, says: Says | None) -> bool:
        """Whether another record of the same act stands here that goes before one that was typed in or declared."""
        sayers = None if says is None else self.sayers.get(says)
        if sayers is None:
            return False
        return bool(sayers.made) or (bool(sayers.repeated) and sayers.repeated[0] < act)


def is_one(crowds: Iterable[Crowd]) -> bool:
    """Whether all acts of some crowds are one act: they say the same, and at most one was made as the act itself."""
    # rules.md 95
    rows = [crowd for crowd in crowds if crowd.rows]
    if sum(len(crowd.rows) for crowd in rows) < 2:
        return True
    if any(crowd.silent or len(crowd.sayers) > 1 for crowd in rows):
        return False
    if len({says for crowd in rows for says in crowd.sayers}) > 1:
        return False
    return sum(sayers.made for crowd in rows for sayers in crowd.sayers.values()) < 2
