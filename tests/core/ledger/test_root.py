"""Root and log witnesses: changed by the threshold in force, a new root by its own threshold too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.demo.preparation import enrolment
from tests.core.ledger.authority_stories import PRINT, new_root, officer
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.witnesses import policy_set


@pytest.fixture
def play() -> Play:
    return Play("AYT")


def keys(play: Play) -> frozenset[str]:
    return play.ledger.state.roots[-1][1].keys


def test_two_of_three_change_the_root_and_the_new_two_of_three_sign_too(play: Play) -> None:
    for badge in ("cec-4", "cec-5"):
        officer(play, badge)
    event = play.act(new_root(play, "cec-2", "cec-4", "cec-5"), by=("cec-1", "cec-2", "cec-4"))
    assert play.status(event) == "applied"
    assert keys(play) == {play.key(badge) for badge in ("cec-2", "cec-4", "cec-5")}


def test_the_old_threshold_alone_is_not_enough(play: Play) -> None:
    for badge in ("cec-4", "cec-5"):
        officer(play, badge)
    event = play.act(new_root(play, "cec-4", "cec-5"), by=CEC)
    assert play.only("below-threshold").sentence == "The change of the root: of the new root 0 signed, 2 must."
    assert play.status(event) == "recorded"


def test_the_new_threshold_alone_is_not_enough(play: Play) -> None:
    for badge in ("cec-4", "cec-5"):
        officer(play, badge)
    event = play.act(new_root(play, "cec-4", "cec-5"), by=("cec-4", "cec-5"))
    assert play.only("below-threshold").sentence == "The change of the root: of the root 0 signed, 2 must."
    assert play.status(event) == "recorded"


def test_a_missing_officer_signs_later(play: Play) -> None:
    for badge in ("cec-4", "cec-5"):
        officer(play, badge)
    event = play.act(new_root(play, "cec-4", "cec-5"), by=(*CEC, "cec-4"), late=("cec-5",))
    play.sign_late(event, by="cec-5")
    assert play.status(event) == "applied"
    assert play.codes_found() == [("below-threshold", "settled")]


def test_an_officer_with_two_keys_is_one_person_of_the_root(play: Play) -> None:
    twin = play.stage.cast.signatory("cec-4", role="cec-officer", office="CEC")
    play.stage.cast.people["cec-4"] = replace(twin, person=play.tag("cec-1"))
    play.stage.cast.device_of["cec-4"] = "cec-device"
    row = enrolment(play.stage.cast.people["cec-4"], election=play.ledger.election)
    play.act({"type": "KeyEnrolled", "keys": [row]}, by=CEC)
    play.act(new_root(play, "cec-1", "cec-4"), by=CEC)
    assert play.only("below-threshold").sentence == "The change of the root: of the new root 1 signed, 2 must."


def test_a_root_that_one_person_can_never_meet_is_refused(play: Play) -> None:
    twin = replace(play.stage.cast.signatory("cec-4", role="cec-officer", office="CEC"), person=play.tag("cec-1"))
    play.stage.cast.people["cec-4"] = twin
    play.stage.cast.device_of["cec-4"] = "cec-device"
    play.act({"type": "KeyEnrolled", "keys": [enrolment(twin, election=play.ledger.election)]}, by=CEC)
    event = play.act(new_root(play, "cec-1", "cec-4", "cec-2", threshold=3), by=(*CEC, "cec-3", "cec-4"))
    assert play.status(event) in ("recorded", "finding")
    assert keys(play) == {play.key(badge) for badge in ("cec-1", "cec-2", "cec-3")}


@pytest.mark.parametrize("badge", ["mfa-1", "registrar-1"])
def test_a_key_that_is_no_officers_cannot_be_of_the_root(play: Play, badge: str) -> None:
    event = play.act(new_root(play, "cec-1", "cec-2", badge), by=CEC)
    assert play.status(event) == "finding"
    assert badge in play.only("not-in-state").sentence


def test_a_key_that_nobody_enrolled_cannot_be_of_the_root(play: Play) -> None:
    play.stage.cast.people["ghost"] = play.stage.cast.signatory("ghost", role="cec-officer", office="CEC")
    event = play.act(new_root(play, "cec-1", "cec-2", "ghost"), by=CEC)
    assert play.status(event) == "finding"


def test_who_left_the_root_enrols_no_officers_any_more(play: Play) -> None:
    officer(play, "cec-4")
    play.act(new_root(play, "cec-3", "cec-4"), by=(*CEC, "cec-3", "cec-4"))
    play.stage.cast.people["cec-5"] = person = play.stage.cast.signatory("cec-5", role="cec-officer", office="CEC")
    play.act({"type": "KeyEnrolled", "keys": [enrolment(person, election=play.ledger.election)]}, by=CEC)
    assert play.only("not-authorised").status == "open"
    assert play.ledger.public_key(person.key) is None


def test_officers_outside_the_root_do_not_enrol_officers(play: Play) -> None:
    for badge in ("cec-4", "cec-5"):
        officer(play, badge)
    play.stage.cast.people["cec-6"] = person = play.stage.cast.signatory("cec-6", role="cec-officer", office="CEC")
    row = enrolment(person, election=play.ledger.election)
    play.act({"type": "KeyEnrolled", "keys": [row]}, by=("cec-4", "cec-5"))
    assert play.only("not-authorised").status == "open"


def test_the_root_in_force_where_an_event_was_first_recorded_judges_it(play: Play) -> None:
    officer(play, "cec-4")
    old = play.hold(policy_set(), by=("cec-1",), late=("cec-2",))
    play.record(old)
    play.act(new_root(play, "cec-3", "cec-4"), by=(*CEC, "cec-3", "cec-4"))
    play.sign_late(old, by="cec-2")
    assert play.status(old) == "applied"


def test_one_officer_does_not_change_the_log_witnesses(play: Play) -> None:
    event = play.act(policy_set(), by=CEC[:1])
    assert play.only("below-threshold").sentence == "The choice of log witnesses: of the root 1 signed, 2 must."
    assert play.status(event) == "recorded"


def test_a_policy_with_split_quorums_changes_nothing(play: Play) -> None:
    play.act(policy_set(), by=CEC)
    play.act(policy_set(threshold=1), by=CEC)
    assert play.only("not-in-state").sentence == (
        "The witness policy was not changed: two of its quorums share no log witness, so the log could show two histories."
    )
    assert play.ledger.state.policies[-1][1].groups["quorum"].threshold == 2


def test_rules_that_leave_a_type_out_let_nobody_sign_it(play: Play) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    left = [row for row in rules["signatures"] if row["type"] != "PrintOrdered"]
    play.act({"type": "RulesSet", "rules": {**rules, "signatures": left}}, by=CEC)
    event = play.act(PRINT, by=("courier-ayt",))
    assert play.status(event) == "recorded"
    assert play.only("below-threshold").sentence == "The printing order: no rule in force says who signs it."
