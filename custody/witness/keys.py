"""The keys of a log witness: one secret in its keystore, an Ed25519 key and an ML-DSA-44 key under one name.

The Ed25519 key is the secret's own; the seed of the ML-DSA-44 key is derived from the secret's 32 bytes by HKDF-SHA256. Whoever
breaks Ed25519 learns a scalar, which is made of the secret by SHA-512, and not the secret. A witness has one name.

Codes: witness-name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.core.entries.signing import public_bytes
from custody.core.tlog import postquantum
from custody.core.tlog.cosignatures import WitnessKey, cosign, format_witness_key
from custody.core.tlog.notes import NoteSignature
from custody.core.tlog.postquantum import PostquantumKey, TreeStatement
from schemas.errors import Refused

_NAME: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._-]+)*")
_LINES: Final = 3
"""Of a checkpoint without extension lines."""
_INFO: Final = b"custody/witness/ml-dsa-44/v1\n"


@dataclass(frozen=True, slots=True)
class WitnessKeys:
    """A witness's name and both its private keys."""

    name: str
    ed25519: Ed25519PrivateKey
    ml_dsa_44: MLDSA44PrivateKey

    @classmethod
    def of(cls, private: Ed25519PrivateKey, *, name: str) -> WitnessKeys:
        """The keys that follow from the secret of a witness of this name."""
        check_name(name)
        return cls(name, private, postquantum.derived_key(private, info=_INFO + name.encode()))

    @property
    def vkeys(self) -> tuple[str, str]:
        """The verifier keys of both, 0x04 first."""
        second = PostquantumKey(self.name, self.ml_dsa_44.public_key().public_bytes_raw())
        return format_witness_key(self._ed25519_key), postquantum.format_key(second)

    @property
    def _ed25519_key(self) -> WitnessKey:
        return WitnessKey(self.name, public_bytes(self.ed25519))

    def cosign(self, statement: TreeStatement, *, text: str, at: int) -> tuple[NoteSignature, ...]:
        """The signature lines under a checkpoint of this text, at ``at``, seconds since 1970.

        An origin that is too long for the structure of ML-DSA-44, and extension lines, which it would leave out, get the Ed25519
        one only: there are verifiers that refuse the other.
        """
        first = cosign(text=text, at=at, key=self._ed25519_key, sign=self.ed25519.sign)
        if not postquantum.can_be_named(statement.origin) or text.count("\n") > _LINES:
            return (first,)
        return first, postquantum.cosign(statement, name=self.name, at=at, private=self.ml_dsa_44)


def check_name(name: str) -> None:
    """Refuse what cannot be a witness's name: Refused("witness-name")."""
    if not _NAME.fullmatch(name) or not postquantum.can_be_named(name):
        raise Refused(
            "witness-name", "The name of a witness is a domain, and a path if you like: witness.example.org/w1"
        )
