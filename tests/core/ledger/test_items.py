"""Items go with a consignment by number or count: what differs is one finding a kind, honest journeys are silent."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import Misused, Refused
from tests.core.ledger.itemised import BACK, SENT, Itemised, found_of
from tests.core.ledger.playing import CEC, Play, fold


@pytest.fixture
def sent() -> Itemised:
    journey = Itemised(Play("AYT"), "AYT")
    journey.packed()
    return journey


def told(journey: Itemised) -> list[tuple[str, str]]:
    return [(finding.code, finding.status) for finding in journey.play.findings]


def test_items_that_are_there_at_every_step_raise_nothing() -> None:
    journey = Itemised(Play("AYT"), "AYT")
    journey.packed()
    journey.seen(("cec-1",), ("mfa-1",), items=found_of())
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact", "items": found_of()}
    journey.play.act(opened, by=journey.commission)
    assert told(journey) == []


def test_a_stolen_stamp_is_one_finding_however_often_it_is_missed(sent: Itemised) -> None:
    without = found_of({"kind": "commission-stamp", "count": 0})
    sent.seen(("cec-1",), ("mfa-1",), items=without)
    sent.seen(("mfa-1",), (sent.courier,), items=without)
    finding = sent.play.only("item-count")
    assert "1 by the manifest, 0 by" in finding.sentence
    sent.seen((sent.courier,), sent.who("officer"), items=found_of())
    assert told(sent) == [("item-count", "settled")]


def test_a_kind_that_nobody_names_is_missing_where_others_are_stated(sent: Itemised) -> None:
    sent.seen(("cec-1",), ("mfa-1",), items=[line for line in found_of() if line["kind"] != "commission-stamp"])
    assert "commission's stamp" in sent.play.only("item-count").sentence


def test_what_the_giver_declares_is_held_against_the_manifest_too(sent: Itemised) -> None:
    declared = {"items": found_of({"kind": "ink", "count": 5})}
    offer = sent.offer(("cec-1",), ("mfa-1",), declared=declared)
    sent.answer(offer, ("mfa-1",))
    assert told(sent) == [("item-count", "open")]


def test_another_number_is_another_item(sent: Itemised) -> None:
    other = {"kind": "absentee-certificate", "count": 3, "numbers": ["000101", "000102", "000109"]}
    sent.seen(("cec-1",), ("mfa-1",), items=found_of(other))
    assert "000103" in sent.play.only("item-count").sentence


def test_items_found_in_the_opened_package_are_held_against_the_manifest() -> None:
    journey = Itemised(Play("AYT"), "AYT")
    journey.received()
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}
    journey.play.act({**opened, "items": found_of({"kind": "ink", "count": 7})}, by=journey.commission)
    assert told(journey) == [("item-count", "open")]


@pytest.mark.parametrize(("items", "findings"), [(BACK, []), (BACK[:1], [("item-count", "open")])])
def test_what_is_to_come_back_comes_back(items: list[dict[str, Any]], findings: list[tuple[str, str]]) -> None:
    journey = Itemised(Play("AYT"), "AYT")
    journey.closed()
    journey.returned(items=items)
    assert told(journey) == findings


def test_items_that_the_return_does_not_hold_are_told_at_the_commission() -> None:
    journey = Itemised(Play("AYT"), "AYT")
    journey.closed()
    journey.returned(items=BACK)
    arrived(journey, items=[{"kind": "commission-stamp", "count": 0}, BACK[1]])
    assert told(journey) == [("item-count", "open")]


@pytest.mark.parametrize(
    ("manifested", "found", "findings"),
    [
        (BACK, BACK, []),
        (BACK[1:], BACK, ["settled"]),
        ([{**BACK[0], "count": 0}, BACK[1]], BACK, ["settled"]),
        (BACK[1:], BACK[1:], ["open"]),
        (BACK[1:], [{**BACK[0], "count": 2}, BACK[1]], ["open", "open"]),
        (BACK[1:], [BACK[0], {**BACK[1], "count": 0}], ["settled", "open"]),
    ],
)
def test_a_stamp_that_the_return_leaves_out_and_that_came_all_the_same_is_back(
    manifested: list[dict[str, Any]], found: list[dict[str, Any]], findings: list[str]
) -> None:
    journey = Itemised(Play("AYT"), "AYT")
    journey.closed()
    journey.returned(items=manifested)
    arrived(journey, items=found)
    assert told(journey) == [("item-count", status) for status in findings]
    again = fold(journey.play.log).state.findings
    assert [(row.id, row.status) for row in again] == [(row.id, row.status) for row in journey.play.findings]


def arrived(journey: Itemised, *, items: list[dict[str, Any]]) -> None:
    """The return is brought to the CEC, which takes stock of it."""
    back = [journey.back]
    journey.mandate(journey.courier, consignment=journey.names.back)
    journey.over(journey.commission, (journey.courier,), units=back)
    journey.over((journey.courier,), ("cec-1",), units=back)
    received = {"type": "ReturnReceived", "consignment": journey.names.back, "units": back, "packages": 1}
    rest = {"papers": journey.play.unit(journey.back).papers, "seals": "intact"}
    journey.play.act({**received, **rest, "items": items}, by=CEC)


def test_a_kind_that_nobody_published_is_an_unknown_code(sent: Itemised) -> None:
    sent.seen(("cec-1",), ("mfa-1",), items=found_of({"kind": "teapot", "count": 0}))
    assert told(sent) == [("unknown-code", "open")]


@pytest.mark.parametrize(
    "items",
    [[], [SENT[0], SENT[0]], [{"kind": "ink", "count": 2, "numbers": ["1"]}], [{"kind": "ink", "count": -1}]],
)
def test_a_line_of_items_that_contradicts_itself_is_refused(items: list[dict[str, Any]]) -> None:
    with pytest.raises((Misused, Refused)):
        Itemised(Play("AYT"), "AYT").manifested(["AYT-P01-T"], papers=5, items=items)
