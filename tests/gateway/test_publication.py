"""Which positions a gateway withholds where an act names units of which some are not known yet."""

from __future__ import annotations

import pytest

from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.gateway.publication import Publication
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.test_clocks import DAY, IZMIR


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("is_hidden", [True, False])
def test_an_act_is_withheld_while_any_of_its_units_is_unknown(order: int, *, is_hidden: bool) -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    known = journey.play.refs(journey.pouch)
    units = [*known, {"unit": journey.back, "previous": "ab" * 32}][::order] if is_hidden else known
    declared = {"packages": len(units), "papers": 440, "seals": []}
    journey.play.act(journey.offering((journey.courier,), units=units, declared=declared), by=("mfa-1",))
    publication, log = published(journey.play), journey.play.log
    assert publication.until() is not None
    assert publication.withheld(start=0, stop=len(log)) == ([len(log) - 1] if is_hidden else [])


def published(play: Play) -> Publication:
    ledger, publication = Ledger.empty(), Publication()
    for position, entry in enumerate(play.log):
        checked = check_entry(entry, position=position, keys=ledger.public_key)
        publication.take(position, event=checked.event, outcomes=ledger.apply(checked))
    return publication


@pytest.mark.parametrize("closes", ["2015-04-26T20:00:00+03:00", "2100-12-31T23:59:59+03:00"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_station_that_nobody_gave_papers_keeps_nothing_back(closes: str, *, is_first: bool) -> None:
    play = Play("AYT")
    opening = play.hold({**IZMIR, **DAY, "closes": closes}, by=CEC)
    if is_first:
        play.record(opening)
    Journey(play, "AYT").closed()
    if not is_first:
        play.record(opening)
    assert play.ledger.state.registers.stations.keys() == {"AYT", "XYZ"}
    assert published(play).until() is None


def test_a_closing_that_cannot_be_true_is_not_told() -> None:
    play = Play("AYT")
    before = published(play).until()
    play.act({**IZMIR, **DAY, "closes": "2100-12-31T23:59:59+03:00"}, by=CEC)
    assert published(play).until() == before == "2015-04-26T20:00:00+03:00"
