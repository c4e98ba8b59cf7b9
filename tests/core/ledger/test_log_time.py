"""The time of the log: what one claim may do to it, what stops it, and who may set it."""

from __future__ import annotations

from itertools import permutations

import pytest

from custody.core.checks.log_time_limits import base, latest
from custody.core.fold.dues import moments_due
from custody.core.state.moments import moment
from custody.demo.world import HOUR
from schemas.identifiers import epoch_seconds
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked
from tests.core.ledger.witnesses import policy_set, witnessed

DAY = 24 * HOUR
BEAT: Partial = {"type": "HeartbeatNoted", "device": None}
HOSTILE = ("1970-01-01T00:00:00+00:00", "2025-04-15T09:00:00+06:00", "2100-12-31T23:59:59+06:00")


@pytest.fixture
def journey() -> Journey:
    return Journey(Play("AYT"), "AYT").at_mfa()


def beat(play: Play, at: int, *, by: str = "monitor-1") -> str:
    """A service's note that claims a moment."""
    return play.act({**BEAT, "at": moment(at, like=play.at())}, by=(by,))


def note(play: Play, at: int) -> str:
    """A checkpointer's event that claims a moment; what it brings does not matter."""
    said = {"type": "CheckpointWitnessed", "note": "bm90ZQ==", "device": None, "at": moment(at, like=play.at())}
    return play.act(said, by=("checkpointer-1",))


def newest(play: Play) -> int:
    """The newest claim of a device that the time of the log leans on."""
    found = play.ledger.state.device_times.newest
    assert found is not None
    return found


def told(play: Play) -> int | None:
    """The time of the log."""
    return play.ledger.state.log_time


def contradictions(play: Play) -> list[str]:
    return [str(finding.sentence) for finding in play.findings if finding.code == "time-contradiction"]


def codes(play: Play) -> set[str]:
    return {finding.code for finding in play.findings}


def waiting(journey: Journey) -> str:
    """An answer whose offer is not on the log; returns the offer."""
    offer = journey.play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    journey.play.record(journey.play.hold(journey.answering(offer), by=(journey.courier,)))
    return offer


def test_the_first_note_on_a_log_without_time_may_claim_48_hours_beyond_the_newest_claim_of_a_device(
    journey: Journey,
) -> None:
    play = journey.play
    assert play.ledger.state.log_time is None
    limit = newest(play) + 48 * HOUR
    beat(play, limit + 1)
    assert (told(play), len(contradictions(play))) == (None, 1)
    beat(play, limit)
    assert (told(play), len(contradictions(play))) == (limit, 1)


def test_beyond_that_one_note_brings_the_time_two_hours_on(journey: Journey) -> None:
    play = journey.play
    limit = newest(play) + 48 * HOUR
    beat(play, limit)
    beat(play, limit + 2 * HOUR + 1)
    assert (play.ledger.state.log_time, len(contradictions(play))) == (limit, 1)
    for step in range(1, 6):
        beat(play, limit + 2 * step * HOUR)
    assert (play.ledger.state.log_time, len(contradictions(play))) == (limit + 10 * HOUR, 1)


@pytest.mark.parametrize("service", [beat, note])
def test_a_note_dated_2100_is_a_finding_at_once_and_stops_no_wait(service: object, journey: Journey) -> None:
    play = journey.play
    play.monitor_says(hours=1)
    told = play.ledger.state.log_time
    waiting(journey)
    assert callable(service)
    service(play, epoch_seconds(HOSTILE[-1]))
    assert (play.ledger.state.log_time, len(contradictions(play))) == (told, 1)
    assert "31 December 2100, 23:59 (UTC+6)" in contradictions(play)[0]
    play.monitor_says(hours=1)
    play.monitor_says(hours=72)
    assert "predecessor-missing" in codes(play)


