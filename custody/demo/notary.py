"""The checkpointer of a play: it signs the log as the play records it, has it cosigned, and logs what came of that.

Checkpoints of a play are made at fixed times of the play, over what devices have handed in by then. So the same play has the same
notes at the same positions, whoever asks the log witnesses and however fast; what they sign as their time is the play's.

Not here: the log witnesses themselves (``LogWitnesses``: whoever starts the play brings them), devices and people (``world``).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import public_bytes
from custody.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from custody.core.tlog.merkle import Tree, leaf_hash
from custody.core.tlog.notes import VerifierKey


class LogWitnesses(Protocol):
    """The log witnesses of a play, all of whom answer."""

    @property
    def policy(self) -> dict[str, Any]:
        """What genesis says of them."""

    def meet(self, key: VerifierKey) -> None:
        """Get to know the log, once, before anything is asked."""

    def cosign(self, note: bytes, *, tree: Tree, at: int) -> bytes:
        """The signed checkpoint with the cosignatures of all, dated ``at``; Unavailable where one does not give its own.

        ``tree`` holds at least the checkpoint's entries.
        """


@dataclass(slots=True)
class Notary:
    """Signs for one play."""

    private: Ed25519PrivateKey
    witnesses: LogWitnesses
    newest: dict[str, Any] | None = None
    """What a device that holds the newest note says that it had seen."""
    _tree: Tree = field(default_factory=Tree)
    _key: VerifierKey | None = None

    def open(self, origin: str) -> None:
        """The log has begun, and its name is known."""
        self._key = VerifierKey(name=origin, public=public_bytes(self.private))
        self.witnesses.meet(self._key)

    def note(self, recorded: Sequence[bytes], *, at: int) -> bytes | None:
        """The cosigned checkpoint over the entries that are recorded so far; None where only the last note came since."""
        if self._key is None:
            raise LookupError("the log was not opened")
        if self._tree.size and len(recorded) <= self._tree.size + 1:
            return None
        self._tree.extend([leaf_hash(entry) for entry in recorded[self._tree.size :]])
        size = self._tree.size
        checkpoint = Checkpoint(self._key.name, size, self._tree.root(size))
        signed = sign_checkpoint(checkpoint=checkpoint, key=self._key, sign=self.private.sign)
        return self.witnesses.cosign(signed, tree=self._tree, at=at)

    def logged(self, note: bytes) -> None:
        """The note is on the log: devices may hold it from now on."""
        origin = "" if self._key is None else self._key.name
        self.newest = {"origin": origin, "size": self._tree.size, "note": sha256(note).hexdigest()}


def event_of(note: bytes) -> dict[str, Any]:
    """What the checkpointer logs of a note."""
    return {"type": "CheckpointWitnessed", "note": b64encode(note).decode("ascii"), "device": None}
