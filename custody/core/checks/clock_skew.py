"""Clock skew: an act that claims to be earlier than an act that it follows, made on another device.

It says only that two clocks differ: order is that of predecessors, and no claim decides anything (domain.md §6, clock-skew).
One finding for each pair of devices; what else they contradict each other in is listed under it.
"""

from __future__ import annotations

from custody.core.checks.case import Case, Stated
from custody.core.checks.log_time_limits import SKEW
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import clock_topic
from custody.core.wording.messages import message
from schemas.identifiers import epoch_seconds


def check_clock(state: State, case: Case[Stated], *, record: RecordedEvent) -> tuple[Draft, ...]:
    """What the claimed time of an act contradicts by more than the rules allow."""
    # rules.md 131
    if record.amiss or not record.device:
        return ()
    before = [state.records[name] for name in record.dependencies() if name in state.records]
    others = [other for other in before if other.device not in ("", record.device) and not other.amiss]
    newest = max(others, key=lambda other: (epoch_seconds(other.at), other.event_id), default=None)
    if newest is None:
        return ()
    minutes = (epoch_seconds(newest.at) - epoch_seconds(record.at)) // 60
    # rules.md 55
    if minutes <= case.rules.rules.clock_skew_minutes:
        return ()
    sentence = message(
        "clock-skew.behind",
        type=record.type,
        at=record.at,
        minutes=minutes,
        other=message("type", type=newest.type),
        then=newest.at,
    )
    evidence = (newest.event_id, record.event_id)
    state.leaned.setdefault(newest.event_id, {})[record.event_id] = None
    topic = clock_topic((newest.device, record.device))
    subject = record.device
    more: DraftFields = {"evidence": evidence, "topic": topic, "dated": True}
    return (case.draft(SKEW, subject=subject, sentence=sentence, **more),)


def is_discredited(state: State, draft: Draft) -> bool:
    """Whether a claim that it leans on cannot be believed any more, as it could when the act was judged."""
    return draft.code == SKEW and any(state.records[name].amiss for name in draft.evidence)
