"""ML-DSA-44 in the second verifier: the verdicts of published vectors, and those of another implementation on keys drawn here."""

from __future__ import annotations

import json
import os
import random
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from tests.verifier.asking import ROOT, ask

VECTORS = json.loads((ROOT / "tests" / "vectors" / "mldsa44" / "verify.json").read_text(encoding="utf-8"))["vectors"]
KEYS = 400 if os.environ.get("CUSTODY_SOAK") == "1" else 10
CHALLENGE, HINTS = 32, 84
"""Bytes of a signature that are its challenge (at the front) and its hints (at the end)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A key, a message and what is said to be its signature."""

    key: bytes
    message: bytes
    signature: bytes

    def task(self) -> dict[str, Any]:
        message = b64encode(self.message).decode()
        return {"kind": "mldsa44", "key": self.key.hex(), "message": message, "signature": self.signature.hex()}

    def is_good(self) -> bool:
        """By the library that this program uses."""
        try:
            MLDSA44PublicKey.from_public_bytes(self.key).verify(self.signature, self.message)
        except (InvalidSignature, ValueError):
            return False
        return True


def answers(cases: Sequence[Case]) -> list[bool]:
    return [answer["value"] for answer in ask([case.task() for case in cases])]


def test_published_vectors_have_their_verdicts() -> None:
    cases = [Case(*map(bytes.fromhex, (key, message, signature))) for _, _, key, message, signature, _ in VECTORS]
    accepted = [vector[-1] for vector in VECTORS]
    assert answers(cases) == accepted
    assert [case.is_good() for case in cases] == accepted
    assert min(accepted.count(True), accepted.count(False)) >= 25


def flipped(draw: random.Random, data: bytes, *, among: range) -> bytes:
    changed = bytearray(data)
    changed[draw.choice(among)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def variants(draw: random.Random, good: Case) -> list[Case]:
    """The signature, and what differs from it by a bit in each of its parts, in the key or in the message."""
    size = len(good.signature)
    parts = (range(CHALLENGE), range(CHALLENGE, size - HINTS), range(size - HINTS, size - 4), range(size - 4, size))
    changed = [replace(good, signature=flipped(draw, good.signature, among=part)) for part in parts]
    other = replace(good, key=flipped(draw, good.key, among=range(len(good.key))))
    return [good, *changed, other, replace(good, message=good.message + b"\0")]


def test_keys_drawn_here_and_signatures_altered_have_the_verdict_of_another_implementation() -> None:
    draw = random.Random(44)
    cases = []
    for _ in range(KEYS):
        private = MLDSA44PrivateKey.from_seed_bytes(draw.randbytes(32))
        message = draw.randbytes(draw.choice((0, 1, 100, 200, 5_000)))
        cases += variants(draw, Case(private.public_key().public_bytes_raw(), message, private.sign(message)))
    right = [case.is_good() for case in cases]
    assert answers(cases) == right
    assert right.count(True) == KEYS
