"""A disagreement as a rule sees it, before it becomes a finding or joins one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypedDict

from custody.core.state.units import Unit
from custody.core.wording.messages import Message
from schemas.rules import Severity
from schemas.strict_json import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A disagreement as a rule sees it. ``topic`` names the cause: drafts on the topic of an unsettled finding join it.

    ``causes`` are events. Where figures disagree, ``off`` is by how much: a finding that names one of the causes or of the
    evidence, at the same station and off by as much, has the same cause. Else it is the finding of the first event that has one.
    """

    code: str
    subject: str
    evidence: tuple[str, ...]
    sentence: Message
    topic: str = ""
    station: str = ""
    sender: str = ""
    """the station from which papers were sent on to ``station``, where it is about those"""
    units: tuple[str, ...] = ()
    severity: Severity | None = None
    uncertain_minutes: int | None = None
    """minutes in which nobody can say that a seal was whole, where the finding is about that"""
    causes: tuple[str, ...] = ()
    off: int | None = None
    abroad: frozenset[str] = frozenset()
    """events whose figure stands in the book of another station as well: papers sent on to it"""
    bound: bool = False
    """a figure beyond a bound: it may be off by less than the figures that share its cause"""
    read_on: str = ""
    """the unit on which its subject was read, a seal that is none of those that close this unit"""
    dated: bool = False
    """whether it rests on the day that its event claims"""
    count: int = 1
    """how many disagreements it stands for, where ``evidence`` names only some of them"""
    folder: str = ""
    """where what is said beside an act or of an offer joins what the same persons did again: a folder of topics (causes)"""
    is_grouped: bool = False
    """``topic`` is that of a group: whichever of its members comes first by id speaks for all of them (groups)"""
    rank: int = 0
    """in a group a member of a lower rank comes first, whatever its id"""


class DraftFields(TypedDict, total=False):
    """What a judge says of a draft beside code, subject and sentence; each field means what it means in ``Draft``."""

    evidence: tuple[str, ...]
    topic: str
    station: str
    sender: str
    units: tuple[str, ...]
    severity: Severity | None
    uncertain_minutes: int | None
    causes: tuple[str, ...]
    off: int | None
    abroad: frozenset[str]
    bound: bool
    read_on: str
    dated: bool
    count: int
    folder: str
    is_grouped: bool
    rank: int


_ANY_ORDER: Final = ("seal", "time", "clock", "note", "overdue", "break")
"""Folders of topics on which events speak that may come in any order: each such topic is that of a group."""


def shared(draft: Draft) -> Draft:
    """The draft as a member of a group, where what others say on its topic may have come before or after.

    A break in custody that somebody states beside a broken seal or a loss speaks for the group only where
    nothing else does.
    """
    folder, _, rest = draft.topic.partition("/")
    # rules.md 147
    if not rest or folder not in _ANY_ORDER:
        return draft
    is_beside = draft.code == "custody-break" and folder != "break"
    return replace(draft, is_grouped=True, rank=draft.rank or int(is_beside))


def apart(draft: Draft) -> Draft:
    """The draft beside another one that the same events disagree in: its topic says in what, and so does its subject."""
    return replace(draft, subject=f"{draft.subject}/{draft.topic.rpartition('/')[2]}")


def finding_id(*, code: str, subject: str, evidence: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON [code, subject, sorted evidence ids], 64 hex digits."""
    # rules.md 49
    return hashlib.sha256(canonical([code, subject, sorted(evidence)])).hexdigest()


def located(draft: Draft, *, heads: Sequence[Unit]) -> Draft:
    """The draft at the station of its units, as they stand, and at the one that sent them on."""
    station = draft.station or next((head.station for head in heads if head.station), "")
    sender = draft.sender or next((head.sent_from for head in heads if head.sent_from), "")
    return shared(replace(draft, station=station, sender=sender))
