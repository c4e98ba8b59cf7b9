"""Proving: what a receipt promised, under a checkpoint that enough log witnesses cosigned.

For every recorded act the device asks for the proof of the entry at its position (a ``.tlog-proof`` file) and verifies it with
nothing but what it has: the bytes, the log key that genesis pins, and the witness policy in force as it learned the log. Only
then is the act *proven*, and the proof is kept with it. A proof whose tree is not the one that this device learned shows
another history, and is told. A promise that was not kept in time is told with each sync, and its receipt is kept as evidence.

Not here: fetching (``proofs`` is a function), sending and learning (``sync``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from custody.adapters.evidence import BrokenPromise
from custody.adapters.outbox import Outbox, OutboxEntry
from custody.core.authority.witness_policy import Policy
from custody.core.entries.receipts import open_receipt
from custody.core.tlog.entry_proofs import ProvenEntry, verify_proof
from custody.core.tlog.notes import VerifierKey
from custody.core.wording.messages import Message, message
from custody.courier.knowledge import Knowledge
from schemas.envelope import entry_hash
from schemas.errors import LogUnavailable, Refused
from schemas.identifiers import epoch_seconds

_GATEWAY: Final = "gateway"
_TOO_FEW: Final = "proof-quorum"

Proofs = Callable[[str], bytes | None]
"""Entry hash -> the file of its proof; None where there is none yet. LogUnavailable."""


@dataclass(slots=True)
class Proving:
    """What came of it: acts proven now and in all, sentences about promises and proofs that are not as they must be."""

    new: int = 0
    proven: int = 0
    waiting: int = 0
    late: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    is_asked: bool = True

    @property
    def said(self) -> Message:
        """How far it is, in words."""
        if not self.is_asked:
            return message("sync.no-witnesses")
        return message("sync.proven", proven=self.proven, waiting=self.waiting)


def no_proofs(_: str) -> bytes | None:
    """Where nobody gives any."""
    return None


def gateway_keys(knowledge: Knowledge) -> Callable[[str], bytes | None]:
    """Key id -> public key of an enrolled gateway, as far as a device knows the roster."""

    def key(keyid: str) -> bytes | None:
        record = knowledge.state.roster.get(keyid)
        return record.public if record is not None and record.role == _GATEWAY else None

    return key


def prove_all(outbox: Outbox, *, knowledge: Knowledge, proofs: Proofs, at: str) -> Proving:
    """Ask for every proof that this device lacks, and keep those that are good; ``at`` is now."""
    done = Proving(is_asked=knowledge.state.policies[-1][1].quorum is not None)
    is_reachable = True
    for item in outbox.kept():
        if item.source == "known" or item.position is None or item.status not in ("recorded", "proven"):
            continue
        if item.status == "recorded" and done.is_asked and is_reachable:
            try:
                done.new += _prove(item, outbox=outbox, knowledge=knowledge, proofs=proofs, done=done)
            except LogUnavailable:
                is_reachable = False
        is_proven = outbox.proof_of(item.entry_hash) is not None
        done.proven += is_proven
        done.waiting += not is_proven
        if not is_proven:
            _note_late(item, outbox=outbox, knowledge=knowledge, done=done, at=at)
    return done


def _prove(item: OutboxEntry, *, outbox: Outbox, knowledge: Knowledge, proofs: Proofs, done: Proving) -> bool:
    """Whether the act at a receipt's position is proven now."""
    entry = outbox.learned_at(item.position or 0) or item.entry
    data = proofs(entry_hash(entry))
    if data is None:
        return False
    try:
        found = verify(data, entry=entry, knowledge=knowledge)
        _check_place(found, item=item, knowledge=knowledge)
    except Refused as refused:
        if refused.code != _TOO_FEW:
            done.differs.append(f"{item.event[:16]}: its proof does not count: {refused.sentence}")
        return False
    outbox.prove(item.entry_hash, proof=data)
    return True


def verify(data: bytes, *, entry: bytes, knowledge: Knowledge) -> ProvenEntry:
    """A proof by what a device knows of the log: its key, and the witness policy in force. Refused as ``verify_proof``."""
    state = knowledge.state
    policy: Policy = state.policies[-1][1]
    key = VerifierKey(name=state.origin, public=bytes.fromhex(state.opening().log_key))
    names = {witness.name: name for name, witness in policy.keys.items()}
    return verify_proof(
        data,
        entry=entry,
        key=key,
        witnesses=policy.keys.values(),
        is_met=lambda cosigned: policy.is_met({names[name] for name in cosigned}),
    )


def _check_place(found: ProvenEntry, *, item: OutboxEntry, knowledge: Knowledge) -> None:
    tree, checkpoint = knowledge.state.tree, found.checkpoint
    if found.index != item.position:
        raise Refused("proof-index", "It is of another position than the receipt names.")
    if checkpoint.size <= tree.size and tree.root(checkpoint.size) != checkpoint.root:
        raise Refused("proof-history", "Its checkpoint is over another history than this device learned: keep both.")


def _note_late(item: OutboxEntry, *, outbox: Outbox, knowledge: Knowledge, done: Proving, at: str) -> None:
    """A receipt whose promise is over is told, and kept as evidence."""
    try:
        promised = open_receipt(item.statement or b"", gateways=gateway_keys(knowledge)).proof_promised_by
    except Refused:
        return
    if promised is None or epoch_seconds(promised) >= epoch_seconds(at):
        return
    sentence = f"{item.event[:16]}: a proof was promised by {promised}, and there is none."
    done.late.append(sentence)
    outbox.keep_evidence(BrokenPromise(item.statement or b"", item.position or 0, sentence, at))
