"""Signatories: who signs on which device, with the keys in hand. Holds private keys in memory only.

Not here: where keys are kept (adapters.keystore) and whether a signature counts (fold.signature_check).
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import keyid, public_bytes
from schemas.base import Role


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person (or service, then ``person`` is None) with one key for one role at one office."""

    badge: str
    role: Role
    office: str
    person: str | None
    private: Ed25519PrivateKey
    next_key: str | None = None
    """key id prepared to take the place of this one, kept elsewhere"""

    @property
    def public(self) -> bytes:
        """The raw public key."""
        return public_bytes(self.private)

    @property
    def key(self) -> str:
        """The key id."""
        return keyid(self.public)


@dataclass(slots=True)
class Device:
    """A device's key and the end of its chain: next number, event before, events countersigned here since."""

    badge: str
    private: Ed25519PrivateKey
    number: int = 1
    previous: str | None = None
    countersigned: tuple[str, ...] = ()
    next_key: str | None = None
    """key id prepared to take the place of this one, kept elsewhere"""

    @property
    def key(self) -> str:
        """The key id of the device."""
        return keyid(public_bytes(self.private))
