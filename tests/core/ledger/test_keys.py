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
