"""Entries that are no events of this election: each has its place, a reason, and stops nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.core.entries.admission import check_entry
from custody.core.entries.signing import sign
from custody.core.entries.unrepresentable import unrepresentable
from custody.core.ledger import Ledger
from custody.core.state.finding_store import finding_id
from schemas.envelope import Signature, entry_hash, format_envelope, make_envelope, pae, parse_envelope
from schemas.strict_json import canonical
from tests.core.ledger.playing import CEC, Play, fold


@pytest.fixture
def play() -> Play:
    return Play("ROM")


def changed(play: Play, entry: bytes, **told: Any) -> bytes:
    """The event with other fields, signed again by whoever it lists."""
    payload = {**json.loads(parse_envelope(entry).payload), **told}
    data = canonical(payload)
    private = play.private_keys()
    signed = [Signature(signer["key"], sign(private[signer["key"]], pae(data))) for signer in payload["signers"]]
    return format_envelope(make_envelope(payload=data, signatures=signed))


@pytest.mark.parametrize(
    "entry", [b"", b"{}", b"\x00\xff", b"null", b"[" * 10_000, b'{"payload":"","payloadType":"x","signatures":[]}']
)
def test_bytes_that_are_no_event_are_malformed(play: Play, entry: bytes) -> None:
    told = play.put(entry)
    assert play.only("malformed").severity == "attention"
    assert [outcome.doc["status"] for outcome in told if outcome.kind == "entry"] == ["finding"]


def test_the_same_bytes_twice_are_one_finding(play: Play) -> None:
    play.put(b"{}")
    play.put(b"{}")
    assert play.only("malformed").status == "open"


@pytest.mark.parametrize(
    "entry", [unrepresentable("null"), unrepresentable("missing"), unrepresentable("length", b"x" * 70_000)]
)
def test_what_stands_for_no_entry_is_unrepresentable(play: Play, entry: bytes) -> None:
    play.put(entry)
    assert play.only("unrepresentable").status == "open"


@pytest.mark.parametrize("leaf", [unrepresentable("null"), unrepresentable("missing"), unrepresentable("length", b"")])
def test_each_record_without_bytes_is_a_finding_of_its_own_by_its_position(play: Play, leaf: bytes) -> None:
    first = len(play.log)
    play.put(leaf)
    play.put(leaf)
    assert [finding.raised for finding in play.findings] == [first, first + 1]
    assert {finding.code for finding in play.findings} == {"unrepresentable"}
    assert play.findings[1].id == finding_id(
        code="unrepresentable", subject=f"position/{first + 1}", evidence=(entry_hash(leaf),)
    )


@pytest.mark.parametrize(
    "leaf", [unrepresentable("length", b"x" * 70_000), unrepresentable("imitation", unrepresentable("null"))]
)
def test_the_same_long_or_imitating_bytes_twice_are_one_finding(play: Play, leaf: bytes) -> None:
    play.put(leaf)
    play.put(leaf)
    assert play.only("unrepresentable").subject == entry_hash(leaf)


def test_the_finding_tells_what_the_position_holds_instead(play: Play) -> None:
    at = len(play.log)
    for leaf in (
        unrepresentable("null"),
        unrepresentable("missing"),
        unrepresentable("length", b"x" * 70_000),
        unrepresentable("imitation", unrepresentable("null")),
    ):
        play.put(leaf)
    told = {finding.raised - at: finding.sentence for finding in play.findings}
    assert told[0] == f"Position {at} ({at + 1} entries) holds a record without content (null)."
    assert told[1] == f"Position {at + 1} ({at + 2} entries) holds no record."
    assert (
        told[2]
        == f"Position {at + 2} ({at + 3} entries) holds a record of a length that no entry can have: 70000 bytes."
    )
    assert told[3].startswith(f"Position {at + 3} ({at + 4} entries) holds a record that imitates the text")


def test_a_type_outside_the_fold_version_is_malformed(play: Play) -> None:
    payload = {**json.loads(parse_envelope(play.log[-1]).payload), "type": "BallotsForgotten"}
    data = canonical(payload)
    cec = play.stage.cast.people["cec-1"]
    play.put(
        format_envelope(make_envelope(payload=data, signatures=[Signature(cec.key, sign(cec.private, pae(data)))]))
    )
    assert (
        play.only("malformed").sentence
        == f"Position {len(play.log) - 1} ({len(play.log)} entries) holds no well-formed signed event (event-type)."
    )


def test_an_event_of_another_election_moves_nothing(play: Play) -> None:
    before = play.ledger.state.judgements
    play.put(changed(play, play.log[-1], election="ab" * 32))
    assert play.only("wrong-election").severity == "attention"
    assert play.ledger.state.judgements == before


def test_an_event_for_another_log_of_the_election_moves_nothing(play: Play) -> None:
    play.put(changed(play, play.log[-1], log=1))
    assert play.only("wrong-election").status == "open"


def test_a_second_genesis_opens_nothing(play: Play) -> None:
    other = Play("ROM", seed=8)
    play.put(other.log[0])
    assert play.only("wrong-election").status == "open"
    assert play.ledger.election != other.ledger.election


def test_genesis_once_more_is_a_duplicate(play: Play) -> None:
    told = play.put(play.log[0])
    assert [outcome.doc["status"] for outcome in told] == ["duplicate"]
    assert play.findings == []


def test_without_genesis_at_position_0_nothing_is_opened(play: Play) -> None:
    ledger = fold([b"{}", *play.log])
    assert ledger.election == ""
    assert {finding.code for finding in ledger.state.findings} == {"malformed", "wrong-election"}


def genesis(play: Play, **root: Any) -> bytes:
    payload = json.loads(parse_envelope(play.log[0]).payload)
    return changed(play, play.log[0], root={**payload["root"], **root})


def test_a_genesis_that_its_own_threshold_did_not_sign_opens_nothing(play: Play) -> None:
    ledger = fold([genesis(play, threshold=3)])
    assert ledger.election == ""
    assert [finding.code for finding in ledger.state.findings] == ["wrong-election"]


@pytest.mark.parametrize("threshold", [0, -1, 17])
def test_a_threshold_that_means_nothing_is_not_well_formed(play: Play, threshold: int) -> None:
    checked = check_entry(genesis(play, threshold=threshold), position=0, keys=lambda _: None)
    assert checked.fault == "event-value"


@pytest.mark.parametrize("persons", [0, -1])
def test_rules_that_ask_for_nobody_are_not_well_formed(play: Play, persons: int) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    rules["signatures"][0]["quorums"][0]["persons"] = persons
    template = play.forge(
        {"type": "RulesSet", "rules": play.ledger.state.rules_now().rules.model_dump(mode="json")}, by=CEC
    )
    play.put(changed(play, template, rules=rules))
    assert "event-value" in play.only("malformed").sentence


def test_a_genesis_signed_twice_by_one_person_with_two_keys_opens_nothing(play: Play) -> None:
    payload = json.loads(parse_envelope(play.log[0]).payload)
    keys = payload["root"]["keys"]
    for key in keys:
        key["person"] = keys[0]["person"]
    for signer in payload["signers"]:
        signer["person"] = keys[0]["person"]
    ledger = fold([changed(play, play.log[0], root={"threshold": 2, "keys": keys}, signers=payload["signers"])])
    assert ledger.election == ""


def test_a_poison_entry_stops_nothing_else(play: Play) -> None:
    clean, poisoned = fold(play.log), Ledger.empty()
    position = 0
    for entry in play.log:
        for each in (entry, b"poison"):
            poisoned.apply(check_entry(each, position=position, keys=poisoned.public_key))
            position += 1
    assert sorted(poisoned.state.records) == sorted(clean.state.records)
    assert {record.status for record in poisoned.state.records.values()} == {"applied"}
    assert [finding.code for finding in poisoned.state.findings] == ["malformed"]


def test_whatever_an_entry_is_the_same_is_told_of_it(play: Play) -> None:
    play.put(b"not an event")
    play.put(unrepresentable("null"))
    play.put(play.forge({"type": "DispensationGranted", "station": "AYT", "election": "00" * 32}, by=CEC))
    play.put(play.log[1])
    told = [set(outcome.doc) for outcome in play.outcomes if outcome.kind == "entry"]
    assert told == [told[0]] * len(play.log)
