"""However much is written about one unit, what is told of it stays bounded, and nothing of it is lost from the figures."""

from __future__ import annotations

import pytest

from bench.hostile_decisions import DECISIONS
from bench.hostile_disputes import DISPUTES
from bench.hostile_lives import LIVES
from bench.hostile_records import RECORDS
from custody.core.fold.outcome_docs import consignment_doc
from custody.core.journeys.breaks_of_unit import told_of
from custody.core.ledger import Ledger
from schemas.outcomes import BreaksJson
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play
from tests.core.ledger.test_hostile_cost import both, in_both_orders

_TOLD = 16
_FEW, _MANY, _GROWTH = 40, 120, 1.2
_PAPERS = 720
_SHAPES = {**LIVES, **DECISIONS, **RECORDS, **DISPUTES}


@pytest.mark.parametrize("kind", _SHAPES)
def test_an_entry_of_a_long_life_costs_no_more_after_many_like_it(kind: str) -> None:
    rows = both(_SHAPES[kind], few=_FEW, many=_MANY)
    (few_calls, many_calls), (few_bytes, many_bytes) = rows
    assert many_calls <= few_calls * _GROWTH
    assert many_bytes <= few_bytes * _GROWTH


def test_a_form_of_both_sides_costs_no_more_after_hundreds_like_it() -> None:
    (few_calls, many_calls), _ = both(RECORDS["papers-of-both"], few=_MANY, many=_PAPERS)
    assert many_calls <= few_calls * _GROWTH


def test_two_forms_of_one_handover_cost_no_more_whatever_order_their_ids_come_in() -> None:
    (few_calls, many_calls), _ = both(DISPUTES["disputed-before"], few=_FEW, many=2 * _MANY)
    assert many_calls <= few_calls * 1.04


def under_way() -> Journey:
    """A pouch with its courier."""
    return Journey(Play(), "AYT").under_way()


def breaks_told(ledger: Ledger, journey: Journey) -> BreaksJson:
    """What is told of the breaks of a journey's pouch."""
    head = ledger.state.paths.head(journey.pouch)
    assert head is not None
    return told_of(ledger.state, head).doc()


def test_of_twenty_stated_breaks_sixteen_are_told_and_all_are_counted_whatever_the_order() -> None:
    journey = under_way()
    units = journey.play.refs(journey.pouch)
    observed = [{"unit": row["unit"], "observed": row["previous"]} for row in units]
    stated = {"type": "CustodyBroken", "units": observed, "cause": "carrier", "classification": "explained"}
    reports = []
    for hours in range(20):
        times = {"since": journey.play.at(hours), "until": journey.play.at(hours + 1)}
        reports.append(journey.play.hold({**stated, **times}, by=(journey.courier,)))
    lasting = {"since": journey.play.at(-50), "until": None, "classification": "incident"}
    reports.append(journey.play.hold({**stated, **lasting}, by=(journey.courier,)))
    told = [breaks_told(ledger, journey) for ledger in in_both_orders(journey.play, reports)]
    assert told[0] == told[1]
    assert (len(told[0]["breaks"]), told[0]["breaks_in_all"]) == (_TOLD, 21)
    assert told[0]["minutes"] == {"explained": 20 * 60, "incident": 0, "breach": 0}
    assert told[0]["breaks"][0]["until"] is None


def test_a_pouch_given_to_a_carrier_twenty_times_tells_the_newest_breaks_and_counts_all() -> None:
    journey = under_way()
    play, units, by = journey.play, [journey.pouch], (journey.courier,)
    for _ in range(20):
        play.act({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}, by=by)
        play.act({"type": "CollectedFromCarrier", "units": units, "found": "intact"}, by=by)
    told = breaks_told(play.ledger, journey)
    assert (len(told["breaks"]), told["breaks_in_all"], told["minutes"]["explained"]) == (_TOLD, 20, 20)


def test_one_break_is_told_as_one() -> None:
    journey = under_way()
    play, units, by = journey.play, [journey.pouch], (journey.courier,)
    play.act({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}, by=by)
    told = breaks_told(play.ledger, journey)
    assert (len(told["breaks"]), told["breaks_in_all"]) == (1, 1)


def test_of_many_handovers_to_and_fro_the_planned_legs_and_the_newest_others_are_told() -> None:
    journey = under_way()
    pair = (journey.courier, "courier-rom")
    for turn in range(20):
        journey.over((pair[turn % 2],), (pair[1 - turn % 2],))
    doc = consignment_doc(journey.play.ledger.state, journey.names.out)
    assert doc is not None
    numbers = [leg["number"] for leg in doc["legs"]]
    assert (numbers, doc["unplanned"]) == ([1, 2, 3, 4, *[None] * _TOLD], 20)
    assert doc["legs"][-1]["from"] == "courier courier-rom"
