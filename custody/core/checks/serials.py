"""Serial ranges, where papers are numbered (identity 9): disjoint between printing batches, each as long as its good papers.

Numbers are used where they are there, and never depended on: a batch that is not numbered breaks nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft
from custody.core.state.topics import printed_topic
from custody.core.state.units import PrintRun, Unit
from custody.core.wording.messages import message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated

Intervals = tuple[tuple[int, int], ...]
"""Serial numbers as disjoint ranges, both ends included, in order."""


def check_serials(case: Case[Stated], *, run: PrintRun, subject: str, order: str, tolerance: int = 0) -> list[Draft]:
    """What is wrong with the range of one printer's note; ``order`` is the act that the note follows.

    ``tolerance``: papers by which the good ones may differ, because they were weighed.
    """
    if run.serials is None:
        return []
    first, last = run.serials
    drafts = _overlaps(case, first=first, last=last, subject=subject)
    numbers, good = last - first + 1, run.good or 0
    if abs(numbers - good) > tolerance:
        numbered = max(numbers, 0)
        sentence = message("serials.gap", batch=subject, first=first, last=last, numbers=numbered, good=good)
        printed = printed_topic(subject)
        # printed = good + waste that differs by as much is the same figure.
        same = abs((run.good or 0) + (run.waste or 0) - (run.printed or 0)) == abs(numbers - good)
        more: DraftFields = {
            "evidence": (order, case.event_id),
            "off": numbers - good,
            "topic": printed if same else "",
        }
        drafts.append(case.draft("serial-gap", subject=subject, sentence=sentence, **more))
    return drafts


def _overlaps(case: Case[Stated], *, first: int, last: int, subject: str) -> list[Draft]:
    """Two batches never share a serial number; each pair of notes that says so is named."""
    drafts = []
    for batch, (low, high, note) in sorted(case.registers.serials.items()):
        # rules.md 41
        if batch != subject and first <= high and low <= last:
            shared = (max(first, low), min(last, high))
            sentence = message("serials.shared", first=shared[0], last=shared[1], batch=batch, other=subject)
            evidence = (note, case.event_id)
            drafts.append(case.draft("serial-overlap", subject=subject, sentence=sentence, evidence=evidence))
    return drafts


def without(intervals: Intervals, *, interval: tuple[int, int]) -> Intervals:
    """What is left of serial numbers after one range of them was taken."""
    first, last = interval
    left: list[tuple[int, int]] = []
    for low, high in intervals:
        left += [(low, min(high, first - 1))] if low < first else []
        left += [(max(low, last + 1), high)] if high > last else []
    return tuple(row for row in left if row[0] <= row[1])


def check_taken(
    case: Case[Stated], *, batch: Unit, interval: tuple[int, int], papers: int, subject: str, station: str
) -> list[Draft]:
    """What is wrong with the numbers stated for papers that leave a batch: blocked, not left there, or not as many."""
    first, last = interval
    drafts = [
        case.draft(
            "serial-overlap",
            subject=subject,
            sentence=message("serials.blocked", first=max(first, low), last=min(last, high), unit=subject),
            evidence=(event, case.event_id),
            station=station or batch.station,
            units=(batch.unit, subject),
        )
        for low, high, event in case.registers.blocked_serials()
        # rules.md 62
        if first <= high and low <= last
    ]
    if drafts:
        return drafts
    numbers = max(last - first + 1, 0)
    more: DraftFields = {
        "evidence": (batch.act, case.event_id),
        "station": station or batch.station,
        "units": (batch.unit, subject),
    }
    # rules.md 56
    if numbers != papers:
        sentence = message("serials.other-number", unit=subject, first=first, last=last, numbers=numbers, papers=papers)
        return [case.draft("serial-gap", subject=subject, sentence=sentence, **(more | {"off": numbers - papers}))]
    if batch.serials is not None and not any(low <= first and last <= high for low, high in batch.serials):
        sentence = message("serials.not-left", first=first, last=last, unit=subject, batch=batch.unit)
        return [case.draft("serial-overlap", subject=subject, sentence=sentence, **more)]
    return []
