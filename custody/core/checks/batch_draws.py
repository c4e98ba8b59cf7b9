"""Batch draws: papers leave a batch, with their serial numbers where somebody states them (identity 9).

More papers than a batch has left are taken all the same: the batch then owes papers without recorded origin. Serial numbers are
used where they are stated and never depended on: nothing is assumed about papers whose numbers nobody stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.core.checks.case import Case, Stated
from custody.core.checks.serials import Intervals, check_taken, without
from custody.core.state.finding_store import KEPT, Draft
from custody.core.state.topics import overdrawn_topic
from custody.core.state.trail import newest
from custody.core.state.units import Unit
from custody.core.wording.messages import message
from schemas.base import SerialRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Serial numbers that leave a batch: intervals left and taken (None where nobody stated any), findings."""

    left: Intervals | None
    taken: Intervals | None
    findings: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What leaves a batch: papers left in it, numbers, and all findings."""

    papers: int
    numbers: Numbers
    findings: tuple[Draft, ...]


def draw(
    case: Case[Stated],
    *,
    batch: Unit,
    papers: int,
    serials: SerialRange | None,
    subject: str,
    into: str,
    station: str = "",
) -> Drawn:
    """Take papers out of a batch for ``subject``; ``into``: the unit they were packed into, empty where they were not."""
    over = overdrawn(case, batch=batch, papers=papers, into=into, by=batch.packed_by or batch.act)
    numbers = number(case, batch=batch, papers=papers, serials=serials, subject=subject, station=station)
    left = (batch.papers or 0) - papers
    return Drawn(papers=left, numbers=numbers, findings=(*over, *beside(over, numbers.findings)))


def number(
    case: Case[Stated], *, batch: Unit, papers: int, serials: SerialRange | None, subject: str, station: str = ""
) -> Numbers:
    """Take serial numbers out of a batch for ``subject``, where they are stated."""
    if serials is None:
        return Numbers(left=batch.serials, taken=None)
    interval = (serials.first, serials.last)
    drafts = check_taken(case, batch=batch, interval=interval, papers=papers, subject=subject, station=station)
    left = None if batch.serials is None else without(batch.serials, interval=interval)
    return Numbers(left=left, taken=(interval,), findings=tuple(drafts))


def overdrawn(case: Case[Stated], *, batch: Unit, papers: int, into: str, by: str) -> tuple[Draft, ...]:
    """A draft where more papers are taken than a batch has left."""
    left = max(batch.papers or 0, 0)
    off = papers - left
    if off <= 0:
        return ()
    sentence = (
        message("overdrawn.packed", papers=papers, into=into, batch=batch.unit, left=left)
        if into
        else message("overdrawn.allocated", papers=papers, batch=batch.unit, left=left)
    )
    evidence = (by, *newest(batch.drawn, most=KEPT), case.event_id)
    topic = overdrawn_topic(case.event_id)
    draft = case.draft(
        "quantity-mismatch", subject=batch.unit, sentence=sentence, evidence=evidence, off=off, topic=topic
    )
    return (replace(draft, station=batch.station, units=(batch.unit,)),)


def beside(first: Sequence[Draft], drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Drafts of the same act that are off by just as many papers as one of ``first``: the same figure, so the same finding."""
    same = {abs(draft.off): draft.topic for draft in first if draft.off and draft.topic}
    return tuple(replace(draft, topic=same.get(abs(draft.off or 0), draft.topic)) for draft in drafts)
