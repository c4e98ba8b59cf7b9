"""Ed25519 by the letter of RFC 8032 §5.1 and design D3: slow, obvious, and for tests only."""

from __future__ import annotations

from hashlib import sha512
from typing import Final

Point = tuple[int, int]
"""x and y"""
Extended = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z (RFC 8032 §5.1.4)"""

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE: Final = pow(2, (P - 1) // 4, P)
NEUTRAL: Final[Point] = (0, 1)


def extend(point: Point) -> Extended:
    x, y = point
    return x, y, 1, x * y % P


def add_extended(one: Extended, other: Extended) -> Extended:
    """Add as RFC 8032 §5.1.4 says."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def affine(point: Extended) -> Point:
    inverse = pow(point[2], P - 2, P)
    return point[0] * inverse % P, point[1] * inverse % P


def add(one: Point, other: Point) -> Point:
    return affine(add_extended(extend(one), extend(other)))


def multiply(scalar: int, point: Point) -> Point:
    result, doubled = extend(NEUTRAL), extend(point)
    while scalar:
        if scalar & 1:
            result = add_extended(result, doubled)
        doubled = add_extended(doubled, doubled)
        scalar >>= 1
    return affine(result)


def recover_x(y: int, *, odd: bool) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square:
        return None
    return P - x if (x & 1) != odd and x else x


def decode_leniently(encoding: bytes) -> Point | None:
    """Decode any spelling: y is taken modulo p, and the sign of x = 0 is not looked at."""
    number = int.from_bytes(encoding, "little")
    y = (number & ((1 << 255) - 1)) % P
    x = recover_x(y, odd=bool(number >> 255))
    return None if x is None else (x, y)


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(encoding: bytes) -> Point | None:
    """Decode the canonical spelling only."""
    point = decode_leniently(encoding)
    return point if point is not None and encode(point) == encoding else None


_base_x = recover_x(4 * pow(5, P - 2, P) % P, odd=False)
assert _base_x is not None
BASE: Final[Point] = (_base_x, 4 * pow(5, P - 2, P) % P)


def is_small(encoding: bytes) -> bool:
    point = decode_leniently(encoding)
    return point is not None and multiply(8, point) == NEUTRAL


def is_of_prime_order(encoding: bytes) -> bool:
    point = decode(encoding)
    return point is not None and point != NEUTRAL and multiply(L, point) == NEUTRAL


def challenge(r: bytes, *, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % L


def verify(*, public: bytes, message: bytes, signature: bytes) -> bool:
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a = decode(public)
    if a is None or len(signature) != 64 or s >= L or is_small(public) or is_small(r):
        return False
    k = challenge(r, public=public, message=message)
    minus_a = (P - a[0]) % P, a[1]
    return encode(add(multiply(s, BASE), multiply(k, minus_a))) == r


def sign_with_torsion(seed: bytes, *, message: bytes, torsion: bytes, where: str) -> dict[str, bytes]:
    """Sign with a point of small order added to A, to R or to both: what a verifier must not be of two minds about."""
    small = decode_leniently(torsion)
    assert small is not None
    secret = int.from_bytes(sha512(seed).digest()[:32], "little") % L
    nonce = int.from_bytes(sha512(seed + message).digest(), "little") % L
    a, r = multiply(secret, BASE), multiply(nonce, BASE)
    public = encode(add(a, small) if where in {"A", "both"} else a)
    commitment = encode(add(r, small) if where in {"R", "both"} else r)
    s = (nonce + challenge(commitment, public=public, message=message) * secret) % L
    return {"public": public, "message": message, "signature": commitment + s.to_bytes(32, "little")}
