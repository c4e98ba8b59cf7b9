"""Signed notes: a text, an empty line, and one line for each signature.

Follows C2SP signed-note (revision pinned in docs/spec/c2sp.md), of its signature types only 0x01, Ed25519.  The reader
is strict: every accepted note is written again byte for byte (``format_note(parse_note(b)) == b``), so nothing can hide
in a second spelling.  Stricter than the specification on purpose: a key named twice is refused, and so are invisible
characters in key names.

A parsed note proves nothing yet: its text is only to be looked at after :func:`check_signature` returned.  Signatures
of other keys are none of our business and are passed over, as the specification demands.

Not here: what the text says (``checkpoint``), log witnesses' timestamped cosignatures, keys at rest.

Codes: note-size, note-utf8, note-control, note-structure, note-newline, note-signature-line, note-name, note-base64,
note-signature-short, note-signature-duplicate, note-signature-count, note-signature-missing, note-signature-wrong,
note-key-form, note-key-type, note-key-id, note-key-length.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from custody.core.entries.signing import verify
from schemas.errors import Refused

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
"""The specification asks for at least 16; both limits are those of the Go implementations."""
KEY_ID_BYTES: Final = 4
POSTQUANTUM_BYTES: Final = 2_428
"""Bytes of a timestamped ML-DSA-44 signature, by which its line is known without its key."""
POSTQUANTUM_MAX: Final = 8
"""How many lines of that length a note may have."""
ED25519: Final = 0x01
"""Signature type identifier of plain Ed25519 note signatures."""

_DASH: Final = "\u2014 "
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_KEY_ID_HEX: Final = re.compile("[0-9a-f]{8}")
_PUBLIC_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.  ``key_id`` is 4 bytes, ``signature`` at least one byte of whatever type the key has."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """``text`` ends in a newline and is what is signed, as UTF-8; ``signatures`` stand in the order of the note."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 public key (32 bytes), in C2SP's words a vkey."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name || newline || 0x01 || public key) (signed-note, "Ed25519 signatures")."""
        return key_id(name=self.name, material=bytes((ED25519,)) + self.public)


def key_id(*, name: str, material: bytes) -> bytes:
    """Key id (4 bytes) of a key of any type; ``material`` is the type byte followed by the public key."""
    return sha256(name.encode() + b"\n" + material).digest()[:KEY_ID_BYTES]


def parse_verifier_key(text: str) -> VerifierKey:
    """Read ``<name>+<8 hex digits>+<base64 of 0x01 || public key>``; Refused with a note-key- code or note-base64."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID_HEX.fullmatch(parts[1]):
        raise Refused("note-key-form", "A verifier key is a name, eight hexadecimal digits and base64, joined by plus.")
    name, stated, material = parts[0], bytes.fromhex(parts[1]), _parse_base64(parts[2])
    _check_name(name)
    if material[:1] != bytes((ED25519,)):
        raise Refused("note-key-type", "Only Ed25519 verifier keys (type 1) are known here.")
    if len(material) != 1 + _PUBLIC_BYTES:
        raise Refused("note-key-length", f"An Ed25519 public key is {_PUBLIC_BYTES} bytes long.")
    key = VerifierKey(name=name, public=material[1:])
    if key.key_id != stated:
        raise Refused("note-key-id", "The verifier key's id is not that of its name and public key.")
    return key


def format_verifier_key(key: VerifierKey) -> str:
    """The one text form of a verifier key, without a newline; Refused if the key cannot have one."""
    _check_name(key.name)
    if len(key.public) != _PUBLIC_BYTES:
        raise Refused("note-key-length", f"An Ed25519 public key is {_PUBLIC_BYTES} bytes long.")
    return f"{key.name}+{key.key_id.hex()}+{b64encode(bytes((ED25519,)) + key.public).decode('ascii')}"


