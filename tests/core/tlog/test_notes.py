"""Signed notes and verifier keys: strict both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.core.tlog.notes import (
    NOTE_BYTES_MAX,
    Note,
    NoteSignature,
    VerifierKey,
    check_signature,
    format_note,
    format_verifier_key,
    key_id,
    parse_note,
    parse_verifier_key,
    sign_text,
)
from schemas.errors import Refused

VECTORS = Path(__file__).parents[2] / "vectors" / "notes"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(name="custody.invalid/test", public=PRIVATE.public_key().public_bytes_raw())

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(
    lambda name: name.isprintable() and " " not in name and "+" not in name
)
LINES = st.builds(NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
TEXTS = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=40)
NOTES = st.builds(
    Note,
    st.lists(TEXTS, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n"),
    st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: (line.name, line.key_id)).map(tuple),
)


def load(name: str) -> list[Any]:
    vectors: list[Any] = json.loads((VECTORS / name).read_text())["vectors"]
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


@pytest.mark.parametrize("vector", load("parse.json"))
def test_note_vector(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    if vector["code"] is None:
        assert format_note(parse_note(data)) == data
    else:
        with pytest.raises(Refused) as refused:
            parse_note(data)
        assert refused.value.code == vector["code"]


@pytest.mark.parametrize("vector", load("keys.json"))
def test_verifier_key_vector(vector: dict[str, Any]) -> None:
    if vector["code"] is None:
        assert format_verifier_key(parse_verifier_key(vector["key"])) == vector["key"]
    else:
        with pytest.raises(Refused) as refused:
            parse_verifier_key(vector["key"])
        assert refused.value.code == vector["code"]


@pytest.mark.parametrize("vector", load("signatures.json"))
def test_signature_vector(vector: dict[str, Any]) -> None:
    note, key = parse_note(vector["note"].encode()), parse_verifier_key(vector["key"])
    if vector["code"] is None:
        check_signature(note=note, key=key)
    else:
        with pytest.raises(Refused) as refused:
            check_signature(note=note, key=key)
        assert refused.value.code == vector["code"]


@given(note=NOTES)
def test_what_is_written_is_read_back(note: Note) -> None:
    assert parse_note(format_note(note)) == note


@given(data=st.binary(max_size=200))
def test_whatever_bytes_come_they_are_refused_or_written_back_the_same(data: bytes) -> None:
    try:
        note = parse_note(data)
    except Refused:
        return
    assert format_note(note) == data


@given(note=NOTES, place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_note_with_a_flipped_bit_is_refused_or_another_note(note: Note, place: int, bit: int) -> None:
    data = bytearray(format_note(note))
    data[place % len(data)] ^= 1 << bit
    try:
        other = parse_note(bytes(data))
    except Refused:
        return
    assert other != note
    assert format_note(other) == bytes(data)


def test_a_note_of_more_than_the_limit_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Refused, match=r"^note-size"):
        parse_note(b"\xff" * (NOTE_BYTES_MAX + 1))


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (Note("no newline", (NoteSignature("a", b"abcd", b"x"),)), "note-structure"),
        (Note("text\n", ()), "note-structure"),
        (Note("text\n", (NoteSignature("a b", b"abcd", b"x"),)), "note-name"),
        (Note("text\n", (NoteSignature("a", b"abc", b"x"),)), "note-signature-short"),
        (Note("text\n", (NoteSignature("a", b"abcd", b""),)), "note-signature-short"),
        (Note("\ud800\n", (NoteSignature("a", b"abcd", b"x"),)), "note-utf8"),
        (Note("a\tb\n", (NoteSignature("a", b"abcd", b"x"),)), "note-control"),
    ],
)
def test_a_note_without_a_byte_form_is_not_written(note: Note, code: str) -> None:
    with pytest.raises(Refused) as refused:
        format_note(note)
    assert refused.value.code == code


def test_a_signed_text_verifies_under_its_key() -> None:
    line = sign_text(text="text\n", key=KEY, sign=PRIVATE.sign)
    check_signature(note=parse_note(format_note(Note("text\n", (line,)))), key=KEY)
    assert line.key_id == key_id(name=KEY.name, material=b"\x01" + KEY.public) == KEY.key_id


def test_a_private_key_that_is_not_the_verifier_keys_signs_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(Refused, match=r"^note-signature-wrong"):
        sign_text(text="text\n", key=KEY, sign=other.sign)


@pytest.mark.parametrize(
    "key", [VerifierKey("a+b", bytes(32)), VerifierKey("", bytes(32)), VerifierKey("a", bytes(31))]
)
def test_a_verifier_key_without_a_text_form_is_not_written(key: VerifierKey) -> None:
    with pytest.raises(Refused, match=r"^note-(name|key-length)"):
        format_verifier_key(key)
