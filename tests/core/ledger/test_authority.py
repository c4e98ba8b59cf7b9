"""Who may do what: officers' keys are theirs to revoke, the root stays able to act, and every key has one role and one holder."""

from __future__ import annotations

from typing import Any

import pytest

from custody.core.entries.signing import keyid
from custody.core.tlog.cosignatures import WitnessKey, format_witness_key
from custody.courier.signatories import Signatory
from tests.core.ledger import witnesses
from tests.core.ledger.playing import CEC, LOG_KEY, LOG_PRIVATE, Play, fold
from tests.core.ledger.test_entries import changed, genesis
from tests.core.ledger.test_keys import enrolled, newcomer, row

REGISTRARS = ("registrar-1", "registrar-2")


@pytest.fixture
def play() -> Play:
    return Play("AYT")


def revoked(play: Play, badge: str, *, by: tuple[str, ...]) -> str:
    act = {"type": "KeyRevoked", "key": play.key(badge), "vouched_number": 0, "reason": "left-office"}
    return play.act(act, by=by)


def is_revoked(play: Play, badge: str) -> bool:
    record = play.ledger.state.roster.get(play.key(badge))
    return record is not None and record.revoked is not None


@pytest.mark.parametrize("badge", ["cec-1", "cec-3", "registrar-1"])
def test_registrars_revoke_no_officer_and_no_registrar(play: Play, badge: str) -> None:
    event = revoked(play, badge, by=REGISTRARS)
    assert (play.only("not-authorised").subject, play.status(event)) == (badge, "finding")
    assert not is_revoked(play, badge)


@pytest.mark.parametrize("badge", ["cec-3", "registrar-1"])
def test_two_officers_revoke_an_officer_or_a_registrar(play: Play, badge: str) -> None:
    revoked(play, badge, by=CEC)
    assert (play.findings, is_revoked(play, badge)) == ([], True)


def test_registrars_still_revoke_a_courier_and_a_monitor(play: Play) -> None:
    for badge in ("courier-ayt", "monitor-1"):
        revoked(play, badge, by=REGISTRARS)
        assert is_revoked(play, badge)
    assert play.findings == []


def test_the_root_is_never_left_below_its_threshold(play: Play) -> None:
    revoked(play, "cec-3", by=CEC)
    revoked(play, "cec-2", by=CEC)
    assert play.only("not-authorised").subject == "cec-2"
    assert not is_revoked(play, "cec-2")


def log_holder(role: Any = "courier") -> Signatory:
    """Somebody who would act with the log's key."""
    return Signatory("log-holder", role, "MFA", "ab" * 32, LOG_PRIVATE)


def test_the_logs_key_is_nobodys(play: Play) -> None:
    enrolled(play, row(play, log_holder()))
    assert play.only("not-authorised").subject == "log-holder"
    assert play.ledger.public_key(log_holder().key) is None


def test_a_log_witness_is_nobody_else(play: Play) -> None:
    play.act(witnesses.policy_set(), by=CEC)
    _, private = witnesses.witness("alpha")
    courier = Signatory("witness-holder", "courier", "MFA", "ab" * 32, private)
    enrolled(play, row(play, courier))
    assert play.only("not-authorised").subject == "witness-holder"


@pytest.mark.parametrize("holder", ["log", "cec-1", "courier-ayt"])
def test_nobody_elses_key_is_a_log_witness(play: Play, holder: str) -> None:
    public = bytes.fromhex(LOG_KEY) if holder == "log" else play.stage.cast.people[holder].public
    told = witnesses.policy_set()
    told["witness_policy"]["witnesses"][0]["vkey"] = format_witness_key(WitnessKey("alpha.invalid", public))
    event = play.act(told, by=CEC)
    assert (play.only("not-authorised").subject, play.status(event)) == (event, "finding")
    assert len(play.ledger.state.policies) == 1


def test_a_key_that_has_a_role_is_prepared_for_no_other(play: Play) -> None:
    log_key = keyid(bytes.fromhex(LOG_KEY))
    for number, taken in enumerate((log_key, play.key("cec-1"), newcomer(play, "ayt-new-2").key)):
        enrolled(play, row(play, newcomer(play, f"ayt-new-{number}"), next_key=taken))
    assert [finding.subject for finding in play.findings] == ["ayt-new-0", "ayt-new-1", "ayt-new-2"]


def test_a_key_is_not_prepared_to_take_its_own_place(play: Play) -> None:
    own = newcomer(play)
    enrolled(play, row(play, own, next_key=own.key))
    assert play.only("not-authorised").subject == own.badge
    assert play.ledger.public_key(own.key) is None


def test_a_root_that_holds_the_logs_key_opens_nothing(play: Play) -> None:
    keys = play.ledger.state.opening().model_dump(mode="json")["root"]["keys"]
    told = [*keys[:-1], {**keys[-1], "public": LOG_KEY}]
    ledger = fold([genesis(play, keys=told)])
    assert ledger.election == ""
    assert [finding.code for finding in ledger.state.findings] == ["wrong-election"]


@pytest.mark.parametrize("holder", ["log", "cec-1"])
def test_genesis_names_nobody_elses_key_as_a_log_witness(play: Play, holder: str) -> None:
    public = bytes.fromhex(LOG_KEY) if holder == "log" else play.stage.cast.people[holder].public
    policy = witnesses.policy()
    policy["witnesses"][0]["vkey"] = format_witness_key(WitnessKey("alpha.invalid", public))
    ledger = fold([changed(play, play.log[0], witness_policy=policy)])
    (finding,) = ledger.state.findings
    assert (finding.code, finding.subject) == ("not-authorised", ledger.election)
    assert "alpha" in finding.sentence
    assert [row.keys for _, row in ledger.state.policies] == [{}]


def test_genesis_with_log_witnesses_of_their_own_is_opened(play: Play) -> None:
    ledger = fold([changed(play, play.log[0], witness_policy=witnesses.policy())])
    assert list(ledger.state.findings) == []
    assert sorted(ledger.state.policies[0][1].keys) == sorted(witnesses.NAMES)


def test_nobody_is_enrolled_under_anothers_badge(play: Play) -> None:
    stranger = newcomer(play)
    impostor = Signatory("courier-ayt", "courier", "MFA", stranger.person, stranger.private)
    enrolled(play, row(play, impostor))
    assert play.only("not-authorised").subject == "courier-ayt"
    assert play.ledger.public_key(impostor.key) is None


def test_a_person_keeps_a_badge_with_another_key(play: Play) -> None:
    own = play.stage.cast.people["courier-ayt"]
    again = Signatory("courier-ayt", "courier", "MFA", own.person, newcomer(play).private)
    enrolled(play, row(play, again))
    assert play.findings == []