def test_one_clock_that_is_wrong_again_and_again_is_one_finding(journey: Journey) -> None:
    play = journey.play
    for years in range(1, 5):
        beat(play, play.stage.now + years * 365 * DAY)
        note(play, play.stage.now + years * 365 * DAY)
    found = [finding for finding in play.findings if finding.code == "time-contradiction"]
    assert sorted(finding.subject for finding in found) == sorted(map(play.key, ("monitor-1", "checkpointer-1")))


@pytest.mark.parametrize("at", HOSTILE)
def test_a_devices_claim_lets_nobody_push_the_time_of_the_log(at: str, journey: Journey) -> None:
    play = journey.play
    before = latest(play.ledger.state)
    for badge in ("mfa-1", "cec-1", "registrar-1"):
        play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather", "at": at}, by=(badge,))
    assert latest(play.ledger.state) == before
    beat(play, before + HOUR)
    assert play.ledger.state.log_time is None


@pytest.mark.parametrize("at", HOSTILE[:2])
def test_a_claim_that_contradicts_its_chain_is_told_of_the_clock_and_moves_nothing(at: str, journey: Journey) -> None:
    """Ten years ahead and back again, or 1970: one finding about the device, whose acts stand."""
    play = journey.play
    wrong = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather", "at": at}
    reports = [play.act(wrong, by=("mfa-1",)), play.act({**wrong, "at": play.at()}, by=("mfa-1",))]
    assert [play.status(report) for report in reports] == ["applied", "applied"]
    (finding,) = [finding for finding in play.findings if finding.code == "time-contradiction"]
    assert finding.subject == play.ledger.state.records[reports[0]].device


def test_a_clock_that_is_right_again_is_leaned_on_again(journey: Journey) -> None:
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    play.act({**delay, "at": HOSTILE[1]}, by=("mfa-1",))
    for _ in range(2):
        play.wait(hours=20)
        play.act(delay, by=("mfa-1",))
    assert newest(play) == play.stage.now


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_a_device_claims_out_of_turn_is_one_finding_in_whatever_order_it_comes(
    order: tuple[int, ...], journey: Journey
) -> None:
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    held = [play.hold(delay, by=("mfa-1",))]
    held.append(play.hold({**delay, "at": play.at(-30)}, by=("mfa-1",)))
    held.append(play.hold(delay, by=("mfa-1",)))
    play.record(*[held[place] for place in order])
    (finding,) = [finding for finding in play.findings if finding.code == "time-contradiction"]
    assert set(finding.evidence) == set(held[:2])
    beat(play, newest(play) + 48 * HOUR)
    assert newest(play) <= play.stage.now


def test_after_an_idle_week_the_first_device_that_speaks_lets_the_time_go_on(journey: Journey) -> None:
    play = journey.play
    play.monitor_says(hours=1)
    play.wait(hours=7 * 24)
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=("mfa-1",))
    beat(play, play.stage.now)
    assert (play.ledger.state.log_time, contradictions(play)) == (play.stage.now - 60, [])


def test_one_device_cannot_walk_ahead_by_its_own_claims(journey: Journey) -> None:
    play = journey.play
    start = newest(play)
    for month in range(1, 13):
        at = moment(start + month * 30 * DAY, like=play.at())
        play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather", "at": at}, by=("mfa-1",))
    assert newest(play) == start + 30 * DAY


def test_cosigned_time_that_meets_the_policy_has_no_cap_and_claims_move_nothing(journey: Journey) -> None:
    play = journey.play
    play.act(policy_set(), by=CEC)
    proven = play.stage.now + 400 * DAY
    beat(play, proven)
    assert play.ledger.state.log_time is None
    witnessed(play, {"alpha": proven, "beta": proven})
    assert play.ledger.state.log_time == proven


