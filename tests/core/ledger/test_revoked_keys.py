"""Keys that were revoked: what they signed before, after and in between, and what decisions let stand."""

from __future__ import annotations

from typing import Any

import pytest

from custody.core.authority.roster import possession_message
from custody.core.entries.signing import sign
from custody.courier.signatories import Signatory
from schemas.identifiers import unit_id
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

RUN = unit_id(office="CEC", kind="batch", number=2)


REGISTRARS = ("registrar-1", "registrar-2")


@pytest.fixture
def play() -> Play:
    return Play("AYT", "ROM")


def newcomer(play: Play, badge: str = "ayt-new", *, role: Any = "member", office: str = "AYT") -> Signatory:
    return play.stage.cast.signatory(badge, role=role, office=office)


def row(play: Play, who: Signatory, **told: Any) -> dict[str, Any]:
    message = possession_message(election=play.ledger.election, person=who.person, role=who.role, keyid=who.key)
    enrolment = {"public": who.public.hex(), "role": who.role, "person": who.person, "badge": who.badge}
    return {**enrolment, "office": who.office, "proof": sign(who.private, message).hex(), "next_key": None, **told}


def enrolled(play: Play, *rows: dict[str, Any], by: tuple[str, ...] = REGISTRARS) -> str:
    return play.act({"type": "KeyEnrolled", "keys": list(rows)}, by=by)


def revoked(play: Play, badge: str, *, vouched: int) -> str:
    act = {"type": "KeyRevoked", "key": play.key(badge), "vouched_number": vouched, "reason": "stolen"}
    return play.act(act, by=REGISTRARS)


def test_an_event_up_to_the_last_vouched_number_counts_though_it_comes_after_the_revocation() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    revoked(play, journey.courier, vouched=2)
    play.record(offer)
    assert play.status(offer) == "applied"
    assert play.findings == []


def late() -> tuple[Journey, str]:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    revoked(play, journey.courier, vouched=1)
    play.record(offer)
    return journey, offer


def test_an_event_beyond_the_last_vouched_number_is_late_and_moves_nothing() -> None:
    journey, offer = late()
    finding = journey.play.only("late-by-revoked-key")
    assert finding.sentence == (
        "The offer of a handover was signed by courier-ayt (courier), whose key was revoked before it was recorded."
    )
    assert journey.play.status(offer) == "finding"


def test_adjudication_can_let_a_late_event_take_effect() -> None:
    journey, offer = late()
    finding = journey.play.only("late-by-revoked-key")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": offer}, by=CEC)
    assert journey.play.status(offer) == "applied"
    journey.answer(offer, journey.who("officer"))
    assert journey.play.holder(journey.pouch) == "mission AYT"


def test_a_revoked_device_key_moves_nothing() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    device = play.stage.cast.devices["phone-ayt"].key
    play.act({"type": "KeyRevoked", "key": device, "vouched_number": 1, "reason": "stolen"}, by=REGISTRARS)
    offer = journey.offer((journey.courier,), journey.who("officer"))
    assert play.only("late-by-revoked-key").subject == journey.pouch
    assert play.status(offer) == "finding"


def test_a_revoked_signature_beside_enough_others_only_does_not_count() -> None:
    journey = Journey(Play(), "ROM").opened()
    revoked(journey.play, "rom-member", vouched=99)
    journey.play.stage.cast.devices["rom-device"].number = 100
    act = {"type": "SealsApplied", "seals": [journey.play.stage.seal(journey.pouch)]}
    event = journey.play.act(act, by=journey.commission)
    assert journey.play.only("late-by-revoked-key").status == "open"
    assert journey.play.status(event) == "applied"


def test_revoking_twice_or_an_unknown_key_is_a_finding(play: Play) -> None:
    revoked(play, "courier-ayt", vouched=5)
    revoked(play, "courier-ayt", vouched=9)
    play.act({"type": "KeyRevoked", "key": "ab" * 32, "vouched_number": 0, "reason": "lost"}, by=REGISTRARS)
    assert play.codes_found() == [("not-in-state", "open")] * 2


def test_a_revocation_between_two_late_acts_lets_the_vouched_one_stand_and_holds_the_other_back() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    vouched = play.hold(delay, by=(journey.courier,))
    beyond = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    revoked(play, journey.courier, vouched=2)
    play.record(beyond, vouched)
    assert (play.status(vouched), play.status(beyond)) == ("applied", "finding")
    assert play.only("late-by-revoked-key").evidence == (beyond,)
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_an_act_made_after_its_device_had_seen_the_revocation_is_no_late_one() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    revoked(play, journey.courier, vouched=1)
    seen = witnesses.witnessed(play, {})
    offer = play.act({**journey.offering(journey.who("officer")), "seen": seen}, by=(journey.courier,))
    assert play.only("revoked-key").severity == "serious"
    assert play.status(offer) == "finding"


def test_what_a_stolen_key_signed_beyond_the_vouched_number_before_the_loss_was_known_is_suspect_and_stands() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    delay = play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    loss = revoked(play, journey.courier, vouched=1)
    finding = play.only("suspect-after-loss")
    assert set(finding.evidence) == {delay, loss}
    assert (
        "vouched for up to number 1; signed with it beyond that and recorded before: the report of a delay"
        in finding.sentence
    )
    assert play.status(delay) == "applied"


