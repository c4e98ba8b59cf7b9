"""Checkpoints: three lines and no more, signed by the key that has the log's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.core.tlog.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    origin,
    parse_checkpoint,
    sign_checkpoint,
)
from custody.core.tlog.merkle import SIZE_MAX
from custody.core.tlog.notes import Note, VerifierKey, format_note, parse_note, sign_text
from schemas.errors import Refused

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "notes" / "checkpoints.json").read_text())["vectors"]
ELECTION = "0123456789abcdef" * 4
ORIGIN = "custody.invalid/kz-2015/0123456789abcdef/0"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(name=ORIGIN, public=PRIVATE.public_key().public_bytes_raw())
SEVEN = Checkpoint(origin=ORIGIN, size=7, root=bytes(range(32)))


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["name"]) for vector in VECTORS])
def test_checkpoint_vector(vector: dict[str, Any]) -> None:
    if vector["code"] is None:
        assert format_checkpoint(parse_checkpoint(vector["text"])) == vector["text"]
    else:
        with pytest.raises(Refused) as refused:
            parse_checkpoint(vector["text"])
        assert refused.value.code == vector["code"]


@given(size=st.integers(1, SIZE_MAX), root=st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=root)
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint(ORIGIN, -1, bytes(32)),
        Checkpoint(ORIGIN, SIZE_MAX + 1, bytes(32)),
        Checkpoint(ORIGIN, 7, bytes(31)),
        Checkpoint(ORIGIN, 0, bytes(32)),
        Checkpoint("one\ntwo", 7, bytes(32)),
    ],
)
def test_a_checkpoint_without_a_text_form_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(Refused, match=r"^checkpoint-"):
        format_checkpoint(checkpoint)


def test_the_origin_is_domain_slug_half_an_election_id_and_log_number() -> None:
    assert origin(domain="custody.invalid", slug="kz-2015", election=ELECTION, log=0) == ORIGIN
    assert origin(domain="cec.gov.kz", slug="a", election=ELECTION, log=12) == "cec.gov.kz/a/0123456789abcdef/12"


@pytest.mark.parametrize(
    ("domain", "slug", "election", "log"),
    [
        ("custody.invalid", "kz-2015", ELECTION[:16], 0),
        ("custody.invalid", "kz-2015", ELECTION.upper(), 0),
        ("custody.invalid", "kz-2015", ELECTION, -1),
        ("custody.invalid", "kz-2015", ELECTION, 10**9),
        ("custody.invalid", "kz/2015", ELECTION, 0),
        ("custody.invalid", "", ELECTION, 0),
        ("custody.invalid", "-", ELECTION, 0),
        ("custody.invalid", "kz 2015", ELECTION, 0),
        ("custody.invalid", "kz+2015", ELECTION, 0),
        ("custody", "kz-2015", ELECTION, 0),
        ("Custody.invalid", "kz-2015", ELECTION, 0),
        ("custody.invalid.", "kz-2015", ELECTION, 0),
        ("-custody.invalid", "kz-2015", ELECTION, 0),
        ("a" * 64 + ".invalid", "kz-2015", ELECTION, 0),
        ("a." * 130 + "invalid", "kz-2015", ELECTION, 0),
        ("custody.invalid\n", "kz-2015", ELECTION, 0),
    ],
)
def test_an_origin_outside_the_closed_form_is_refused(domain: str, slug: str, election: str, log: int) -> None:
    with pytest.raises(Refused, match=r"^checkpoint-origin"):
        origin(domain=domain, slug=slug, election=election, log=log)


def test_a_signed_checkpoint_opens_with_its_log_key() -> None:
    assert open_checkpoint(data=sign_checkpoint(checkpoint=SEVEN, key=KEY, sign=PRIVATE.sign), key=KEY) == SEVEN


def test_a_checkpoint_opens_beside_signatures_of_others() -> None:
    note = parse_note(sign_checkpoint(checkpoint=SEVEN, key=KEY, sign=PRIVATE.sign))
    other = sign_text(text=note.text, key=VerifierKey("w.example", KEY.public), sign=PRIVATE.sign)
    assert open_checkpoint(data=format_note(Note(note.text, (other, *note.signatures))), key=KEY) == SEVEN


def test_a_key_cannot_speak_for_another_log() -> None:
    other = VerifierKey(name=ORIGIN[:-1] + "1", public=KEY.public)
    with pytest.raises(Refused, match=r"^checkpoint-origin"):
        sign_checkpoint(checkpoint=SEVEN, key=other, sign=PRIVATE.sign)
    text = format_checkpoint(SEVEN)
    data = format_note(Note(text, (sign_text(text=text, key=other, sign=PRIVATE.sign),)))
    with pytest.raises(Refused, match=r"^checkpoint-origin"):
        open_checkpoint(data=data, key=other)


def test_every_flipped_bit_of_a_signed_checkpoint_is_refused() -> None:
    data = sign_checkpoint(checkpoint=SEVEN, key=KEY, sign=PRIVATE.sign)
    for place in range(len(data) * 8):
        altered = bytearray(data)
        altered[place // 8] ^= 1 << place % 8
        with pytest.raises(Refused):
            open_checkpoint(data=bytes(altered), key=KEY)