def test_two_officers_set_the_time_back_and_waits_run_anew_from_there(journey: Journey) -> None:
    play = journey.play
    opened = journey.offer(("mfa-1",), (journey.courier,))
    offer = waiting(journey)
    beat(play, play.stage.now + 40 * HOUR)
    back = play.stage.now + HOUR
    play.act({"type": "LogTimeSet", "log_time": moment(back, like=play.at())}, by=CEC)
    state = play.ledger.state
    assert state.log_time == back
    assert {state.records[name].waits_since_s for name in state.waiting} == {back}
    assert state.registers.offers[opened].open_since == back
    limit = state.rules_now().rules.waiting_hours * HOUR
    play.stage.now = back
    play.wait(hours=24)
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=("mfa-1",))
    beat(play, back + limit - 1)
    assert not codes(play) & {"predecessor-missing", "offer-unanswered", "time-contradiction"}
    beat(play, back + limit)
    assert codes(play) >= {"predecessor-missing", "offer-unanswered"}
    play.record(offer)
    assert ("predecessor-missing", "settled") in play.codes_found()


def test_what_came_after_the_time_was_set_is_timed_from_the_next_time_that_is_told(journey: Journey) -> None:
    play = journey.play
    beat(play, play.stage.now)
    play.act({"type": "LogTimeSet", "log_time": play.at(1)}, by=CEC)
    waiting(journey)
    beat(play, play.stage.now + 3 * HOUR)
    told = play.ledger.state.log_time
    assert {play.ledger.state.records[name].waits_since_s for name in play.ledger.state.waiting} == {told}


def test_claims_later_than_the_time_that_was_set_are_leaned_on_no_more(journey: Journey) -> None:
    play = journey.play
    back = newest(play) - 10 * DAY
    play.act({"type": "LogTimeSet", "log_time": moment(back, like=play.at())}, by=CEC)
    assert latest(play.ledger.state) <= back + 48 * HOUR


@pytest.mark.parametrize("by", [("cec-1",), ("registrar-1", "registrar-2"), ("monitor-1",)])
def test_nobody_but_two_officers_sets_the_time(by: tuple[str, ...], journey: Journey) -> None:
    play = journey.play
    beat(play, play.stage.now)
    told = play.ledger.state.log_time
    play.act({"type": "LogTimeSet", "log_time": play.at(-5)}, by=by)
    assert play.ledger.state.log_time == told


@pytest.mark.parametrize("by", ["checkpointer-1", "gateway-1"])
def test_an_hourly_note_is_the_monitors_alone(by: str, journey: Journey) -> None:
    play = journey.play
    beat(play, play.stage.now, by=by)
    assert play.ledger.state.log_time is None


def test_the_same_log_gives_the_same_time(journey: Journey) -> None:
    play = journey.play
    waiting(journey)
    beat(play, play.stage.now + 400 * DAY)
    play.monitor_says(hours=80)
    again = fold_checked(checked_all(play.log))
    assert (again.state_digest(), again.state.log_time) == (play.ledger.state_digest(), play.ledger.state.log_time)


@pytest.mark.parametrize(("hours", "found"), [(0, {"overdue"}), (24 * 365 * 3, {"time-contradiction"})])
def test_what_is_overdue_by_a_claim_far_ahead_is_said_of_the_clock_alone(hours: int, found: set[str]) -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play = journey.play
    play.wait(hours=120)
    play.monitor_catches_up()
    due = play.ledger.state.registers.consignments[journey.names.out].legs[2].due
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "step": "overdue", "due": due}
    at = moment(play.stage.now + hours * HOUR, like=play.at())
    play.act({**note, "units": [journey.pouch], "device": None, "at": at}, by=("monitor-1",))
    assert codes(play) == found


def test_a_monitor_whose_note_was_not_taken_makes_the_next_one_as_soon_as_a_claim_may_reach_it(
    journey: Journey,
) -> None:
    play = journey.play
    waiting(journey)
    beat(play, (newest(play) // HOUR + 48) * HOUR)
    state, reach = play.ledger.state, base(play.ledger.state) + 2 * HOUR
    assert latest(state) == reach
    for now, due in ((reach, (reach,)), (reach + HOUR, ())):
        assert moments_due(state, now=now, noted=(), idle=reach - HOUR) == due
    assert moments_due(state, now=reach, noted=(), idle=reach) == ()
