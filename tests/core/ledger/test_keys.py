"""Keys and roles: revoked, unknown, unfit, unlisted, of the wrong role; nobody acts for another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.core.authority.roster import possession_message
from custody.core.entries.signing import sign
from custody.courier.completion import seal_up
from custody.courier.signatories import Signatory
from schemas.envelope import Envelope, Signature, format_envelope, make_envelope, pae, parse_envelope
from schemas.identifiers import unit_id
from schemas.strict_json import canonical
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, id_of

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


# --- enrolment


def test_two_registrars_enrol_a_member(play: Play) -> None:
    enrolled(play, row(play, newcomer(play)))
    assert play.ledger.public_key(newcomer(play).key) is not None
    assert play.findings == []


def test_one_registrar_is_not_enough(play: Play) -> None:
    enrolled(play, row(play, newcomer(play)), by=REGISTRARS[:1])
    assert play.only("below-threshold").sentence == "The enrolment of keys: 1 of 2 signed."
    assert play.ledger.public_key(newcomer(play).key) is None


@pytest.mark.parametrize(
    "told",
    [
        {"proof": "00" * 64},
        {"public": "01" + "00" * 31},
        {"public": "00" * 32},
        {"public": "ff" * 32},
        {"role": "chair"},
        {"person": "ab" * 32},
        {"person": None},
        {"role": "device"},
    ],
)
def test_a_key_without_proof_or_unfit_or_for_somebody_else_is_not_enrolled(play: Play, told: dict[str, Any]) -> None:
    event = enrolled(play, row(play, newcomer(play), **told))
    assert play.only("not-authorised").sentence == (
        "Not enrolled: ayt-new: the key is unfit, enrolled before, has another role, "
        "or its proof of possession fails; or the badge is another holder's."
    )
    assert play.status(event) == "finding"
    assert play.ledger.public_key(newcomer(play).key) is None


def test_one_unfit_key_among_many_keeps_out_itself_only(play: Play) -> None:
    rows = [row(play, newcomer(play, f"ayt-new-{number}")) for number in range(63)]
    enrolled(play, *rows, row(play, newcomer(play, "ayt-bad"), proof="00" * 64))
    assert "Not enrolled: ayt-bad:" in play.only("not-authorised").sentence
    assert play.ledger.public_key(newcomer(play, "ayt-new-5").key) is not None


def test_a_key_is_bound_once(play: Play) -> None:
    person = newcomer(play)
    enrolled(play, row(play, person))
    enrolled(play, row(play, Signatory("ayt-other", "chair", "AYT", person.person, person.private)))
    assert play.only("not-authorised").status == "open"


def test_a_second_badge_for_somebody_known_is_told(play: Play) -> None:
    ghost = newcomer(play, "ghost", role="mission-officer")
    known = Signatory(ghost.badge, ghost.role, ghost.office, play.tag("courier-ayt"), ghost.private)
    event = enrolled(play, row(play, known))
    said = play.only("not-authorised").sentence
    assert (
        said == "ghost was enrolled for a person who stands under another badge, courier-ayt: one person, two badges."
    )
    assert (play.status(event), play.ledger.public_key(ghost.key) is None) == ("applied", False)


def test_of_one_enrolment_under_two_badges_the_second_is_told_and_an_unfit_key_too(play: Play) -> None:
    one, other = newcomer(play, "ayt-one"), newcomer(play, "ayt-two")
    same = Signatory(other.badge, other.role, other.office, one.person, other.private)
    for rows in ((one, same), (same, one)):
        fresh = Play("AYT", "ROM")
        enrolled(fresh, *(row(fresh, who) for who in rows), row(fresh, newcomer(fresh, "ayt-bad"), proof="00" * 64))
        assert {finding.subject for finding in fresh.findings} == {"ayt-bad", rows[1].badge}


def test_a_further_key_under_the_same_badge_is_no_finding(play: Play) -> None:
    further = newcomer(play, "ayt-further")
    enrolled(play, row(play, Signatory("courier-ayt", "courier", "AYT", play.tag("courier-ayt"), further.private)))
    assert play.ledger.public_key(further.key) is not None
    assert play.findings == []


@pytest.mark.parametrize("role", ["cec-officer", "registrar"])
def test_registrars_cannot_enrol_officers_or_registrars(play: Play, role: str) -> None:
    person = newcomer(play, "cec-new", role=role, office="CEC")
    enrolled(play, row(play, person))
    assert play.only("not-authorised").status == "open"
    assert play.ledger.public_key(person.key) is None


@pytest.mark.parametrize("badge", ["cec-1", "registrar-1"])
@pytest.mark.parametrize("shown", ["", "another"])
def test_registrars_enrol_no_further_key_of_an_officer_or_registrar(play: Play, badge: str, shown: str) -> None:
    ghost = newcomer(play, "ghost", role="pouch-office", office="MFA")
    person = Signatory(shown or badge, ghost.role, ghost.office, play.tag(badge), ghost.private)
    enrolled(play, row(play, person))
    assert play.only("not-authorised").status == "open"
    assert play.ledger.public_key(person.key) is None
    enrolled(play, row(play, person), by=CEC)
    assert play.ledger.public_key(person.key) is not None


def test_officers_can_enrol_a_registrar(play: Play) -> None:
    enrolled(play, row(play, newcomer(play, "registrar-3", role="registrar", office="CEC")), by=CEC)
    assert play.findings == []


# --- signatures that do not count


def test_a_role_that_does_not_entitle_is_not_authorised(play: Play) -> None:
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=("duty-1", "registrar-1"))
    assert (
        play.only("not-authorised").sentence
        == "The printing order was signed by duty-1, registrar-1, whose role does not entitle to it."
    )


def test_a_signature_that_the_payload_does_not_list_counts_for_nothing_and_is_a_finding(play: Play) -> None:
    entry = play.forge({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=CEC[:1])
    envelope = parse_envelope(entry)
    other = play.stage.cast.people["cec-2"]
    extra = Signature(other.key, sign(other.private, pae(envelope.payload)))
    signatures = tuple(sorted((*envelope.signatures, extra), key=lambda item: item.keyid))
    play.put(format_envelope(Envelope(envelope.payload, signatures)))
    assert play.codes_found() == [("below-threshold", "open"), ("extra-signature", "open")]


def test_an_entry_signed_by_unknown_keys_only_is_one_finding(play: Play) -> None:
    stranger = newcomer(play, "nobody", role="courier", office="MFA")
    play.stage.cast.people["nobody"] = stranger
    drafted, _ = play.stage.drafted({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=("nobody",), zone="UTC")
    told = play.put(seal_up(drafted, signatories=[stranger], device=None))
    assert (
        play.only("unknown-key").sentence
        == "The printing order carries a signature of keys that were not enrolled at that position."
    )
    assert told[0].doc["status"] == "finding"


def test_a_key_enrolled_after_its_signature_was_recorded_counts_from_the_next_copy(play: Play) -> None:
    person = newcomer(play)
    play.stage.cast.people["ayt-new"] = person
    play.stage.cast.device_of["ayt-new"] = "ayt-device"
    journey = Journey(play, "AYT").opened()
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = play.act(act, by=("ayt-chair", "ayt-secretary", "ayt-new"))
    assert play.status(event) == "recorded"
    enrolled(play, row(play, person))
    play.record(event)
    assert play.status(event) == "applied"
    assert {status for _, status in play.codes_found()} == {"settled"}


def test_a_signature_that_does_not_verify_is_a_finding(play: Play) -> None:
    entry = play.forge({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=CEC)
    envelope = parse_envelope(entry)
    key = play.key("cec-2")
    signatures = tuple(Signature(item.keyid, bytes(64)) if item.keyid == key else item for item in envelope.signatures)
    play.put(format_envelope(Envelope(envelope.payload, signatures)))
    finding = play.only("below-threshold")
    assert [code for code, _, _ in finding.related] == ["extra-signature"]


def test_a_signer_listed_under_somebody_elses_tag_counts_for_nothing(play: Play) -> None:
    payload = json.loads(
        parse_envelope(play.forge({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=CEC)).payload
    )
    for signer in payload["signers"]:
        if signer["key"] == play.key("cec-2"):
            signer["person"] = play.tag("cec-3")
    data = canonical(payload)
    private = play.private_keys()
    listed = (play.key("cec-1"), play.key("cec-2"), play.stage.cast.devices["cec-device"].key)
    signed = [Signature(key, sign(private[key], pae(data))) for key in listed]
    entry = format_envelope(make_envelope(payload=data, signatures=signed))
    play.put(entry)
    assert [code for code, _ in play.codes_found()] == ["below-threshold", "not-authorised"]
    assert play.status(id_of(entry)) == "recorded"


# --- revocation


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
    told = {finding.code: finding.sentence for finding in play.findings}
    assert told["below-threshold"] == "The count of papers: 2 of 3 signed."
    assert "rom-twin was enrolled for a person who stands under another badge" in told["not-authorised"]
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
    assert play.only("not-authorised").subject == "courier-ayt-new"


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


def test_a_device_that_signs_in_a_persons_part_is_named() -> None:
    journey = Journey(Play(), "AYT").under_way()
    cast = journey.play.stage.cast
    person, device = cast.people[journey.courier], cast.devices[cast.device_of[journey.courier]]
    signers = [
        {"key": person.key, "person": person.person, "part": "acting"},
        {"key": device.key, "person": None, "part": "acting"},
    ]
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather", "signers": signers}
    event = journey.play.act(delay, by=(journey.courier,))
    assert journey.play.status(event) != "applied"
    told = {(item.code, *(code for code, _, _ in item.related)) for item in journey.play.findings}
    assert any("not-authorised" in codes for codes in told), told
