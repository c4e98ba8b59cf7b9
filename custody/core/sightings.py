"""When a broken seal was last seen whole: by the act that read it before, or by a report in between (rulebook, breaks).

What a finding about a broken seal says follows from the break and from the sightings in force now: whichever was recorded first,
and whatever a dispute or a declaration of error has taken out since. Nothing is taken back here; it is worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.drafts import Draft, finding_id
from custody.core.registers import Break
from custody.core.scene import Verdict
from custody.core.state import Record, State


def note_seals(state: State, record: Record, *, verdict: Verdict) -> None:
    """Remember which seals an event saw whole, which it found not intact, and which it read where they did not belong."""
    for seal, at in verdict.sightings:
        state.registers.sightings.setdefault(seal, {})[record.event_id] = at
    for broken in verdict.breaks:
        state.registers.seal_breaks.setdefault(broken.seal, {})[record.event_id] = broken
    for draft in verdict.findings:
        if draft.read_on:
            state.registers.astray.setdefault(draft.subject, {})[record.event_id] = draft.read_on
    seals = (*(seal for seal, _ in verdict.sightings), *(broken.seal for broken in verdict.breaks))
    if seals:
        state.registers.read_by[record.event_id] = tuple(dict.fromkeys(seals))


def refresh_breaks(state: State, record: Record) -> None:
    """Say anew what is known of the seals that an event read, after it came into force or left it."""
    for seal in state.registers.read_by.get(record.event_id, ()):
        for event, broken in state.registers.seal_breaks.get(seal, {}).items():
            if state.records[event].in_force:
                _narrow(state, broken, event=event)


def settle_known(state: State, drafts: Iterable[Draft]) -> None:
    """What is reported of a seal after that was dealt with is settled by the act that dealt with it, however late it comes."""
    for draft in drafts:
        rows = [row for row in state.findings.on_topic(draft.topic) if row.subject == draft.subject]
        acts = [row.settled_by for row in rows if row.status == "settled" and row.settled_by is not None]
        act = next((name for name in acts if state.records[name].declares is None), None)
        if act is not None:
            own = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
            state.findings.settle(own, by=act)


def _narrow(state: State, broken: Break, *, event: str) -> None:
    last_intact, report = _last_intact(state, broken)
    minutes, sentence = broken.minutes(last_intact=last_intact), broken.sentence(last_intact=last_intact)
    for finding in state.findings.on_topic(broken.topic):
        if (finding.subject, finding.raised_by) == (broken.seal, event):
            state.findings.restate(finding.id, sentence=sentence, minutes=minutes, by=report)
            state.dirty_units[broken.unit] = None


def _last_intact(state: State, broken: Break) -> tuple[int, str | None]:
    """The newest sighting in force before the seal was found so, and its report; or the act that had read it before, and None."""
    seen = state.registers.sightings.get(broken.seal, {}).items()
    rows = [
        (at, event) for event, at in seen if broken.last_intact < at <= broken.found and state.records[event].in_force
    ]
    return max(rows, default=(broken.last_intact, None), key=lambda row: (row[0], row[1] or ""))
