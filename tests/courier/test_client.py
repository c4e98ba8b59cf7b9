"""A handover between two phones that are offline: what each one shows, checks and refuses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.courier import client
from custody.courier.client import OfferRead, knowledge_of
from custody.courier.sign_act import SignedAct
from schemas.envelope import Envelope, Signature, format_envelope, parse_envelope
from schemas.errors import Refused
from schemas.invitation import Invitation, format_invitation, parse_invitation
from tests.courier.two_stations import PACK, POUCH, SEAL, Election

INTACT = {"result": "accepted", "found": "intact"}


@pytest.fixture
def election(tmp_path: Path) -> Election:
    election = Election(tmp_path)
    election.packed()
    election.sync("cec-device")
    return election


def invited(election: Election, *badges: str) -> Invitation:
    people = election.cast.people
    keys = [people[badge].key for badge in badges]
    box = election.box(election.cast.device_of[badges[0]])
    return client.invite(box, keys=keys, election=knowledge_of(box).state.election, draw=os.urandom)


def offered(election: Election, *releasing_signers: str, to: Invitation) -> tuple[SignedAct, bytes]:
    return client.offer(election.phone(*releasing_signers), invitation=to, said={"units": [POUCH]})


def answered(election: Election, *receiving_signers: str, data: bytes) -> tuple[SignedAct, tuple[str, ...], OfferRead]:
    phone = election.phone(*receiving_signers)
    read, knowledge = client.read_offer(phone.outbox, data=data)
    made, words = client.answer(phone, read=read, knowledge=knowledge, said=INTACT)
    return made, words, read


def hand_over(election: Election, releasing: tuple[str, ...], receiving: tuple[str, ...]) -> str:
    made, data = offered(election, *releasing, to=invited(election, *receiving))
    answer, words, _ = answered(election, *receiving, data=data)
    box = election.box(election.cast.device_of[releasing[0]])
    is_one_device = election.cast.device_of[releasing[0]] == election.cast.device_of[receiving[0]]
    assert client.truth(box, offer=made.event) == ("confirmed" if is_one_device else "claimed")
    assert client.read_answer(box, data=answer.entry).words == words
    assert client.truth(box, offer=made.event) == "confirmed"
    return made.event


def test_both_sides_show_the_same_words_and_confirm_without_any_network(election: Election) -> None:
    made, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    answer, words, read = answered(election, "mfa-1", data=data)
    seen = client.read_answer(election.box("cec-device"), data=answer.entry)
    assert (read.releasing_signers, seen.receiving_signers) == (("cec-1",), ("mfa-1",))
    assert seen.words == words
    for device in ("cec-device", "mfa-device"):
        assert client.truth(election.box(device), offer=made.event) == "confirmed"
        head = knowledge_of(election.box(device)).state.paths.head(POUCH)
        assert head is not None


def test_the_giver_holds_it_until_the_answer_is_read(election: Election) -> None:
    election.sync("mfa-device")
    made, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    answer, _, _ = answered(election, "mfa-1", data=data)

    def holder() -> str:
        head = knowledge_of(election.box("cec-device")).state.paths.head(POUCH)
        return "" if head is None else str(head.custodian)

    assert holder() == "CEC"
    assert client.truth(election.box("cec-device"), offer=made.event) == "claimed"
    client.read_answer(election.box("cec-device"), data=answer.entry)
    assert holder() == "MFA"


def test_after_both_have_synced_the_handover_is_recorded_once(election: Election) -> None:
    offer = hand_over(election, ("cec-1",), ("mfa-1",))
    for device in ("mfa-device", "cec-device"):
        election.sync(device)
        assert client.truth(election.box(device), offer=offer) == "recorded"
    assert election.log.end() == election.size + 6
    assert not list(election.door().ledger.state.findings)


def test_a_whole_journey_offline_reaches_devices_that_knew_nothing_of_it(election: Election) -> None:
    """The mission's device has only the set-up; courier and ministry were never synced after the packing."""
    for device in ("mfa-device", "phone-ayt", "ayt-device"):
        election.box(device)
    hand_over(election, ("cec-1",), ("mfa-1",))
    hand_over(election, ("mfa-1",), ("courier-ayt",))
    hand_over(election, ("courier-ayt",), ("ayt-officer",))
    hand_over(election, ("ayt-officer",), ("ayt-chair", "ayt-secretary"))
    opened = {"type": "ConsignmentOpened", "unit": POUCH, "contents": [PACK], "seals": []}
    seals = [{"unit": POUCH, "seal": SEAL, "condition": "intact"}]
    election.act({**opened, "seals": seals}, "ayt-chair", "ayt-secretary", "ayt-member")
    for device in ("ayt-device", "phone-ayt", "mfa-device", "cec-device"):
        election.sync(device)
    state = election.door().ledger.state
    head = state.paths.head(POUCH)
    assert head is not None
    assert (str(head.custodian), head.state) == ("commission AYT", "opened")
    assert [finding.code for finding in state.findings] == []


