"""Checkpoints whose lines of ML-DSA-44 somebody altered: the log's own second line, and that of a witness whom a reader asks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.core.tlog import postquantum
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import Note, NoteSignature
from custody.core.tlog.postquantum import TreeStatement, derived_key
from tests.core.ledger.witnesses import witness

AT = 1_800_000_000
Alteration = Callable[[random.Random, NoteSignature], Sequence[NoteSignature]]
Making = Callable[[random.Random, TreeStatement], tuple[TreeStatement, int]]


def statement(note: Note) -> TreeStatement:
    """What a checkpoint's text says."""
    found = parse_checkpoint(note.text)
    return TreeStatement(found.origin, found.size, found.root)


def as_it_is(_: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (line,)


def without(_: random.Random, _line: NoteSignature) -> Sequence[NoteSignature]:
    return ()


def one_bit(draw: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    changed = bytearray(line.signature)
    changed[draw.choice((draw.randrange(8), draw.randrange(len(changed)), draw.randrange(-84, 0)))] ^= (
        1 << draw.randrange(8)
    )
    return (replace(line, signature=bytes(changed)),)


def cut(draw: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (replace(line, signature=line.signature[: draw.choice((1, 8, 72, len(line.signature) - 1))]),)


def longer(_: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (replace(line, signature=line.signature + b"\0"),)


def other_id(_: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (replace(line, key_id=bytes(4)),)


def with_another(_: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (line, replace(line, key_id=bytes(4)))


def twice(_: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    return (line, line)


def crowd(draw: random.Random, line: NoteSignature) -> Sequence[NoteSignature]:
    others = (replace(line, key_id=bytes((number,)) * 4) for number in range(draw.choice((7, 8))))
    return (line, *others)


ALTERATIONS: Sequence[Alteration] = (
    as_it_is, as_it_is, as_it_is, without, one_bit, one_bit, one_bit, cut, longer, other_id, with_another, twice, crowd,
)  # fmt: skip


def right(_: random.Random, stated: TreeStatement) -> tuple[TreeStatement, int]:
    return stated, AT


def timeless(_: random.Random, stated: TreeStatement) -> tuple[TreeStatement, int]:
    return stated, 0


def too_late(draw: random.Random, stated: TreeStatement) -> tuple[TreeStatement, int]:
    return stated, draw.choice((253_402_300_799, 253_402_300_800, 2**63 - 1, 2**63, 2**64 - 1))


def other_tree(draw: random.Random, stated: TreeStatement) -> tuple[TreeStatement, int]:
    return draw.choice((replace(stated, size=stated.size + 1), replace(stated, root=bytes(32)))), AT


def other_log(_: random.Random, stated: TreeStatement) -> tuple[TreeStatement, int]:
    return replace(stated, origin=f"{stated.origin}0"), AT


MAKINGS: Sequence[Making] = (right, right, right, right, timeless, timeless, timeless, too_late, other_tree, other_log)


def line_by(draw: random.Random, note: Note, *, name: str, private: MLDSA44PrivateKey) -> Sequence[NoteSignature]:
    """What stands in a note where that key should have signed."""
    is_right = draw.random() < 0.5
    stated, at = (right if is_right else draw.choice(MAKINGS))(draw, statement(note))
    made = postquantum.cosign(stated, name=name, at=at, private=private)
    return (made,) if is_right else draw.choice(ALTERATIONS)(draw, made)


def reader_s_witness() -> tuple[postquantum.PostquantumKey, MLDSA44PrivateKey]:
    """A witness whom the log does not name and a reader does."""
    private = derived_key(witness("gamma")[1])
    return postquantum.PostquantumKey("gamma.invalid", private.public_key().public_bytes_raw()), private
