"""Device chains: gaps wait and then speak, forks are proofs, and a forked device needs a second person."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.courier.completion import countersign
from custody.courier.knowledge import know
from schemas.envelope import Signature, format_envelope, make_envelope, pae, parse_envelope
from schemas.identifiers import unit_id
from schemas.strict_json import canonical
from tests.core.ledger.branch_stories import with_the_device_alone
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked, id_of
from tests.core.ledger.test_keys import newcomer, row


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
    assert finding.sentence == "Device phone-ayt gave the number 2 to two events; its chain can hold only one of them."
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


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_the_key_of_a_device_signed_alone_makes_no_fork_of_its_owners_events(order: tuple[int, int]) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, alone = journey.play, with_the_device_alone(journey)
    honest = play.hold({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    for place in order:
        play.put((alone, play.held[honest])[place])
    handed = journey.over((journey.courier,), journey.who("officer"))
    assert play.only("below-threshold").evidence == (id_of(alone),)
    assert play.status(handed) == "applied"
    play.monitor_says(hours=1)
    play.monitor_says(hours=80)
    assert {code for code, _ in play.codes_found()}.isdisjoint({"device-fork", "device-gap"})


def test_it_makes_one_once_its_person_signs_it_too() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, alone = journey.play, with_the_device_alone(journey)
    play.put(alone)
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    person = play.stage.cast.people[journey.courier]
    play.put(countersign(parse_envelope(alone), signatories=[person], device=None))
    assert play.codes_found() == [("below-threshold", "settled"), ("device-fork", "open")]


def test_a_phone_goes_on_in_its_own_chain_whatever_its_key_alone_has_signed() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    device = journey.play.stage.cast.devices["phone-ayt"]
    journey.play.put(with_the_device_alone(journey))
    assert know(journey.play.log, drafts=()).chains[device.key] == (device.number - 1, device.previous)


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


ACTS: tuple[tuple[Partial, tuple[str, ...]], ...] = (
    ({"type": "DelayReported", "reason": "weather"}, ("courier-ayt",)),
    ({"type": "KeyEnrolled"}, ("registrar-1", "registrar-2")),
)


@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize(("partial", "by"), ACTS)
def test_an_event_from_a_device_that_nobody_enrolled_is_told_at_once(
    partial: Partial, by: tuple[str, ...], signed: int
) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    stranger = newcomer(journey.play)
    more = {"units": [journey.pouch]} if "reason" in partial else {"keys": [row(journey.play, stranger)]}
    entry = from_unknown_device({**partial, **more}, play=journey.play, by=by, signed=signed)
    journey.play.put(entry)
    (finding,) = journey.play.findings
    assert (finding.code, finding.evidence[0]) == ("below-threshold", id_of(entry))
    assert finding.sentence.endswith(": nobody had enrolled the device that it names.")
    assert [code for code, _, _ in finding.related] == ["unknown-key"] * signed
    assert journey.play.status(id_of(entry)) == "recorded"
    assert journey.play.ledger.public_key(stranger.key) is None


def from_unknown_device(partial: Partial, *, play: Play, by: tuple[str, ...], signed: int) -> bytes:
    """An event with the mark of a device that nobody enrolled, with or without that device's signature."""
    drafted, badge = play.stage.drafted(partial, by=by, zone="Asia/Almaty")
    payload = json.loads(drafted.payload)
    private = derive_demo_key(seed=9, name="nobody", domain="kz-2015.invalid")
    unknown = keyid(public_bytes(private))
    known = play.stage.cast.devices[badge].key
    payload["device"] = {**payload["device"], "key": unknown, "number": 1, "previous": None}
    for signer in payload["signers"]:
        signer["key"] = unknown if signer["key"] == known else signer["key"]
    payload["signers"].sort(key=lambda item: item["key"])
    data = canonical(payload)
    keys = {play.stage.cast.people[name].key: play.stage.cast.people[name].private for name in by}
    keys |= {unknown: private} if signed else {}
    signatures = [Signature(key, sign(keys[key], pae(data))) for key in sorted(keys)]
    return format_envelope(make_envelope(payload=data, signatures=signatures))
