"""What was made in one go, beyond the bounds of gathering: nothing is lost, and what is in force never depends on the order."""

from __future__ import annotations

from random import Random
from typing import Any

from custody.core.fold.made_in_one_go import WINDOW
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial, Play
from tests.core.ledger.test_ids_in_any_order import everything, in_orders

_STRANGER = ("rom-officer",)
_BEYOND = 130
"""More than one late act takes along."""


def handing_out(journey: Journey, *, previous: str | None = None) -> Partial:
    """Somebody who never held a pouch gives it to a carrier, on its last act or on another."""
    refs = journey.play.refs(journey.pouch) if previous is None else [{"unit": journey.pouch, "previous": previous}]
    return {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}


def test_acts_without_effect_over_two_windows_of_one_device_are_told_alike_in_any_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").at_mfa()
    play = journey.play
    collected = {"type": "CollectedFromCarrier", "units": play.refs(journey.pouch), "found": "intact"}
    acts = [
        play.hold(collected if place % 3 else handing_out(journey), by=_STRANGER)
        for place in range(WINDOW + WINDOW // 8)
    ]
    shuffled = list(acts)
    Random(5).shuffle(shuffled)
    ledgers = in_orders(play, acts, orders=[acts, acts[::-1], shuffled])
    windows = [ledgers[0].state.records[act].number // WINDOW for act in (acts[0], acts[-1])]
    assert windows == [0, 1]
    assert sum(finding.count for finding in ledgers[0].state.findings) == len(acts)
    assert [everything(ledger) for ledger in ledgers] == [everything(ledgers[0])] * len(ledgers)


def told_in_all(ledger: Ledger) -> tuple[Any, ...]:
    """What is in force, and what is told of everything, wherever it is listed."""
    state = ledger.state
    open_ones = [row for row in state.findings if row.status == "open"]
    statuses = sorted((name, record.status, record.in_force, record.codes) for name, record in state.records.items())
    head = state.paths.head("AYT-P01-T")
    return statuses, str(head), sum(row.count for row in open_ones), {row.severity for row in open_ones}


def test_a_finding_under_which_very_many_hang_stays_where_it_is_and_nothing_else_depends_on_the_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").at_mfa()
    play = journey.play
    first = play.hold(handing_out(journey), by=_STRANGER)
    second = play.hold({**handing_out(journey), "mode": "captain"}, by=_STRANGER)
    hanging = [play.hold(handing_out(journey, previous=second), by=("mfa-1",)) for _ in range(_BEYOND)]
    orders = [
        [first, second, *hanging],
        [second, *hanging, first],
        [second, first, *hanging],
        [*hanging, second, first],
    ]
    told = [told_in_all(ledger) for ledger in in_orders(play, [first, second, *hanging], orders=orders)]
    assert told == [told[0]] * len(told)
    assert told[0][2] == 2 + _BEYOND
