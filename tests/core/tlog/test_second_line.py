"""A log's second line, of ML-DSA-44: whose it is, over which tree, and how many of its length a note may have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import public_bytes
from custody.core.tlog import postquantum
from custody.core.tlog.checkpoint import Checkpoint, check_second, format_checkpoint, second_line, sign_checkpoint
from custody.core.tlog.cosignatures import WitnessKey, cosign, cosigned_at
from custody.core.tlog.notes import POSTQUANTUM_MAX, Note, NoteSignature, VerifierKey, format_note, parse_note
from custody.core.tlog.postquantum import PostquantumKey, derived_key, is_postquantum, parse_key, without_lines
from schemas.errors import Refused

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECOND = derived_key(PRIVATE)
ORIGIN = "custody.invalid/kz-2015/0123456789abcdef/0"
CHECKPOINT = Checkpoint(ORIGIN, 3, bytes(range(32)))
KEY = PostquantumKey(ORIGIN, SECOND.public_key().public_bytes_raw())
FIRST = parse_note(
    sign_checkpoint(checkpoint=CHECKPOINT, key=VerifierKey(ORIGIN, public_bytes(PRIVATE)), sign=PRIVATE.sign)
)


def note(checkpoint: Checkpoint, *lines: NoteSignature) -> Note:
    return Note(format_checkpoint(checkpoint), (*FIRST.signatures, *lines))


def test_it_is_verified_under_its_key_and_written_again_byte_for_byte() -> None:
    data = format_note(note(CHECKPOINT, second_line(checkpoint=CHECKPOINT, private=SECOND)))
    line = check_second(note=parse_note(data), key=KEY)
    assert (line.name, line.signature[:8]) == (ORIGIN, bytes(8))
    assert format_note(parse_note(data)) == data


def test_each_signature_is_drawn_anew_and_right() -> None:
    lines = [second_line(checkpoint=CHECKPOINT, private=SECOND) for _ in range(2)]
    assert lines[0] != lines[1]
    assert [check_second(note=note(CHECKPOINT, line), key=KEY) for line in lines] == lines


@pytest.mark.parametrize(
    "other",
    [
        replace(CHECKPOINT, size=4),
        replace(CHECKPOINT, root=bytes(32)),
        replace(CHECKPOINT, origin=ORIGIN[:-1] + "1"),
    ],
)
def test_it_holds_for_one_tree_of_one_log(other: Checkpoint) -> None:
    with pytest.raises(Refused, match="is false"):
        check_second(note=note(other, second_line(checkpoint=CHECKPOINT, private=SECOND)), key=KEY)


def test_one_that_is_missing_is_told_apart_from_one_that_is_false() -> None:
    with pytest.raises(Refused, match="is not signed by the ML-DSA-44 key"):
        check_second(note=FIRST, key=KEY)


def test_a_note_has_at_most_eight_lines_of_that_length() -> None:
    lines = [NoteSignature(f"w{number}.invalid", bytes(4), bytes(2_428)) for number in range(POSTQUANTUM_MAX + 1)]
    full = note(CHECKPOINT, *lines[:-1])
    assert parse_note(format_note(full)) == full
    with pytest.raises(Refused, match="at most 8 signatures of ML-DSA-44"):
        format_note(note(CHECKPOINT, *lines))


def test_what_is_logged_has_no_line_of_that_length() -> None:
    assert without_lines(note(CHECKPOINT, second_line(checkpoint=CHECKPOINT, private=SECOND))) == FIRST


def test_the_text_of_its_key_is_read_as_it_is_written() -> None:
    text = postquantum.format_key(KEY)
    assert (parse_key(text), is_postquantum(text)) == (KEY, True)


@pytest.mark.parametrize(
    ("old", "new"), [("+", " "), (ORIGIN, "other.invalid"), ("+B", "+A"), ("==", ""), ("==", "=="[:1] + "==")]
)
def test_another_text_is_no_such_key(old: str, new: str) -> None:
    with pytest.raises(Refused):
        parse_key(
            postquantum.format_key(KEY).replace(old, new, 1) if old != "==" else postquantum.format_key(KEY) + new + "="
        )


@pytest.mark.parametrize("text", ["", "a+b", "a+b+", "a+b+é", "a+b+AA==", "a+b+BA=="])
def test_keys_of_other_types_are_not_of_type_6(text: str) -> None:
    assert not is_postquantum(text)


@pytest.mark.parametrize("at", [0, 2**63 - 1])
@pytest.mark.parametrize("kind", ["0x04", "0x06"])
def test_a_cosignature_without_a_time_that_can_be_is_none(at: int, kind: str) -> None:
    text, statement = FIRST.text, postquantum.TreeStatement(ORIGIN, 3, CHECKPOINT.root)
    witness = WitnessKey("w.invalid", public_bytes(PRIVATE))
    line = cosign(text=text, at=at, key=witness, sign=PRIVATE.sign)
    key: WitnessKey | PostquantumKey = witness
    if kind == "0x06":
        line = postquantum.cosign(statement, name="w.invalid", at=at, private=SECOND)
        key = replace(KEY, name="w.invalid")
    with pytest.raises(Refused, match="is false"):
        cosigned_at(note(CHECKPOINT, line), keys=(key,))


def test_a_reader_may_ask_a_witness_for_either_type() -> None:
    statement = postquantum.TreeStatement(ORIGIN, 3, CHECKPOINT.root)
    line = postquantum.cosign(statement, name="w.invalid", at=77, private=SECOND)
    assert cosigned_at(note(CHECKPOINT, line), keys=(replace(KEY, name="w.invalid"),)) == {"w.invalid": 77}
