"""Days by brackets: whether an act was made on a day on which it was allowed, as log witnesses prove it.

A mandate is for days; papers are kept until a day; boxes do not stand open into another day of voting. The act claims a day; by
that it is told. What its bracket shows of the days on which it was allowed:

    met            all of the bracket lies in the days: the claim was wrong, and the finding is settled
    broken         none of it does: the finding says that it is proven, also where the act claims a day that would have been right
    undetermined   some of it does: the finding says that it rests on the claimed time alone

Where an offer was made in time its answer is in time, so the offer's bracket counts as well. That boxes stood open over a night
is proven by two acts: that which opened them was made before the next day of voting, this one not before it. A moment is held
against days in whatever zone it was: what is met or broken is so everywhere. Pure and derived.

Boxes left open are not settled by a bracket: whether they stood open later is then still to be said, and the ledger goes by the
claim.

Not here: what a bracket is (brackets), which day an act claims (places), what is allowed on which day (recipients, destruction,
voting_days).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from custody.core.checks.style_books import book_in
from custody.core.state.finding import UNSETTLED, Finding
from custody.core.state.moments import earliest_day, latest_day
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import BY_DAYS
from custody.core.wording.messages import Message, message
from schemas.identifiers import local_date
from schemas.proof_outcomes import Deadline

_LEFT_OPEN: Final = "box-left-open"
_DESTROYED: Final = "destroyed-early"
_PROVEN: Final = ("mandate.proven", "days.proven")
_SAID: Final = (*_PROVEN, "authority.late")
"""Keys of sentences around the one that says which days."""
_FIRST: Final = "0001-01-01"
_LAST: Final = "9999-12-31"
_ALL: Final = (_FIRST, _FIRST)

Days = tuple[str, str]
"""First and last day on which an act was allowed."""


def judged(state: State, finding: Finding) -> Deadline | None:
    """Of a finding about days, what the brackets of its acts show; None of every other."""
    days = _days(state, finding)
    record = state.records.get(finding.raised_by)
    if days is None or record is None or state.policies[-1][1].quorum is None:
        return None
    made = _of(state, record, days=days)
    # rules.md 194
    if finding.code == _LEFT_OPEN:
        return made if made != "broken" or _is_opened_before(state, finding, days=days) else "undetermined"
    offer = state.records.get(record.offer or "")
    offered = made if offer is None else _of(state, offer, days=days)
    # rules.md 189
    if "met" in (made, offered):
        return "met"
    return "broken" if made == offered == "broken" else "undetermined"


def tell(state: State, *, topic: str, by: str) -> None:
    """The brackets changed by a note: what that proves of the days is said, or settles the finding."""
    finding = state.findings.unsettled(topic)
    if finding is None or finding.code not in BY_DAYS or finding.sentence.key in _PROVEN:
        return
    says = judged(state, finding)
    if says == "met" and finding.code != _LEFT_OPEN:
        state.findings.settle_dated(finding.raised_by, by=by, code=finding.code)
    elif says == "broken" and finding.code in (_LEFT_OPEN, _DESTROYED):
        state.findings.amend(finding.id, sentence=message("days.proven", what=finding.sentence), by=by)
    elif says == "broken":
        state.findings.amend(finding.id, sentence=message("mandate.proven", what=finding.sentence), by=by)


def undetermined(finding: Finding, *, says: Deadline | None) -> Message | None:
    """What is to be said of an open finding that rests on a claimed day alone."""
    is_open = finding.status in UNSETTLED and says == "undetermined"
    return message("finding.day-undetermined") if is_open else None


def _days(state: State, finding: Finding) -> Days | None:
    """The days on which the act of a finding was allowed."""
    sentence = finding.sentence
    inner = sentence.args.get("what") if sentence.key in _SAID else sentence
    if finding.code not in BY_DAYS or not isinstance(inner, Message):
        return None
    if finding.code == _DESTROYED:
        return str(inner.args["until"]), _LAST
    if finding.code == _LEFT_OPEN:
        return _until_next_voting(state, station=finding.subject, day=str(inner.args["day"]))
    why = inner.args.get("why")
    if not isinstance(why, Message) or why.key != "mandate.other-days":
        return None
    return str(why.args["first"]), str(why.args["last"])


def _until_next_voting(state: State, *, station: str, day: str) -> Days | None:
    """The days until the eve of the first day of voting after ``day``."""
    stock = state.paths.head(state.registers.stations.get(station, ""))
    if stock is None or stock.book is None:
        return None
    later = [first for opens, _ in book_in(stock).days if (first := local_date(opens)) > day]
    return (_FIRST, (date.fromisoformat(min(later)) - timedelta(days=1)).isoformat()) if later else None


def _is_opened_before(state: State, finding: Finding, *, days: Days) -> bool:
    """Whether the boxes were certainly opened on those days; of the first morning only the finding names the act."""
    _, before = _until_next_voting(state, station=finding.subject, day=_FIRST) or _ALL
    opened = [state.records[name] for name in finding.evidence if name != finding.raised_by and name in state.records]
    is_first = days == _until_next_voting(state, station=finding.subject, day=_day_after(before))
    return is_first and bool(opened) and all(_of(state, one, days=days) == "met" for one in opened)


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _of(state: State, record: RecordedEvent, *, days: Days) -> Deadline:
    """What the bracket of one event shows of the days."""
    first, last = days
    bracket = state.bounds.of(record.event_id)
    since, until = bracket.not_before, bracket.not_after
    if (since is not None and earliest_day(since) > last) or (until is not None and latest_day(until) < first):
        return "broken"
    is_after = first == _FIRST or (since is not None and first <= earliest_day(since))
    is_before = last == _LAST or (until is not None and latest_day(until) <= last)
    return "met" if is_after and is_before else "undetermined"
