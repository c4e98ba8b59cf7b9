"""Decided acts: officers let an act take effect that an answered handover had beaten (rules 99 and 201).

The finding about the act says what both sides of the handover have signed; a decision about it that chooses the act makes it the
winner at every place where an answer beats it. From there on they are rivals between whom officers have decided, as in any
dispute (disputes): the finding about the rivals is raised and decided at once, and later decisions about either choose again.
A decision that chooses the answer, or nothing, leaves things as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.fold.conflicts import is_decided
from custody.core.fold.disputes import can_choose, choose, resettle
from custody.core.fold.voids import beaten_places
from custody.core.state.conflict import Ref
from custody.core.state.finding_store import Finding
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message

BEATEN: Final = "not-custodian"
"""Code of what is told of an act that an answer has beaten, among others."""


def is_beaten(state: State, act: str) -> bool:
    """Whether an answered handover is what takes an act out of force."""
    record = state.records.get(act)
    if record is None or record.voided_by is None:
        return False
    return state.records[record.voided_by].declares is None and bool(beaten_places(state, record))


def can_overrule(state: State, finding: Finding, *, act: str) -> bool:
    """Whether a finding says of this act that an answered handover has beaten it."""
    is_told = act in finding.evidence or state.findings.lists(finding, event=act)
    return finding.code == BEATEN and is_told and is_beaten(state, act)


def has_beaten(state: State, finding: Finding, *, act: str) -> bool:
    """Whether a finding is about what this answer has beaten."""
    others = (state.records.get(name) for name in finding.evidence if name != act)
    is_told = finding.code == BEATEN and act in finding.evidence
    return is_told and any(other is not None and other.voided_by == act for other in others)


def overrule(state: State, finding: Finding, *, act: str, by: RecordedEvent) -> None:
    """The act that an answer has beaten takes effect; the answer stays visible, and out of force."""
    record = state.records[act]
    places = beaten_places(state, record)
    state.overruled[finding.id] = places
    state.findings.decide(finding.id, status="adjudicated", by=by.event_id)
    # rules.md 191
    state.findings.keep_decided(finding.id, act=act)
    seeds = dict.fromkeys(name for place in places for name in state.claims.get(place, ()))
    resettle(state, seeds, by=by, chosen=dict.fromkeys(places, act))
    for identity in _about(state, places):
        if not is_decided(state, identity):
            state.findings.decide(identity, status="adjudicated", by=by.event_id)


def choose_again(state: State, finding: Finding, *, act: str | None, by: RecordedEvent) -> Message | None:
    """Officers decide once more about an act that they had let take effect; why it cannot be carried out, or None."""
    rivals = [name for name in _about(state, state.overruled[finding.id]) if can_choose(state, name, act=act or "")]
    if act is None or not rivals:
        return message("decision.picks-none")
    for identity in (finding.id, *rivals):
        state.findings.decide(identity, status="adjudicated", by=by.event_id)
    for identity in rivals:
        choose(state, identity, act=act, by=by)
    return None


def _about(state: State, places: tuple[Ref, ...]) -> Iterator[str]:
    """The findings about rivals at these places."""
    return iter(dict.fromkeys(name for place in places for name in state.conflicts_at.get(place, ())))
