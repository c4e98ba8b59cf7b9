"""Which positions a gateway withholds where an act names units of which some are not known yet."""

from __future__ import annotations

import pytest

from custody.core.admission import check_entry
from custody.core.ledger import Ledger
from custody.gateway.publication import Publication
from tests.ledger.journeys import Journey
from tests.ledger.playing import Play


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("is_hidden", [True, False])
def test_an_act_is_withheld_while_any_of_its_units_is_unknown(order: int, *, is_hidden: bool) -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    known = journey.play.refs(journey.pouch)
    units = [*known, {"unit": journey.back, "previous": "ab" * 32}][::order] if is_hidden else known
    declared = {"packages": len(units), "papers": 440, "seals": []}
    journey.play.act(journey.offering((journey.courier,), units=units, declared=declared), by=("mfa-1",))
    ledger, publication, log = Ledger.empty(), Publication(), journey.play.log
    for position, entry in enumerate(log):
        checked = check_entry(entry, position=position, keys=ledger.public_key)
        publication.take(position, event=checked.event, outcomes=ledger.apply(checked))
    assert publication.until() is not None
    assert publication.withheld(start=0, stop=len(log)) == ([len(log) - 1] if is_hidden else [])
