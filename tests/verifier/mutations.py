"""Archives as somebody might hand them over: damaged, edited, edited and summed again, signed anew by whoever has a key.

A mutation is what changes: path -> new bytes, or None where the file is gone. All follow from the seed.
"""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.archive import format_sums
from custody.core.entries.signing import public_bytes
from custody.core.tlog.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from custody.core.tlog.merkle import leaf_hashes, row_root
from custody.core.tlog.notes import NoteSignature, VerifierKey, format_note, format_verifier_key, parse_note
from custody.core.tlog.tiles import format_bundle
from schemas.envelope import format_envelope, parse_envelope
from schemas.errors import Refused

Files = dict[str, bytes]
Changed = dict[str, bytes | None]
CHECKPOINT = "logs/0/checkpoint"
VKEY = "logs/0/log.vkey"
SUMS = "SHA256SUMS"
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True, slots=True)
class Base:
    """The archive that is changed, its entries, and the log's private key."""

    files: Files
    entries: tuple[bytes, ...]
    log_key: Ed25519PrivateKey

    @property
    def origin(self) -> str:
        return parse_checkpoint(parse_note(self.files[CHECKPOINT]).text).origin

    def bundle(self, count: int) -> str:
        return f"logs/0/tile/entries/000.p/{count}"

    def tile(self, count: int) -> str:
        return f"logs/0/tile/0/000.p/{count}"


Mutation = Callable[[random.Random, Base], Changed]


def one_bit(draw: random.Random, base: Base) -> Changed:
    path = draw.choice(sorted(base.files))
    data = bytearray(base.files[path])
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return {path: bytes(data)}


def cut(draw: random.Random, base: Base) -> Changed:
    path = draw.choice(sorted(base.files))
    return {path: base.files[path][: draw.randrange(len(base.files[path]))]}


def longer(draw: random.Random, base: Base) -> Changed:
    path = draw.choice(sorted(base.files))
    return {path: base.files[path] + draw.choice((b"\n", b" ", b"\0", b"x\n"))}


def gone(draw: random.Random, base: Base) -> Changed:
    return {draw.choice(sorted(base.files)): None}


def extra(draw: random.Random, base: Base) -> Changed:
    names = ("readme.txt", "logs/0/tile/0/001", "logs/0/tile/0/000.p/1", "logs/1/checkpoint", "logs/0/x", "keys.json~")
    return {draw.choice(names): b"extra"}


def swapped(draw: random.Random, base: Base) -> Changed:
    one, other = draw.sample(sorted(base.files), 2)
    return {one: base.files[other], other: base.files[one]}


def edited(draw: random.Random, base: Base) -> Changed:
    """Another list of entries of the same length: the tiles stay, or are made to fit."""
    changed = _other_entries(draw, base)
    files: Changed = {base.bundle(len(changed)): format_bundle(changed)}
    if draw.random() < 0.5:
        files[base.tile(len(changed))] = b"".join(leaf_hashes(changed))
    return files


def signed_anew(draw: random.Random, base: Base) -> Changed:
    """Other entries, as many or fewer, with tiles and a checkpoint that the log key signs: a lying operator."""
    entries = _other_entries(draw, base)[: draw.randrange(1, len(base.entries) + 1)]
    return _published(base, entries, key=base.log_key)


def signed_by_a_stranger(draw: random.Random, base: Base) -> Changed:
    entries = _other_entries(draw, base) if draw.random() < 0.5 else list(base.entries)
    files = _published(base, entries, key=STRANGER)
    if draw.random() < 0.5:
        key = VerifierKey(base.origin, public_bytes(STRANGER))
        files[VKEY] = f"{format_verifier_key(key)}\n".encode()
    return files


def another_size(draw: random.Random, base: Base) -> Changed:
    """A checkpoint of another size or root over the same tiles."""
    size = draw.randrange(len(base.entries) + 3)
    root = row_root(leaf_hashes(base.entries[:size])) if draw.random() < 0.5 else bytes(32)
    try:
        return {CHECKPOINT: _checkpoint(base, size=size, root=root, key=base.log_key)}
    except Refused:  # the empty tree has one root
        return {CHECKPOINT: _checkpoint(base, size=1, root=root, key=base.log_key)}


def another_line(draw: random.Random, base: Base) -> Changed:
    """A checkpoint with a line that nobody accounts for, or with its own twice, or false."""
    note = parse_note(base.files[CHECKPOINT])
    own = note.signatures[0]
    lines = {
        "stranger": (own, NoteSignature("stranger.invalid", b"abcd", bytes(72))),
        "false": (NoteSignature(own.name, own.key_id, bytes(64)),),
        "other id": (NoteSignature(own.name, b"\0\0\0\0", own.signature),),
        "both": (own, NoteSignature(own.name, b"\0\0\0\0", own.signature)),
    }
    return {CHECKPOINT: format_note(type(note)(note.text, lines[draw.choice(sorted(lines))]))}


MUTATIONS: Sequence[Mutation] = (
    one_bit, one_bit, cut, longer, gone, extra, swapped, edited, edited, signed_anew, signed_anew,
    signed_by_a_stranger, another_size, another_line,
)  # fmt: skip


def mutated(draw: random.Random, base: Base) -> Changed:
    """One mutation or two, summed again in half of all cases."""
    changed: Changed = {}
    for _ in range(draw.choice((1, 1, 1, 2))):
        changed |= draw.choice(MUTATIONS)(draw, base)
    if draw.random() < 0.5:
        files = {**base.files, **changed}
        sums = {path: sha256(data).hexdigest() for path, data in files.items() if data is not None and path != SUMS}
        changed[SUMS] = format_sums(sums)
    return changed


def encoded(changed: Changed) -> dict[str, str | None]:
    """As JSON carries it."""
    return {path: None if data is None else b64encode(data).decode() for path, data in changed.items()}


def _other_entries(draw: random.Random, base: Base) -> list[bytes]:
    entries = list(base.entries)
    at = draw.randrange(len(entries))
    match draw.randrange(5):
        case 0:
            data = bytearray(entries[at])
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            entries[at] = bytes(data)
        case 1:
            other = draw.randrange(len(entries))
            entries[at], entries[other] = entries[other], entries[at]
        case 2:
            entries[at] = entries[draw.randrange(len(entries))]
        case 3:
            entries[at] = draw.choice((b"x", b"{}", b"custody/unrepresentable/v1\nnull\n-\n", b"\xff"))
        case _:
            envelope = parse_envelope(entries[at])
            left = tuple(one for one in envelope.signatures if one is not envelope.signatures[-1])
            entries[at] = format_envelope(type(envelope)(envelope.payload, left or envelope.signatures))
    return entries


def _published(base: Base, entries: Sequence[bytes], *, key: Ed25519PrivateKey) -> Changed:
    old, leaves = len(base.entries), leaf_hashes(entries)
    gone: Changed = {base.bundle(old): None, base.tile(old): None}
    made: Changed = {
        base.bundle(len(entries)): format_bundle(entries),
        base.tile(len(entries)): b"".join(leaves),
        CHECKPOINT: _checkpoint(base, size=len(entries), root=row_root(leaves), key=key),
    }
    return {**gone, **made}


def _checkpoint(base: Base, *, size: int, root: bytes, key: Ed25519PrivateKey) -> bytes:
    checkpoint = Checkpoint(origin=base.origin, size=size, root=root)
    return sign_checkpoint(checkpoint=checkpoint, key=VerifierKey(base.origin, public_bytes(key)), sign=key.sign)
