"""The monitor's hourly notes: while something waits or is due, once an hour, whatever is restarted or was away; else never."""

from __future__ import annotations

from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.silence import Notes
from custody.courier.signatories import Signatory
from custody.demo.world import HOUR
from schemas.envelope import parse_envelope
from schemas.errors import OutcomeUnknown
from schemas.identifiers import epoch_seconds
from schemas.services import HeartbeatNoted
from schemas.union import parse_event
from tests.consumers.test_silence import Doubtful, World, at
from tests.core.ledger.playing import CEC
from tests.core.ledger.witnesses import policy_set


@pytest.fixture
def world() -> World:
    return World()


def beats(world: World) -> Counter[int]:
    """Moment -> how many entries of the log claim it as the monitor's hourly note."""
    events = [parse_event(parse_envelope(record.entry).payload) for record in world.log.read(start=0, limit=10_000)]
    return Counter(epoch_seconds(event.at) for event in events if isinstance(event, HeartbeatNoted))


def hour(world: World) -> int:
    """The first whole hour after what the devices of the play claim."""
    return world.play.stage.now // HOUR * HOUR + HOUR


def record(world: World, before: int) -> None:
    """What was played since reaches the monitor's log."""
    world.log.append(world.play.log[before:])


def test_a_leg_with_a_deadline_is_reason_enough_for_one_note_an_hour(world: World) -> None:
    start = hour(world)
    for minutes in (0, 1, 30, 59, 60, 61, 119):
        world.notes().turn(at(start + minutes * 60))
    assert beats(world) == {start: 1, start + HOUR: 1}
    assert world.ledger().state.log_time == start + HOUR
    assert "time-contradiction" not in {finding.code for finding in world.ledger().state.findings}


def test_nothing_is_noted_on_a_log_on_which_nothing_waits() -> None:
    world = World()
    before = len(world.play.log)
    world.journey.over((world.journey.courier,), world.journey.who("officer"))
    world.journey.over(world.journey.who("officer"), world.journey.commission)
    record(world, before)
    world.notes().turn(at(hour(world)))
    assert beats(world) == {}


def test_nothing_is_noted_on_a_closed_log(world: World) -> None:
    before = len(world.play.log)
    world.play.act({"type": "LogClosed", "reason": "annulled"}, by=CEC)
    record(world, before)
    world.notes().turn(at(hour(world)))
    assert beats(world) == {}


@pytest.mark.parametrize("what", ["offer", "answer", "gap"])
def test_what_waits_keeps_the_time_running_until_a_finding_tells_it(what: str) -> None:
    """An open offer, an answer without its offer, a number missing in a device's chain; 72 hours later nothing waits any more."""
    world = World()
    play, journey, before = world.play, world.journey, len(world.play.log)
    play.wait(hours=60 * 24)
    play.act({"type": "LogTimeSet", "log_time": play.at()}, by=CEC)
    record(world, before)
    notes = world.notes()
    notes.turn(at(hour(world)))
    assert beats(world) == {}
    before = len(play.log)
    if what == "offer":
        journey.offer((journey.courier,), journey.who("officer"))
    elif what == "answer":
        offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
        play.record(play.hold(journey.answering(offer), by=journey.who("officer")))
    else:
        delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
        play.hold(delay, by=(journey.courier,))
        play.act(delay, by=(journey.courier,))
    record(world, before)
    start = hour(world)
    for hours in range(90):
        notes.turn(at(start + hours * HOUR))
    (code,) = {finding.code for finding in world.ledger().state.findings if finding.code != "overdue"}
    assert code == {"offer": "offer-unanswered", "answer": "predecessor-missing", "gap": "device-gap"}[what]
    assert sorted(beats(world)) == [start + hours * HOUR for hours in range(73)]


def test_a_monitor_that_was_away_catches_up_in_several_notes_that_the_ledger_takes(world: World) -> None:
    start = hour(world)
    world.notes().turn(at(start))
    later = start + 100 * HOUR
    world.notes().turn(at(later))
    ledger = world.ledger()
    assert ledger.state.log_time == later
    assert "time-contradiction" not in {finding.code for finding in ledger.state.findings}
    assert len(beats(world)) < 40
    assert set(beats(world).values()) == {1}


@pytest.mark.parametrize("lands", [True, False])
def test_a_note_whose_outcome_is_unknown_stands_once(lands: bool, world: World) -> None:  # noqa: FBT001 - a case
    notes = world.notes(Doubtful(world.log, lands=lands))
    moment = at(hour(world))
    with pytest.raises(OutcomeUnknown):
        notes.turn(moment)
    notes.log = world.log
    notes.turn(moment)
    world.notes().turn(moment)
    assert beats(world) == {hour(world): 1}


def test_two_monitors_with_keys_of_their_own_note_an_hour_once(world: World) -> None:
    second = Signatory("monitor-2", "monitor", "CEC", None, Ed25519PrivateKey.from_private_bytes(b"2" * 32))
    before = len(world.play.log)
    world.play.enrol(second)
    record(world, before)
    for notes in (world.notes(), Notes(world.log, second), world.notes()):
        notes.turn(at(hour(world)))
    assert beats(world) == {hour(world): 1}


def test_what_the_ledger_refuses_of_the_monitor_is_said_once_an_hour_at_most(world: World) -> None:
    rules = world.play.ledger.state.rules_now().rules.model_dump(mode="json")
    for row in rules["signatures"]:
        if row["type"] == "HeartbeatNoted":
            row["quorums"][0]["persons"] = 2
    before = len(world.play.log)
    world.play.act({"type": "RulesSet", "rules": rules}, by=CEC)
    record(world, before)
    start = hour(world)
    for minutes in (0, 1, 2, 59, 61, 62):
        world.notes().turn(at(start + minutes * 60))
    assert beats(world) == {start: 1, start + HOUR: 1}


def test_under_a_witness_policy_it_is_one_note_an_hour_and_no_catching_up(world: World) -> None:
    before = len(world.play.log)
    world.play.act(policy_set(), by=CEC)
    record(world, before)
    start = hour(world)
    for hours in (0, 0, 50, 50, 51):
        world.notes().turn(at(start + hours * HOUR))
    assert beats(world) == {start + hours * HOUR: 1 for hours in (0, 50, 51)}


def test_after_the_time_was_set_back_the_monitor_goes_on_from_there(world: World) -> None:
    start = hour(world)
    world.notes().turn(at(start + 40 * HOUR))
    before = len(world.play.log)
    world.play.act({"type": "LogTimeSet", "log_time": world.play.at(-3)}, by=CEC)
    record(world, before)
    for _ in range(3):
        world.notes().turn(at(start + 41 * HOUR))
    ledger = world.ledger()
    assert ledger.state.log_time == start + 41 * HOUR
    assert "time-contradiction" not in {finding.code for finding in ledger.state.findings}


def test_a_device_that_claims_2100_does_not_carry_away_the_clock_of_a_demonstration(world: World) -> None:
    before = len(world.play.log)
    delay = {"type": "DelayReported", "units": [world.journey.pouch], "reason": "weather"}
    world.play.act({**delay, "at": "2100-12-31T23:59:59+00:00"}, by=(world.journey.courier,))
    record(world, before)
    notes = world.notes()
    for _ in range(3):
        notes.turn(lambda newest: newest)
    assert notes.newest <= world.play.stage.now
    assert max(beats(world), default=0) <= world.play.stage.now
