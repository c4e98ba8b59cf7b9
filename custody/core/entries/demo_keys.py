"""Keys of invented people, for demonstrations and tests. NEVER FOR A REAL ELECTION: anybody can compute them.

A demonstration must come out the same for the same seed, so its keys follow from the seed and a name.  The guard is the
domain: names under ``.invalid`` (RFC 2606 §2) can belong to nobody, and for any other domain nothing is derived.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.demo_domain import is_demo_domain
from schemas.errors import Misused

_TAG = b"custody/demo-key/v1"


def derive_demo_key(*, seed: int, name: str, domain: str) -> Ed25519PrivateKey:
    """Return the key of the invented ``name`` under ``seed``; Misused("demo-key-domain") outside ``.invalid``."""
    if not is_demo_domain(domain):
        raise Misused("demo-key-domain", f"Demo keys are only for domains that end in .invalid, not for {domain!r}.")
    # A NUL cannot stand in a domain or a name, so no two sets of inputs spell the same bytes.
    material = b"\x00".join((_TAG, str(seed).encode("ascii"), domain.encode("utf-8"), name.encode("utf-8")))
    return Ed25519PrivateKey.from_private_bytes(sha256(material).digest())
