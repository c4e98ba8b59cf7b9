"""Days by brackets: whether an act was made on a day on which it was allowed, as log witnesses prove it.

A mandate is for days. The act claims one; by that it is told. What its bracket shows of the days:

    met            all of the bracket lies in the days: the claim was wrong, and the finding is settled
    broken         none of it does: the finding says that it is proven, also where the act claims a day that would have been right
    undetermined   some of it does: the finding says that it rests on the claimed time alone

Where an offer was made in time its answer is in time, so the offer's bracket counts as well. A moment is held against days in
whatever zone it was: what is met or broken is so everywhere. Pure and derived.

Not here: what a bracket is (brackets), which day an act claims (places), mandates themselves (recipients).
"""

from __future__ import annotations

from typing import Final

from custody.core.state.finding import UNSETTLED, Finding
from custody.core.state.moments import earliest_day, latest_day
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message
from schemas.proof_outcomes import Deadline

MANDATE: Final = "mandate-ended"
_DAYS: Final = "mandate.other-days"
_PROVEN: Final = "mandate.proven"


def judged(state: State, finding: Finding) -> Deadline | None:
    """Of a finding about the days of a mandate, what the brackets of act and offer show; None of every other."""
    days = _days(finding)
    record = state.records.get(finding.raised_by)
    if days is None or record is None or state.policies[-1][1].quorum is None:
        return None
    made = _of(state, record, days=days)
    offer = state.records.get(record.offer or "")
    offered = made if offer is None else _of(state, offer, days=days)
    # rules.md 189
    if "met" in (made, offered):
        return "met"
    return "broken" if made == offered == "broken" else "undetermined"


def tell(state: State, *, topic: str, by: str) -> None:
    """The brackets changed by a note: what that proves of the days is said, or settles the finding."""
    finding = state.findings.unsettled(topic)
    if finding is None or finding.code != MANDATE or finding.sentence.key == _PROVEN:
        return
    says = judged(state, finding)
    if says == "met":
        state.findings.settle_dated(finding.raised_by, by=by, code=MANDATE)
    elif says == "broken":
        state.findings.amend(finding.id, sentence=message("mandate.proven", what=finding.sentence), by=by)


def undetermined(finding: Finding, *, says: Deadline | None) -> Message | None:
    """What is to be said of an open finding that rests on a claimed day alone."""
    is_open = finding.status in UNSETTLED and says == "undetermined"
    return message("finding.day-undetermined") if is_open else None


def _days(finding: Finding) -> tuple[str, str] | None:
    """First and last day that the finding holds an act against."""
    sentence = finding.sentence
    inner = sentence.args.get("what") if sentence.key in (_PROVEN, "authority.late") else sentence
    why = inner.args.get("why") if isinstance(inner, Message) else None
    if finding.code != MANDATE or not isinstance(why, Message) or why.key != _DAYS:
        return None
    return str(why.args["first"]), str(why.args["last"])


def _of(state: State, record: RecordedEvent, *, days: tuple[str, str]) -> Deadline:
    """What the bracket of one event shows of the days."""
    first, last = days
    bracket = state.bounds.of(record.event_id)
    since, until = bracket.not_before, bracket.not_after
    if (since is not None and earliest_day(since) > last) or (until is not None and latest_day(until) < first):
        return "broken"
    is_in = since is not None and until is not None and first <= earliest_day(since) and latest_day(until) <= last
    return "met" if is_in else "undetermined"
