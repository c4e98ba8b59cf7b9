"""Cosignatures: a log witness's signature and time over a checkpoint.

Follows C2SP tlog-cosignature (revision pinned in docs/spec/c2sp.md): here key type 0x04, timestamped Ed25519; what a key of type
0x06 signs stands in ``postquantum``. A cosigned note is a signed note; the witness signs ``cosignature/v1``, its time in seconds,
and the checkpoint's text. A cosignature that states no time (0) is none here: it bounds nothing.

Not here: which witnesses are enough (witness_policy), the log's own signature (notes, checkpoint).

Codes: cosignature-key, cosignature-wrong, and those of notes.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from custody.core.entries.signing import check_public_key, verify
from custody.core.tlog import postquantum
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import Note, NoteSignature, key_id
from custody.core.tlog.postquantum import PostquantumKey, TreeStatement
from schemas.errors import Refused

COSIGNATURE: Final = 0x04
"""Key type identifier of timestamped Ed25519 cosignatures."""
TIME_MAX: Final = 253_402_300_799
"""The last second that a log witness can state: 9999-12-31T23:59:59Z, the end of RFC 3339's years."""
_TIME_BYTES: Final = 8
_PUBLIC_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
COSIGNATURE_BYTES: Final = _TIME_BYTES + _SIGNATURE_BYTES
"""Bytes of a cosignature: its time, and the signature."""


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A log witness's name and Ed25519 public key (32 bytes), of key type 0x04."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name || newline || 0x04 || public key)."""
        return key_id(name=self.name, material=bytes((COSIGNATURE,)) + self.public)


CosignerKey = WitnessKey | PostquantumKey
"""What a cosignature can be verified by."""


def parse_witness_key(text: str) -> WitnessKey:
    """Read ``<name>+<8 hex digits>+<base64 of 0x04 || public key>``; Refused("cosignature-key") for anything else."""
    name, _, rest = text.partition("+")
    stated, _, encoded = rest.partition("+")
    try:
        material = b64decode(encoded.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError):
        material = b""
    if material[:1] != bytes((COSIGNATURE,)) or len(material) != 1 + _PUBLIC_BYTES:
        raise Refused("cosignature-key", "The key of a log witness is an Ed25519 key of type 4.")
    key = WitnessKey(name=name, public=material[1:])
    if format_witness_key(key) != text or key.key_id.hex() != stated:
        raise Refused("cosignature-key", "The key of a log witness is not in its one form, or its id is another key's.")
    check_public_key(key.public)
    return key


def format_witness_key(key: CosignerKey) -> str:
    """The one text form of a witness's key."""
    if isinstance(key, PostquantumKey):
        return postquantum.format_key(key)
    return f"{key.name}+{key.key_id.hex()}+{b64encode(bytes((COSIGNATURE,)) + key.public).decode('ascii')}"


def cosigned_text(*, text: str, at: int) -> bytes:
    """The bytes that a witness signs at ``at`` (seconds since 1970) for a checkpoint's text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosign(*, text: str, at: int, key: WitnessKey, sign: Callable[[bytes], bytes]) -> NoteSignature:
    """The signature line of a witness; ``sign`` gives the 64-byte Ed25519 signature of its private half."""
    made = at.to_bytes(_TIME_BYTES, "big") + sign(cosigned_text(text=text, at=at))
    return NoteSignature(name=key.name, key_id=key.key_id, signature=made)


def cosigned_at(note: Note, *, keys: Iterable[CosignerKey]) -> dict[str, int]:
    """Name of each of these witnesses that cosigned a note -> its time, seconds since 1970.

    Refused("cosignature-wrong") where a line under the name and id of one of them is not its cosignature: such a note is refused
    as a whole. Lines of others are passed over.
    """
    found: dict[str, int] = {}
    for key in keys:
        for line in note.signatures:
            if (line.name, line.key_id) == (key.name, key.key_id):
                found[key.name] = _time_of(line, text=note.text, key=key)
    return found


def stated_time(signature: bytes) -> int:
    """The time that a cosignature states, in seconds since 1970; at most the last that can be stated. Nothing is verified."""
    return min(int.from_bytes(signature[:_TIME_BYTES], "big"), TIME_MAX)


def _time_of(line: NoteSignature, *, text: str, key: CosignerKey) -> int:
    at = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    # docs/spec/c2sp.md 27
    if not 0 < at <= TIME_MAX or not _is_good(line.signature, text=text, at=at, key=key):
        raise Refused("cosignature-wrong", f"The cosignature of {key.name} is false.")
    return at


def _is_good(signature: bytes, *, text: str, at: int, key: CosignerKey) -> bool:
    if isinstance(key, PostquantumKey):
        found = parse_checkpoint(text)
        statement = TreeStatement(found.origin, found.size, found.root)
        return postquantum.verify(signature, statement=statement, name=key.name, public=key.public)
    return len(signature) == COSIGNATURE_BYTES and verify(
        public=key.public, message=cosigned_text(text=text, at=at), signature=signature[_TIME_BYTES:]
    )
