"""Receipts and refusals: one form, one signature, and nothing else passes for one."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.receipts import (
    HandedIn,
    check_receipt,
    check_refusal,
    open_receipt,
    open_refusal,
    sign_receipt,
    sign_refusal,
)
from custody.core.entries.signing import keyid, public_bytes
from schemas.errors import Refused
from schemas.receipts import Receipt, Refusal, format_statement, parse_statement
from schemas.strict_json import canonical

KEY = derive_demo_key(seed=1, name="gateway", domain="x.invalid")
PUBLIC = {keyid(public_bytes(KEY)): public_bytes(KEY)}
RECEIPT = Receipt(
    version=1,
    election="a" * 64,
    origin="x.invalid/x/aaaaaaaaaaaaaaaa/0",
    position=7,
    entry="b" * 64,
    event="c" * 64,
    received_at="2026-11-23T09:00:00+00:00",
    proof_promised_by=None,
)
REFUSAL = Refusal(
    version=1,
    election="a" * 64,
    origin="x.invalid/x/aaaaaaaaaaaaaaaa/0",
    entry="b" * 64,
    code="signature-unknown",
    judged_by=6,
    refused_at="2026-11-23T09:00:00+00:00",
)
SIGNED = sign_receipt(RECEIPT, private=KEY)
TYPE = "application/vnd.custody.receipt.v1+json"


def changed(**fields: Any) -> bytes:
    return json.dumps({**json.loads(SIGNED), **fields}, separators=(",", ":"), sort_keys=True).encode()


def test_what_is_signed_is_what_is_opened() -> None:
    assert open_receipt(SIGNED, gateways=PUBLIC.get) == RECEIPT
    assert open_refusal(sign_refusal(REFUSAL, private=KEY), gateways=PUBLIC.get) == REFUSAL


def test_a_statement_has_one_form() -> None:
    assert format_statement(parse_statement(SIGNED, payload_type=TYPE)) == SIGNED


def test_a_refusal_does_not_pass_for_a_receipt() -> None:
    with pytest.raises(Refused, match="statement-type"):
        open_receipt(sign_refusal(REFUSAL, private=KEY), gateways=PUBLIC.get)
    renamed = sign_refusal(REFUSAL, private=KEY).replace(b"refusal.v1", b"receipt.v1")
    with pytest.raises(Refused, match="receipt-signature"):
        open_receipt(renamed, gateways=PUBLIC.get)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "statement-syntax"),
        (SIGNED + b"\n", "statement-syntax"),
        (b" " + SIGNED, "statement-syntax"),
        (b"x" * 5_000, "statement-oversize"),
        (b"[]", "statement-form"),
        (changed(more=1), "statement-form"),
        (changed(signatures=[]), "statement-form"),
        (changed(signatures=json.loads(SIGNED)["signatures"] * 2), "statement-form"),
        (
            changed(signatures=[{"keyid": "A" * 64, "sig": json.loads(SIGNED)["signatures"][0]["sig"]}]),
            "statement-form",
        ),
        (changed(signatures=[{"keyid": "a" * 64, "sig": "AAAA"}]), "statement-form"),
        (changed(payload="!"), "statement-form"),
        (changed(payload="AAB="), "statement-form"),
        (changed(payload=1), "statement-form"),
        (changed(payload=b64encode(b"{}").decode()), "receipt-signature"),
    ],
)
def test_any_other_form_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        open_receipt(data, gateways=PUBLIC.get)
    assert refused.value.code == code


def test_every_flipped_bit_is_noticed() -> None:
    for place in range(len(SIGNED)):
        for bit in range(8):
            flipped = bytearray(SIGNED)
            flipped[place] ^= 1 << bit
            with pytest.raises(Refused):
                open_receipt(bytes(flipped), gateways=PUBLIC.get)


def test_a_signed_payload_that_says_something_else_is_refused() -> None:
    class Odd:
        @staticmethod
        def model_dump(mode: str) -> dict[str, Any]:
            return {**RECEIPT.model_dump(mode="json"), "position": -1}

    with pytest.raises(Refused, match="statement-value"):
        open_receipt(sign_receipt(Odd(), private=KEY), gateways=PUBLIC.get)  # type: ignore[arg-type]


def test_an_answer_about_something_else_than_was_asked_does_not_count() -> None:
    asked = HandedIn(election="a" * 64, origin=RECEIPT.origin, entry="b" * 64, event="c" * 64)
    check_receipt(RECEIPT, asked=asked)
    check_refusal(REFUSAL, asked=asked)
    for field in ("election", "origin", "entry", "event"):
        other = replace(asked, **{field: "d" * 64})
        with pytest.raises(Refused, match="receipt-other") as caught:
            check_receipt(RECEIPT, asked=other)
        assert "counts for nothing" in caught.value.sentence
        if field != "event":
            with pytest.raises(Refused, match="receipt-other"):
                check_refusal(REFUSAL, asked=other)


def test_the_bytes_of_a_receipt_stay_what_they_are() -> None:
    payload = canonical(RECEIPT.model_dump(mode="json"))
    assert payload == (
        b'{"election":"' + b"a" * 64 + b'","entry":"' + b"b" * 64 + b'","event":"' + b"c" * 64 + b'",'
        b'"origin":"x.invalid/x/aaaaaaaaaaaaaaaa/0","position":7,"proof_promised_by":null,'
        b'"received_at":"2026-11-23T09:00:00+00:00","version":1}'
    )
