"""The submission of a log to a witness: an old size, a consistency proof, and a checkpoint with its signatures.

Follows C2SP tlog-witness, tlog-checkpoint and signed-note (revision pinned in docs/spec/c2sp.md). The logs are other people's,
so this reader takes all that those pages allow and no more: any origin, extension lines, sizes up to 2^63 - 1, two lines of one
key. The reader of our own checkpoints (``custody.core.tlog.checkpoint``) is stricter.

Nothing here is believed yet: who signed is the next question (``logs``).

Codes: submission-form.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from custody.core.tlog.notes import KEY_ID_BYTES, SIGNATURES_MAX, NoteSignature
from schemas.errors import Refused

SUBMISSION_BYTES_MAX: Final = 512 * 1024
"""A hundred signatures of ML-DSA-44 fit in."""
PROOF_LINES_MAX: Final = 63
SIZE_MAX: Final = 2**63 - 1

_DASH: Final = "\u2014 "
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
# 32 bytes are 42 characters and four bits more: the character before the padding has its two stray bits at zero.
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A well-formed request. ``text`` is the checkpoint's, its last newline included; hashes are 32 bytes."""

    old: int
    proof: tuple[bytes, ...]
    text: str
    origin: str
    size: int
    root: bytes
    signatures: tuple[NoteSignature, ...]


def parse_submission(body: bytes) -> AddCheckpoint:
    """Read the body of add-checkpoint; Refused("submission-form") for anything that is not in its form."""
    if len(body) > SUBMISSION_BYTES_MAX:
        raise _malformed(f"A request has at most {SUBMISSION_BYTES_MAX} bytes.")
    try:
        whole = body.decode()
    except UnicodeDecodeError:
        raise _malformed("The request is not UTF-8.") from None
    if _CONTROL.search(whole) or not whole.endswith("\n"):
        raise _malformed("The request has a control character other than the newline, or does not end in a newline.")
    head, gap, note = whole.partition("\n\n")
    text, gap_of_note, block = note.rpartition("\n\n")
    if not gap or not gap_of_note:
        raise _malformed("A request is an old size, a proof, an empty line, and a checkpoint with its signatures.")
    old, proof = _parse_head(head.split("\n"))
    origin, size, root = _parse_text(text.split("\n"))
    return AddCheckpoint(old, proof, f"{text}\n", origin, size, root, _parse_lines(block))


def format_line(line: NoteSignature) -> str:
    """One signature line of a note, with its newline."""
    return f"{_DASH}{line.name} {b64encode(line.key_id + line.signature).decode('ascii')}\n"


def _parse_head(lines: list[str]) -> tuple[int, tuple[bytes, ...]]:
    old = _OLD.fullmatch(lines[0])
    if old is None or int(old[1]) > SIZE_MAX:
        raise _malformed("The first line is old, one space, and a decimal number without leading zeros.")
    if len(lines) - 1 > PROOF_LINES_MAX:
        raise _malformed(f"A consistency proof has at most {PROOF_LINES_MAX} lines.")
    return int(old[1]), tuple(_parse_hash(line) for line in lines[1:])


def _parse_text(lines: list[str]) -> tuple[str, int, bytes]:
    if len(lines) < 3 or not all(lines):
        raise _malformed("A checkpoint is an origin, a size and a root, and no line of it is empty.")
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > SIZE_MAX:
        raise _malformed("The size is not a decimal number without leading zeros, or beyond 2^63 - 1.")
    return lines[0], int(lines[1]), _parse_hash(lines[2])


def _parse_hash(text: str) -> bytes:
    if not _HASH.fullmatch(text):
        raise _malformed("A hash is 32 bytes in standard padded base64.")
    return b64decode(text)


def _parse_lines(block: str) -> tuple[NoteSignature, ...]:
    """The signature lines; none is a form too, of a checkpoint that nobody signed."""
    lines = block.removesuffix("\n").split("\n") if block else []
    if len(lines) > SIGNATURES_MAX:
        raise _malformed(f"A checkpoint has at most {SIGNATURES_MAX} signatures.")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not name or "+" in name or any(char.isspace() for char in name):
        raise _malformed("A signature line is an em dash, a name and base64, one space between.")
    try:
        blob = b64decode(encoded.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError):
        blob = b""
    if len(blob) <= KEY_ID_BYTES or b64encode(blob).decode("ascii") != encoded:
        raise _malformed("A signature is a four-byte key id and more, in standard padded base64.")
    return NoteSignature(name=name, key_id=blob[:KEY_ID_BYTES], signature=blob[KEY_ID_BYTES:])


def _malformed(sentence: str) -> Refused:
    return Refused("submission-form", sentence)