def test_an_answer_is_drafted_from_the_offer_alone_where_the_units_are_unknown(election: Election) -> None:
    election.box("mfa-device")
    made, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    _, entry = client.read_passed(data)
    answer, _, _ = answered(election, "mfa-1", data=entry)
    found = client.read_answer(election.box("cec-device"), data=answer.entry).event.found
    assert [(seal.unit, seal.seal, seal.condition) for seal in found.seals] == [(POUCH, SEAL, "intact")]
    assert made.event == client.read_answer(election.box("cec-device"), data=answer.entry).event.offer


def stripped(data: bytes, key: str) -> bytes:
    """What was passed, without one key's signature."""
    envelope = parse_envelope(client.read_passed(data)[1])
    return format_envelope(Envelope(envelope.payload, tuple(one for one in envelope.signatures if one.keyid != key)))


def forged(data: bytes, key: str) -> bytes:
    """What was passed, with 64 zeros for one key's signature."""
    envelope = parse_envelope(client.read_passed(data)[1])
    changed = [Signature(one.keyid, bytes(64)) if one.keyid == key else one for one in envelope.signatures]
    return format_envelope(Envelope(envelope.payload, tuple(changed)))


@pytest.mark.parametrize("spoil", [stripped, forged])
def test_an_offer_without_the_givers_valid_signature_is_refused(
    election: Election, spoil: Callable[[bytes, str], bytes]
) -> None:
    _, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    box = election.box("mfa-device")
    with pytest.raises(Refused, match="offer-signature"):
        client.read_offer(box, data=spoil(data, election.cast.people["cec-1"].key))
    assert box.kept() == ()


def test_a_photographed_offer_is_refused_by_any_other_device(election: Election) -> None:
    _, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    with pytest.raises(Refused, match="offer-nonce"):
        client.read_offer(election.box("phone-ayt"), data=data)


def test_an_invitation_is_answered_once(election: Election) -> None:
    invitation = invited(election, "mfa-1")
    _, data = offered(election, "cec-1", to=invitation)
    answered(election, "mfa-1", data=data)
    _, again = offered(election, "cec-1", to=invitation)
    for replay in (data, again):
        with pytest.raises(Refused, match="offer-answered"):
            client.read_offer(election.box("mfa-device"), data=replay)


def test_nobody_answers_for_the_person_it_is_offered_to(election: Election) -> None:
    _, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    with pytest.raises(Refused, match="offer-recipient"):
        answered(election, "mfa-2", data=data)


def test_an_invitation_of_another_election_is_not_offered_to(election: Election) -> None:
    invitation = invited(election, "mfa-1").model_copy(update={"election": "0" * 64})
    with pytest.raises(Refused, match="offer-election"):
        offered(election, "cec-1", to=invitation)


def test_an_answer_to_somebody_elses_offer_is_refused(election: Election) -> None:
    _, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    answer, _, _ = answered(election, "mfa-1", data=data)
    with pytest.raises(Refused, match="answer-offer"):
        client.read_answer(election.box("phone-ayt"), data=answer.entry)
    with pytest.raises(Refused, match="answer-form"):
        client.read_answer(election.box("cec-device"), data=data)
    with pytest.raises(Refused, match="answer-signature"):
        client.read_answer(election.box("cec-device"), data=forged(answer.entry, election.cast.people["mfa-1"].key))


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"x" * 100, b"\xff" * 70_000])
def test_what_is_no_envelope_is_refused_on_both_sides(election: Election, data: bytes) -> None:
    with pytest.raises(Refused, match="offer-form"):
        client.read_offer(election.box("mfa-device"), data=data)
    with pytest.raises(Refused, match="answer-form"):
        client.read_answer(election.box("mfa-device"), data=data)


def test_a_refusal_moves_nothing_and_is_kept(election: Election) -> None:
    made, data = offered(election, "cec-1", to=invited(election, "mfa-1"))
    phone = election.phone("mfa-1")
    read, knowledge = client.read_offer(phone.outbox, data=data)
    said = {"result": "refused", "found": {"packages": 0, "seals": []}, "codes": ["package-missing"]}
    answer, _ = client.answer(phone, read=read, knowledge=knowledge, said=said)
    assert client.read_answer(election.box("cec-device"), data=answer.entry).event.result == "refused"
    for device in ("mfa-device", "cec-device"):
        election.sync(device)
    head = election.door().ledger.state.paths.head(POUCH)
    assert head is not None
    assert str(head.custodian) == "CEC"
    assert election.door().ledger.state.registers.offers[made.event].state == "refused"


def test_an_invitation_reads_back_as_it_was_written(election: Election) -> None:
    invitation = invited(election, "mfa-1", "mfa-2")
    assert parse_invitation(format_invitation(invitation)) == invitation
    for bad in (b"{}", format_invitation(invitation)[:-1], format_invitation(invitation) + b"\n"):
        with pytest.raises(Refused):
            parse_invitation(bad)
