"""Reports: what was seen on the way, and the monitor's silence. Nothing follows a report."""

from __future__ import annotations

from typing import Any

import pytest

from custody.core.state.registers import duration
from custody.core.wording.messages import said
from custody.core.wording.time_words import time_in
from schemas.identifiers import epoch_seconds
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").under_way()


def overdue(journey: Journey, *, step: str = "overdue", by: str = "monitor-1", **told: Any) -> str:
    """The monitor notes the courier's leg to the mission, twelve hours after its deadline."""
    journey.play.monitor_catches_up()
    consignment = journey.play.ledger.state.registers.consignments[journey.names.out]
    due = consignment.legs[2].due
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "due": due, "step": step}
    return journey.play.act({**note, "units": [journey.pouch], "device": None, **told}, by=(by,))


def test_silence_after_a_deadline_is_one_finding_for_each_leg_and_deadline(journey: Journey) -> None:
    journey.play.wait(hours=110)
    overdue(journey, step="not-reported")
    overdue(journey)
    finding = journey.play.only("overdue")
    assert (finding.severity, finding.station) == ("attention", "AYT")
    assert finding.sentence.startswith(f"{journey.names.out}, leg 3: due ")
    assert finding.sentence.endswith("later (overdue).")


@pytest.mark.parametrize("heard", ["delay", "stop", "offer", "delivery"])
def test_whoever_holds_the_units_settles_it_by_being_heard(journey: Journey, heard: str) -> None:
    journey.play.wait(hours=110)
    overdue(journey)
    if heard == "delay":
        event = journey.play.act(
            {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,)
        )
    elif heard == "stop":
        stop = {"type": "StopRecorded", "units": [journey.pouch], "purpose": "storage", "seals": "intact"}
        event = journey.play.act(stop, by=(journey.courier,))
    else:
        event = journey.offer((journey.courier,), journey.who("officer"))
        if heard == "delivery":
            journey.answer(event, journey.who("officer"))
    finding = journey.play.only("overdue")
    assert (finding.status, finding.settled_by) == ("settled", event)


def test_a_leg_that_is_recorded_by_then_is_not_overdue(journey: Journey) -> None:
    journey.over((journey.courier,), journey.who("officer"))
    journey.play.wait(hours=110)
    overdue(journey)
    assert journey.play.findings == []


def test_a_stranger_does_not_note_silence(journey: Journey) -> None:
    journey.play.wait(hours=110)
    event = overdue(journey, by="gateway-1")
    assert journey.play.only("not-authorised").status == "open"
    assert journey.play.status(event) == "recorded"


def test_a_note_before_its_deadline_or_of_a_leg_that_nobody_planned_says_nothing(journey: Journey) -> None:
    overdue(journey)
    overdue(journey, leg=9)
    overdue(journey, due=journey.play.at(-3))
    sentences = [item.sentence for item in journey.play.findings]
    assert [item.code for item in journey.play.findings] == ["not-in-state"] * 3
    assert "before that time" in sentences[0]
    assert "no manifest plans leg 9" in sentences[1]
    assert "but its deadline is" in sentences[2]


def test_who_does_not_hold_the_pouch_reports_nothing_about_it(journey: Journey) -> None:
    journey.play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=("courier-reserve",))
    assert journey.play.only("not-custodian").sentence == (
        f"courier courier-reserve signed the report of a delay for {journey.pouch}, "
        "which courier courier-ayt holds; nothing was changed."
    )


def test_a_report_about_a_pack_inside_is_the_holders_of_the_pouch(journey: Journey) -> None:
    journey.play.act({"type": "DelayReported", "units": [journey.packs[0]], "reason": "weather"}, by=(journey.courier,))
    assert journey.play.findings == []


def test_a_report_about_something_that_never_was_is_a_finding(journey: Journey) -> None:
    units = [{"unit": journey.pouch, "observed": journey.play.ledger.election}]
    journey.play.act({"type": "DelayReported", "units": units, "reason": "weather"}, by=(journey.courier,))
    assert journey.play.only("not-in-state").sentence == (
        f"The report of a delay observes an event that changed nothing on {journey.pouch}; nothing was changed."
    )


def test_an_observers_remark_is_kept_and_raises_nothing(journey: Journey) -> None:
    event = journey.play.act({"type": "ObserverRemarked", "units": [journey.pouch]}, by=("observer-1",))
    assert journey.play.status(event) == "applied"
    assert journey.play.findings == []


def test_reports_move_nothing(journey: Journey) -> None:
    before = journey.play.unit(journey.pouch)
    journey.play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    journey.play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}, by=(journey.courier,))
    assert journey.play.unit(journey.pouch) == before


@pytest.mark.parametrize("hours", [0, 30])
def test_an_act_made_before_the_note_of_silence_says_when_and_how_late_it_was_reported(
    journey: Journey, hours: int
) -> None:
    play = journey.play
    play.wait(hours=20)
    stop = play.hold({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    play.wait(hours=90)
    overdue(journey)
    if hours:
        play.monitor_says(hours=hours)
    told = [outcome.doc for outcome in play.record(stop) if outcome.kind == "finding"]
    doc = next(doc for doc in told if doc["code"] == "overdue")
    late_s = play.stage.now - epoch_seconds(doc["says"]["args"]["due"])
    assert doc["settled_says"] is not None
    late = duration(late_s // 60)
    claimed = time_in(doc["settled_at"], language="en")
    assert str(said(doc["settled_says"])) == (
        f"Settled by the report of a delay, which claims {claimed}; it was reported {late} after the deadline."
    )


def test_who_reports_after_the_note_of_silence_was_simply_later(journey: Journey) -> None:
    play = journey.play
    play.wait(hours=110)
    overdue(journey)
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    told = [outcome.doc for outcome in play.outcomes if outcome.kind == "finding"]
    assert [(doc["status"], doc["settled_says"]) for doc in told] == [("open", None), ("settled", None)]
