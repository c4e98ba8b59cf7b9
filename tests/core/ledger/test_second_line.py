"""A log that signs by ML-DSA-44 too: such a line in a logged note proves no time, and a false one makes the note nobody's."""

from __future__ import annotations

import pytest

from custody.core.tlog.checkpoint import parse_checkpoint, second_line
from custody.core.tlog.notes import Note, NoteSignature, format_note, parse_note
from custody.core.tlog.postquantum import derived_key
from tests.core.ledger import witnesses
from tests.core.ledger.playing import CEC, LOG_PRIVATE, Play

SECOND = derived_key(LOG_PRIVATE)
PUBLIC = SECOND.public_key().public_bytes_raw().hex()


@pytest.fixture
def play() -> Play:
    play = Play("AYT", second=PUBLIC)
    play.act(witnesses.policy_set(), by=CEC)
    return play


def with_line(data: bytes, *, line: NoteSignature | None = None) -> bytes:
    note = parse_note(data)
    line = line or second_line(checkpoint=parse_checkpoint(note.text), private=SECOND)
    return format_note(Note(note.text, (note.signatures[0], line, *note.signatures[1:])))


def logged(play: Play, data: bytes) -> str:
    return play.act(witnesses.noted(data), by=("checkpointer-1",))


def until(play: Play, event: str) -> int | None:
    """By when an event was made, as cosignatures prove it."""
    return play.ledger.state.records[event].covered_at_s


def test_the_line_alone_is_a_note_and_proves_no_time(play: Play) -> None:
    first = play.act(witnesses.policy_set(), by=CEC)
    logged(play, with_line(witnesses.note_bytes(play, {})))
    assert play.findings == []
    assert until(play, first) is None


def test_the_line_counts_in_no_quorum(play: Play) -> None:
    first = play.act(witnesses.policy_set(), by=CEC)
    logged(play, with_line(witnesses.note_bytes(play, {"alpha": witnesses.now(play)})))
    assert until(play, first) is None
    (note,) = play.ledger.state.notes.values()
    assert set(note.cosigned.times) == {"alpha"}


def test_beside_enough_cosignatures_it_moves_no_bracket(play: Play) -> None:
    first = play.act(witnesses.policy_set(), by=CEC)
    at = witnesses.now(play)
    logged(play, with_line(witnesses.note_bytes(play, {"alpha": at, "beta": at + 5})))
    assert play.findings == []
    assert until(play, first) == at + 5


def test_a_false_line_of_the_log_s_own_key_makes_the_note_foreign(play: Play) -> None:
    at = witnesses.now(play)
    data = witnesses.note_bytes(play, {"alpha": at, "beta": at})
    right = second_line(checkpoint=parse_checkpoint(parse_note(data).text), private=SECOND)
    false = NoteSignature(right.name, right.key_id, right.signature[:-1] + bytes((right.signature[-1] ^ 1,)))
    event = logged(play, with_line(data, line=false))
    assert play.only("foreign-checkpoint").evidence == (event,)
    assert play.ledger.state.notes == {}


def test_a_line_of_a_stranger_s_key_is_passed_over(play: Play) -> None:
    at = witnesses.now(play)
    data = witnesses.note_bytes(play, {"alpha": at, "beta": at})
    logged(play, with_line(data, line=NoteSignature("stranger.invalid", b"\1\2\3\4", bytes(2_428))))
    assert play.findings == []
