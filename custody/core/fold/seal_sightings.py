"""Last sightings of a broken seal as whole: by the act that read it before, or by a report in between (custody_breaks).

What a finding about a broken seal says follows from the break and from the sightings in force now: whichever was recorded first,
and whatever a dispute or a declaration of error has taken out since. Nothing is taken back here; it is worked out again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from custody.core.state.finding_draft import Draft, finding_id
from custody.core.state.registers import SealBreak
from custody.core.state.state import RecordedEvent, State
from custody.core.state.verdict import Verdict


def note_seals(state: State, record: RecordedEvent, *, verdict: Verdict) -> None:
    """Remember which seals an event saw whole, which it found not intact, and which it read where they did not belong."""
    registers = state.registers
    if verdict.sightings:
        registers.sighted[record.event_id] = verdict.sightings
    for broken in verdict.breaks:
        registers.seal_breaks.setdefault(broken.seal, {})[record.event_id] = broken
        registers.seal_topics.setdefault(broken.seal, {})[broken.topic] = None
    for draft in verdict.findings:
        if draft.read_on:
            registers.astray.setdefault(draft.subject, {})[record.event_id] = draft.read_on
    seals = (*(seal for seal, _ in verdict.sightings), *(broken.seal for broken in verdict.breaks))
    if seals:
        registers.read_by[record.event_id] = tuple(dict.fromkeys(seals))


def refresh_breaks(state: State, record: RecordedEvent) -> None:
    """Say anew what is known of the seals that an event read, after it came into force or left it."""
    for seal, at in state.registers.sighted.get(record.event_id, ()):
        row = state.registers.sightings.setdefault(seal, [])
        if record.in_force:
            insort(row, (at, record.event_id))
        else:
            row.pop(bisect_left(row, (at, record.event_id)))
    for seal in state.registers.read_by.get(record.event_id, ()):
        for topic in state.registers.seal_topics.get(seal, ()):
            _narrow(state, seal, topic=topic)


def settle_known(state: State, drafts: Iterable[Draft]) -> None:
    """What is reported of a seal after that was dealt with is settled by the act that dealt with it, however late it comes."""
    for draft in drafts:
        for row in state.findings.settled_about(draft.subject, topic=draft.topic):
            if row.settled_by is not None and state.records[row.settled_by].declares is None:
                own = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
                state.findings.settle_along(own, along=row, by=row.settled_by)
                break


def _narrow(state: State, seal: str, *, topic: str) -> None:
    """What is said of a broken seal is said by few findings, however many events found it so: those are listed under them."""
    breaks = state.registers.seal_breaks[seal]
    for finding in state.findings.timed(topic):
        broken = breaks.get(finding.raised_by)
        if finding.subject != seal or broken is None or not state.records[finding.raised_by].in_force:
            continue
        last_intact, report = _last_intact(state, broken)
        minutes, sentence = broken.minutes(last_intact=last_intact), broken.sentence(last_intact=last_intact)
        state.findings.restate(finding.id, sentence=sentence, minutes=minutes, by=report)
        state.dirty_units[broken.unit] = None


def _last_intact(state: State, broken: SealBreak) -> tuple[int, str | None]:
    """The newest sighting in force before the seal was found so, and its report; or the act that had read it before, and None."""
    row = state.registers.sightings.get(broken.seal, ())
    place = bisect_left(row, (broken.found + 1, ""))
    at, event = row[place - 1] if place else (broken.last_intact, "")
    return (at, event) if at > broken.last_intact else (broken.last_intact, None)
