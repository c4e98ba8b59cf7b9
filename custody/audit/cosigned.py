"""Cosignatures on the checkpoint: has it those that the witness policy in force asks for, and are there no others?

The policy is the log's own (genesis or WitnessPolicySet), as the fold left it after the last entry that the checkpoint covers.
A line by a log witness that an earlier policy named is accounted for, and counts only if the policy in force names it too.

Not here: who may set a policy and whether it is sound (the fold), the log key's own signature (``pinned_log_key``).
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.adapters.tilefolder import CHECKPOINT
from custody.audit.verdict import AuditFindings
from custody.core.authority.witness_policy import Policy
from custody.core.tlog.cosignatures import WitnessKey, cosigned_at
from custody.core.tlog.notes import Note, VerifierKey
from schemas.errors import Refused


def judge_cosignatures(
    note: Note, *, key: VerifierKey, policies: Sequence[Policy], log: int, evidence: AuditFindings
) -> None:
    """Name what a checkpoint lacks of the policy in force (the last of ``policies``) and what nobody accounts for."""
    name = f"logs/{log}/{CHECKPOINT}"
    known = {one.key_id + one.name.encode(): one for policy in policies for one in policy.keys.values()}
    own = key.key_id + key.name.encode()
    if any(line.key_id + line.name.encode() not in {own, *known} for line in note.signatures):
        # To an ordinary reader of notes they count for nothing; an archive has no bytes that nobody accounts for.
        evidence.lack(
            name,
            sentence="It carries signatures that are neither the log key's nor of log witnesses that the log names.",
        )
    good = {witness.name for witness in known.values() if _is_cosigned(note, key=witness, name=name, evidence=evidence)}
    if policies and policies[-1].quorum is not None:
        _compare(policies[-1], good=good, name=name, evidence=evidence)


def _is_cosigned(note: Note, *, key: WitnessKey, name: str, evidence: AuditFindings) -> bool:
    try:
        return bool(cosigned_at(note, keys=(key,)))
    except Refused as refused:
        evidence.lack(name, sentence=refused.sentence)
        return False


def _compare(policy: Policy, *, good: set[str], name: str, evidence: AuditFindings) -> None:
    by = [short for short, key in policy.keys.items() if key.name in good]
    if policy.is_met(by):
        return
    missing = ", ".join(sorted(set(policy.keys) - set(by)))
    sentence = (
        f"The witness policy in force asks for more cosignatures: {len(by)} of {len(policy.keys)} log witnesses have "
        f"cosigned, {_needs(policy)}; missing: {missing}."
    )
    evidence.lack(name, sentence=sentence)


def _needs(policy: Policy) -> str:
    group = policy.groups[policy.quorum or ""]
    return f"group {group.name} needs {group.threshold} of {len(group.members)}"
