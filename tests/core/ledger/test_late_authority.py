"""Authority that comes after the act settles nothing, in whatever order acts, disputes and authority reach the log."""

from __future__ import annotations

from itertools import permutations

import pytest

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.supplies import declare, replace, reserve_run
from tests.core.ledger.test_mandates import seated

_LATE = "it settles nothing, and a decision is awaited."
_OTHER = "courier-reserve"


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").at_mfa()


def handed(journey: Journey) -> tuple[str, str]:
    """The offer and the answer of a handover to a courier whom nobody has entitled, both not on the log yet."""
    play = journey.play
    offer = play.hold(journey.offering((_OTHER,)), by=("mfa-1",))
    return offer, play.hold(journey.answering(offer), by=(_OTHER,))


def granted(journey: Journey) -> str:
    """The mandate for it, made 8 hours later and not on the log yet."""
    play = journey.play
    play.wait(hours=8)
    days = {"first_day": "2015-04-10", "last_day": "2015-04-20"}
    row = {"type": "MandateGranted", "courier": _OTHER, "consignments": [journey.names.out]}
    return play.hold({**row, **days}, by=("mfa-1",))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_mandate_settles_an_act_only_where_it_was_recorded_before_it(order: tuple[int, ...]) -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    offer, answer = handed(journey)
    mandate = granted(journey)
    events = (offer, answer, mandate)
    journey.play.record(*(events[place] for place in order))
    if order.index(2) < order.index(1):
        assert journey.play.findings == []
    else:
        finding = journey.play.only("mandate-missing")
        assert (finding.status, finding.sentence.endswith(_LATE)) == ("open", True)
        assert "came only 8 h 01 min after the act" in finding.sentence


def test_a_mandate_granted_while_the_act_waits_is_told_as_late(journey: Journey) -> None:
    offer, answer = handed(journey)
    journey.play.record(answer, granted(journey), offer)
    finding = journey.play.only("mandate-missing")
    assert (finding.status, finding.sentence.endswith(_LATE)) == ("open", True)


def test_a_mandate_for_other_days_granted_while_the_act_waits_is_not_told(journey: Journey) -> None:
    offer, answer = handed(journey)
    journey.play.record(answer)
    journey.mandate(_OTHER, days=("2015-04-16", "2015-04-20"))
    journey.play.record(offer)
    assert not journey.play.only("mandate-missing").sentence.endswith(_LATE)


