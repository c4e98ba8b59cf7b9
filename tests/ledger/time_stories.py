"""Stories about the time of the log: how far one claim brings it, whose claims it leans on, and who may set it."""

from __future__ import annotations

from custody.core.moments import moment
from custody.demo.stage import HOUR
from tests.ledger.journeys import Journey
from tests.ledger.playing import CEC, Play
from tests.ledger.telling import tells


def _claims(play: Play, at: str) -> None:
    play.act({"type": "HeartbeatNoted", "device": None, "at": at}, by=("monitor-1",))


@tells("under-way", 107, 108)
def a_note_dated_2100_is_told_and_stops_no_wait(journey: Journey) -> None:
    play = journey.play
    journey.offer((journey.courier,), journey.who("officer"))
    for at in ("2100-12-31T23:59:59+06:00", play.at(1), play.at(75)):
        _claims(play, at)
    play.monitor_says(hours=75)


@tells("under-way", 109)
def a_device_that_is_ten_years_ahead_carries_nobody_along(journey: Journey) -> None:
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    far = "2025-04-15T09:00:00+06:00"
    play.act({**delay, "at": far}, by=(journey.courier,))
    _claims(play, far)
    play.act(delay, by=(journey.courier,))
    _claims(play, moment(play.stage.now + HOUR, like=far))


@tells("under-way", 110)
def the_time_is_set_back_by_two_officers_and_waits_run_anew(journey: Journey) -> None:
    play = journey.play
    journey.offer((journey.courier,), journey.who("officer"))
    _claims(play, play.at(40))
    play.act({"type": "LogTimeSet", "log_time": play.at(1)}, by=CEC[:1])
    play.act({"type": "LogTimeSet", "log_time": play.at(1)}, by=CEC)
    play.monitor_says(hours=72)
    play.monitor_says(hours=2)
