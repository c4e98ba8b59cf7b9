"""What happens on the way ends the same in whatever order it is recorded, disputes and what they suspend included."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.entries.admission import Checked
from custody.core.journeys.breaks_of_unit import breaks_of
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything


class Told:
    """A fixed set of acts: what became of them, in an order."""

    def __init__(self, journey: Journey, *, start: int) -> None:
        self.pouch = journey.pouch
        self.start = start
        self.items: list[Checked] = checked_all(journey.play.log)

    def __call__(self, order: Sequence[int]) -> dict[str, Any]:
        late = self.items[self.start :]
        ledger = fold_checked([*self.items[: self.start], *(late[place] for place in order)])
        head = ledger.state.paths.head(self.pouch)
        assert head is not None
        told = [(item.cause, item.classification, item.minutes) for item in breaks_of(ledger.state, head)]
        return {**everything(ledger), "breaks": told}


def carried() -> Told:
    """Released, a delay told, collected, examined, a break stated, delivered, acknowledged, the route opened."""
    journey = Journey(Play(), "AYT").under_way()
    play, start, courier, pouch = journey.play, len(journey.play.log), (journey.courier,), [journey.pouch]
    away = play.act({"type": "ReleasedToCarrier", "mode": "hold", "units": pouch, "seals": "intact"}, by=courier)
    play.act({"type": "DelayReported", "units": pouch, "reason": "weather"}, by=courier)
    play.act({"type": "CollectedFromCarrier", "units": pouch, "found": "intact"}, by=courier)
    examined = {"type": "PouchExamined", "units": pouch, "by": "customs", "seals": "intact"}
    play.act({**examined, "examination": "detained"}, by=courier)
    play.act({**examined, "examination": "returned"}, by=courier)
    times = {"since": play.at(-2), "until": play.at(-1)}
    stated = {"type": "CustodyBroken", "units": pouch, "classification": "incident", "cause": "unattended"}
    play.act({**stated, **times}, by=courier)
    answer = journey.over(courier, journey.who("officer"))
    play.act({"type": "AnswerAcknowledged", "answer": answer}, by=courier)
    detail = {"field": "flight", "salt": "5a" * 32, "content": "XY 100"}
    play.act({"type": "DetailsDisclosed", "units": pouch, "event": away, "details": [detail]}, by=courier)
    return Told(journey, start=start)


def lost() -> Told:
    """Lost and found and lifted; and a handover by who had not heard of the loss, which contests it."""
    journey = Journey(Play(), "AYT").under_way()
    play, start, pouch = journey.play, len(journey.play.log), [journey.pouch]
    refs = play.refs(journey.pouch)
    play.act({"type": "LossDeclared", "units": pouch, "last_seen": None}, by=(journey.courier, "mfa-1"))
    play.act({"type": "UnitFound", "units": pouch, "seals": "intact"}, by=("rom-officer", "courier-reserve"))
    lifted = {"type": "QuarantineLifted", "units": pouch, "custodian": play.key(journey.courier)}
    play.act(lifted, by=CEC)
    offer = play.act({**journey.offering(journey.who("officer")), "units": refs}, by=(journey.courier,))
    play.act({**journey.answering(offer), "units": refs}, by=journey.who("officer"))
    return Told(journey, start=start)


STORIES = {"carried": lru_cache(carried), "lost": lru_cache(lost)}


@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=40)
@given(data=st.data())
def test_the_order_of_arrival_decides_nothing(name: str, data: st.DataObject) -> None:
    told = STORIES[name]()
    honest = range(len(told.items) - told.start)
    assert told(data.draw(st.permutations(honest))) == told(honest)


def test_the_stories_have_breaks_findings_and_a_dispute() -> None:
    first, second = carried(), lost()
    honest = first(range(len(first.items) - first.start))
    assert [cause for cause, _, _ in honest["breaks"]] == ["stated", "carrier", "authority"]
    assert {code for _, code, _, _ in honest["findings"]} == {"custody-break", "disclosure-mismatch"}
    contested = second(range(len(second.items) - second.start))
    assert "conflicting-acts" in {code for _, code, _, _ in contested["findings"]}
    assert contested["breaks"] == []


def test_a_decision_brings_the_loss_back_with_its_break_and_its_finding() -> None:
    journey = Journey(Play(), "AYT").under_way()
    refs = journey.play.refs(journey.pouch)
    loss = {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}
    act = journey.play.act(loss, by=(journey.courier, "mfa-1"))
    offer = journey.play.act({**journey.offering(journey.who("officer")), "units": refs}, by=(journey.courier,))
    journey.play.act({**journey.answering(offer), "units": refs}, by=journey.who("officer"))
    assert journey.play.codes_found() == [("conflicting-acts", "open")]
    finding = journey.play.only("conflicting-acts").id
    journey.play.act({"type": "FindingAdjudicated", "finding": finding, "chosen": act}, by=CEC)
    assert journey.play.unit(journey.pouch).state == "lost"
    assert journey.play.codes_found() == [("conflicting-acts", "adjudicated"), ("custody-break", "open")]
