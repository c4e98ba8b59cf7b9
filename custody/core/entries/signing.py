"""Ed25519 with one verdict: which signatures count, whichever library looks at them (design D3).

RFC 8032 leaves a verifier choices, and libraries choose differently at the edges.  Here a signature (R, S) by the key A
over a message counts if and only if
    1. A is canonical (RFC 8032 §5.1.3) and decodes to a point of edwards25519,
    2. neither A nor R is one of the 14 encodings of points of small order,
    3. S < L, the order of the base point, and
    4. [S]B - [k]A, with k = SHA-512(R || A || message) mod L, encodes to R byte for byte (no cofactor, no batch).
:func:`verify` asks ``cryptography`` behind checks of the input; :func:`verify_bulk` asks libsodium behind the same
checks, at twice the speed.  The verdicts are equal on the published edge cases (tests/vectors/ed25519).
:func:`check_public_key` is stricter, for enrolment: it refuses keys of mixed order, whose holder could have several.

This module is not the roster: who holds a key, and whether it counts here, is for the ledger.  It draws no randomness.

Codes: key-length, key-non-canonical, key-small-order, key-not-a-point, key-mixed-order.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from schemas.errors import Refused

PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
FIELD_PRIME: Final = 2**255 - 19
GROUP_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_CURVE_D: Final = -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME
_SIGN_BIT: Final = 1 << 255
_KEYS_REMEMBERED_MAX: Final = 16_384

# y of the points of order 1, 2, 4 and 8, and of 0 and 1 also the spelling y + p; each with either sign of x.
_Y_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y: Final = (
    0, 1, FIELD_PRIME - 1, FIELD_PRIME, FIELD_PRIME + 1, _Y_ORDER_8, FIELD_PRIME - _Y_ORDER_8,
)  # fmt: skip
SMALL_ORDER_ENCODINGS: Final = frozenset(
    (y | sign).to_bytes(PUBLIC_KEY_BYTES, "little") for y in _SMALL_ORDER_Y for sign in (0, _SIGN_BIT)
)
"""The 14 encodings, canonical or not, of the 8 points whose order divides the cofactor."""


class Verifier(Protocol):
    """:func:`verify` or :func:`verify_bulk`: their verdicts are the same (design D3)."""

    def __call__(self, *, public: bytes, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature counts."""


def keyid(public: bytes) -> str:
    """Return the name of a public key: the hex SHA-256 of its 32 bytes."""
    return sha256(public).hexdigest()


def sign(private: Ed25519PrivateKey, message: bytes) -> bytes:
    """Return the 64 bytes of the signature of RFC 8032 (Ed25519, without context or prehash)."""
    return private.sign(message)


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key that belongs to ``private``."""
    return private.public_key().public_bytes_raw()


def verify(*, public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` counts under the rule at the head of this module; never raises for odd input."""
    key = _loaded(public)
    if key is None or not _signature_is_admissible(signature):
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def verify_bulk(*, public: bytes, message: bytes, signature: bytes) -> bool:
    """Give the verdict of :func:`verify` by libsodium: for an audit, which looks at every signature of a log."""
    if _loaded(public) is None or not _signature_is_admissible(signature):
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def check_public_key(public: bytes) -> None:
    """Refuse, with Refused("key-..."), what may not be enrolled: anything but a point of the prime-order group."""
    if len(public) != PUBLIC_KEY_BYTES:
        raise Refused("key-length", f"A public key of Ed25519 has {PUBLIC_KEY_BYTES} bytes.")
    if public in SMALL_ORDER_ENCODINGS:
        raise Refused("key-small-order", "The public key is a point of small order: anybody could sign for it.")
    if not _is_canonical(public):
        raise Refused("key-non-canonical", "The public key is not in its one canonical encoding.")
    if crypto_core_ed25519_is_valid_point(public):
        return
    if not _is_on_curve(public):
        raise Refused("key-not-a-point", "The public key is not a point of the curve.")
    raise Refused("key-mixed-order", "The public key is not in the prime-order group.")


@lru_cache(maxsize=_KEYS_REMEMBERED_MAX)
def _loaded(public: bytes) -> Ed25519PublicKey | None:
    """Return the key if points 1 and 2 of the rule hold for it, else None."""
    if len(public) != PUBLIC_KEY_BYTES or public in SMALL_ORDER_ENCODINGS:
        return None
    if not _is_canonical(public) or not _is_on_curve(public):
        return None
    return Ed25519PublicKey.from_public_bytes(public)


def _signature_is_admissible(signature: bytes) -> bool:
    """Points 2 and 3 of the rule; 63 or 65 bytes are no signature."""
    return (
        len(signature) == SIGNATURE_BYTES
        and signature[:32] not in SMALL_ORDER_ENCODINGS
        and int.from_bytes(signature[32:], "little") < GROUP_ORDER
    )


def _is_canonical(point: bytes) -> bool:
    # The spellings of x = 0 with the sign bit set are not canonical either: they are among the small-order encodings.
    return int.from_bytes(point, "little") & ~_SIGN_BIT < FIELD_PRIME


def _is_on_curve(point: bytes) -> bool:
    """Tell whether x^2 = (y^2 - 1) / (d y^2 + 1) has a root, by Euler's criterion (RFC 8032 §5.1.3)."""
    y_squared = pow(int.from_bytes(point, "little") & ~_SIGN_BIT, 2, FIELD_PRIME)
    # A quotient u/v is a square exactly if u*v is; d y^2 + 1 is never 0 on this curve.
    candidate = (y_squared - 1) * (_CURVE_D * y_squared + 1) % FIELD_PRIME
    return candidate == 0 or pow(candidate, (FIELD_PRIME - 1) // 2, FIELD_PRIME) == 1
