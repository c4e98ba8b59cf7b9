"""Vouched for is the event that stood at a number when a key was revoked, not the number; what is missing must fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from custody.core.authority.device_chains import DeviceChains
from custody.core.authority.vouching import Vouchings
from custody.courier.completion import seal_up
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial, Play, fold, id_of

REGISTRARS = ("registrar-1", "registrar-2")


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").under_way()


def delay(journey: Journey, reason: str = "weather") -> Partial:
    return {"type": "DelayReported", "units": [journey.pouch], "reason": reason}


def delays(journey: Journey, count: int) -> list[str]:
    """Reports made offline one after the other: numbers 2, 3, ... of the courier's phone."""
    return [journey.play.hold(delay(journey), by=(journey.courier,)) for _ in range(count)]


def revoked(journey: Journey, *, vouched: int) -> str:
    play = journey.play
    device = play.stage.cast.devices["phone-ayt"].key
    act = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": vouched, "reason": "stolen"}
    return play.act({**act, "vouched_device": device}, by=REGISTRARS)


def forged(journey: Journey, *, number: int, previous: str | None, **told: str) -> bytes:
    """What a thief signs with the courier's key and phone, under a number and a link of his choice."""
    stage = journey.play.stage
    partial = {**delay(journey, reason="illness"), **told}
    own = stage.cast.devices["phone-ayt"]
    stage.cast.devices["phone-ayt"] = copy = replace(own, number=number, previous=previous)
    drafted, _ = stage.drafted(partial, by=(journey.courier,), zone="Asia/Almaty")
    stage.cast.devices["phone-ayt"] = own
    return seal_up(drafted, signatories=[stage.cast.people[journey.courier]], device=copy)


def before(journey: Journey) -> str:
    """The newest event of the courier's phone that reached the log: number 1."""
    return journey.play.ledger.state.devices.at(journey.play.stage.cast.devices["phone-ayt"].key, 1) or ""


def codes(play: Play) -> list[str]:
    told = ("device-fork", "device-gap", "late-by-revoked-key")
    return sorted(finding.code for finding in play.findings if finding.code in told)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_missing_numbers_are_filled_in_any_order_and_nothing_is_said(journey: Journey, order: Sequence[int]) -> None:
    events = delays(journey, 3)
    revoked(journey, vouched=4)
    journey.play.record(*(events[place] for place in order))
    assert journey.play.findings == []
    assert [journey.play.status(event) for event in events] == ["applied"] * 3


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_what_is_missing_below_an_event_that_stood_is_filled_in_any_order(
    journey: Journey, order: Sequence[int]
) -> None:
    *missing, last = delays(journey, 3)
    journey.play.record(last)
    revoked(journey, vouched=4)
    journey.play.record(*(missing[place] for place in order))
    assert journey.play.findings == []
    assert [journey.play.status(event) for event in missing] == ["applied"] * 2


def test_another_event_under_a_number_that_was_taken_is_late(journey: Journey) -> None:
    journey.play.record(*delays(journey, 1))
    revoked(journey, vouched=2)
    entry = forged(journey, number=2, previous=before(journey))
    journey.play.put(entry)
    assert codes(journey.play) == ["device-fork", "late-by-revoked-key"]
    assert journey.play.status(id_of(entry)) == "finding"


def test_an_event_that_does_not_follow_the_one_before_is_late(journey: Journey) -> None:
    revoked(journey, vouched=2)
    entry = forged(journey, number=2, previous="ab" * 32)
    journey.play.put(entry)
    assert codes(journey.play) == ["device-fork", "late-by-revoked-key"]
    assert journey.play.status(id_of(entry)) == "finding"


def test_an_event_that_the_link_of_a_later_one_does_not_name_is_late_and_the_right_one_counts(journey: Journey) -> None:
    missing, last = delays(journey, 2)
    journey.play.record(last)
    revoked(journey, vouched=3)
    entry = forged(journey, number=2, previous=before(journey))
    journey.play.put(entry)
    journey.play.record(missing)
    assert journey.play.status(id_of(entry)) == "finding"
    assert journey.play.status(missing) == "applied"
    assert codes(journey.play) == ["device-fork", "late-by-revoked-key"]


