"""The front door: what bytes at a position are, and whose signatures over them are valid."""

from __future__ import annotations

from base64 import b64decode
from functools import lru_cache

import pytest

from custody.core.entries.admission import admit, check_entry, enrolled_keys
from custody.core.entries.unrepresentable import unrepresentable
from schemas.envelope import Envelope, Signature, entry_hash, format_envelope, parse_envelope
from schemas.errors import Refused
from schemas.union import parse_event
from tests.core.ledger.playing import CEC, Play


@lru_cache(maxsize=1)
def play() -> Play:
    return Play("ROM")


def entry() -> bytes:
    return play().forge({"type": "DispensationGranted", "station": "ROM"}, by=CEC)


def with_signatures(*signatures: Signature) -> bytes:
    return format_envelope(
        Envelope(parse_envelope(entry()).payload, tuple(sorted(signatures, key=lambda item: item.keyid)))
    )


def test_every_valid_signature_of_a_known_listed_key_is_named() -> None:
    checked = check_entry(entry(), position=5, keys=play().ledger.public_key)
    assert set(checked.valid) == {play().key("cec-1"), play().key("cec-2"), play().stage.cast.devices["cec-device"].key}
    assert (checked.unresolved, checked.invalid, checked.unlisted, checked.fault) == ((), (), (), None)
    assert checked.entry == entry_hash(entry())


def test_a_listed_key_that_nobody_enrolled_is_unresolved() -> None:
    checked = check_entry(
        entry(), position=5, keys=lambda key: None if key == play().key("cec-2") else play().ledger.public_key(key)
    )
    assert checked.unresolved == (play().key("cec-2"),)


def test_a_false_signature_is_told_from_a_valid_one() -> None:
    signatures = [Signature(item.keyid, bytes(64)) for item in parse_envelope(entry()).signatures]
    checked = check_entry(with_signatures(*signatures), position=5, keys=play().ledger.public_key)
    assert (checked.valid, len(checked.invalid)) == ((), 3)


def test_a_signature_of_a_key_that_is_not_listed_is_not_even_looked_at() -> None:
    stranger = play().stage.cast.people["rom-chair"]
    checked = check_entry(
        with_signatures(*parse_envelope(entry()).signatures, Signature(stranger.key, bytes(64))),
        position=5,
        keys=play().ledger.public_key,
    )
    assert checked.unlisted == (stranger.key,)
    assert len(checked.valid) == 3


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"", "envelope-syntax"), (b"\xff\xfe", "envelope-syntax"), (unrepresentable("null"), "unrepresentable")],
)
def test_bytes_that_are_no_event_have_a_fault_and_no_event(data: bytes, fault: str) -> None:
    checked = check_entry(data, position=0, keys=play().ledger.public_key)
    assert (checked.fault, checked.event, checked.event_id, checked.valid) == (fault, None, None, ())


def test_genesis_is_checked_with_the_keys_it_names_itself() -> None:
    checked = check_entry(play().log[0], position=0, keys=lambda _: None)
    assert set(checked.valid) == {play().key("cec-1"), play().key("cec-2")}


def test_the_gateway_admits_what_is_well_formed_and_well_signed() -> None:
    assert admit(entry(), keys=play().ledger.public_key).position == -1


@pytest.mark.parametrize("data", [b"", b"{}", unrepresentable("missing"), b64decode("e30=")])
def test_the_gateway_refuses_what_is_no_event(data: bytes) -> None:
    with pytest.raises(Refused):
        admit(data, keys=play().ledger.public_key)


def test_all_keys_ever_enrolled_can_be_told_from_the_events_alone() -> None:
    events = [parse_event(parse_envelope(each).payload) for each in play().log]
    told = enrolled_keys(events)
    assert {key.keyid: key.public for key in play().ledger.state.roster}.items() <= told.items()
