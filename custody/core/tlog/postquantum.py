"""ML-DSA-44 cosignatures, type 0x06 of C2SP tlog-cosignature (revision pinned in docs/spec/c2sp.md).

What is signed is no text but a structure that names the cosigner, the time, the log and the tree; extension lines of a
checkpoint are not in it. A log may sign its own checkpoints so, and then also with the time 0, which says nothing of time.

The library draws randomness for each signature: the same checkpoint signed twice has two lines, and both are right.

Not here: the Ed25519 type 0x04 (``custody.core.tlog.cosignatures``), who is trusted.

Codes: note-key-form, note-key-id, note-signature-missing, note-signature-wrong.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from custody.core.tlog.notes import POSTQUANTUM_BYTES, Note, NoteSignature, key_id
from schemas.errors import Refused

ML_DSA_44: Final = 0x06
"""Key type identifier of timestamped ML-DSA-44 cosignatures."""
PUBLIC_BYTES: Final = 1312
SIGNATURE_BYTES: Final = 2420
NAME_BYTES_MAX: Final = 255
_TIME_BYTES: Final = 8
_SEED_BYTES: Final = 32
_LOG_INFO: Final = b"custody/log/ml-dsa-44/v1\n"
_TIME_MAX: Final = 2**63 - 1
_LABEL: Final = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True)
class PostquantumKey:
    """A named ML-DSA-44 public key (1,312 bytes): of a log beside its Ed25519 key, or of a witness in a reader's policy."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name || newline || 0x06 || public key)."""
        return public_key_id(name=self.name, public=self.public)


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


def derived_key(private: Ed25519PrivateKey, *, info: bytes = _LOG_INFO) -> MLDSA44PrivateKey:
    """The ML-DSA-44 key that follows from an Ed25519 secret by HKDF-SHA256; without ``info``, that of a log from its log key.

    Whoever breaks Ed25519 learns a scalar, which is made of the secret by SHA-512, and not the secret.
    """
    derived = HKDF(algorithm=SHA256(), length=_SEED_BYTES, salt=None, info=info)
    return MLDSA44PrivateKey.from_seed_bytes(derived.derive(private.private_bytes_raw()))


def check_line(note: Note, *, statement: TreeStatement, key: PostquantumKey) -> NoteSignature:
    """The line by which ``key`` signed; Refused("note-signature-missing" or "note-signature-wrong") where it did not."""
    for line in note.signatures:
        if (line.name, line.key_id) == (key.name, key.key_id):
            if verify(line.signature, statement=statement, name=key.name, public=key.public):
                return line
            raise Refused("note-signature-wrong", f"The note's ML-DSA-44 signature by {key.name} is false.")
    raise Refused("note-signature-missing", f"The note is not signed by the ML-DSA-44 key of {key.name}.")


def without_lines(note: Note) -> Note:
    """The note without lines of ML-DSA-44: as it is logged, so that what devices have seen is one sequence of bytes."""
    return Note(note.text, tuple(line for line in note.signatures if len(line.signature) != POSTQUANTUM_BYTES))


def format_key(key: PostquantumKey) -> str:
    """The one text form of the key, as C2SP signed-note has it."""
    return f"{key.name}+{key.key_id.hex()}+{b64encode(bytes((ML_DSA_44,)) + key.public).decode('ascii')}"


def parse_key(text: str) -> PostquantumKey:
    """Read ``<name>+<8 hex digits>+<base64 of 0x06 || public key>``; Refused("note-key-form") for anything else."""
    name, _, rest = text.partition("+")
    try:
        material = b64decode(rest.partition("+")[2].encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError):
        material = b""
    key = PostquantumKey(name, material[1:])
    is_named = name.isprintable() and not any(char.isspace() for char in name) and can_be_named(name)
    if (
        material[:1] != bytes((ML_DSA_44,))
        or len(key.public) != PUBLIC_BYTES
        or not is_named
        or format_key(key) != text
    ):
        raise Refused("note-key-form", "This is no ML-DSA-44 key (type 6) in its one form, or its id is another key's.")
    return key


def is_postquantum(text: str) -> bool:
    """Whether a verifier key says of itself that it is of type 6; nothing else of it is looked at."""
    start = text.partition("+")[2].partition("+")[2][:4]
    try:
        return b64decode(start.encode("ascii"), validate=True)[:1] == bytes((ML_DSA_44,))
    except (Base64Error, UnicodeEncodeError):
        return False


def _short(text: str) -> bytes:
    data = text.encode()
    return bytes((len(data),)) + data
