"""Stations and offices that nobody serves: told once for each device, ended where they become known, silent for honest events."""

from __future__ import annotations

from typing import Any

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold
from tests.core.ledger.test_one_person_many_units import Hostile
from tests.worlds import OFFICERS

_OFFICES = tuple(f"Q{first}{second}" for first in "ABCDE" for second in "ABCDE")[:24]


def wrapped() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").wrapped(2)


def remark(journey: Journey, **other: Any) -> dict[str, Any]:
    return {"type": "DelayReported", "reason": "other", "units": [journey.packs[0]], **other}


def test_a_made_up_place_station_or_unit_of_one_is_told() -> None:
    journey = wrapped()
    play, pouch = journey.play, unit_id(office="XQA", kind="pouch", number=1)
    refs = [*play.refs(*journey.packs), {"unit": pouch, "previous": None}]
    packed = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": journey.packs, "papers": journey.papers}
    events = [
        play.hold(remark(journey, place="XQB"), by=CEC),
        play.hold({"type": "DispensationGranted", "station": "XQC"}, by=CEC),
        play.hold({**packed, "units": refs}, by=CEC),
    ]
    found = []
    for order in (events, events[::-1]):
        state = fold([*play.log, *(play.held[event] for event in order)]).state
        rows = [row for row in state.findings if row.code == "unknown-code"]
        found.append(sorted((row.id, row.count) for row in rows))
        assert sum(count for _, count in found[-1]) == len(events)
        assert all("unknown-code" in state.records[event].codes for event in events)
    assert found[0] == found[1]


def test_a_courier_is_wherever_his_way_leads_him_and_an_honest_journey_names_known_offices() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    journey.play.act(remark(journey, units=[journey.pouch], place="FRA"), by=(journey.courier,))
    journey.over((journey.courier,), journey.commission)
    assert journey.play.findings == []


def test_an_act_that_its_judge_refuses_for_its_station_is_one_finding() -> None:
    journey = wrapped()
    listed = {"type": "VoterListStated", "station": "XQA", "stage": "closing", "voters": 3, "signatures": 3}
    event = journey.play.hold({**listed, "units": journey.play.refs(journey.names.stock)}, by=journey.commission)
    journey.play.record(event)
    assert [row.code for row in journey.play.findings] == ["not-in-state"]


def test_what_was_named_before_its_station_opens_ends_there() -> None:
    writer = Hostile()
    early = writer.event("DispensationGranted", by=OFFICERS, station=_OFFICES[0])
    opening = writer.station(_OFFICES[0])
    for order in ((early, opening), (opening, early)):
        stage = Hostile()
        for entry in order:
            stage.put(entry)
        assert [row for row in stage.ledger.state.findings if row.status == "open" and row.code == "unknown-code"] == []


def test_however_many_offices_one_device_makes_up_they_are_one_finding() -> None:
    journey = wrapped()
    for office in _OFFICES:
        journey.play.act(remark(journey, place=office), by=CEC[:1])
    (finding,) = journey.play.findings
    assert (finding.code, finding.count) == ("unknown-code", len(_OFFICES))
    assert (len(finding.evidence), len(finding.related)) == (1, 16)
