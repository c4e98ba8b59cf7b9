"""Times at which a finding was raised and settled, by the claims of the signers; and how late a report ended a silence.

Silence ends when somebody is heard of who had been on time all along: the act claims a time before the monitor's note. Then the
finding tells both: when the act claims to have happened, and how long after the deadline it reached the log. Pure and derived.
"""

from __future__ import annotations

from custody.core.fold.proven_days import judged as days_judged
from custody.core.fold.proven_days import undetermined
from custody.core.state.finding import Finding
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message
from schemas.identifiers import epoch_seconds
from schemas.outcomes import SettlementJson
from schemas.proof_outcomes import Deadline


def when(state: State, finding: Finding) -> SettlementJson:
    """Claimed times of what raised and what settled a finding, the settling event's type, and what is to be said of it."""
    raised = state.records.get(finding.raised_by)
    settled = state.records.get(finding.settled_by or "")
    judged = days_judged(state, finding) if settled is None else _judged(state, finding, settled=settled)
    said = undetermined(finding, says=judged)
    if raised is not None and settled is not None and judged is not None:
        said = _reported_late(finding, raised=raised, settled=settled, judged=judged)
    return {
        "raised_at": None if raised is None else raised.at,
        "settled_at": None if settled is None else settled.at,
        "settled_type": None if settled is None else settled.type,
        "settled_says": None if said is None else said.doc(),
        "settled_deadline": judged,
    }


def _judged(state: State, finding: Finding, *, settled: RecordedEvent) -> Deadline | None:
    """Of a silence: whether the act that ended it was certainly made by the deadline, certainly after it, or neither."""
    # rules.md 183
    due = _due(finding)
    if due is None:
        return days_judged(state, finding)
    return state.bounds.of(settled.event_id).deadline(due)


def _due(finding: Finding) -> int | None:
    """The deadline, epoch seconds, of a silence that is settled."""
    due = finding.sentence.args.get("due")
    is_over = finding.code == "overdue" and finding.status == "settled"
    return epoch_seconds(due) if is_over and isinstance(due, str) else None


def _reported_late(
    finding: Finding, *, raised: RecordedEvent, settled: RecordedEvent, judged: Deadline
) -> Message | None:
    """Of a silence that an act ended which claims to be earlier than the note of it, or certainly is in time."""
    noted, due = epoch_seconds(raised.at), _due(finding)
    if due is None or (epoch_seconds(settled.at) >= noted and judged != "met"):
        return None
    late = duration(max(max(settled.logged, noted) - due, 0) // 60)
    return message("finding.settled-overdue", type=settled.type, at=settled.at, late=late, judged=judged)
