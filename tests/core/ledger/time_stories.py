"""Stories about the time of the log: how far one claim brings it, whose claims it leans on, and who may set it."""

from __future__ import annotations

from typing import Final

from custody.core.checks.log_time_limits import latest
from custody.core.state.moments import moment
from custody.demo.world import HOUR, local
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CAPITAL, CEC, Play
from tests.core.ledger.telling import tells

IZMIR: Final = {"type": "StationOpened", "station": "XYZ", "stock": "XYZ-S01-S", "city": "Izmir", "country": "TR"}


def _opened(play: Play, *, opens: str, closes: str, zone: str = "Europe/Istanbul") -> None:
    play.act({**IZMIR, "timezone": zone, "opens": opens, "closes": closes}, by=CEC)


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


@tells("prepared", 127)
def a_station_that_opens_in_1970(journey: Journey) -> None:
    _opened(journey.play, opens="1970-04-26T07:00:00+02:00", closes="2015-04-26T20:00:00+03:00")


@tells("prepared", 127)
def a_station_that_closes_before_it_opens(journey: Journey) -> None:
    _opened(journey.play, opens="2015-04-26T20:00:00+03:00", closes="2015-04-26T07:00:00+03:00")


@tells("prepared", 127)
def a_station_that_votes_on_another_day(journey: Journey) -> None:
    _opened(journey.play, opens="2015-05-26T07:00:00+03:00", closes="2015-05-26T20:00:00+03:00")


@tells("prepared", 128)
def a_station_that_opens_by_an_offset_which_its_zone_has_in_winter(journey: Journey) -> None:
    _opened(journey.play, opens="2015-04-26T07:00:00+02:00", closes="2015-04-26T20:00:00+02:00")


@tells("prepared", 128)
def a_station_in_a_zone_that_nobody_knows(journey: Journey) -> None:
    _opened(journey.play, opens="2015-04-26T07:00:00+03:00", closes="2015-04-26T20:00:00+03:00", zone="Europe/Smyrna")


@tells("under-way", 129)
def an_act_at_a_station_by_the_clock_of_another_zone(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer((journey.courier,), journey.who("officer"))
    play.act({**journey.answering(offer), "at": moment(play.stage.now, like=play.at())}, by=journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)


@tells("at-mfa", 130)
def an_offer_on_the_last_day_is_answered_after_midnight(journey: Journey) -> None:
    play = journey.play
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    play.stage.now = local("2015-04-15", hour=23, minute=57, zone=CAPITAL)
    offer = journey.offer(("mfa-1",), ("courier-reserve",))
    play.wait(minutes=5)
    journey.answer(offer, ("courier-reserve",))
    play.wait(hours=25)
    journey.over(("courier-reserve",), ("mfa-2",))


@tells("at-mfa", 131)
def who_takes_over_in_1970_has_a_clock_that_is_wrong(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer(("mfa-1",), (journey.courier,))
    play.act({**journey.answering(offer), "at": "1970-01-01T09:00:00+06:00"}, by=(journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))


@tells("under-way", 12, 14, 30)
def on_a_log_where_nothing_else_happens_the_hourly_notes_let_everything_fall_due(journey: Journey) -> None:
    play = journey.play
    journey.offer((journey.courier,), journey.who("officer"))
    held = play.hold(journey.offering(("mfa-2",)), by=(journey.courier,))
    play.record(play.hold(journey.answering(held), by=("mfa-2",)))
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "border"}, by=(journey.courier,))
    _claims(play, play.at())
    while (now := latest(play.ledger.state)) < play.stage.now + 76 * HOUR:
        _claims(play, moment(now, like=play.at()))
    play.record(held)


@tells("under-way", 183)
def a_silence_ends_with_an_act_of_before_that_nothing_proves_to_be_in_time(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    play.wait(hours=20)
    report = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    held = play.hold(report, by=(journey.courier,))
    play.wait(hours=90)
    leg = play.ledger.state.registers.consignments[journey.names.out].legs[2]
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "due": leg.due, "step": "overdue"}
    play.act({**note, "units": [journey.pouch], "device": None}, by=("monitor-1",))
    play.record(held)
    witnesses.witnessed(play, dict.fromkeys(witnesses.NAMES, play.stage.now))


@tells("at-mfa", 189)
def a_mandate_of_yesterday_is_claimed_by_an_act_that_has_seen_a_note_of_today(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    journey.mandate("courier-reserve", days=("2015-04-10", "2015-04-15"))
    play.wait(hours=60)
    today = dict.fromkeys(witnesses.NAMES, play.stage.now)
    seen = witnesses.witnessed(play, today)
    offer = journey.offer(("mfa-1",), ("courier-reserve",), seen=seen, at="2015-04-15T12:00:00+06:00")
    journey.answer(offer, ("courier-reserve",), seen=seen, at="2015-04-15T12:10:00+06:00")
    witnesses.witnessed(play, dict.fromkeys(witnesses.NAMES, play.stage.now))
