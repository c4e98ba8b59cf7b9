"""The result of judging an act: what it changes, what it raises and settles, or what keeps it from having effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from custody.core.state.custody_breaks import CustodyBreak
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Returned, SealBreak
from custody.core.state.units import Unit
from custody.core.wording.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an act does: new snapshots, findings beside it, findings that block it, topics it settles, seals it puts on."""

    units: tuple[Unit, ...] = ()
    findings: tuple[Draft, ...] = ()
    blocked: tuple[Draft, ...] = ()
    settles: tuple[str, ...] = ()
    belated: tuple[str, ...] = ()
    """Topics of what was done before the authority that it gives: told, and not settled."""
    seals: tuple[str, ...] = ()
    declares: str | None = None
    """The entry that the event declares in error."""
    restates: str = ""
    """An entry whose figures a later act has restated, empty where there is none: what it raised is settled."""
    raises: Mapping[str, Message] = field(default_factory=dict)
    """Topic -> the newer sentence of an unsettled finding on it."""
    serious: frozenset[str] = frozenset()
    """Topics of ``raises`` whose finding becomes serious."""
    heard: tuple[tuple[str, str], ...] = ()
    """(consignment, package of its manifest) whose holder was heard of."""
    overdue: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """(consignment, topic, packages not heard of) of a leg noted as overdue"""
    sightings: tuple[tuple[str, int], ...] = ()
    """(seal, claimed time in epoch seconds) where a report saw it intact"""
    breaks: tuple[SealBreak, ...] = ()
    """Seals found not intact; what is said of them is narrowed by the sightings in force (sightings)."""
    stated: tuple[tuple[str, CustodyBreak], ...] = ()
    """(unit, break in its custody) as a report states it"""
    returned: Returned | None = None
    """what came back of a consignment"""
    acknowledges: str | None = None
    """the answer that its giver has read"""


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """What an act does to several books, none of which is blocked."""
    return Verdict(
        units=tuple(unit for row in verdicts for unit in row.units),
        findings=tuple(draft for row in verdicts for draft in row.findings),
        settles=tuple(topic for row in verdicts for topic in row.settles),
        raises={topic: sentence for row in verdicts for topic, sentence in row.raises.items()},
    )


def blocked(*drafts: Draft) -> Verdict:
    """A verdict that changes nothing."""
    return Verdict(blocked=drafts)
