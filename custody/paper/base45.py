"""Base45 of RFC 9285: bytes in the 45 characters that a QR code packs most densely (its alphanumeric mode).

Two bytes are three characters, a last single byte two. Decoding is strict: one string for one sequence of bytes.

Codes: base45-length, base45-character, base45-value.
"""

from __future__ import annotations

from typing import Final

from schemas.errors import Refused

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """The characters of ``data``."""
    pairs = (data[at : at + 2] for at in range(0, len(data), 2))
    return "".join(_characters(int.from_bytes(pair), count=len(pair) + 1) for pair in pairs)


def decode(text: str) -> bytes:
    """The bytes that ``text`` stands for; Refused("base45-...") where it stands for none."""
    if len(text) % 3 == 1:
        raise Refused("base45-length", "Base45 comes in threes of characters, with two at the end at the most.")
    try:
        digits = [_VALUES[character] for character in text]
    except KeyError:
        raise Refused("base45-character", "This character is none of the 45.") from None
    groups = (digits[at : at + 3] for at in range(0, len(digits), 3))
    return b"".join(_bytes(group) for group in groups)


def _characters(value: int, *, count: int) -> str:
    return "".join(ALPHABET[value // 45**place % 45] for place in range(count))


def _bytes(group: list[int]) -> bytes:
    value = 0
    for digit in reversed(group):
        value = value * 45 + digit
    length = len(group) - 1
    if value >= 256**length:
        raise Refused("base45-value", "These characters stand for more than their bytes can hold.")
    return value.to_bytes(length)
