"""Rotation: the key prepared at enrolment takes the place of the old one, of a person or a device; no other key does."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from custody.core.entries.admission import check_admissible, check_entry
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes
from custody.courier.signatories import Device, Signatory
from schemas.errors import Refused
from tests.core.ledger.authority_stories import new_root, officer
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, LOG_KEY, Play
from tests.core.ledger.witnesses import heir, rotated, rotation

REGISTRARS = ("registrar-1", "registrar-2")


@pytest.fixture
def journey() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").under_way()


def delay(journey: Journey, **told: Any) -> dict[str, Any]:
    return {"type": "DelayReported", "units": [journey.pouch], "reason": "weather", **told}


def test_the_prepared_key_takes_over_with_person_badge_and_role(journey: Journey) -> None:
    old = journey.play.key(journey.courier)
    assert journey.play.status(rotated(journey.play, journey.courier)) == "applied"
    roster = journey.play.ledger.state.roster
    new = roster.with_badge(journey.courier)
    before = roster.get(old)
    assert new is not None
    assert before is not None
    assert (new.person, new.role, new.office, new.earlier) == (before.person, before.role, before.office, (old,))
    journey.over((f"{journey.courier}-next",), journey.who("officer"))
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert journey.play.findings == []


def test_the_old_key_counts_no_longer_for_what_is_made_later(journey: Journey) -> None:
    rotated(journey.play, journey.courier, vouched=1)
    offer = journey.offer((journey.courier,), journey.who("officer"))
    assert journey.play.only("late-by-revoked-key").sentence == (
        "The offer of a handover was signed by courier-ayt (courier), whose key was replaced by another before it was recorded."
    )
    assert journey.play.status(offer) == "finding"


def test_what_the_old_key_signed_before_stands_though_it_is_recorded_later(journey: Journey) -> None:
    offer = journey.play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    rotated(journey.play, journey.courier, vouched=2)
    journey.play.record(offer)
    assert journey.play.status(offer) == "applied"
    assert journey.play.findings == []


def test_a_key_that_was_not_prepared_changes_nothing_though_the_old_key_signs_too(journey: Journey) -> None:
    play, old = journey.play, journey.play.stage.cast.people[journey.courier]
    other = replace(old, badge="other", private=derive_demo_key(seed=7, name="other", domain="kz-2015.invalid"))
    play.stage.cast.people["other"] = other
    event = play.act(rotation(play, old, other.private), by=("other", journey.courier))
    assert play.only("not-authorised").sentence == (
        "A new key was to take the place of that of courier-ayt, but another one was prepared for that at enrolment; "
        "nothing was changed."
    )
    assert play.status(event) == "finding"
    assert play.ledger.public_key(other.key) is None


def test_a_key_for_which_none_was_prepared_is_not_rotated(journey: Journey) -> None:
    play = journey.play
    new = replace(heir(play, "cec-3"), badge="cec-3-next")
    play.stage.cast.people[new.badge] = new
    play.act(rotation(play, play.stage.cast.people["cec-3"], new.private), by=("cec-3-next",))
    assert "none was prepared" in play.only("not-authorised").sentence


@pytest.mark.parametrize("told", [{"proof": "00" * 64}, {"public": "01" + "00" * 31}])
def test_a_prepared_key_without_proof_or_unfit_is_not_put_in_place(journey: Journey, told: dict[str, str]) -> None:
    play, new = journey.play, heir(journey.play, journey.courier)
    play.stage.cast.people[new.badge] = new
    event = {**rotation(play, play.stage.cast.people[journey.courier], new.private), **told}
    signers = [{"key": new.key, "person": new.person, "part": "succeeding"}]
    play.act({**event, "signers": signers, "device": None}, by=(new.badge,))
    assert [finding.status for finding in play.findings] == ["open"] * len(play.findings)
    assert play.findings
    assert play.ledger.public_key(new.key) is None


@pytest.mark.parametrize("prepared", ["itself", "log", "cec-1", "courier-ayt"])
def test_a_rotation_prepares_no_key_that_has_a_place_already(journey: Journey, prepared: str) -> None:
    play, new = journey.play, heir(journey.play, journey.courier)
    play.stage.cast.people[new.badge] = new
    play.stage.cast.device_of[new.badge] = play.stage.cast.device_of[journey.courier]
    taken = {"itself": new.key, "log": keyid(bytes.fromhex(LOG_KEY))}
    following = taken.get(prepared) or play.key(prepared)
    event = {**rotation(play, play.stage.cast.people[journey.courier], new.private), "next_key": following}
    recorded = play.act(event, by=(new.badge,))
    assert (play.only("not-authorised").subject, play.status(recorded)) == (play.key(journey.courier), "finding")
    assert play.ledger.public_key(new.key) is None
    old = play.ledger.state.roster.get(play.key(journey.courier))
    assert old is not None
    assert old.revoked is None


def test_a_key_is_replaced_once_and_its_heir_by_the_next(journey: Journey) -> None:
    play = journey.play
    rotated(play, journey.courier)
    rotated(play, journey.courier)
    assert play.only("not-in-state").sentence.startswith("The key to replace is unknown, was replaced before")


def test_a_lost_key_is_revoked_first_and_rotated_when_its_owner_has_the_prepared_one(journey: Journey) -> None:
    play = journey.play
    lost = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": "lost"}
    play.act(lost, by=REGISTRARS)
    rotated(play, journey.courier, vouched=50)
    journey.over((f"{journey.courier}-next",), journey.who("officer"))
    assert play.findings == []
    late = play.act(delay(journey), by=(journey.courier,))
    assert play.status(late) == "finding"


@pytest.mark.parametrize("reason", ["left-office", "misbound", "replaced"])
def test_who_left_office_gets_no_new_key_by_rotation(journey: Journey, reason: str) -> None:
    play = journey.play
    ended = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": reason}
    play.act(ended, by=REGISTRARS)
    rotated(play, journey.courier)
    assert play.only("not-in-state").status == "open"
    assert play.ledger.public_key(heir(play, journey.courier).key) is None


def test_a_rotated_key_can_be_reported_stolen_later_with_a_smaller_number(journey: Journey) -> None:
    play = journey.play
    seen = play.act(delay(journey), by=(journey.courier,))
    rotated(play, journey.courier, vouched=9)
    stolen = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": "stolen"}
    play.act(stolen, by=REGISTRARS)
    finding = play.only("suspect-after-loss")
    assert seen in finding.evidence


def test_a_signature_of_the_prepared_key_before_the_rotation_counts_for_nothing(journey: Journey) -> None:
    play, new = journey.play, heir(journey.play, journey.courier)
    play.stage.cast.people[new.badge] = new
    play.stage.cast.device_of[new.badge] = play.stage.cast.device_of[journey.courier]
    event = play.act(delay(journey), by=(new.badge,))
    assert "unknown-key" in play.ledger.state.records[event].codes
    assert play.status(event) == "recorded"


def test_somebody_elses_tag_beside_the_prepared_key_is_no_rotation(journey: Journey) -> None:
    play, new = journey.play, heir(journey.play, journey.courier)
    stranger = replace(new, person=play.tag("mfa-1"))
    play.stage.cast.people[new.badge] = stranger
    play.act(rotation(play, play.stage.cast.people[journey.courier], new.private), by=(new.badge,))
    assert play.ledger.public_key(new.key) is None
    assert {code for code, _ in play.codes_found()} == {"below-threshold", "not-authorised"}


def test_a_device_begins_a_new_chain_and_the_rotation_names_the_last_number_of_the_old_one(journey: Journey) -> None:
    play = journey.play
    old = play.stage.cast.devices["phone-ayt"]
    unsent = play.hold(delay(journey), by=(journey.courier,))
    private = derive_demo_key(seed=7, name="phone-ayt-next", domain="kz-2015.invalid")
    play.stage.cast.people["phone"] = Signatory("phone", "device", "AYT", None, private)
    event = {**rotation(play, old, private, vouched=2), "device": None}
    play.act(event, by=("phone",))
    assert play.findings == []
    play.stage.cast.devices["phone-ayt"] = Device("phone-ayt", private)
    journey.over((journey.courier,), journey.who("officer"))
    play.record(unsent)
    assert play.findings == []
    assert play.holder(journey.pouch) == "mission AYT"
    chains = {row[0]: row[1] for row in play.ledger.state.devices.rows()}
    assert (chains[old.key], chains[keyid(public_bytes(private))]) == (2, 1)


def test_the_old_device_key_makes_nothing_beyond_the_vouched_number(journey: Journey) -> None:
    play = journey.play
    private = derive_demo_key(seed=7, name="phone-ayt-next", domain="kz-2015.invalid")
    play.stage.cast.people["phone"] = Signatory("phone", "device", "AYT", None, private)
    event = {**rotation(play, play.stage.cast.devices["phone-ayt"], private, vouched=1), "device": None}
    play.act(event, by=("phone",))
    offer = journey.offer((journey.courier,), journey.who("officer"))
    assert play.status(offer) == "finding"
    assert "late-by-revoked-key" in [code for code, _ in play.codes_found()]


def test_an_answer_with_the_new_key_to_an_offer_made_to_the_old_one_counts(journey: Journey) -> None:
    offer = journey.offer((journey.courier,), journey.who("officer"))
    rotated(journey.play, "ayt-officer")
    journey.answer(offer, ("ayt-officer-next",))
    assert journey.play.findings == []
    assert journey.play.holder(journey.pouch) == "mission AYT"


def test_an_officer_of_the_root_stays_one_with_the_new_key() -> None:
    play = Play("AYT")
    person = play.stage.cast.signatory("cec-4", role="cec-officer", office="CEC")
    officer(play, "cec-4")
    play.act(new_root(play, "cec-1", "cec-4", "cec-2", threshold=3), by=("cec-1", "cec-2", "cec-4"))
    rotated(play, "cec-4")
    play.act(new_root(play, "cec-1", "cec-2", "cec-3"), by=("cec-1", "cec-2", "cec-4-next", "cec-3"))
    assert play.findings == []
    assert person.key not in play.ledger.state.roots[-1][1].keys


def test_a_revoked_keys_number_counts_in_one_devices_chain_only(journey: Journey) -> None:
    play = journey.play
    stolen = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 40, "reason": "stolen"}
    play.act(stolen, by=REGISTRARS)
    play.stage.cast.device_of[journey.courier] = "ayt-device"
    offer = journey.offer((journey.courier,), journey.who("officer"))
    assert play.only("late-by-revoked-key").evidence == (offer,)
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_without_a_vouched_device_nothing_is_vouched_for(journey: Journey) -> None:
    play = journey.play
    held = play.hold(delay(journey), by=(journey.courier,))
    stolen = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 40, "reason": "stolen"}
    play.act({**stolen, "vouched_device": None}, by=REGISTRARS)
    play.record(held)
    assert play.status(held) == "finding"


def test_the_rotation_of_a_key_that_nobody_knows_changes_nothing(journey: Journey) -> None:
    play, new = journey.play, heir(journey.play, journey.courier)
    play.stage.cast.people[new.badge] = new
    event = rotation(play, play.stage.cast.people[journey.courier], new.private)
    play.act({**event, "key": "ab" * 32}, by=(new.badge, *CEC[:1]))
    assert play.ledger.public_key(new.key) is None
    assert play.findings


@pytest.mark.parametrize(("of", "is_admitted"), [("courier-ayt", True), ("cec-3", False)])
def test_the_front_door_admits_a_rotation_signed_by_the_prepared_key_alone(
    journey: Journey, *, of: str, is_admitted: bool
) -> None:
    """Its owner has lost the old key, so nobody who is enrolled signs; of the officers' keys none was prepared."""
    play = journey.play
    new, owner = heir(play, of), play.stage.cast.people[of]
    play.stage.cast.people[new.badge] = new
    entry = play.forge({**rotation(play, owner, new.private), "device": None}, by=(new.badge,))
    checked = check_entry(entry, position=-1, keys=play.ledger.public_key)
    assert checked.valid == (new.key,)
    refusal = nullcontext() if is_admitted else pytest.raises(Refused, match="ever enrolled")
    with refusal:
        check_admissible(checked, entry=entry, is_expected=play.ledger.is_expected)
