"""Receipts by template are, byte for byte, those of the form that defines them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.receipt_signer import ReceiptSigner
from custody.core.entries.receipts import open_receipt, sign_receipt
from custody.core.entries.signing import keyid, public_bytes
from schemas.receipts import Receipt
from schemas.strict_json import INTEGER_MAX

KEY = derive_demo_key(seed=1, name="gateway", domain="x.invalid")
PUBLIC = {keyid(public_bytes(KEY)): public_bytes(KEY)}
NAME = st.text("0123456789abcdef", min_size=64, max_size=64)
TIME = st.dates(date(1970, 1, 1), date(2099, 1, 1)).map(lambda day: f"{day}T09:00:00+05:00")


@given(
    election=NAME,
    origin=st.sampled_from(['x.invalid/x/aaaaaaaaaaaaaaaa/0', 'odd "position":0 and {} %b \\', "Қазақстан/" + "0" * 64]),
    position=st.integers(0, INTEGER_MAX),
    entries=st.lists(st.tuples(NAME, NAME, TIME, st.none() | TIME), min_size=1, max_size=3),
)  # fmt: skip
def test_a_receipt_is_the_defined_one(
    election: str, origin: str, position: int, entries: list[tuple[str, str, str, str | None]]
) -> None:
    signer = ReceiptSigner(election=election, origin=origin, private=KEY)
    for entry, event, at, promised in entries:
        receipt = Receipt(
            version=1,
            election=election,
            origin=origin,
            position=position,
            entry=entry,
            event=event,
            received_at=at,
            proof_promised_by=promised,
        )
        made = signer.sign(position=position, entry=entry, event=event, times=(at, promised))
        assert made == sign_receipt(receipt, private=KEY)
        assert "odd" in origin or open_receipt(made, gateways=PUBLIC.get) == receipt


@pytest.mark.parametrize(
    ("position", "entry", "at"),
    [
        (-1, "a" * 64, "2026-11-23T09:00:00+00:00"),
        (2**53, "a" * 64, "2026-11-23T09:00:00+00:00"),
        (True, "a" * 64, "2026-11-23T09:00:00+00:00"),
        (1, "a" * 63 + "\n", "2026-11-23T09:00:00+00:00"),
        (1, 'a","event":"b', "2026-11-23T09:00:00+00:00"),
        (1, "a" * 64, "yesterday"),
    ],
)
def test_what_no_receipt_can_say_is_not_signed(position: int, entry: str, at: str) -> None:
    signer = ReceiptSigner(election="a" * 64, origin="x.invalid/x/aaaaaaaaaaaaaaaa/0", private=KEY)
    for _ in range(2):
        with pytest.raises(ValidationError):
            signer.sign(position=position, entry=entry, event="c" * 64, times=(at, None))


def test_the_moments_that_are_remembered_are_few() -> None:
    signer = ReceiptSigner(election="a" * 64, origin="x.invalid/x/aaaaaaaaaaaaaaaa/0", private=KEY)
    for second in range(60):
        signer.sign(position=1, entry="b" * 64, event="c" * 64, times=(f"2026-11-23T09:00:{second:02d}+00:00", None))
    assert len(signer._known) <= 16
