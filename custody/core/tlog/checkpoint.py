"""Checkpoints: a log's origin, size and root in three lines, signed as a note.

Follows C2SP tlog-checkpoint (revision pinned in docs/spec/c2sp.md): origin, size, root.  Stricter than it on purpose:
the origin has one closed form, extension lines are refused (no monitor could audit them), and the empty tree has the
one root it can have.  The origin is the log key's name, so a key can only ever speak for its own log.

A checkpoint is a promise of its signer, no proof that the entries are what the root says: that is the audit's work.

Codes: checkpoint-lines, checkpoint-extension, checkpoint-origin, checkpoint-size, checkpoint-root, and those of notes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.core.tlog import postquantum
from custody.core.tlog.merkle import EMPTY_ROOT, SIZE_MAX
from custody.core.tlog.notes import (
    Note,
    NoteSignature,
    VerifierKey,
    check_signature,
    format_note,
    parse_note,
    sign_text,
)
from custody.core.tlog.postquantum import PostquantumKey, TreeStatement
from schemas.errors import Refused

if TYPE_CHECKING:
    from schemas.authority import ElectionOpened

LOG_MAX: Final = 999_999_999

_DOMAIN: Final = (
    r"(?=[a-z0-9.-]{1,253}/)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)
_ORIGIN: Final = re.compile(rf"{_DOMAIN}/[a-z0-9](?:[a-z0-9-]{{0,62}}[a-z0-9])?/[0-9a-f]{{16}}/(?:0|[1-9][0-9]{{0,8}})")
_ELECTION: Final = re.compile(r"[0-9a-f]{64}")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
# 32 bytes are 42 characters and four bits more: the character before the padding has its two stray bits at zero.
_ROOT: Final = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log ``origin`` has ``size`` entries and the Merkle root ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes


def origin(*, domain: str, slug: str, election: str, log: int) -> str:
    """``<domain>/<slug>/<first 16 hex of election id>/<log number>``; Refused("checkpoint-origin") for other input.

    ``domain`` is a lower-case host name of two or more labels, ``slug`` lower-case letters, digits and inner hyphens,
    ``election`` the 64 lower-case hex digits of the election id, ``log`` a number from 0.
    """
    if not _ELECTION.fullmatch(election) or not 0 <= log <= LOG_MAX:
        raise Refused("checkpoint-origin", "An origin needs an election id of 64 hex digits and a log number from 0.")
    name = f"{domain}/{slug}/{election[:16]}/{log}"
    _check_origin(name)
    return name


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint note, or Refused with a checkpoint- code."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise Refused("checkpoint-lines", "A checkpoint is three lines: origin, size, root.")
    if len(lines) > 4:
        raise Refused("checkpoint-extension", "This log's checkpoints have no extension lines.")
    _check_origin(lines[0])
    found = Checkpoint(origin=lines[0], size=_parse_size(lines[1]), root=_parse_root(lines[2]))
    _check_empty(found)
    return found


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The one text form of a checkpoint, ending in a newline; Refused if it cannot have one."""
    root = b64encode(checkpoint.root).decode("ascii")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"
    if parse_checkpoint(text) != checkpoint:
        raise Refused("checkpoint-lines", "The checkpoint would be read back differently.")
    return text


def sign_checkpoint(*, checkpoint: Checkpoint, key: VerifierKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed note of a checkpoint; Refused("checkpoint-origin") if the key is another log's."""
    _check_speaker(checkpoint=checkpoint, key=key)
    text = format_checkpoint(checkpoint)
    return format_note(Note(text=text, signatures=(sign_text(text=text, key=key, sign=sign),)))


def open_checkpoint(*, data: bytes, key: VerifierKey) -> Checkpoint:
    """Verify a signed checkpoint by its log key, then read it; Refused with a note- or checkpoint- code."""
    note = parse_note(data)
    check_signature(note=note, key=key)
    checkpoint = parse_checkpoint(note.text)
    _check_speaker(checkpoint=checkpoint, key=key)
    return checkpoint


def second_line(*, checkpoint: Checkpoint, private: MLDSA44PrivateKey) -> NoteSignature:
    """The log's own second line, of ML-DSA-44, under its origin; its time is 0, for a log says nothing of time."""
    return postquantum.cosign(_statement(checkpoint), name=checkpoint.origin, at=0, private=private)


def check_second(*, note: Note, key: PostquantumKey) -> NoteSignature:
    """The log's own second line; Refused("note-signature-missing" or "note-signature-wrong"), or with a checkpoint- code."""
    return postquantum.check_line(note, statement=_statement(parse_checkpoint(note.text)), key=key)


def second_of(*, genesis: ElectionOpened, election: str) -> PostquantumKey | None:
    """The log's ML-DSA-44 key as genesis pins it; None where it pins none. Refused("checkpoint-origin")."""
    if not genesis.log_key_ml_dsa_44:
        return None
    name = origin_of(genesis=genesis, election=election)
    return PostquantumKey(name, bytes.fromhex(genesis.log_key_ml_dsa_44))


def _statement(checkpoint: Checkpoint) -> TreeStatement:
    return TreeStatement(checkpoint.origin, checkpoint.size, checkpoint.root)


def _check_speaker(*, checkpoint: Checkpoint, key: VerifierKey) -> None:
    if checkpoint.origin != key.name:
        raise Refused("checkpoint-origin", f"The checkpoint is of {checkpoint.origin}, the key of {key.name}.")


def _check_origin(name: str) -> None:
    if not _ORIGIN.fullmatch(name):
        raise Refused("checkpoint-origin", "An origin is domain/slug/16 hex digits/log number, in lower case.")


def _check_empty(checkpoint: Checkpoint) -> None:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Refused("checkpoint-root", "The empty tree has one root only, and this is not it.")


def _parse_size(text: str) -> int:
    # The pattern first: int() would take "+5", "1_0", " 5" and digits of other scripts.
    if not _SIZE.fullmatch(text) or int(text) > SIZE_MAX:
        raise Refused("checkpoint-size", "The size is not a plain decimal number between 0 and 2^53 - 1.")
    return int(text)


def _parse_root(text: str) -> bytes:
    if not _ROOT.fullmatch(text):
        raise Refused("checkpoint-root", "The root is not 32 bytes in standard padded base64.")
    return b64decode(text)


def origin_of(*, genesis: ElectionOpened, election: str) -> str:
    """The origin of the log that genesis opens, and the name of its log key; Refused("checkpoint-origin")."""
    return origin(domain=genesis.domain, slug=genesis.slug, election=election, log=genesis.log)
