"""The checkpointer of a simulated election: every few hours it logs a checkpoint, which carries the time of the log."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes, sign
from custody.core.tlog.checkpoint import Checkpoint, origin_of, sign_checkpoint
from custody.core.tlog.notes import VerifierKey
from custody.courier.completion import Occasion, draft, seal_up
from custody.demo.people import Cast
from custody.demo.world import HOUR, stamp
from custody.sim.replay import WatchedReplay

_EVERY_S: Final = 6 * HOUR


@dataclass(slots=True)
class Clerk:
    """Signs for one log. ``last`` is the claimed time (epoch seconds) of the newest checkpoint, ``signed`` its size and root."""

    cast: Cast
    zone: str
    last: int = 0
    signed: tuple[int, bytes] = (0, b"")

    @property
    def badge(self) -> str:
        """The checkpointer's badge."""
        return next(one.badge for one in self.cast.people.values() if one.role == "checkpointer")

    def checkpoint(self, replay: WatchedReplay, *, at: int) -> bytes | None:
        """A CheckpointWitnessed of the log as it is, if it is time for one."""
        state = replay.ledger.state
        if at - self.last < _EVERY_S or not any(key.badge == self.badge for key in state.roster):
            return None
        self.last = at
        private = derive_demo_key(seed=self.cast.seed, name="log-key", domain=self.cast.domain)
        origin = origin_of(genesis=state.opening(), election=state.election)
        tree = replay.watch.tree
        self.signed = (tree.size, tree.root(tree.size))
        note = sign_checkpoint(
            checkpoint=Checkpoint(origin=origin, size=tree.size, root=self.signed[1]),
            key=VerifierKey(name=origin, public=public_bytes(private)),
            sign=lambda message: sign(private, message),
        )
        said = {"type": "CheckpointWitnessed", "note": b64encode(note).decode("ascii"), "device": None}
        signatory = self.cast.people[self.badge]
        occasion = Occasion(signatories=[signatory], device=None, at=stamp(at, zone=self.zone))
        return seal_up(draft(said, state=state, occasion=occasion), signatories=[signatory], device=None)