def test_two_forged_events_do_not_fill_a_gap_below_one_that_stood(journey: Journey) -> None:
    last = delays(journey, 3)[-1]
    journey.play.record(last)
    revoked(journey, vouched=4)
    first = forged(journey, number=2, previous=before(journey))
    second = forged(journey, number=3, previous=id_of(first))
    for entry in (first, second):
        journey.play.put(entry)
    assert [journey.play.status(id_of(entry)) for entry in (first, second)] == ["finding"] * 2
    assert codes(journey.play) == ["device-fork", "late-by-revoked-key"]
    assert [row.count for row in journey.play.findings if row.code == "late-by-revoked-key"] == [2]


def test_what_comes_ahead_of_a_gap_is_quiet_until_the_gap_is_told_and_counts_when_it_is_filled(
    journey: Journey,
) -> None:
    missing, last = delays(journey, 2)
    revoked(journey, vouched=3)
    journey.play.record(last)
    assert (journey.play.findings, journey.play.status(last)) == ([], "waiting")
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=73)
    assert codes(journey.play) == ["device-gap", "late-by-revoked-key"]
    assert journey.play.status(last) == "finding"
    journey.play.record(missing)
    late = next(finding for finding in journey.play.findings if finding.code == "late-by-revoked-key")
    assert (late.status, late.settled_by) == ("settled", last)
    assert journey.play.status(last) == "applied"


def test_beyond_the_vouched_number_a_link_that_fits_helps_nobody(journey: Journey) -> None:
    events = delays(journey, 2)
    revoked(journey, vouched=2)
    journey.play.record(*events)
    assert [journey.play.status(event) for event in events] == ["applied", "finding"]
    assert codes(journey.play) == ["late-by-revoked-key"]


def test_of_two_histories_recorded_before_a_loss_the_one_that_stood_first_is_vouched_for(journey: Journey) -> None:
    (kept,) = delays(journey, 1)
    entry = forged(journey, number=2, previous=before(journey))
    journey.play.record(kept)
    journey.play.put(entry)
    loss = revoked(journey, vouched=2)
    suspect = next(finding for finding in journey.play.findings if finding.code == "suspect-after-loss")
    assert set(suspect.evidence) == {loss, id_of(entry)}


def test_a_rotated_key_vouches_by_event_too(journey: Journey) -> None:
    play = journey.play
    play.record(*delays(journey, 1))
    witnesses.rotated(play, journey.courier, vouched=2)
    entry = forged(journey, number=2, previous=before(journey))
    play.put(entry)
    assert play.status(id_of(entry)) == "finding"


def test_what_was_vouched_for_is_the_same_for_everybody_who_folds_the_log(journey: Journey) -> None:
    missing, last = delays(journey, 2)
    revoked(journey, vouched=3)
    journey.play.record(last, missing)
    assert fold(journey.play.log).state_digest() == journey.play.ledger.state_digest()


def test_of_one_device_sixteen_revocations_vouch_for_what_is_missing_and_any_more_for_what_stood() -> None:
    first, second = "01" * 32, "02" * 32
    chains, vouchings = DeviceChains(), Vouchings()
    chains.add("phone", number=1, event=first, previous=None)
    for revocation in map(str, range(17)):
        vouchings.open(revocation, device="phone", number=2, chains=chains)
    chains.add("phone", number=2, event=second, previous=first)
    vouchings.place(second, device="phone", number=2, previous=first, chains=chains)
    pledged = [
        [
            vouchings.pledge(name, event=event, device="phone", number=number, chains=chains)
            for name in ("0", "15", "16")
        ]
        for number, event in ((1, first), (2, second))
    ]
    assert pledged == [["vouched"] * 3, ["vouched", "vouched", "beyond"]]
