"""A tour: several consignments under one courier's document; aboard is what the document says less what was delivered."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything

CODES = ("ROM", "MAD", "BUD", "PRG", "VIE")
COURIER = ("courier-reserve",)


class Round:
    """Five pouches at the ministry, and one document for all of them."""

    def __init__(self, *codes: str) -> None:
        self.play = Play(*(codes or CODES))
        self.journeys = [Journey(self.play, code).at_mfa() for code in self.play.codes]
        names = [journey.names.out for journey in self.journeys]
        act = {"type": "MandateGranted", "courier": COURIER[0], "consignments": names}
        self.mandate = self.play.act({**act, "first_day": "2015-04-15", "last_day": "2015-04-20"}, by=("mfa-1",))

    @property
    def pouches(self) -> list[str]:
        return [journey.pouch for journey in self.journeys]

    def loaded(self, *pouches: str) -> None:
        self.journeys[0].over(("mfa-1",), COURIER, units=list(pouches or self.pouches))

    def delivered(self, place: int) -> None:
        journey = self.journeys[place]
        self.play.wait(hours=3)
        journey.over(COURIER, journey.who("officer"), units=[journey.pouch])

    def told(self) -> dict[str, Any]:
        docs = [item.doc for item in self.play.outcomes if item.kind == "tour" and item.subject == self.mandate]
        return dict(docs[-1])

    def counts(self) -> tuple[str, int, int, int]:
        told = self.told()
        return told["state"], told["document"], len(told["aboard"]), len(told["delivered"])


def test_at_each_of_five_stations_aboard_is_the_document_less_what_was_delivered() -> None:
    tour = Round()
    assert tour.counts() == ("planned", 5, 0, 0)
    tour.loaded()
    assert tour.counts() == ("under way", 5, 5, 0)
    for place in range(5):
        tour.delivered(place)
        state = "delivered" if place == 4 else "under way"
        assert tour.counts() == (state, 5, 4 - place, place + 1)
    act = {"type": "MandateEnded", "mandate": tour.mandate}
    tour.play.act(act, by=("mfa-1",))
    assert tour.told()["state"] == "ended"
    assert tour.play.findings == []


def test_what_an_entry_did_not_change_is_not_told_again() -> None:
    tour = Round("ROM", "MAD")
    tour.loaded()
    play = tour.play
    note = play.hold({"type": "HeartbeatNoted", "device": None}, by=("monitor-1",))
    assert {outcome.kind for outcome in play.record(note)} <= {"entry", "event", "election"}
    tour.delivered(0)
    told = [outcome.subject for outcome in play.outcomes if outcome.kind == "tour"]
    assert set(told) == {tour.mandate}


def test_loading_in_several_acts_before_departure_is_no_finding() -> None:
    tour = Round("ROM", "MAD", "BUD")
    for pouch in tour.pouches:
        tour.loaded(pouch)
    tour.delivered(0)
    assert tour.play.findings == []


def test_a_package_left_behind_is_one_finding_until_somebody_takes_it_over() -> None:
    tour = Round("ROM", "MAD", "BUD")
    tour.loaded(*tour.pouches[:2])
    assert tour.play.findings == []
    tour.delivered(0)
    finding = tour.play.only("package-count")
    assert (finding.subject, finding.status, finding.station) == (tour.pouches[2], "open", "BUD")
    assert "which the same document names, was not aboard" in finding.sentence
    assert tour.told()["left_behind"] == [tour.pouches[2]]
    tour.delivered(1)
    assert tour.play.only("package-count").status == "open"
    bud = tour.journeys[2]
    bud.mandate("courier-bud")
    taken = bud.over(("mfa-1",), ("courier-bud",))
    assert (tour.play.only("package-count").status, tour.play.only("package-count").settled_by) == ("settled", taken)


def test_a_handover_between_senders_does_not_settle_that_a_package_was_left_behind() -> None:
    play = Play("ROM", "MAD")
    rom, mad = Journey(play, "ROM").at_mfa(), Journey(play, "MAD").packed()
    act = {"type": "MandateGranted", "courier": COURIER[0], "consignments": [rom.names.out, mad.names.out]}
    play.act({**act, "first_day": "2015-04-15", "last_day": "2015-04-20"}, by=("mfa-1",))
    rom.over(("mfa-1",), COURIER)
    rom.over(COURIER, rom.who("officer"))
    assert play.only("package-count").subject == mad.pouch
    mad.over(("cec-1",), ("mfa-1",))
    assert play.only("package-count").status == "open"
    taken = mad.over(("mfa-1",), COURIER)
    assert (play.only("package-count").status, play.only("package-count").settled_by) == ("settled", taken)


def test_two_packages_left_behind_are_two_findings() -> None:
    tour = Round("ROM", "MAD", "BUD")
    tour.loaded(tour.pouches[0])
    tour.delivered(0)
    assert [item.subject for item in tour.play.findings] == tour.pouches[1:]


def test_what_was_not_shown_at_loading_is_not_told_twice() -> None:
    tour = Round("ROM", "MAD")
    first, second = tour.pouches
    offer = tour.journeys[0].offer(("mfa-1",), COURIER, units=[first, second])
    found = {"packages": 1, "seals": tour.play.stage.seals_found(first), "papers": None}
    tour.journeys[0].answer(offer, COURIER, result="accepted with reservation", found=found)
    tour.delivered(0)
    finding = tour.play.only("package-count")
    assert finding.status == "open"
    assert "1 of 2 packages shown" in finding.sentence
    tour.loaded(second)
    tour.delivered(1)
    assert tour.play.only("package-count").status == "settled"


def test_a_lost_package_of_a_tour_is_not_told_twice() -> None:
    tour = Round("ROM", "MAD")
    tour.loaded()
    loss = {"type": "LossDeclared", "units": [tour.pouches[1]], "last_seen": None}
    tour.play.act(loss, by=(COURIER[0], "mfa-1"))
    tour.delivered(0)
    assert tour.play.only("custody-break").status == "open"
    assert tour.told()["elsewhere"] == [tour.pouches[1]]


def test_a_substitute_takes_over_the_rest_of_a_tour() -> None:
    tour = Round("ROM", "MAD")
    tour.loaded()
    tour.delivered(0)
    act = {"type": "MandateTransferred", "mandate": tour.mandate, "courier": "courier-mad"}
    tour.play.act(act, by=("mfa-1",))
    mad = tour.journeys[1]
    mad.over(COURIER, ("courier-mad",))
    mad.over(("courier-mad",), mad.who("officer"))
    assert tour.told()["state"] == "ended"
    assert tour.play.findings == []


@pytest.mark.parametrize("left", [0, 1], ids=["all aboard", "one left behind"])
def test_a_tour_ends_the_same_in_whatever_order_its_acts_are_recorded(left: int) -> None:
    tour = Round("ROM", "MAD")
    start = len(tour.play.log)
    tour.loaded(*tour.pouches[: 2 - left])
    tour.delivered(0)
    mad = tour.journeys[1]
    if left:
        mad.over(("mfa-1",), COURIER, units=[mad.pouch])
    tour.delivered(1)
    items = checked_all(tour.play.log)
    expected = everything(fold_checked(items))
    assert [code for _, code, _, _ in expected["findings"]] == ["package-count"] * left
    late = items[start:]
    for order in list(permutations(range(len(late))))[:: 997 if left else 29]:
        assert everything(fold_checked([*items[:start], *(late[place] for place in order)])) == expected
