"""The logs that a witness knows, and whether one of their keys signed a checkpoint.

They stand in a text file, one line each; empty lines and lines that begin with # say nothing:

    log <vkey> [<url>]            as in C2SP tlog-policy: the key's name is the log's origin
    origin <vkey> <origin>        a log whose origin is another text than its key's name

Several keys of one origin are several lines. Key types: 0x01 (Ed25519) and 0x06 (ML-DSA-44).

Codes: witness-logs (the file); log-unknown, log-signature (a checkpoint).
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from custody.core.entries import signing
from custody.core.tlog import postquantum
from custody.core.tlog.notes import ED25519, NoteSignature, key_id
from custody.core.tlog.postquantum import ML_DSA_44, TreeStatement
from custody.witness.submission import AddCheckpoint
from schemas.errors import Refused

LOGS_MAX: Final = 10_000
_LENGTHS: Final = {ED25519: signing.PUBLIC_KEY_BYTES, ML_DSA_44: postquantum.PUBLIC_BYTES}
_VKEY: Final = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that may sign for a log: its name, its type (0x01 or 0x06) and its public half."""

    name: str
    type: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names it."""
        return key_id(name=self.name, material=bytes((self.type,)) + self.public)

    def has_signed(self, submission: AddCheckpoint, *, line: NoteSignature) -> bool:
        """Whether a line under its name and id is its signature."""
        if self.type == ED25519:
            message = submission.text.encode()
            return signing.verify(public=self.public, message=message, signature=line.signature)
        statement = TreeStatement(submission.origin, submission.size, submission.root)
        return postquantum.verify(line.signature, statement=statement, name=self.name, public=self.public)


@dataclass(frozen=True, slots=True)
class KnownLogs:
    """Origin -> its keys."""

    keys: Mapping[str, tuple[LogKey, ...]]

    def check(self, submission: AddCheckpoint) -> tuple[NoteSignature, ...]:
        """The lines by which the log itself signed; Refused("log-unknown") or Refused("log-signature").

        Lines of unknown keys are passed over; a false one under a known key's name and id refuses the checkpoint.
        """
        if submission.origin not in self.keys:
            raise Refused("log-unknown", "This witness does not know the log.")
        known = {(key.name, key.key_id): key for key in self.keys[submission.origin]}
        named = [(known[name], line) for line in submission.signatures if (name := (line.name, line.key_id)) in known]
        if not named:
            raise Refused("log-signature", "The checkpoint is not signed by a key that is known for its log.")
        if not all(key.has_signed(submission, line=line) for key, line in named):
            raise Refused("log-signature", "A signature under the log's name is false.")
        return tuple(dict.fromkeys(line for _, line in named))


def parse_logs(text: str) -> KnownLogs:
    """Read the file of logs; Refused("witness-logs"), with the line, for what is not in its form."""
    found: dict[str, tuple[LogKey, ...]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        origin, key = _parse_words(words, number=number)
        if key in found.get(origin, ()):
            raise Refused("witness-logs", f"Line {number} names a key of its log a second time.")
        found[origin] = (*found.get(origin, ()), key)
    if not found or len(found) > LOGS_MAX:
        raise Refused("witness-logs", f"The file names no log, or more than {LOGS_MAX}.")
    return KnownLogs(found)


def _parse_words(words: list[str], *, number: int) -> tuple[str, LogKey]:
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            key = _parse_key(vkey, number=number)
            return key.name, key
        case ["origin", vkey, first, *more]:
            return " ".join([first, *more]), _parse_key(vkey, number=number)
    raise Refused("witness-logs", f"Line {number} is neither: log <vkey> [<url>], nor: origin <vkey> <origin>.")


def _parse_key(text: str, *, number: int) -> LogKey:
    match = _VKEY.fullmatch(text)
    try:
        material = b"" if match is None else b64decode(match[3], validate=True)
    except Base64Error:
        material = b""
    if match is None or not material or len(material) - 1 != _LENGTHS.get(material[0]):
        raise Refused("witness-logs", f"Line {number} has no verifier key of type 1 (Ed25519) or 6 (ML-DSA-44).")
    key = LogKey(name=match[1], type=material[0], public=material[1:])
    if key.key_id.hex() != match[2]:
        raise Refused("witness-logs", f"The id of the key in line {number} is not that of its name and public half.")
    if key.type == ED25519:
        signing.check_public_key(key.public)
    return key
