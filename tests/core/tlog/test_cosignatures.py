"""Cosignatures: their one form, and everything that is none."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import public_bytes
from custody.core.tlog.cosignatures import WitnessKey, cosign, cosigned_at, format_witness_key, parse_witness_key
from custody.core.tlog.notes import Note, format_note, parse_note
from schemas.errors import Refused

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = WitnessKey("witness.invalid", public_bytes(PRIVATE))
TEXT = "custody.invalid/kz-2015/0123456789abcdef/0\n3\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n"


def note(at: int = 1_429_000_000) -> Note:
    return Note(TEXT, (cosign(text=TEXT, at=at, key=KEY, sign=PRIVATE.sign),))


def test_a_cosignature_says_when_it_was_made() -> None:
    assert cosigned_at(parse_note(format_note(note())), keys=[KEY]) == {"witness.invalid": 1_429_000_000}


def test_the_message_is_that_of_the_specification() -> None:
    line = note().signatures[0]
    message = b"cosignature/v1\ntime 1429000000\n" + TEXT.encode()
    PRIVATE.public_key().verify(line.signature[8:], message)
    assert line.signature[:8] == (1_429_000_000).to_bytes(8, "big")


def test_a_line_of_another_witness_is_passed_over() -> None:
    other = WitnessKey("other.invalid", KEY.public)
    assert cosigned_at(note(), keys=[other]) == {}


@pytest.mark.parametrize("place", [0, 7, 8, 40, 71])
def test_any_other_bit_makes_the_note_false(place: int) -> None:
    line = note().signatures[0]
    blob = bytearray(line.signature)
    blob[place] ^= 1
    with pytest.raises(Refused) as refused:
        cosigned_at(Note(TEXT, (replace(line, signature=bytes(blob)),)), keys=[KEY])
    assert refused.value.code == "cosignature-wrong"


@pytest.mark.parametrize("cut", [1, 8, 63, 71])
def test_a_short_cosignature_is_false(cut: int) -> None:
    line = note().signatures[0]
    with pytest.raises(Refused) as refused:
        cosigned_at(Note(TEXT, (replace(line, signature=line.signature[:cut]),)), keys=[KEY])
    assert refused.value.code == "cosignature-wrong"


def test_a_cosignature_over_another_text_is_false() -> None:
    with pytest.raises(Refused):
        cosigned_at(Note(TEXT.replace("\n3\n", "\n4\n"), note().signatures), keys=[KEY])


def test_a_moment_before_1970_or_beyond_all_clocks_is_none() -> None:
    for at in (0, 2**40):
        with pytest.raises(Refused):
            cosigned_at(note(at), keys=[KEY])


def test_the_key_has_one_text_form() -> None:
    assert parse_witness_key(format_witness_key(KEY)) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "witness.invalid",
        "witness.invalid+00000000+" + b64encode(b"\x04" + KEY.public).decode(),
        format_witness_key(KEY).replace("+", "+0", 1),
        format_witness_key(KEY) + "=",
        format_witness_key(KEY)[:-4],
        f"witness.invalid+{KEY.key_id.hex()}+" + b64encode(b"\x01" + KEY.public).decode(),
        format_witness_key(WitnessKey("witness.invalid", bytes(32))),
    ],
)
def test_another_form_type_or_an_unfit_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_witness_key(text)
