"""Declarations of errors take back so many entries of one party on one unit; beyond that officers decide."""

from __future__ import annotations

import sys
from itertools import permutations
from types import FrameType
from typing import Any

import pytest

from bench.hostile_shapes import HostileElection
from custody.core.fold.corrections import TAKEN_BACK_MAX
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC, Play, fold
from tests.core.ledger.test_corrections import SPOILED, spoiled, value, voting


def under_way() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").under_way()


def released(journey: Journey) -> dict[str, Any]:
    return {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": journey.play.refs(journey.pouch)}


def in_error(event: str) -> dict[str, Any]:
    return {"type": "ErrorDeclared", "event": event}


def taken_back(journey: Journey, *, times: int) -> None:
    """The courier gives the pouch to a carrier in error so many times."""
    play, by = journey.play, (journey.courier,)
    for _ in range(times):
        play.act(in_error(play.act(released(journey), by=by)), by=by)


def test_what_a_party_took_back_as_often_as_it_may_is_a_finding_the_next_time_and_officers_decide() -> None:
    journey = under_way()
    play, by = journey.play, (journey.courier,)
    taken_back(journey, times=TAKEN_BACK_MAX)
    assert (play.findings, play.unit(journey.pouch).state) == ([], "with courier")
    rival = play.act(released(journey), by=by)
    declared = play.act(in_error(rival), by=by)
    assert (play.status(rival), play.status(declared)) == ("applied", "finding")
    finding = play.only("not-in-state")
    assert "after 16 entries of the same party about the same unit" in finding.sentence
    again = play.act(in_error(rival), by=by)
    assert (play.status(again), play.only("not-in-state").count) == ("finding", 2)


def test_of_declarations_in_any_order_as_many_take_effect() -> None:
    journey = under_way()
    play, by = journey.play, (journey.courier,)
    taken_back(journey, times=TAKEN_BACK_MAX - 2)
    act = released(journey)
    made = [play.hold(act, by=by) for _ in range(3)]
    log = [*play.log, *(play.held[event] for event in made)]
    declared = [play.held[play.hold(in_error(event), by=by)] for event in made]
    for order in permutations(declared):
        state = fold([*log, *order]).state
        assert sorted(state.records[event].status for event in made) == ["applied", "in error", "in error"]
        assert [row.count for row in state.findings if row.code == "not-in-state"] == [1]


def test_whoever_takes_back_on_another_unit_or_as_another_party_is_not_counted_with_it() -> None:
    journey = under_way()
    taken_back(journey, times=TAKEN_BACK_MAX)
    handed = journey.over((journey.courier,), journey.who("officer"))
    both = (*journey.who("officer"), journey.courier)
    assert journey.play.status(journey.play.act(in_error(handed), by=both)) == "applied"
    assert journey.play.findings == []
    twin = voting()
    wrong = twin.play.act(spoiled(3), by=SPOILED)
    twin.play.act(in_error(wrong), by=SPOILED)
    assert (twin.play.findings, value(twin.play, "spoiled")) == ([], None)


@pytest.mark.parametrize("records", [40])
def test_toggling_what_many_records_hang_on_costs_a_bounded_number_of_times(records: int) -> None:
    stage = HostileElection()
    journey = under_way()
    play, by = journey.play, (journey.courier,)
    stage.begin(play.log)
    officer, refs = journey.who("officer"), play.refs(journey.pouch)
    said = form(journey, releasing=journey.courier, receiving=officer[0], units=refs)
    for _ in range(records):
        stage.put(play.held[play.hold(said, by=officer)])
    rival = {**released(journey), "units": refs}
    costs = [_calls(stage, play.held[event]) for event in _pairs(play, rival, by=by, times=TAKEN_BACK_MAX + 4)]
    assert max(costs[-6:]) * 4 < max(costs[:4])


def _pairs(play: Play, rival: dict[str, Any], *, by: tuple[str, ...], times: int) -> list[str]:
    events = []
    for _ in range(times):
        events.append(play.hold(rival, by=by))
        events.append(play.hold(in_error(events[-1]), by=by))
    return events


def _calls(stage: HostileElection, entry: bytes) -> int:
    checked, calls = stage.checked(entry), 0
    stage.size += 1

    def tick(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        stage.ledger.apply(checked)
    finally:
        sys.setprofile(None)
    return calls


def test_officers_decide_about_what_cannot_be_taken_back() -> None:
    journey = under_way()
    play, by, officer = journey.play, (journey.courier,), journey.who("officer")
    taken_back(journey, times=TAKEN_BACK_MAX)
    refs = play.refs(journey.pouch)
    handed = play.hold(form(journey, releasing=journey.courier, receiving=officer[0], units=refs), by=officer)
    wrong = play.hold({**released(journey), "units": refs}, by=by)
    play.record(handed, wrong)
    play.act(in_error(wrong), by=by)
    assert (play.status(handed), play.status(wrong)) == ("disputed", "disputed")
    finding = play.only("conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": handed}, by=CEC)
    assert play.status(handed) == "applied"


@pytest.mark.parametrize("declared_first", [True, False])
def test_a_decision_between_others_leaves_in_error_what_was_declared_so(*, declared_first: bool) -> None:
    journey = under_way()
    play, by, officer = journey.play, (journey.courier,), journey.who("officer")
    refs = play.refs(journey.pouch)
    act = {**released(journey), "units": refs}
    first, second = (play.hold(act, by=by) for _ in range(2))
    handed = play.hold(form(journey, releasing=journey.courier, receiving=officer[0], units=refs), by=officer)
    error = play.hold(in_error(first), by=by)
    play.record(first)
    play.record(*((error, second, handed) if declared_first else (second, handed, error)))
    finding = play.only("conflicting-acts")
    assert finding.count == 2
    decided = play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": handed}, by=CEC)
    told = [play.status(event) for event in (first, error, second, handed, decided)]
    assert told == ["in error", "applied", "disputed", "applied", "applied"]
    (finding,) = play.findings
    assert (finding.code, finding.status) == ("conflicting-acts", "adjudicated")


def test_what_is_declared_in_error_after_the_decision_against_it_is_in_error_too() -> None:
    journey = under_way()
    play, by = journey.play, (journey.courier,)
    act = released(journey)
    first, second = (play.hold(act, by=by) for _ in range(2))
    play.record(first, second)
    finding = play.only("conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": first}, by=CEC)
    error = play.act(in_error(second), by=by)
    assert [play.status(event) for event in (first, second, error)] == ["applied", "in error", "applied"]
    assert [row.status for row in play.findings] == ["adjudicated"]
