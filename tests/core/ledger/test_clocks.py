"""A clock that is wrong makes nobody a culprit; days and offsets are those of the place; dates are held against each other."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.checks.election_dates import check_genesis
from custody.core.state.moments import moment
from custody.core.state.zones import day_at, shown, zone_of
from custody.demo.world import local
from schemas.authority import ElectionOpened
from schemas.errors import Refused
from schemas.zones import ZoneOffset
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CAPITAL, CEC, Play, fold

HOSTILE = ("1970-01-01T09:00:00+06:00", "2025-04-15T09:00:00+06:00")
IZMIR = {"type": "StationOpened", "station": "XYZ", "stock": "XYZ-S01-S", "city": "Izmir", "country": "TR"}
DAY = {"opens": "2015-04-26T07:00:00+03:00", "closes": "2015-04-26T20:00:00+03:00", "timezone": "Europe/Istanbul"}


@pytest.fixture
def journey() -> Journey:
    return Journey(Play("AYT"), "AYT").at_mfa()


def codes(play: Play) -> list[str]:
    return sorted({finding.code for finding in play.findings})


def unsettled(play: Play) -> list[str]:
    return sorted(finding.code for finding in play.findings if finding.status == "open")


# --- clocks of devices


@pytest.mark.parametrize("at", HOSTILE)
def test_who_takes_over_by_a_clock_that_is_years_off_is_no_culprit(at: str, journey: Journey) -> None:
    play = journey.play
    offer = journey.offer(("mfa-1",), (journey.courier,))
    play.act({**journey.answering(offer), "at": at}, by=(journey.courier,))
    assert codes(play) == ["time-contradiction"]
    journey.over((journey.courier,), journey.who("officer"))
    assert (codes(play), play.holder(journey.pouch)) == (["time-contradiction"], "mission AYT")


@pytest.mark.parametrize("at", HOSTILE)
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_comes_first_only_the_clock_is_told(order: tuple[int, ...], at: str, journey: Journey) -> None:
    play = journey.play
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}
    offer = journey.offer(("mfa-1",), (journey.courier,))
    answer = play.hold({**journey.answering(offer), "at": at}, by=(journey.courier,))
    held = [answer, *(play.hold(seals, by=(journey.courier,)) for _ in range(2))]
    play.record(*[held[place] for place in order])
    assert unsettled(play) == ["time-contradiction"]
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_who_has_no_mandate_at_all_is_told_whatever_the_clock_says(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), ("courier-reserve",))
    journey.play.act({**journey.answering(offer), "at": HOSTILE[0]}, by=("courier-reserve",))
    assert codes(journey.play) == ["mandate-missing", "time-contradiction"]


@pytest.mark.parametrize("late", [True, False])
def test_a_clock_two_months_ahead_settles_what_was_said_of_the_day(*, late: bool, journey: Journey) -> None:
    play = journey.play
    ahead = "2015-05-13T09:00:00+06:00"
    offer = journey.offer(("mfa-1",), (journey.courier,))
    answer = play.hold({**journey.answering(offer), "at": ahead}, by=(journey.courier,))
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact", "at": "2015-04-11T09:30:00+06:00"}
    after = play.hold(seals, by=(journey.courier,))
    play.record(*((answer, after) if late else (after, answer)))
    assert unsettled(play) == ["time-contradiction"]


def test_a_day_that_the_mandate_does_not_cover_stays_a_finding_when_the_next_claim_goes_back(journey: Journey) -> None:
    """Nobody wipes out a finding about oneself by setting a clock back afterwards."""
    play = journey.play
    journey.mandate("courier-reserve", days=("2015-04-20", "2015-04-21"))
    journey.over(("mfa-1",), ("courier-reserve",))
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact", "at": play.at(-48)}
    play.act(seals, by=("courier-reserve",))
    assert unsettled(play) == ["mandate-ended", "time-contradiction"]


def test_an_act_a_day_before_its_own_predecessor_over_midnight_is_said_of_the_clock(journey: Journey) -> None:
    play = journey.play
    play.stage.now = local("2015-04-16", hour=0, minute=10, zone=CAPITAL)
    offer = journey.offer(("mfa-1",), (journey.courier,))
    play.act({**journey.answering(offer), "at": "2015-04-15T23:20:00+06:00"}, by=("courier-ayt",))
    assert codes(play) == ["clock-skew"]
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}
    play.act({**seals, "at": "2015-04-16T00:20:00+06:00"}, by=(journey.courier,))
    play.act({**seals, "at": "2015-04-15T00:20:00+06:00"}, by=(journey.courier,))
    assert codes(play) == ["clock-skew", "time-contradiction"]


# --- days and offsets of the place


@pytest.mark.parametrize(("minutes", "found"), [(5, []), (200 * 60, ["mandate-ended"])])
def test_an_offer_in_time_makes_its_answer_in_time(minutes: int, found: list[str], journey: Journey) -> None:
    play = journey.play
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    play.stage.now = local("2015-04-15", hour=23, minute=57, zone=CAPITAL)
    offer = journey.offer(("mfa-1",), ("courier-reserve",))
    play.wait(minutes=minutes)
    journey.answer(offer, ("courier-reserve",))
    assert codes(play) == found


@pytest.mark.parametrize(("hour", "found"), [(23, []), (1, ["mandate-ended"])])
def test_the_day_of_a_delivery_is_that_of_the_station(hour: int, found: list[str]) -> None:
    """At 23:00 in Antalya the next day has begun in Astana."""
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play = journey.play
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-17"))
    journey.over(("mfa-1",), ("courier-reserve",))
    day = "2015-04-17" if hour == 23 else "2015-04-18"
    play.stage.now = local(day, hour=hour, zone="Europe/Istanbul")
    journey.over(("courier-reserve",), journey.who("officer"))
    assert codes(play) == found


@pytest.mark.parametrize(("offset", "found"), [("+03:00", []), ("+02:00", ["time-contradiction"])])
def test_an_act_at_a_station_states_the_offset_of_that_day(offset: str, found: list[str], journey: Journey) -> None:
    play = journey.play
    journey.over(("mfa-1",), (journey.courier,))
    offer = journey.offer((journey.courier,), journey.who("officer"))
    at = f"2015-04-15T{'06' if offset == '+03:00' else '05'}:20:00{offset}"
    play.act({**journey.answering(offer), "at": at}, by=journey.who("officer"))
    assert codes(play) == found


def test_a_list_of_offsets_says_what_the_clocks_show() -> None:
    rows = (("2014-01-01T00:00:00+00:00", "+02:00"), ("2015-03-29T01:00:00+00:00", "+03:00"))
    zone = zone_of([ZoneOffset(**{"from": since, "offset": offset}) for since, offset in rows])
    assert shown(zone, at="2013-12-31T23:59:59+00:00") is None
    assert shown(zone, at="2015-03-29T02:59:59+02:00") == "+02:00"
    assert shown(zone, at="2015-03-29T04:00:00+03:00") == "+03:00"
    assert day_at(zone, at="2015-04-17T23:30:00+02:00") == "2015-04-18"
    assert zone_of([ZoneOffset(**{"from": since, "offset": offset}) for since, offset in reversed(rows)]) == ()


# --- dates of the election


OPENINGS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"closes": "2015-04-27T20:00:00+03:00"}, ""),
    ({"opens": "1970-04-26T07:00:00+02:00"}, "is longer than"),
    ({"opens": "1970-04-26T07:00:00+02:00", "closes": "1970-04-26T20:00:00+02:00"}, "does not include the voting day"),
    ({"closes": "2015-04-26T06:59:00+03:00"}, "voting closes at"),
    ({"closes": "2100-12-31T23:59:59+03:00"}, "is longer than"),
    ({"opens": "2015-04-26T06:00:00+02:00"}, "whose offset is +03:00 then"),
    ({"timezone": "Europe/Smyrna"}, "no offsets of the time zone Europe/Smyrna"),
    ({"offsets": []}, "no offsets of the time zone"),
]


@pytest.mark.parametrize(("other", "said"), OPENINGS)
def test_the_dates_of_a_station_are_held_against_each_other(other: dict[str, Any], said: str) -> None:
    play = Play("AYT")
    opened = play.act({**IZMIR, **DAY, **other}, by=CEC)
    assert play.status(opened) == "applied"
    assert codes(play) == (["time-contradiction"] if said else [])
    assert said in "".join(str(finding.sentence) for finding in play.findings)


GENESIS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"voting_day": "1970-04-26"}, "the voting day is 26 April 1970"),
    ({"voting_day": "2100-04-26"}, "the voting day is 26 April 2100"),
    ({"at": "2015-03-30T10:00:00+05:00"}, "whose offset is +06:00 then"),
    ({"at": "1970-03-30T10:00:00+06:00"}, "earlier than the offsets"),
    ({"offsets": ()}, "no offsets of the time zone Asia/Almaty"),
]


@pytest.mark.parametrize(("other", "said"), GENESIS)
def test_the_dates_of_genesis_are_held_against_each_other(other: dict[str, Any], said: str) -> None:
    genesis: ElectionOpened = Play("AYT").ledger.state.opening()
    found = check_genesis(genesis.model_copy(update=other), event_id="ab" * 32)
    assert [draft.code for draft in found] == (["time-contradiction"] if said else [])
    assert said in "".join(str(draft.sentence) for draft in found)


def test_a_station_whose_dates_cannot_be_true_sets_no_deadline() -> None:
    play = Play("AYT")
    play.act({**IZMIR, **DAY, "opens": "1970-04-26T07:00:00+02:00"}, by=CEC)
    book = play.unit("XYZ-S01-S").book
    assert book is not None
    assert (book.opens, book.closes) == ("", "")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2016-12-31T23:59:60+00:00"])
def test_a_moment_that_no_clock_of_an_election_shows_is_refused_before_anything_is_written(at: str) -> None:
    play = Play("AYT")
    before = len(play.log)
    for field in ("opens", "closes"):
        with pytest.raises(Refused):
            play.act({**IZMIR, **DAY, field: at}, by=CEC)
    assert len(play.log) == before


@pytest.mark.parametrize("opens", ["1970-01-01T00:00:00+14:00", "2100-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("closes", ["1970-01-01T00:00:00-14:00", "2100-12-31T23:59:59+14:00"])
def test_an_opening_at_an_end_of_time_is_one_finding_and_judged(opens: str, closes: str) -> None:
    play = Play("AYT")
    opened = play.act({**IZMIR, **DAY, "opens": opens, "closes": closes}, by=CEC)
    assert (codes(play), play.status(opened)) == (["time-contradiction"], "applied")


def test_mission_staff_that_collect_in_the_capital_state_the_offset_there(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), journey.who("officer"))
    journey.play.act({**journey.answering(offer), "at": journey.play.at()}, by=journey.who("officer"))
    assert codes(journey.play) == []


# --- claims that are far ahead, and claims that are discredited later


@pytest.mark.parametrize(("days", "found"), [(30, []), (32, []), (365, []), (367, ["time-contradiction"])])
def test_a_claim_more_than_a_year_ahead_is_told_at_once_and_a_pause_of_the_log_is_not(
    days: int, found: list[str]
) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    at = moment(play.stage.now + days * 86_400, like=play.at())
    play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact", "at": at}, by=(journey.courier,))
    assert codes(play) == found


def test_who_is_behind_a_claim_that_nobody_can_believe_any_more_is_behind_no_more_in_any_order() -> None:
    """The pouch office's offer claims five days ahead; what its device did before shows that the offer contradicts its chain."""
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play, start = journey.play, journey.play.stage.now
    ahead = [moment(start + days * 86_400, like=play.at()) for days in (10, 5)]
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather", "at": ahead[0]}
    held = [play.hold(delay, by=("mfa-1",))]
    held.append(play.hold({**journey.offering((journey.courier,)), "at": ahead[1]}, by=("mfa-1",)))
    held.append(play.hold(journey.answering(held[1]), by=(journey.courier,)))
    before = len(play.log)
    play.record(held[1], held[2])
    assert unsettled(play) == ["clock-skew"]
    play.record(held[0])
    assert unsettled(play) == ["time-contradiction"]
    for order in permutations(held):
        ledger = fold([*play.log[:before], *(play.held[name] for name in order)])
        found = {(row.code, row.status) for row in ledger.state.findings}
        assert found - {("clock-skew", "settled")} == {("time-contradiction", "open")}


def test_who_is_behind_by_a_claim_of_his_own_that_nobody_can_believe_any_more_is_not_told_so() -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    first = play.hold({**delay, "at": play.at(1)}, by=(journey.courier,))
    offer = journey.offer(("mfa-1",), (journey.courier,))
    answer = play.hold({**journey.answering(offer), "at": play.at(-30)}, by=(journey.courier,))
    play.record(answer)
    assert unsettled(play) == ["clock-skew"]
    play.record(first)
    assert "clock-skew" not in unsettled(play)


@pytest.mark.parametrize(("offset", "found"), [("+03:00", []), ("+02:00", ["time-contradiction"])])
def test_a_report_from_a_station_states_the_offset_of_that_day(offset: str, found: list[str]) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    journey.over((journey.courier,), officer)
    at = f"2015-04-15T{'07' if offset == '+03:00' else '06'}:20:00{offset}"
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact", "at": at}
    play.act(seals, by=officer)
    assert codes(play) == found
