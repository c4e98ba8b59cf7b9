"""What hangs under a finding that a dispute takes out is told by itself; two losses of which one was none, in every order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random

from custody.core.state.finding import Finding
from custody.core.state.state import State
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC, Play, fold


def under_way() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").under_way()


def in_order(journey: Journey, events: Sequence[str]) -> State:
    play = journey.play
    return fold([*play.log, *(play.held[event] for event in events)]).state


def told(state: State) -> list[tuple[str, str, str, int]]:
    def row(finding: Finding) -> tuple[str, str, str, int]:
        return finding.id, finding.code, finding.status, finding.count

    return sorted(map(row, state.findings))


def examined_twice(journey: Journey) -> tuple[list[str], str]:
    """A pouch examined, and again, which cannot be; a paper of somebody who does not hold it; and a rival, a loss."""
    play, by = journey.play, (journey.courier,)
    act = {"type": "PouchExamined", "examination": "detained", "by": "customs", "seals": []}
    refs = play.refs(journey.pouch)
    first = play.hold({**act, "units": refs}, by=by)
    second = play.hold({**act, "units": [{"unit": journey.pouch, "previous": first}]}, by=by)
    paper = play.hold(form(journey, releasing="mfa-1", receiving=journey.courier, units=refs), by=by)
    rival = play.hold({"type": "LossDeclared", "units": refs, "last_seen": None}, by=("mfa-1", "cec-1"))
    return [first, second, paper], rival


def test_what_hangs_under_a_finding_that_a_dispute_takes_out_is_told_whatever_the_order() -> None:
    journey = under_way()
    events, rival = examined_twice(journey)
    found = [told(in_order(journey, order)) for order in permutations((*events, rival))]
    assert sorted((code, count) for _, code, _, count in found[0]) == [("conflicting-acts", 2), ("not-custodian", 1)]
    assert found == [found[0]] * len(found)


def test_it_hangs_there_again_once_officers_decide_so() -> None:
    journey = under_way()
    events, rival = examined_twice(journey)
    alone = [row for row in told(in_order(journey, events)) if row[1] == "not-in-state"]
    assert [count for *_, count in alone] == [2]
    journey.play.record(*events, rival)
    finding = next(row for row in journey.play.findings if row.code == "conflicting-acts")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": events[0]}, by=CEC)
    rows = told(journey.play.ledger.state)
    assert [row for row in rows if row[1] in ("not-in-state", "not-custodian")] == alone


def test_of_a_loss_declared_twice_one_is_in_error_whatever_was_declared_in_error_after_it_and_whenever() -> None:
    journey = under_way()
    play = journey.play
    loss = {"type": "LossDeclared", "units": play.refs(journey.pouch), "last_seen": None}
    first, second = (play.hold(loss, by=CEC) for _ in range(2))
    units = [{"unit": journey.pouch, "previous": first}]
    finders = ("ayt-officer", "courier-reserve")
    seals = play.stage.seals_found(journey.pouch, condition="intact")
    found = play.hold({"type": "UnitFound", "units": units, "seals": seals}, by=finders)
    no_loss = play.hold({"type": "ErrorDeclared", "event": second}, by=CEC)
    not_found = play.hold({"type": "ErrorDeclared", "event": found}, by=finders)
    orders = list(permutations((first, second, found, no_loss, not_found)))
    for order in Random(1).sample(orders, 20):
        records = in_order(journey, order).records
        told_of = [records[event].status for event in (first, second, found, no_loss, not_found)]
        assert told_of == ["applied", "in error", "in error", "applied", "applied"], order
