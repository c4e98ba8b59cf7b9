"""Ed25519: one verdict, held against the published edge cases and a slow reference."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import (
    GROUP_ORDER,
    SMALL_ORDER_ENCODINGS,
    check_public_key,
    keyid,
    public_bytes,
    sign,
    verify,
    verify_bulk,
)
from schemas.errors import Misused, Refused
from tests.core.entries import reference_ed25519 as reference

EDGE_CASES = json.loads((Path(__file__).parents[2] / "vectors" / "ed25519" / "edge-cases.json").read_text())
VECTORS: list[list[Any]] = EDGE_CASES["vectors"]
SEEDS = st.binary(min_size=32, max_size=32)

# RFC 8032 §7.1, TEST 3.
RFC_SECRET = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
RFC_PUBLIC = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
RFC_MESSAGE = "af82"
RFC_SIGNATURE = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def arguments_of(vector: list[Any]) -> dict[str, bytes]:
    return {
        "public": bytes.fromhex(vector[0]),
        "signature": bytes.fromhex(vector[1]),
        "message": vector[2].encode(),
    }


def test_all_914_published_edge_cases_are_here() -> None:
    assert len(VECTORS) == 914


@pytest.mark.parametrize("check", [verify, verify_bulk, reference.verify])
def test_exactly_the_43_recorded_edge_cases_are_accepted(check: Any) -> None:
    accepted = [check(**arguments_of(vector)) for vector in VECTORS]
    assert sum(accepted) == 43
    assert accepted == [vector[4] for vector in VECTORS]


def test_the_example_of_rfc_8032_is_signed_and_verified() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_SECRET))
    message = bytes.fromhex(RFC_MESSAGE)
    assert public_bytes(private).hex() == RFC_PUBLIC
    assert sign(private, message).hex() == RFC_SIGNATURE
    for check in (verify, verify_bulk, reference.verify):
        assert check(public=bytes.fromhex(RFC_PUBLIC), message=message, signature=bytes.fromhex(RFC_SIGNATURE))


@given(SEEDS, st.binary(max_size=100))
def test_what_was_signed_is_verified_by_both_libraries(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    arguments = {"public": public_bytes(private), "message": message, "signature": sign(private, message)}
    check_public_key(arguments["public"])
    assert verify(**arguments)
    assert verify_bulk(**arguments)


@given(st.binary(max_size=40), st.binary(max_size=10), st.binary(max_size=70))
def test_arbitrary_bytes_are_no_signature_and_raise_nothing(public: bytes, message: bytes, signature: bytes) -> None:
    assert not verify(public=public, message=message, signature=signature)
    assert not verify_bulk(public=public, message=message, signature=signature)


@given(SEEDS, st.integers(0, 511), st.binary(min_size=1, max_size=40))
def test_a_turned_bit_is_found_by_both_libraries(seed: bytes, bit: int, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    turned = bytearray(sign(private, message))
    turned[bit // 8] ^= 1 << bit % 8
    for check in (verify, verify_bulk):
        assert not check(public=public_bytes(private), message=message, signature=bytes(turned))


@pytest.mark.parametrize("torsion", sorted(SMALL_ORDER_ENCODINGS), ids=bytes.hex)
@pytest.mark.parametrize("where", ["A", "R", "both"])
def test_points_with_a_component_of_small_order_get_the_verdict_of_the_reference(torsion: bytes, where: str) -> None:
    for number in range(4):
        crafted = reference.sign_with_torsion(
            sha256(b"%d" % number).digest(), message=b"message %d" % number, torsion=torsion, where=where
        )
        expected = reference.verify(**crafted)
        assert verify(**crafted) == expected
        assert verify_bulk(**crafted) == expected


def test_the_small_order_encodings_are_those_of_the_points_whose_order_divides_8() -> None:
    assert len(SMALL_ORDER_ENCODINGS) == 14
    decoded = {reference.decode_leniently(encoding) for encoding in SMALL_ORDER_ENCODINGS}
    assert len(decoded) == 8
    assert {reference.multiply(8, point) for point in decoded if point is not None} == {reference.NEUTRAL}


def test_a_second_signature_made_of_the_first_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = sign(private, b"message")
    s = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    malleated = signature[:32] + s.to_bytes(32, "little")
    assert not verify(public=public_bytes(private), message=b"message", signature=malleated)
    assert not verify_bulk(public=public_bytes(private), message=b"message", signature=malleated)


@given(st.binary(min_size=32, max_size=32))
def test_enrolment_admits_exactly_the_points_of_prime_order(public: bytes) -> None:
    if reference.is_of_prime_order(public):
        check_public_key(public)
    else:
        with pytest.raises(Refused, match="key-"):
            check_public_key(public)


def test_a_keyid_is_the_sha_256_of_the_key() -> None:
    assert keyid(bytes.fromhex(RFC_PUBLIC)) == sha256(bytes.fromhex(RFC_PUBLIC)).hexdigest()


def test_demo_keys_follow_from_seed_name_and_domain() -> None:
    keys = {
        public_bytes(derive_demo_key(seed=seed, name=name, domain=domain))
        for seed in (1, 11)
        for name in ("a", "1")
        for domain in ("kz.invalid", "x.invalid")
    }
    assert len(keys) == 8
    again = derive_demo_key(seed=1, name="a", domain="kz.invalid")
    assert public_bytes(again) in keys


@pytest.mark.parametrize("domain", ["kz.example", "invalid", "kz.invalid.kz", "kzinvalid", ""])
def test_demo_keys_are_refused_for_any_domain_that_could_be_real(domain: str) -> None:
    with pytest.raises(Misused, match="demo-key-domain"):
        derive_demo_key(seed=1, name="a", domain=domain)
