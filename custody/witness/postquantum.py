"""ML-DSA-44 cosignatures, type 0x06 of C2SP tlog-cosignature (revision pinned in docs/spec/c2sp.md).

What is signed is no text but a structure that names the cosigner, the time, the log and the tree; extension lines of a
checkpoint are not in it. A log may sign its own checkpoints so, and then also with the time 0.

Not here: the Ed25519 type 0x04 (``custody.core.tlog.cosignatures``), who is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from custody.core.tlog.notes import NoteSignature, key_id

ML_DSA_44: Final = 0x06
"""Key type identifier of timestamped ML-DSA-44 cosignatures."""
PUBLIC_BYTES: Final = 1312
SIGNATURE_BYTES: Final = 2420
NAME_BYTES_MAX: Final = 255
_TIME_BYTES: Final = 8
_TIME_MAX: Final = 2**63 - 1
_LABEL: Final = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True)
class TreeStatement:
    """The whole tree (``size``, ``root``) of the log ``origin``."""

    origin: str
    size: int
    root: bytes


def cosigned_message(statement: TreeStatement, *, name: str, at: int) -> bytes:
    """The bytes that a cosigner of this name signs at ``at`` (seconds since 1970; 0: it does not say when)."""
    parts = [_LABEL, _short(name), at.to_bytes(8, "big"), _short(statement.origin), bytes(8)]
    return b"".join([*parts, statement.size.to_bytes(8, "big"), statement.root])


def can_be_named(text: str) -> bool:
    """Whether a name or an origin has the 1 to 255 bytes that the structure has room for."""
    return 1 <= len(text.encode()) <= NAME_BYTES_MAX


def public_key_id(*, name: str, public: bytes) -> bytes:
    """First 4 bytes of SHA-256(name || newline || 0x06 || public key)."""
    return key_id(name=name, material=bytes((ML_DSA_44,)) + public)


def cosign(statement: TreeStatement, *, name: str, at: int, private: MLDSA44PrivateKey) -> NoteSignature:
    """The signature line of a cosigner."""
    made = private.sign(cosigned_message(statement, name=name, at=at))
    identity = public_key_id(name=name, public=private.public_key().public_bytes_raw())
    return NoteSignature(name=name, key_id=identity, signature=at.to_bytes(_TIME_BYTES, "big") + made)


def verify(signature: bytes, *, statement: TreeStatement, name: str, public: bytes) -> bool:
    """Whether a timestamped signature is that of this key; never raises for odd input."""
    at = int.from_bytes(signature[:_TIME_BYTES], "big")
    if len(signature) != _TIME_BYTES + SIGNATURE_BYTES or len(public) != PUBLIC_BYTES or at > _TIME_MAX:
        return False
    if not can_be_named(statement.origin) or not can_be_named(name):
        return False
    try:
        key = MLDSA44PublicKey.from_public_bytes(public)
        key.verify(signature[_TIME_BYTES:], cosigned_message(statement, name=name, at=at))
    except InvalidSignature:
        return False
    return True


def _short(text: str) -> bytes:
    data = text.encode()
    return bytes((len(data),)) + data
