"""Times at which a finding was raised and settled, by the claims of the signers; and how late a report ended a silence.

Silence ends when somebody is heard of who had been on time all along: the act claims a time before the monitor's note. Then the
finding tells both: when the act claims to have happened, and how long after the deadline it reached the log. Pure and derived.
"""

from __future__ import annotations

from custody.core.state.finding import Finding
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message
from schemas.identifiers import epoch_seconds
from schemas.outcomes import SettlementJson


def when(state: State, finding: Finding) -> SettlementJson:
    """Claimed times of what raised and what settled a finding, the settling event's type, and what is to be said of it."""
    raised = state.records.get(finding.raised_by)
    settled = state.records.get(finding.settled_by or "")
    said = None if raised is None or settled is None else _reported_late(finding, raised=raised, settled=settled)
    return {
        "raised_at": None if raised is None else raised.at,
        "settled_at": None if settled is None else settled.at,
        "settled_type": None if settled is None else settled.type,
        "settled_says": None if said is None else said.doc(),
    }


def _reported_late(finding: Finding, *, raised: RecordedEvent, settled: RecordedEvent) -> Message | None:
    """Of a silence that an act ended which claims to be earlier than the note of it."""
    due = finding.sentence.args.get("due")
    if finding.code != "overdue" or finding.status != "settled" or not isinstance(due, str):
        return None
    noted = epoch_seconds(raised.at)
    if epoch_seconds(settled.at) >= noted:
        return None
    late_s = max(settled.logged, noted) - epoch_seconds(due)
    return message("finding.settled-overdue", type=settled.type, at=settled.at, late=duration(max(late_s, 0) // 60))
