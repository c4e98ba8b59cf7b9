"""Adjudication: acts that a decision lets take effect in spite of a revoked key or the log's closing, or holds back again.

The last decision about a finding is in force. One that chooses the event excuses it: it is judged, and takes its place in
the trees of its units. One that chooses nothing holds it back: it leaves with all that followed it, as if never excused,
and stays visible. Decisions that were carried out stand: a mandate is ended, a rule set anew, by another decision of its kind.
"""

from __future__ import annotations

from custody.core.fold.decided_acts import BEATEN, is_beaten
from custody.core.fold.disputes import resettle
from custody.core.fold.waiting import HELD_BACK, told_no_more
from custody.core.state.finding_store import Finding
from custody.core.state.state import NOBODY, RecordedEvent, State
from custody.core.wording.messages import Message, message


def picked(state: State, finding: Finding, *, act: str) -> Finding:
    """The finding that a decision which chooses an event is about: of several that stand together, that event's own."""
    # rules.md 145
    is_one = finding.code in HELD_BACK or (finding.code == BEATEN and is_beaten(state, act))
    return state.findings.single_out(finding, act=act) if is_one else finding


def admit(state: State, finding: Finding, *, act: str, by: RecordedEvent) -> Message | None:
    """The event takes effect after all; why not, or None."""
    is_told = act in finding.evidence or state.findings.lists(finding, event=act)
    if finding.code not in HELD_BACK or not is_told:
        return message("decision.nothing-to-choose")
    if act not in state.excused:
        state.excused[act] = finding.id
        state.excused_by.setdefault(finding.id, {})[act] = None
    state.newly_excused[act] = None
    if act in state.held_back:
        state.held_back.discard(act)
        resettle(state, (act,), by=by)
    return None


def hold_back(state: State, finding: Finding, *, by: RecordedEvent) -> Message | None:
    """What an earlier decision about this finding excused moves nothing again; why not, or None."""
    # rules.md 97
    records = [state.records[act] for act in state.excused_by.get(finding.id, ())]
    carried_out = next((record for record in records if record.kind == "decision" and record.order), None)
    if carried_out is not None:
        return message("decision.carried-out", type=carried_out.type)
    state.excused_by.pop(finding.id, None)
    for record in records:
        del state.excused[record.event_id]
        if record.order:
            state.held_back.add(record.event_id)
            resettle(state, (record.event_id,), by=by)
        elif record.signed:
            record.signed = NOBODY
            state.waiting.pop(record.event_id, None)
            told_no_more(state, record, by=by.event_id)
            state.mark(record, "finding")
    return None