def parse_note(data: bytes) -> Note:
    """Read a signed note of at most NOTE_BYTES_MAX bytes with 1 to SIGNATURES_MAX signatures, or Refused."""
    if len(data) > NOTE_BYTES_MAX:
        raise Refused("note-size", f"A note is at most {NOTE_BYTES_MAX} bytes long.")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Refused("note-utf8", "The note is not UTF-8.") from None
    if _CONTROL.search(whole):
        raise Refused("note-control", "The note has a control character other than the newline (perhaps CR LF).")
    if not whole.endswith("\n"):
        raise Refused("note-newline", "The note does not end in a newline.")
    # "The text is separated from the signatures by the last empty line in the note."
    text, gap, block = whole.rpartition("\n\n")
    if not gap or not block:
        raise Refused("note-structure", "The note has no signatures after an empty line.")
    lines = block[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise Refused("note-signature-count", f"A note has at most {SIGNATURES_MAX} signatures.")
    signatures = tuple(_parse_line(line) for line in lines)
    # docs/spec/c2sp.md 25
    if sum(len(line.signature) == POSTQUANTUM_BYTES for line in signatures) > POSTQUANTUM_MAX:
        raise Refused("note-signature-count", f"A note has at most {POSTQUANTUM_MAX} signatures of ML-DSA-44.")
    _check_distinct(signatures)
    return Note(text=text + "\n", signatures=signatures)


def format_note(note: Note) -> bytes:
    """The one byte form of a note; Refused for whatever :func:`parse_note` would not give back unchanged."""
    lines = "".join(_format_line(line) for line in note.signatures)
    try:
        data = f"{note.text}\n{lines}".encode()
    except UnicodeEncodeError:
        raise Refused("note-utf8", "The note's text cannot be written as UTF-8.") from None
    if parse_note(data) != note:
        raise Refused("note-structure", "The note's text or names would be read back differently.")
    return data


def sign_text(*, text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> NoteSignature:
    """Signature line by ``key`` over ``text``; ``sign`` gives the 64-byte Ed25519 signature of its private half.

    Refused("note-signature-wrong") if ``sign`` belongs to another key: a signature that nobody accepts never leaves.
    """
    made = sign(text.encode())
    if not verify(public=key.public, message=text.encode(), signature=made):
        raise Refused("note-signature-wrong", f"The private key does not belong to the verifier key of {key.name}.")
    return NoteSignature(name=key.name, key_id=key.key_id, signature=made)


def check_signature(*, note: Note, key: VerifierKey) -> None:
    """Return if ``key`` signed the note's text; Refused("note-signature-missing" or "note-signature-wrong").

    A wrong signature under the right name and id refuses the whole note; other keys' lines count for nothing.
    """
    for line in note.signatures:
        if (line.name, line.key_id) == (key.name, key.key_id):
            if verify(public=key.public, message=note.text.encode(), signature=line.signature):
                return
            raise Refused("note-signature-wrong", f"The note's signature by {key.name} is false.")
    raise Refused("note-signature-missing", f"The note is not signed by {key.name}.")


def _parse_line(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise Refused("note-signature-line", "A signature line is an em dash, a name and base64, one space between.")
    _check_name(name)
    blob = _parse_base64(encoded)
    if len(blob) <= KEY_ID_BYTES:
        raise Refused("note-signature-short", "A note signature is a four-byte key id and at least one byte more.")
    return NoteSignature(name=name, key_id=blob[:KEY_ID_BYTES], signature=blob[KEY_ID_BYTES:])


def _format_line(line: NoteSignature) -> str:
    _check_name(line.name)
    if len(line.key_id) != KEY_ID_BYTES or not line.signature:
        raise Refused("note-signature-short", "A note signature is a four-byte key id and at least one byte more.")
    return f"{_DASH}{line.name} {b64encode(line.key_id + line.signature).decode('ascii')}\n"


def _check_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() for char in name) or not name.isprintable():
        raise Refused("note-name", "A key name is not empty and has no space, plus or invisible character.")


def _check_distinct(signatures: tuple[NoteSignature, ...]) -> None:
    if len({(line.name, line.key_id) for line in signatures}) != len(signatures):
        raise Refused("note-signature-duplicate", "The note carries two signatures of one key.")


def _parse_base64(text: str) -> bytes:
    """Standard padded base64 in its one form: Python's decoder alone lets stray bits and line breaks pass."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError):
        raise Refused("note-base64", "The base64 is not of the standard alphabet, or not padded.") from None
    if b64encode(data).decode("ascii") != text:
        raise Refused("note-base64", "The base64 is not in its one form.")
    return data
