"""The log witnesses of a demonstration: who they are, and how a play gets their cosignatures.

Three invented parties that have nothing to do with each other; any two of them together are enough. Their keys follow from the
seed, as everybody's. ``ComputedWitnesses`` signs in this process what the three would sign: the same bytes as theirs (Ed25519 has
one signature for a message). Witnesses as processes of their own are in ``local_witnesses``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes
from custody.core.tlog.cosignatures import WitnessKey, cosign, format_witness_key
from custody.core.tlog.merkle import Tree
from custody.core.tlog.notes import Note, VerifierKey, format_note, parse_note
from custody.demo.people import DOMAIN

NAMES: Final = ("observers", "parties", "university")
"""Of the log witnesses, as the policy on the log has them."""
QUORUM: Final = "two-of-three"
_ENOUGH: Final = 2


def witness_private(name: str, *, seed: int, domain: str = DOMAIN) -> Ed25519PrivateKey:
    """The secret of an invented log witness."""
    return derive_demo_key(seed=seed, name=f"witness/{name}", domain=domain)


def witness_key(name: str, *, seed: int, domain: str = DOMAIN) -> WitnessKey:
    """What a policy names of it."""
    return WitnessKey(name=f"{name}.{domain}", public=public_bytes(witness_private(name, seed=seed, domain=domain)))


def policy(seed: int, *, domain: str = DOMAIN) -> dict[str, Any]:
    """The witness policy of a demonstration's genesis."""
    keys = {name: witness_key(name, seed=seed, domain=domain) for name in NAMES}
    witnesses = [{"name": name, "vkey": format_witness_key(key)} for name, key in keys.items()]
    group = {"name": QUORUM, "threshold": _ENOUGH, "members": list(NAMES)}
    return {"witnesses": witnesses, "groups": [group], "quorum": QUORUM}


@dataclass(frozen=True, slots=True)
class ComputedWitnesses:
    """The three without their programs, as ``custody.demo.notary.LogWitnesses``: for tests, and to know a play's entries."""

    seed: int
    domain: str = DOMAIN

    @property
    def policy(self) -> dict[str, Any]:
        """What genesis says of them."""
        return policy(self.seed, domain=self.domain)

    def meet(self, key: VerifierKey) -> None:
        """They look at nothing."""

    def cosign(self, note: bytes, *, tree: Tree, at: int) -> bytes:
        """The checkpoint with the cosignatures that the three would give."""
        del tree
        opened = parse_note(note)
        return format_note(Note(opened.text, (*opened.signatures, *self._lines(opened.text, at=at))))

    def _lines(self, text: str, *, at: int) -> Sequence[Any]:
        signers = {
            witness_key(name, seed=self.seed, domain=self.domain): witness_private(
                name, seed=self.seed, domain=self.domain
            )
            for name in sorted(NAMES)
        }
        return [cosign(text=text, at=at, key=key, sign=private.sign) for key, private in signers.items()]
