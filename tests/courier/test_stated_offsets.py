"""On the way a device states the offset of the commission's zone, and commits to what its own clock shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from custody.courier.stated_offsets import LOCAL_TIME, salt_of
from custody.demo.world import stamp
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.identifiers import unit_id
from schemas.union import parse_event
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial, Play, id_of

FAR = "America/Lima"
HOME, AWAY = "+06:00", "-05:00"


def acted(play: Play, partial: Partial, *, by: Sequence[str]) -> Any:
    """Somebody acts on a device whose clock shows the zone of Lima; the event, as it is on the log."""
    play.wait(minutes=1)
    play.stage.act(partial, by=by, zone=FAR)
    entry = play.stage.submissions[-1].entry
    play.put(entry)
    return parse_event(parse_envelope(entry).payload)


def on_the_way(journey: Journey) -> list[Any]:
    """From the release at the ministry to the offer at the mission's door, every kind of act and report of a courier."""
    play, units = journey.play, [journey.pouch]
    mark = "intact"
    said: list[Partial] = [
        {"type": "DelayReported", "units": units, "reason": "weather"},
        {"type": "StopRecorded", "units": units, "purpose": "overnight", "seals": mark},
        {"type": "SealsChecked", "units": units, "seals": mark},
        {"type": "PouchExamined", "units": units, "examination": "x-rayed", "by": "customs", "seals": mark},
        {"type": "ReleasedToCarrier", "units": units, "mode": "hold", "seals": mark},
        {"type": "CollectedFromCarrier", "units": units, "found": mark},
        journey.offering(journey.who("officer")),
    ]
    return [acted(play, one, by=(journey.courier,)) for one in said]


def test_no_act_between_release_and_arrival_shows_the_offset_of_the_devices_clock() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    offer = acted(journey.play, journey.offering((journey.courier,)), by=("mfa-1",))
    taken = acted(
        journey.play, journey.answering(id_of(journey.play.stage.submissions[-1].entry)), by=(journey.courier,)
    )
    way = on_the_way(journey)
    assert {event.at[19:] for event in (offer, taken, *way)} == {HOME}
    assert all(event.commitments.local_time is not None for event in way)
    assert (offer.commitments.local_time, taken.commitments.local_time) == (None, None)
    assert journey.play.codes_found() == []


def test_who_takes_over_at_the_station_and_who_acts_there_afterwards_states_the_offset_of_the_place() -> None:
    journey = Journey(Play(), "AYT").under_way()
    offer = journey.offer((journey.courier,), journey.who("officer"))
    arrived = acted(journey.play, journey.answering(offer), by=journey.who("officer"))
    after = acted(journey.play, journey.offering(journey.commission), by=journey.who("officer"))
    assert [(event.at[19:], event.commitments.local_time) for event in (arrived, after)] == [("+03:00", None)] * 2


@pytest.mark.parametrize(("content", "codes"), [("", []), ("2015-04-15T01:00:00-03:00", ["disclosure-mismatch"])])
def test_the_local_time_is_opened_once_the_units_have_arrived(content: str, codes: list[str]) -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    event = acted(play, {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    name, mark = id_of(play.stage.submissions[-1].entry), event.device
    local = stamp(play.stage.now, zone=FAR)
    journey.over((journey.courier,), journey.who("officer"))
    device = next(one for one in play.stage.cast.devices.values() if one.key == mark.key)
    salt = salt_of(device.private, number=mark.number, previous=mark.previous)
    detail = {"field": LOCAL_TIME, "salt": salt, "content": content or local}
    told = {"type": "DetailsDisclosed", "event": name, "details": [detail], "units": [journey.pouch]}
    play.act(told, by=(journey.courier,))
    assert [code for code, _ in play.codes_found()] == codes


def test_a_local_time_that_is_not_committed_to_is_left_out() -> None:
    play = Play()
    with pytest.raises(Refused) as caught:
        play.act(
            {
                "type": "PrintOrdered",
                "batch": unit_id(office="CEC", kind="batch", number=77),
                "papers": 5,
                "commitments": {LOCAL_TIME: None},
            },
            by=("cec-1",),
        )
    assert caught.value.code == "event-value"
