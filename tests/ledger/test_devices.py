"""Device chains: gaps wait and then speak, forks are proofs, and a forked device needs a second person."""

from __future__ import annotations

from itertools import permutations

from schemas.identifiers import unit_id
from tests.ledger.journeys import Journey
from tests.ledger.playing import CEC, Play, checked_all, fold_checked


def test_a_gap_in_a_device_chain_waits_three_days_and_is_settled_when_it_closes() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    kept_back = play.hold(delay, by=(journey.courier,))
    play.act({**delay, "reason": "border"}, by=(journey.courier,))
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    assert "device-gap" not in [code for code, _ in play.codes_found()]
    play.monitor_says(hours=2)
    gap = next(item for item in play.findings if item.code == "device-gap")
    assert gap.sentence == "Device phone-ayt: event number 2 is missing: not sent or not recorded."
    play.record(kept_back)
    assert next(item for item in play.findings if item.code == "device-gap").status == "settled"


def test_a_second_gap_waits_three_days_of_its_own() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    first = play.hold(delay, by=(journey.courier,))
    play.act({**delay, "reason": "border"}, by=(journey.courier,))
    play.monitor_says(hours=1)
    play.record(first)
    play.monitor_says(hours=100)
    play.hold({**delay, "reason": "illness"}, by=(journey.courier,))
    play.act({**delay, "reason": "other"}, by=(journey.courier,))
    play.monitor_says(hours=1)
    assert "device-gap" not in [code for code, _ in play.codes_found()]


def test_a_gap_is_timed_from_when_it_was_first_visible() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    play.hold(delay, by=(journey.courier,))
    play.act({**delay, "reason": "border"}, by=(journey.courier,))
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    assert "device-gap" not in [code for code, _ in play.codes_found()]
    play.monitor_says(hours=2)
    assert ("device-gap", "open") in play.codes_found()


def forked() -> tuple[Journey, bytes]:
    """A phone restored from a backup: the courier reports twice under one number."""
    journey = Journey(Play(), "AYT").under_way()
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    other = journey.play.forge({**delay, "reason": "illness"}, by=(journey.courier,))
    journey.play.act(delay, by=(journey.courier,))
    journey.play.put(other)
    return journey, other


def test_two_events_with_one_number_prove_a_fork() -> None:
    journey, _ = forked()
    finding = journey.play.only("device-fork")
    assert finding.severity == "serious"
    assert finding.sentence == "Device phone-ayt made two events that cannot both be in its chain: number 2."
    assert len(finding.evidence) == 2


def test_the_proof_of_a_fork_names_the_same_two_events_in_every_order() -> None:
    journey, _ = forked()
    journey.play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "other"}, by=(journey.courier,))
    items = checked_all(journey.play.log)
    start = len(items) - 3
    told = [fold_checked([*items[:start], *order]) for order in permutations(items[start:])]
    assert len({tuple(sorted(finding.id for finding in ledger.state.findings)) for ledger in told}) == 1


def test_a_forked_device_moves_custody_only_with_a_second_person_of_its_side() -> None:
    journey, _ = forked()
    offer = journey.offer((journey.courier,), journey.who("officer"))
    found = next(item for item in journey.play.findings if item.code == "below-threshold")
    assert found.sentence == (
        "The offer of a handover: a second person of the releasing side must sign, because its device has two histories."
    )
    assert journey.play.status(offer) == "recorded"


def test_the_same_event_twice_is_no_fork() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    told = journey.play.put(journey.play.log[-1])
    assert [outcome.doc["status"] for outcome in told] == ["duplicate"]
    assert journey.play.findings == []


def test_a_chain_that_begins_with_a_huge_number_waits_quietly() -> None:
    play = Play()
    device = play.stage.cast.devices["cec-device"]
    device.number = 2**40
    play.act({"type": "PrintOrdered", "batch": unit_id(office="CEC", kind="batch", number=2), "papers": 5}, by=CEC)
    assert play.findings == []
    assert play.ledger.state.devices.has_gap(device.key)