def test_of_much_that_is_suspect_sixteen_events_are_named_and_all_are_counted() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    report = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    delays = [play.act(report, by=(journey.courier,)) for _ in range(20)]
    loss = revoked(play, journey.courier, vouched=1)
    finding = play.only("suspect-after-loss")
    assert set(finding.evidence) == {loss, *delays[:16]}
    assert finding.count == 20
    assert "20 events were signed with it beyond that and recorded before; the first of them: " in finding.sentence


def test_three_keys_of_two_persons_are_two_persons() -> None:
    journey = Journey(Play(), "ROM").opened()
    play = journey.play
    secretary = play.stage.cast.people["rom-secretary"]
    private = play.stage.cast.signatory("rom-twin", role="member", office="ROM").private
    twin = Signatory("rom-twin", "member", "ROM", secretary.person, private)
    play.stage.cast.people["rom-twin"] = twin
    enrolled(play, row(play, twin))
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    event = play.act(
        {"type": "BallotsCounted", "occasion": "receipt", "counts": counts},
        by=("rom-chair", "rom-secretary", "rom-twin"),
    )
    assert play.only("below-threshold").sentence == "The count of papers: 2 of 3 signed."
    assert play.status(event) == "recorded"


def test_a_courier_who_was_given_another_key_hands_over_what_the_same_person_took_over() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play, courier = journey.play, journey.play.stage.cast.people["courier-ayt"]
    private = newcomer(play, "courier-ayt-new", role="courier", office="MFA").private
    again = Signatory("courier-ayt-new", "courier", "MFA", courier.person, private)
    play.stage.cast.people["courier-ayt-new"] = again
    play.stage.cast.device_of["courier-ayt-new"] = "phone-ayt"
    enrolled(play, row(play, again))
    journey.over(("courier-ayt-new",), journey.who("officer"))
    assert play.holder(journey.pouch) == "mission AYT"
    assert play.findings == []


def decided(journey: Journey, *, chosen: str | None) -> str:
    """Two officers decide about the event that a revoked key signed."""
    finding = next(item for item in journey.play.findings if item.code == "late-by-revoked-key")
    return journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)


def test_a_later_decision_holds_an_excused_act_back_again_with_all_that_followed_it() -> None:
    journey, offer = late()
    play = journey.play
    decided(journey, chosen=offer)
    answer = journey.answer(offer, journey.who("officer"))
    assert play.holder(journey.pouch) == "mission AYT"
    last = decided(journey, chosen=None)
    assert play.holder(journey.pouch) == "courier courier-ayt"
    assert (play.status(offer), play.status(answer)) == ("finding", "disputed")
    finding = play.only("late-by-revoked-key")
    assert (finding.status, finding.settled_by, len(finding.decisions)) == ("adjudicated", last, 2)


def test_the_last_of_several_decisions_about_a_revoked_keys_act_is_in_force() -> None:
    journey, offer = late()
    decided(journey, chosen=offer)
    answer = journey.answer(offer, journey.who("officer"))
    decided(journey, chosen=None)
    decided(journey, chosen=offer)
    assert journey.play.status(answer) == "applied"
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert len(journey.play.only("late-by-revoked-key").decisions) == 3


def test_what_follows_an_act_that_is_held_back_again_moves_nothing_when_it_comes_later() -> None:
    journey, offer = late()
    answer = journey.play.hold(journey.answering(offer), by=journey.who("officer"))
    decided(journey, chosen=offer)
    decided(journey, chosen=None)
    journey.play.record(answer)
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    decided(journey, chosen=offer)
    assert journey.play.holder(journey.pouch) == "mission AYT"


def test_an_excused_act_that_still_waits_waits_no_more_once_it_is_held_back() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    first = play.hold(journey.offering(("courier-reserve",)), by=(journey.courier,))
    taken = play.hold(journey.answering(first), by=("courier-reserve",))
    offer = play.hold(journey.offering(journey.who("officer")), by=("courier-reserve",))
    revoked(play, "courier-reserve", vouched=1)
    play.record(offer)
    decided(journey, chosen=offer)
    assert play.status(offer) == "waiting"
    decided(journey, chosen=None)
    play.record(first, taken)
    assert play.status(offer) == "finding"
    decided(journey, chosen=offer)
    assert play.status(offer) == "applied"


def test_a_mandate_granted_after_a_decision_is_not_taken_back_by_another_one() -> None:
    play = Play()
    Journey(play, "AYT")
    mandate = {
        "type": "MandateGranted",
        "courier": play.tag("courier-reserve"),
        "consignments": [play.names("AYT").out],
    }
    late = play.hold({**mandate, "first_day": "2015-04-15", "last_day": "2015-04-16"}, by=("mfa-1",))
    revoked(play, "mfa-1", vouched=0)
    play.record(late)
    finding = play.only("late-by-revoked-key")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": late}, by=CEC)
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert play.status(late) == "applied"
    assert [item.sentence for item in play.findings if item.code == "not-in-state"] == [
        "The grant of a mandate was carried out after a decision; only another decision of its own kind undoes it."
    ]
