"""Acts whose signatures come in parts, in copies, and in the wrong order."""

import pytest

from schemas.envelope import Envelope, Signature, format_envelope, parse_envelope
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def opened() -> Journey:
    return Journey(Play(), "ROM").opened()


def counting(journey: Journey) -> str:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    return journey.play.hold(act, by=journey.commission[:2], late=journey.commission[2:])


def stripped(entry: bytes, key: str) -> bytes:
    envelope = parse_envelope(entry)
    kept: tuple[Signature, ...] = tuple(item for item in envelope.signatures if item.keyid != key)
    return format_envelope(Envelope(envelope.payload, kept))


def test_two_of_three_is_below_threshold_and_changes_nothing(opened: Journey) -> None:
    event = counting(opened)
    told = opened.play.record(event)
    finding = opened.play.only("below-threshold")
    assert (finding.severity, finding.status) == ("attention", "open")
    assert finding.sentence == "The count of papers: 2 of 3 signed; awaited: rom-member."
    assert told[0].doc["status"] == "finding"
    assert opened.play.book("ROM")["counted"] is None


def test_the_third_signature_completes_the_act_and_settles_the_finding(opened: Journey) -> None:
    event = counting(opened)
    opened.play.record(event)
    opened.play.sign_late(event, by="rom-member")
    finding = opened.play.only("below-threshold")
    assert (finding.status, finding.settled_by) == ("settled", event)
    assert opened.play.status(event) == "applied"
    assert opened.play.book("ROM")["counted"] == opened.papers


def test_a_stripped_copy_after_the_complete_one_is_a_duplicate(opened: Journey) -> None:
    event = opened.count()
    told = opened.play.put(stripped(opened.play.held[event], opened.play.key("rom-member")))
    assert [outcome.doc["status"] for outcome in told] == ["duplicate"]
    assert opened.play.findings == []


def test_a_stripped_copy_before_the_complete_one_is_completed_by_it(opened: Journey) -> None:
    counts = [{"unit": pack, "papers": opened.play.unit(pack).papers} for pack in opened.packs]
    event = opened.play.hold({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=opened.commission)
    opened.play.put(stripped(opened.play.held[event], opened.play.key("rom-member")))
    told = opened.play.record(event)
    assert told[0].doc["status"] == "added"
    assert opened.play.codes_found() == [("below-threshold", "settled")]
    assert opened.play.book("ROM")["counted"] == opened.papers


def test_the_sentence_counts_the_signatures_as_they_come(opened: Journey) -> None:
    counts = [{"unit": pack, "papers": opened.play.unit(pack).papers} for pack in opened.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = opened.play.hold(act, by=opened.commission[:1], late=opened.commission[1:])
    opened.play.record(event)
    assert "1 of 3 signed" in opened.play.only("below-threshold").sentence
    opened.play.sign_late(event, by="rom-secretary")
    assert "2 of 3 signed" in opened.play.only("below-threshold").sentence


def test_a_follower_of_a_half_signed_act_waits_for_its_completion(opened: Journey) -> None:
    event = counting(opened)
    opened.play.record(event)
    opened.play.stage.sign_late(event, by="rom-member")
    complete = opened.play.stage.submissions[-1].entry
    stored = {"type": "StoreSealed", "station": "ROM", "seals": [opened.play.stage.seal(opened.names.stock)]}
    follower = opened.play.act(stored, by=opened.commission)
    assert opened.play.status(follower) == "waiting"
    opened.play.put(complete)
    assert opened.play.status(follower) == "applied"
    assert opened.play.codes_found() == [("below-threshold", "settled")]


def test_a_copy_without_the_devices_signature_is_below_threshold(opened: Journey) -> None:
    act = {"type": "SealsApplied", "seals": [opened.play.stage.seal(opened.pouch)]}
    event = opened.play.hold(act, by=opened.commission)
    device = opened.play.stage.cast.devices["rom-device"].key
    opened.play.put(stripped(opened.play.held[event], device))
    assert (
        opened.play.only("below-threshold").sentence
        == "The sealing: the device on which it was made has not signed; awaited: rom-device."
    )


def test_what_lacks_is_said_of_the_alternative_that_the_listed_signers_are_meant_for(opened: Journey) -> None:
    counts = [{"unit": pack, "papers": opened.play.unit(pack).papers} for pack in opened.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = opened.play.hold(act, by=opened.commission)
    device = opened.play.stage.cast.devices["rom-device"].key
    copy = opened.play.held[event]
    for name in opened.commission:
        copy = stripped(copy, opened.play.key(name))
    opened.play.put(copy)
    finding = opened.play.only("below-threshold")
    assert finding.sentence == "The count of papers: 0 of 3 signed; awaited: rom-chair, rom-member, rom-secretary."
    assert device in opened.play.ledger.state.records[event].signatures


def test_a_half_signed_decision_takes_effect_when_it_is_complete(opened: Journey) -> None:
    play = opened.play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    event = play.act({"type": "RulesSet", "rules": {**rules, "waiting_hours": 10}}, by=CEC[:1], late=CEC[1:])
    assert play.ledger.state.rules_now().rules.waiting_hours == 72
    play.sign_late(event, by="cec-2")
    assert play.ledger.state.rules_now().rules.waiting_hours == 10
    assert play.codes_found() == [("below-threshold", "settled")]
