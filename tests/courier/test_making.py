"""Making acts on devices that are offline: chains, predecessors, and what others passed along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custody.courier.client import knowledge_of
from custody.courier.sign_act import made_on
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.union import parse_event
from tests.courier.two_stations import PACK, POUCH, SEAL, Election


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)


def event(entry: bytes) -> Any:
    return parse_event(parse_envelope(entry).payload)


def test_each_act_takes_the_next_number_and_names_the_one_before(election: Election) -> None:
    election.packed()
    marks = [event(item.entry).device for item in election.box("cec-device").kept()]
    first = marks[0].number
    assert [mark.number for mark in marks] == list(range(first, first + 4))
    kept = election.box("cec-device").kept()
    assert [mark.previous for mark in marks[1:]] == [item.event for item in kept[:3]]


def test_the_chain_goes_on_behind_what_the_log_shows_of_this_device(election: Election) -> None:
    known = knowledge_of(election.box("cec-device")).chains[election.cast.devices["cec-device"].key]
    made = election.act(
        {"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}, "cec-1", "cec-2"
    )
    mark = event(made.entry).device
    assert (mark.number, mark.previous) == (known[0] + 1, known[1])


def test_an_act_follows_the_drafts_made_on_its_device(election: Election) -> None:
    election.packed()
    packed, sealed, manifested = [item.event for item in election.box("cec-device").kept()[1:]]
    acts = {item.event: event(item.entry) for item in election.box("cec-device").kept()}
    assert [ref.previous for ref in acts[sealed].units] == [packed]
    assert [ref.previous for ref in acts[manifested].units] == [sealed]


def test_an_act_follows_one_whose_last_signature_is_awaited(election: Election) -> None:
    pack = {"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}
    half = election.act(pack, "cec-1", awaited=["cec-2"])
    assert len(parse_envelope(half.entry).signatures) == 2, "one officer and the device"
    pouch = {"type": "UnitPacked", "unit": POUCH, "batch": None, "contents": [PACK], "papers": 441}
    made = election.act(pouch, "cec-1", "cec-2")
    assert {ref.unit: ref.previous for ref in event(made.entry).units} == {POUCH: None, PACK: half.event}


def test_stated_predecessors_win_over_what_the_device_knows(election: Election) -> None:
    election.packed()
    stated = [{"unit": POUCH, "previous": "0" * 64}]
    made = election.act(
        {"type": "SealsApplied", "units": stated, "seals": [{"unit": POUCH, "seal": SEAL}]}, "cec-1", "cec-2"
    )
    assert [ref.previous for ref in event(made.entry).units] == ["0" * 64]


def test_a_stated_mark_is_signed_and_takes_no_number_of_the_chain(election: Election) -> None:
    election.packed()
    before = election.box("cec-device").last_number()
    said = {"type": "SealsApplied", "seals": [{"unit": POUCH, "seal": "CEC-000102-C"}], "device": {"number": 1}}
    made = election.act(said, "cec-1", "cec-2")
    assert event(made.entry).device.number == 1
    assert election.box("cec-device").last_number() == before


def test_an_event_without_a_device_is_signed_by_persons_alone(election: Election) -> None:
    said = {"type": "DispensationGranted", "station": "AYT", "device": None}
    made = election.act(said, "cec-1", "cec-2")
    assert made_on(made.entry) is None
    assert len(parse_envelope(made.entry).signatures) == 2


def test_what_cannot_be_drafted_leaves_the_chain_where_it_was(election: Election) -> None:
    box = election.box("cec-device")
    with pytest.raises(Misused):
        election.act({"type": "NoSuchEvent"}, "cec-1", "cec-2")
    with pytest.raises(Refused):
        election.act({"type": "PrintOrdered", "batch": "CEC-B02-V", "papers": -1}, "cec-1", "cec-2")
    assert box.kept() == ()
    assert box.last_number() is None


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ({"type": "DelayReported", "reason": "other", "units": ["AYT-B01-1"], "place": "AYX"}, "AYT"),
        ({"type": "UnitPacked", "unit": "XYZ-K01-I", "batch": "AYT-B01-1", "contents": [], "papers": 1}, ""),
        ({"type": "DispensationGranted", "station": "XYZ"}, ""),
    ],
)
def test_nothing_is_signed_that_names_an_office_which_nobody_serves(
    *, said: dict[str, Any], near: str, election: Election
) -> None:
    before = election.box("cec-device").kept()
    with pytest.raises(Misused) as caught:
        election.act(said, "cec-1", "cec-2")
    assert caught.value.code == "office-unknown"
    assert f"Did you mean {near}?" in str(caught.value) if near else "Did you mean" not in str(caught.value)
    assert [item.event for item in election.box("cec-device").kept()] == [item.event for item in before]


def test_a_courier_signs_wherever_his_way_leads_him_and_a_new_station_is_opened(election: Election) -> None:
    opened = {"type": "StationOpened", "station": "XYZ", "stock": "XYZ-S01-S", "city": "Izmir", "country": "TR"}
    hours = {"opens": "2015-04-26T07:00:00+03:00", "closes": "2015-04-26T20:00:00+03:00", "timezone": "Europe/Istanbul"}
    election.act({**opened, **hours}, "cec-1", "cec-2")
    packed = {"type": "DispensationGranted", "station": "XYZ"}
    assert event(election.act(packed, "cec-1", "cec-2").entry).station == "XYZ"


@pytest.mark.parametrize("method", ["eaten", "punched"])
def test_a_device_signs_no_method_of_cancelling_that_nobody_published(method: str, election: Election) -> None:
    cancelled = {
        "type": "UnusedCancelled",
        "station": "AYT",
        "unused": 1,
        "spoiled": 0,
        "defective": 0,
        "method": method,
    }
    with pytest.raises(Misused) as caught:
        election.act(cancelled, "ayt-chair", "ayt-secretary", "ayt-member")
    assert caught.value.code == "code-unknown"
