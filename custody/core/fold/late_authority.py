"""Authority granted after acts that needed it: it settles nothing; their finding notes it and waits for a decision.

Asked twice: of what is open where an authority is granted, and after each entry of what that entry brought to light: an act that
waited, or that a dispute had taken out, is judged without the authority that was granted meanwhile; where several did the same,
another finding may speak for them by now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.state.finding import UNSETTLED, Finding
from custody.core.state.registers import Mandate, duration
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import mandate_folder, parse_mandate_topic
from custody.core.wording.messages import message
from schemas.identifiers import epoch_seconds

DISPENSABLE: Final = ("separation", "own-handover")
"""Codes of findings that a dispensation in time would have kept away."""
_LATE: Final = "authority.late"


def tell_late(state: State, finding: Finding, *, by: str) -> None:
    """Say of a finding that an event has granted what was lacking, and how long after the act."""
    # rules.md 104
    if finding.sentence.key == _LATE:
        return
    raised, granted = state.records[finding.raised_by], state.records[by]
    ago = (epoch_seconds(granted.at) - epoch_seconds(raised.at)) // 60
    sentence = message("authority.late", what=finding.sentence, type=granted.type, ago=duration(max(0, ago)))
    state.findings.amend(finding.id, sentence=sentence, by=by)


def tell_belated(state: State, record: RecordedEvent, *, topics: Iterable[str]) -> None:
    """An act gives an authority: what was done before it, by topic, is told as such."""
    for topic in topics:
        finding = state.findings.unsettled(topic)
        if finding is not None:
            tell_late(state, finding, by=record.event_id)


def tell_of_mandate(state: State, mandate: Mandate) -> None:
    """A mandate is granted: what its courier did without it is told as such."""
    for consignment in mandate.consignments:
        folder, days = mandate_folder(mandate.courier, consignment=consignment), (mandate.first_day, mandate.last_day)
        for finding in state.findings.take_between(folder, first=days[0], last=days[1]):
            tell_late(state, finding, by=mandate.event)


def tell_of_dispensation(state: State, record: RecordedEvent, *, station: str) -> None:
    """A dispensation is granted: what was done at the station without it is told as such."""
    for code in DISPENSABLE:
        for finding in state.findings.take_at(station, code=code):
            tell_late(state, finding, by=record.event_id)


def tell_all_late(state: State) -> None:
    """What this entry brought to light, although the authority for it was granted meanwhile."""
    for finding in state.findings.changed():
        if finding.status in UNSETTLED and finding.sentence.key != _LATE:
            granted = _granted_since(state, finding)
            if granted is not None:
                tell_late(state, finding, by=granted)


def _granted_since(state: State, finding: Finding) -> str | None:
    """The first event after the act's first entry that granted what the act lacked; None where none did."""
    record = state.records.get(finding.raised_by)
    if record is None:
        return None
    if finding.code in DISPENSABLE:
        dispensed = state.registers.dispensations.get(finding.station)
        return None if dispensed is None or dispensed[0] <= record.position else dispensed[1]
    lacked = parse_mandate_topic(finding.topic)
    if lacked is None:
        return None
    courier, consignment, day = lacked
    mandates = state.registers.mandates_of(courier, consignment=consignment)
    late = (row for row in mandates if row.granted > record.position and row.first_day <= day <= row.last_day)
    return next((row.event for row in late), None)
