"""However often one act is recorded, one of its records moves the units, and what has passed is matched as if made anew."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from custody.core.authority.parties import Party
from custody.core.ledger import Ledger
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.legs import Transfer
from custody.core.state.registers import CarriedUnit, Consignment
from schemas.production import PlannedLeg
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything

_RECORDS = 7
_PARTIES = (
    *(Party(kind, "AYT", "", "") for kind in ("MFA", "mission", "commission")),
    *(Party("courier", "", f"{number:064x}", f"courier-{number}") for number in (1, 2)),
)
_HANDS = (("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))


def in_several_orders(play: Play, events: Sequence[str]) -> list[Ledger]:
    """The ledger once these events are on the log, as made, the other way round and shuffled."""
    items = checked_all([*play.log, *(play.held[event] for event in events)])
    start, own = len(play.log), list(items[len(play.log) :])
    orders = [own, own[::-1], *(Random(seed).sample(own, len(own)) for seed in (1, 2))]
    return [fold_checked([*items[:start], *order]) for order in orders]


@pytest.mark.parametrize("kind", ["paper", "loss", "error"])
def test_of_many_records_of_one_act_the_same_one_moves_the_units_whatever_the_order(kind: str) -> None:
    journey = Journey(Play(), "AYT").under_way()
    play, officer, refs = journey.play, journey.who("officer"), journey.play.refs(journey.pouch)
    act: Partial = {"type": "LossDeclared", "units": refs, "last_seen": None}
    by: tuple[str, ...] = CEC
    if kind == "paper":
        act, by = form(journey, releasing=journey.courier, receiving=officer[0], units=refs), officer
    if kind == "error":
        released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
        act, by = {"type": "ErrorDeclared", "event": play.act(released, by=(journey.courier,))}, (journey.courier,)
    records = [play.hold(act, by=by) for _ in range(_RECORDS)]
    ledgers = in_several_orders(play, records)
    assert all(everything(ledger) == everything(ledgers[0]) for ledger in ledgers)
    head = ledgers[0].state.paths.head(journey.pouch)
    assert head is not None
    assert (head.act == min(records)) == (kind != "error")
    assert all(ledgers[0].state.records[name].in_force for name in records if kind != "error")
    assert len(list(ledgers[0].state.findings)) == (kind == "loss")


def test_what_says_something_else_contests_them_whatever_the_order() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play, officer, refs = journey.play, journey.who("officer"), journey.play.refs(journey.pouch)
    act = form(journey, releasing=journey.courier, receiving=officer[0], units=refs)
    other = {**act, "stands_for": {**act["stands_for"], "result": "accepted with reservation"}}
    records = [play.hold(row, by=officer) for row in (act, act, other, act, other)]
    ledgers = in_several_orders(play, records)
    assert all(everything(ledger) == everything(ledgers[0]) for ledger in ledgers)
    assert [row.code for row in ledgers[0].state.findings] == ["conflicting-acts"]
    assert not any(ledgers[0].state.records[name].in_force for name in records)


def consignment(*, act: str) -> Consignment:
    """Two packages on three planned legs."""
    legs = [
        PlannedLeg.model_validate(
            {"number": number, "releasing": releasing, "receiving": receiving, "due": None, "due_commitment": None}
        )
        for number, (releasing, receiving) in enumerate(_HANDS, start=1)
    ]
    figures: dict[str, Any] = {"packages": 2, "papers": 30, "sizes": (10, 20), "direction": "out", "station": "AYT"}
    return Consignment(consignment="AYT-C01-X", units=("one", "two"), legs=tuple(legs), act=act, **figures)


def some_transfer(random: Random, *, number: int) -> Transfer:
    """Something that changed hands some time."""
    releasing, receiving = random.sample(_PARTIES, 2)
    pairs = [CarriedUnit("one", "AYT-C01-X", "one", 10), CarriedUnit("two", "AYT-C01-X", "two", 20)]
    units = tuple(random.sample(pairs, random.randint(1, 2)))
    at = f"2015-04-10T{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:00+06:00"
    both = {"releasing": releasing, "receiving": receiving}
    return Transfer(event=f"{number:064x}", by=f"{number:064x}", at=at, units=units, by_carrier=False, **both)


@pytest.mark.parametrize("seed", range(40))
def test_transfers_that_come_and_go_in_any_order_are_matched_as_those_that_stay_would_be(seed: int) -> None:
    random, known, passed = Random(seed), consignment(act="a"), LegTransfers()
    rows = [some_transfer(random, number=number) for number in range(24)]
    for row in rows:
        passed.put(row, known=known)
        if random.random() < 0.3:
            passed.take(random.choice(rows).event, known=known)
    expected = LegTransfers()
    for row in sorted(passed.rows.values(), key=lambda row: (row.at, row.event)):
        expected.put(row, known=known)
    assert passed.legs(known) == expected.legs(known)
    assert passed.unplanned == expected.unplanned


def test_another_manifest_matches_all_anew() -> None:
    random, passed, other = Random(5), LegTransfers(), LegTransfers()
    for number in range(12):
        row = some_transfer(random, number=number)
        passed.put(row, known=consignment(act="a"))
        other.put(row, known=consignment(act="b"))
    passed.follow(None)
    passed.follow(consignment(act="b"))
    assert passed.legs(consignment(act="b")) == other.legs(consignment(act="b"))
