"""The envelope: one set of bytes for one event, readable by any verifier of DSSE."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as ForeignEnvelope
from securesystemslib.signer import Key, SSlibKey  # type: ignore[attr-defined]  # its __init__ re-exports plainly

from custody.core.entries.signing import keyid, public_bytes, sign
from schemas.envelope import (
    ENTRY_BYTES_MAX,
    PAYLOAD_BYTES_MAX,
    PAYLOAD_TYPE,
    SIGNATURES_MAX,
    Envelope,
    Signature,
    entry_hash,
    event_id,
    format_envelope,
    make_envelope,
    pae,
    parse_envelope,
)
from schemas.errors import Refused

SIGNATURES = st.builds(
    Signature,
    keyid=st.binary(min_size=32, max_size=32).map(bytes.hex),
    sig=st.binary(min_size=64, max_size=64),
)
ENVELOPES = st.builds(
    make_envelope,
    payload=st.binary(max_size=300),
    signatures=st.lists(SIGNATURES, min_size=1, max_size=SIGNATURES_MAX, unique_by=lambda one: one.keyid),
)
KEYS = tuple(Ed25519PrivateKey.from_private_bytes(sha256(b"%d" % number).digest()) for number in range(3))
PAYLOAD = '{"place":"AYT","text":"Анталья"}'.encode()
SIGNED = make_envelope(
    payload=PAYLOAD, signatures=[Signature(keyid(public_bytes(key)), sign(key, pae(PAYLOAD))) for key in KEYS]
)
ENTRY = format_envelope(SIGNED)


@given(ENVELOPES)
def test_parsing_what_was_formatted_gives_the_envelope_back(envelope: Envelope) -> None:
    assert parse_envelope(format_envelope(envelope)) == envelope


@given(ENVELOPES)
def test_the_entry_is_the_canonical_json_of_its_fields(envelope: Envelope) -> None:
    signatures = [{"keyid": one.keyid, "sig": b64encode(one.sig).decode()} for one in envelope.signatures]
    payload = b64encode(envelope.payload).decode()
    fields = rfc8785.dumps({"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": signatures})
    assert format_envelope(envelope) == fields


@given(st.binary(max_size=300))
@example(b"")
def test_arbitrary_bytes_are_refused_with_a_code_and_nothing_else(entry: bytes) -> None:
    with pytest.raises(Refused, match="envelope-"):
        parse_envelope(entry)


@given(st.data())
def test_formatting_what_was_parsed_gives_the_bytes_back_however_they_were_changed(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(ENTRY)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text('{}[]",:=\\ Aa0/+-_', max_size=3)).encode()
    changed = ENTRY[:start] + put + ENTRY[start + cut :]
    try:
        envelope = parse_envelope(changed)
    except Refused:
        return
    assert format_envelope(envelope) == changed


@pytest.mark.parametrize("place", range(0, len(ENTRY), 7))
def test_no_flipped_bit_leaves_the_envelope_as_it_was(place: int) -> None:
    for bit in range(8):
        changed = bytearray(ENTRY)
        changed[place] ^= 1 << bit
        try:
            envelope = parse_envelope(bytes(changed))
        except Refused:
            continue
        assert envelope != SIGNED


def test_the_pre_authentication_encoding_is_that_of_dsse() -> None:
    assert pae(b"hello") == b"DSSEv1 37 application/vnd.custody.event.v1+json 5 hello"


def test_event_id_and_entry_hash_follow_their_definitions() -> None:
    assert event_id(PAYLOAD) == sha256(pae(PAYLOAD)).hexdigest()
    assert entry_hash(ENTRY) == sha256(b"\x00" + ENTRY).hexdigest()


def test_the_event_id_does_not_depend_on_who_signed() -> None:
    fewer = make_envelope(payload=PAYLOAD, signatures=SIGNED.signatures[:1])
    assert event_id(fewer.payload) == event_id(SIGNED.payload)
    assert entry_hash(format_envelope(fewer)) != entry_hash(ENTRY)


def test_an_independent_verifier_of_dsse_accepts_every_signature() -> None:
    foreign = ForeignEnvelope.from_dict(json.loads(ENTRY))
    keys: list[Key] = [
        SSlibKey(keyid(public_bytes(key)), "ed25519", "ed25519", {"public": public_bytes(key).hex()}) for key in KEYS
    ]
    assert foreign.pae() == pae(PAYLOAD)
    assert set(foreign.verify(keys, threshold=3)) == {keyid(public_bytes(key)) for key in KEYS}


def test_what_an_independent_signer_of_dsse_wrote_is_read_here_once_it_is_canonical() -> None:
    foreign = ForeignEnvelope(PAYLOAD, PAYLOAD_TYPE, {})
    assert foreign.pae() == pae(PAYLOAD)
    written = foreign.to_dict() | {"signatures": json.loads(ENTRY)["signatures"]}
    assert parse_envelope(rfc8785.dumps(written)) == SIGNED


def test_make_envelope_puts_signatures_in_order() -> None:
    assert make_envelope(payload=PAYLOAD, signatures=SIGNED.signatures[::-1]) == SIGNED


@pytest.mark.parametrize(
    ("signatures", "code"),
    [
        ((), "envelope-signature-count"),
        (SIGNED.signatures[::-1], "envelope-order"),
        (SIGNED.signatures[:1] * 2, "envelope-duplicate-keyid"),
        ((Signature("A" * 64, bytes(64)),), "envelope-keyid"),
        ((Signature("a" * 64, bytes(63)),), "envelope-signature-length"),
    ],
)
def test_an_envelope_that_could_not_be_read_is_not_written(signatures: tuple[Signature, ...], code: str) -> None:
    with pytest.raises(Refused, match=code):
        format_envelope(Envelope(PAYLOAD, signatures))


def test_the_greatest_payload_fits_with_the_most_signatures() -> None:
    signatures = [Signature(f"{number:064x}", bytes(64)) for number in range(SIGNATURES_MAX)]
    entry = format_envelope(make_envelope(payload=bytes(PAYLOAD_BYTES_MAX), signatures=signatures))
    assert len(entry) <= ENTRY_BYTES_MAX
    assert len(parse_envelope(entry).payload) == PAYLOAD_BYTES_MAX


def test_a_payload_beyond_the_greatest_is_not_written() -> None:
    with pytest.raises(Refused, match="envelope-payload-oversize"):
        make_envelope(payload=bytes(PAYLOAD_BYTES_MAX + 1), signatures=SIGNED.signatures)