def test_a_mandate_granted_while_a_dispute_holds_the_act_is_told_as_late_once_the_act_stands(journey: Journey) -> None:
    play = journey.play
    rival = play.forge({"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}, by=CEC)
    offer, answer = handed(journey)
    play.record(offer, answer)
    play.put(rival)
    assert "mandate-missing" not in [row.code for row in play.findings]
    play.record(granted(journey))
    conflict = next(row for row in play.findings if row.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": conflict.id, "chosen": answer}, by=CEC)
    finding = next(row for row in play.findings if row.code == "mandate-missing")
    assert (finding.status, finding.sentence.endswith(_LATE)) == ("open", True)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_dispensation_granted_while_the_act_waits_is_told_as_late(journey: Journey, *, is_late: bool) -> None:
    play = journey.play
    seated(journey)
    journey.over(("mfa-1",), (journey.courier,))
    offer = play.hold(journey.offering(journey.commission), by=(journey.courier,))
    answer = play.hold(journey.answering(offer), by=journey.commission)
    dispensation = play.hold({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    play.record(*((answer, dispensation, offer) if is_late else (dispensation, answer, offer)))
    finding = play.only("separation")
    assert (finding.status, finding.sentence.endswith(_LATE)) == ("open", is_late)


def on_both_sides(journey: Journey) -> tuple[list[str], list[str]]:
    """Two offers to somebody who gives to oneself, and six answers, three to each; none of it on the log yet."""
    seated(journey)
    play, receiving = journey.play, ("ayt-second", "ayt-chair")
    journey.over(("mfa-1",), (journey.courier,))
    offers = [play.hold(journey.offering(receiving), by=(journey.courier,)) for _ in range(2)]
    return offers, [play.hold(journey.answering(offer), by=receiving) for offer in offers for _ in range(3)]


def told_twice(journey: Journey) -> list[tuple[int, bool]]:
    """(count, whether it is told as late) of what is open about somebody who gives to oneself."""
    rows = [row for row in journey.play.findings if (row.code, row.status) == ("own-handover", "open")]
    return [(row.count, str(row.sentence).endswith(_LATE)) for row in rows]


@pytest.mark.parametrize("first", [0, 1])
def test_whoever_speaks_for_several_after_a_late_dispensation_says_that_it_came_late(
    journey: Journey, first: int
) -> None:
    """The answers to one of the offers wait for it until the dispensation is there; then any of the six may speak for all."""
    play, (offers, answers) = journey.play, on_both_sides(journey)
    play.record(offers[first], *answers)
    assert told_twice(journey) == [(3, False)]
    before = next(row.id for row in play.findings if row.code == "own-handover")
    play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    assert told_twice(journey) == [(3, True)]
    play.record(offers[1 - first])
    assert told_twice(journey) == [(6, True)]
    after = next(row.id for row in play.findings if row.code == "own-handover")
    assert after <= before


def test_what_is_done_after_a_dispensation_and_without_the_head_of_mission_is_not_told_as_late(
    journey: Journey,
) -> None:
    offers, answers = on_both_sides(journey)
    journey.play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    journey.play.record(*offers, *answers)
    assert told_twice(journey) == [(6, False)]


def allocated_too_much(journey: Journey, *, papers: int) -> str:
    """A batch beyond the station's list and reserve; returns the event."""
    batch = unit_id(office="AYT", kind="batch", number=7)
    line = {"station": "AYT", "batch": batch, "papers": papers, "serials": None}
    source = unit_id(office="CEC", kind="batch", number=9)
    return journey.play.act({"type": "BatchAllocated", "batch": source, "lines": [line]}, by=CEC)


@pytest.fixture
def printed() -> Journey:
    """AYT's packs are received unopened; another series is printed."""
    journey = Journey(Play("AYT"), "AYT").opened()
    reserve_run(journey, papers=500)
    return journey


def test_a_replacement_authorised_later_does_not_settle_what_was_allocated_without_it(printed: Journey) -> None:
    papers = printed.play.unit(printed.packs[0]).papers or 0
    allocated_too_much(printed, papers=100)
    assert printed.play.only("over-allocation").status == "open"
    printed.play.wait(hours=8)
    replace(printed, replaced=[printed.packs[0]], papers=papers - 100)
    finding = printed.play.only("over-allocation")
    assert (finding.status, finding.settled_by) == ("open", None)
    assert finding.sentence.endswith(f" The authorisation of a replacement came only 8 h 01 min after the act: {_LATE}")
    printed.count()
    assert next(row.status for row in printed.play.findings if row.id == finding.id) == "open"
    printed.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert next(row.status for row in printed.play.findings if row.id == finding.id) == "adjudicated"


def test_a_replacement_authorised_before_what_it_is_for_raises_nothing_in_the_end(printed: Journey) -> None:
    papers = printed.play.unit(printed.packs[0]).papers or 0
    replace(printed, replaced=[printed.packs[0]], papers=papers - 100)
    assert printed.play.only("shortage").status == "open"
    allocated_too_much(printed, papers=100)
    assert printed.play.only("shortage").status == "settled"


def test_a_dispute_over_a_replacement_takes_back_that_it_came_late(printed: Journey) -> None:
    play, pack = printed.play, printed.packs[0]
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": [{"unit": pack, "papers": 250}]}
    allocated_too_much(printed, papers=100)
    rival = play.forge(counted, by=printed.commission)
    event = replace(printed, replaced=[pack], papers=(play.unit(pack).papers or 0) - 100)
    play.put(rival)
    (finding,) = [row for row in play.findings if row.code == "over-allocation"]
    assert (finding.status, finding.sentence.endswith(_LATE)) == ("open", play.ledger.state.records[event].in_force)


def finished(*, declared: str) -> Journey:
    """A station whose figures show papers enough and that says at ``declared`` that it lacks some; boxes opened."""
    journey = Journey(Play(), "AYT").counted()
    for moment in ("counted", "used", "cancelled"):
        if moment == "used":
            journey.used(given=journey.papers, spoiled=2, unused=20)
            journey.stated(signatures=journey.papers - 22)
        if moment == "cancelled":
            journey.cancelled(unused=20, spoiled=2)
        if moment == declared:
            declare(journey, papers=20)
    journey.boxes_opened()
    return journey


def shortages(journey: Journey) -> list[str]:
    """Statuses of shortages, in order of raising."""
    return [row.status for row in journey.play.findings if row.code == "shortage"]


@pytest.mark.parametrize("declared", ["counted", "used", "cancelled"])
def test_unused_papers_settle_a_declared_shortage_that_the_figures_do_not_show(declared: str) -> None:
    journey = finished(declared=declared)
    assert shortages(journey) == ["open"]
    account = journey.play.act(journey.account(), by=journey.commission)
    assert [row.settled_by for row in journey.play.findings if row.code == "shortage"] == [account]
    again = journey.play.act(journey.account(unused=0), by=journey.commission)
    assert shortages(journey) == ["settled", "open"]
    assert again in [row for row in journey.play.findings if row.code == "shortage"][-1].evidence


def test_an_account_without_unused_papers_leaves_a_declared_shortage_open() -> None:
    journey = finished(declared="counted")
    journey.play.act(journey.account(unused=0), by=journey.commission)
    assert shortages(journey) == ["open"]


def test_where_nobody_declared_a_shortage_a_restated_account_tells_of_none() -> None:
    journey = finished(declared="")
    journey.play.act(journey.account(), by=journey.commission)
    journey.play.act(journey.account(unused=0), by=journey.commission)
    assert shortages(journey) == []
