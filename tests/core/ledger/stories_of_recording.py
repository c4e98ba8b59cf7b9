"""Stories of the rulebook about what is recorded: entries, signatures, keys and devices, and acts that follow one another."""

from __future__ import annotations

from typing import Final

from custody.core.entries.unrepresentable import unrepresentable
from custody.courier.signatories import Signatory
from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial
from tests.core.ledger.telling import tells

RUN: Final = unit_id(office="CEC", kind="batch", number=2)


@tells("prepared", 2, 3, 4)
def what_is_no_event_of_this_election_means_nothing_and_stops_nothing(journey: Journey) -> None:
    play = journey.play
    play.put(b"not an event")
    play.put(play.forge({"type": "PrintOrdered", "batch": RUN, "papers": 5, "election": "00" * 32}, by=CEC))
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=CEC)
    play.put(play.log[-1])


@tells("prepared", 3)
def records_that_are_no_entry_are_told_as_what_they_are(journey: Journey) -> None:
    null, long = unrepresentable("null"), unrepresentable("length", bytes(70_000))
    for leaf in (null, null, unrepresentable("missing"), long, long, unrepresentable("imitation", null)):
        journey.play.put(leaf)


@tells("prepared", 5, 51)
def a_half_signed_decision_takes_effect_with_the_second_signature(journey: Journey) -> None:
    rules = journey.play.ledger.state.rules_now().rules.model_dump(mode="json")
    event = journey.play.act({"type": "RulesSet", "rules": {**rules, "waiting_hours": 10}}, by=CEC[:1], late=CEC[1:])
    journey.play.sign_late(event, by="cec-2")


@tells("opened", 5, 6, 7, 9)
def a_distinct_person_of_one_office_counts_once(journey: Journey) -> None:
    play = journey.play
    private = play.stage.cast.signatory("second-key", role="member", office="AYT").private
    person = play.stage.cast.people["ayt-secretary"].person
    play.stage.cast.people["ayt-twin"] = twin = Signatory("ayt-twin", "member", "AYT", person, private)
    play.enrol(twin)
    play.act(counting(journey), by=("ayt-chair", "ayt-secretary", "ayt-twin"))
    play.act(counting(journey), by=("ayt-chair", "ayt-secretary", "rom-member"))
    stranger = play.stage.cast.signatory("stranger", role="member", office="AYT")
    play.stage.cast.people["stranger"] = stranger
    play.act(counting(journey), by=("ayt-chair", "ayt-secretary", "stranger"))
    play.act(counting(journey), by=(*journey.commission, "rom-member"))


@tells("prepared", 8)
def an_act_names_the_device_it_was_made_on(journey: Journey) -> None:
    journey.play.act({**packing(journey), "device": None}, by=CEC)


@tells("under-way", 10)
def a_revocation_between_two_late_acts(journey: Journey) -> None:
    play = journey.play
    vouched = play.hold(_delay(journey), by=(journey.courier,))
    beyond = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    _revoked(journey, vouched=2)
    play.record(vouched, beyond)
    finding = next(item for item in play.findings if item.code == "late-by-revoked-key")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": beyond}, by=CEC)


@tells("under-way", 11)
def what_a_lost_key_signed_before_the_loss_was_known_is_suspect(journey: Journey) -> None:
    journey.play.act(_delay(journey), by=(journey.courier,))
    _revoked(journey, vouched=1)


@tells("under-way", 12)
def a_gap_in_a_device_chain_waits_and_then_speaks(journey: Journey) -> None:
    play = journey.play
    kept = play.hold(_delay(journey), by=(journey.courier,))
    play.act(_delay(journey, reason="border"), by=(journey.courier,))
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    play.monitor_says(hours=2)
    play.record(kept)


@tells("under-way", 13)
def two_events_with_one_number_are_two_histories_of_a_device(journey: Journey) -> None:
    other = journey.play.forge(_delay(journey, reason="illness"), by=(journey.courier,))
    journey.play.act(_delay(journey), by=(journey.courier,))
    journey.play.put(other)
    journey.offer((journey.courier,), journey.who("officer"))


@tells("at-mfa", 14)
def an_answer_recorded_before_its_offer_waits(journey: Journey) -> None:
    offer = journey.play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = journey.play.hold(journey.answering(offer), by=(journey.courier,))
    journey.play.record(answer, offer)


@tells("at-mfa", 15, 16)
def who_does_not_hold_a_unit_and_what_its_state_does_not_allow(journey: Journey) -> None:
    journey.offer(("cec-1",), (journey.courier,))
    journey.play.act({"type": "SealsApplied", "seals": [journey.play.stage.seal(journey.pouch)]}, by=("mfa-1", "mfa-2"))


@tells("at-mfa", 17, 18, 29)
def two_couriers_claim_one_leg(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.mandate("courier-reserve")
    answers = []
    for courier, releasing in ((journey.courier, "mfa-1"), ("courier-reserve", "mfa-2")):
        offer = play.hold(journey.offering((courier,), units=refs), by=(releasing,))
        answers.append(play.hold({**journey.answering(offer), "units": refs}, by=(courier,)))
        play.record(offer, answers[-1])
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": answers[1]}, by=CEC)


@tells("prepared", 19)
def what_fails_only_because_of_a_refused_act_is_listed_under_it(journey: Journey) -> None:
    play, pack = journey.play, journey.names.pack(1)
    play.act(packing(journey), by=("ayt-chair", "ayt-secretary"))
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)], "units": play.refs(pack)}, by=CEC)


def counting(journey: Journey) -> Partial:
    """A count of all packs at their receipt, as the packs say."""
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    return {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}


def packing(journey: Journey) -> Partial:
    """One more packing of the first pack."""
    unit = {"unit": journey.names.pack(1), "batch": journey.names.batch, "contents": []}
    return {"type": "UnitPacked", **unit, "papers": 100}


def _delay(journey: Journey, *, reason: str = "weather") -> Partial:
    return {"type": "DelayReported", "units": [journey.pouch], "reason": reason}


def _revoked(journey: Journey, *, vouched: int) -> None:
    key = journey.play.key(journey.courier)
    act = {"type": "KeyRevoked", "key": key, "vouched_number": vouched, "reason": "stolen"}
    journey.play.act(act, by=("registrar-1", "registrar-2"))
