"""What an entry costs does not grow with what was written before it, whoever wrote it: calls and bytes told, never seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from types import FrameType
from typing import Any

import pytest

from bench.hostile_journeys import ON_THE_WAY
from bench.hostile_shapes import SHAPES, HostileElection, Shape
from custody.core.ledger import Ledger
from schemas.strict_json import canonical
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked
from tests.core.ledger.test_tours import Round
from tests.worlds import id_of

_FEW, _MANY, _LOOKED_AT = 100, 400, 24
_FEW_ON_THE_WAY, _MANY_ON_THE_WAY = 40, 160
"""Beyond what a finding lists, an entry told costs the same."""
_GROWTH = 1.2
"""What may come of a dict's or a tree's logarithm."""


def costs(shape: Shape, *, count: int) -> tuple[float, float]:
    """Calls and bytes of outcomes per entry, over the last entries of so many."""
    stage = HostileElection()
    entries = shape(stage, count)
    for entry in islice(entries, count):
        stage.put(entry)
    calls = told = 0

    def tick(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    for entry in islice(entries, _LOOKED_AT):
        checked = stage.checked(entry)
        stage.size += 1
        sys.setprofile(tick)
        try:
            outcomes = stage.ledger.apply(checked)
        finally:
            sys.setprofile(None)
        told += sum(len(canonical(outcome.doc)) for outcome in outcomes)
    return calls / _LOOKED_AT, told / _LOOKED_AT


def both(shape: Shape, *, few: int = _FEW, many: int = _MANY) -> Iterator[tuple[float, float]]:
    """(few, many) of calls, then of bytes."""
    return zip(costs(shape, count=few), costs(shape, count=many), strict=True)


def test_of_forty_rivals_one_finding_names_sixteen_and_counts_all_whatever_the_order() -> None:
    found = []
    for turned in (1, -1):
        stage = HostileElection()
        acts = list(islice(SHAPES["rivals"](stage, 0), 40))[::turned]
        for act in acts:
            stage.put(act)
        (finding,) = stage.ledger.state.findings
        assert (finding.code, finding.count, len(finding.evidence)) == ("conflicting-acts", 40, 16)
        assert finding.evidence == tuple(sorted(map(id_of, acts))[:16])
        assert finding.sentence.startswith("40 acts follow the same one on AAA-")
        found.append((finding.id, finding.evidence, finding.sentence))
    assert found[0] == found[1]


@pytest.mark.parametrize("kind", SHAPES)
def test_an_entry_costs_no_more_after_many_like_it(kind: str) -> None:
    (few_calls, many_calls), (few_bytes, many_bytes) = both(SHAPES[kind])
    assert many_calls <= few_calls * _GROWTH
    assert many_bytes <= few_bytes * _GROWTH


@pytest.mark.parametrize("kind", ON_THE_WAY)
def test_an_entry_about_a_pouch_costs_no_more_after_many_like_it(kind: str) -> None:
    rows = both(ON_THE_WAY[kind], few=_FEW_ON_THE_WAY, many=_MANY_ON_THE_WAY)
    (few_calls, many_calls), (few_bytes, many_bytes) = rows
    assert many_calls <= few_calls * _GROWTH
    assert many_bytes <= few_bytes * _GROWTH


def in_both_orders(play: Play, events: Sequence[str]) -> list[Ledger]:
    """The ledger once these events are on the log, as they were made and the other way round."""
    entries = checked_all([*play.log, *(play.held[event] for event in events)])
    start = len(play.log)
    return [fold_checked([*entries[:start], *entries[start:][::step]]) for step in (1, -1)]


def test_of_twenty_offers_to_two_couriers_one_finding_names_sixteen_and_counts_all_whatever_the_order() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    refs = journey.play.refs(journey.pouch)
    receiving_signers = (journey.courier, "courier-reserve")
    offers = [
        journey.play.hold(journey.offering((receiving,), units=refs), by=("mfa-1",))
        for receiving in receiving_signers * 10
    ]
    for ledger in in_both_orders(journey.play, offers):
        (finding,) = (row for row in ledger.state.findings if row.code == "double-offer")
        assert (finding.count, finding.evidence) == (20, tuple(sorted(offers)[:16]))
        assert "to courier courier-ayt and to courier courier-reserve" in finding.sentence
        assert all("double-offer" in ledger.state.records[offer].codes for offer in offers)


def test_twenty_offers_to_one_courier_are_no_finding() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    refs = journey.play.refs(journey.pouch)
    offers = [journey.play.hold(journey.offering((journey.courier,), units=refs), by=("mfa-1",)) for _ in range(20)]
    assert [list(ledger.state.findings) for ledger in in_both_orders(journey.play, offers)] == [[], []]


@pytest.mark.parametrize(("invitations", "counted"), [(64, []), (65, [65]), (67, [67])])
def test_so_many_invitations_at_one_place_are_double_whoever_they_are_to(invitations: int, counted: list[int]) -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    refs = journey.play.refs(journey.pouch)
    others = combinations([*journey.commission, *journey.who("officer", "issuer"), *CEC, "mfa-2"], 4)
    offers = [
        journey.play.hold(journey.offering((journey.courier, *more), units=refs), by=("mfa-1",))
        for more in islice(others, invitations)
    ]
    for ledger in in_both_orders(journey.play, offers):
        assert [row.count for row in ledger.state.findings if row.code == "double-offer"] == counted


def test_of_many_refusals_and_withdrawals_of_one_offer_the_first_that_was_claimed_counts_whatever_the_order() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    offer, refs = journey.offer(("mfa-1",), (journey.courier,)), journey.play.refs(journey.pouch)
    said = [
        {"type": "HandoverWithdrawn", "offer": offer, "units": refs},
        {**journey.answering(offer, result="refused")},
    ]
    who = ("mfa-1", journey.courier)
    replies = [journey.play.hold(said[place % 2], by=(who[place % 2],)) for place in range(8)]
    for ledger in in_both_orders(journey.play, replies):
        known = ledger.state.registers.offers[offer]
        assert (known.state, known.answer, len(known.replies.rows)) == ("refused", replies[1], 8)


def test_however_many_documents_name_a_consignment_few_are_told_anew_and_that_of_who_carries_it_is() -> None:
    tour = Round("ROM", "MAD")
    names = [journey.names.out for journey in tour.journeys]
    act = {"type": "MandateGranted", "consignments": names, "first_day": "2015-04-15", "last_day": "2015-04-20"}
    for _ in range(8):
        tour.play.act({**act, "courier": "courier-rom"}, by=("mfa-1",))
    tour.loaded()
    told = [outcome.subject for outcome in tour.play.outcomes if outcome.kind == "tour"]
    assert tour.counts() == ("under way", 2, 2, 0)
    assert len(told[told.index(tour.mandate) + 9 :]) == 4 + 4 + 1
    tour.delivered(0)
    tour.delivered(1)
    assert tour.counts() == ("delivered", 2, 0, 2)
