"""Cosignatures on the checkpoint: has it those that the witness policy in force asks for, and are there no others?

The policy is the log's own (genesis or WitnessPolicySet), as the fold left it after the last entry that the checkpoint covers.
A line by a log witness that an earlier policy named is accounted for, and counts only if the policy in force names it too.

Not here: who may set a policy and whether it is sound (the fold), the log key's own signature (``pinned_log_key``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custody.adapters.tilefolder import CHECKPOINT
from custody.audit.verdict import AuditFindings, WitnessesHeard
from custody.core.authority.policy_file import LogLineKey, PolicyFile
from custody.core.authority.witness_policy import Policy
from custody.core.tlog.cosignatures import CosignerKey, cosigned_at
from custody.core.tlog.notes import Note
from custody.core.wording.messages import error_told, message
from schemas.errors import Refused

POLICY: Final = "--policy"
"""Where the policy that is not met is the reader's own."""


def judge_cosignatures(
    note: Note,
    *,
    spoken: Sequence[LogLineKey],
    policies: Sequence[Policy],
    log: int,
    evidence: AuditFindings,
    own: PolicyFile | None = None,
) -> WitnessesHeard | None:
    """Name what a checkpoint lacks of the policy in force (the last of ``policies``) and what nobody accounts for.

    Who of the policy in force has cosigned it, and when; None where nobody has to. ``spoken`` are the log's own keys, which count
    in no quorum. ``own`` is the reader's policy: it must be met too, and names the log by one of its keys if it names any; who
    cosigned is then told by it.
    """
    name = f"logs/{log}/{CHECKPOINT}"
    named = [*policies, *(() if own is None else (own.policy,))]
    known = {one.key_id + one.name.encode(): one for policy in named for one in policy.keys.values()}
    accounted = {*known, *(key.key_id + key.name.encode() for key in spoken)}
    if any(line.key_id + line.name.encode() not in accounted for line in note.signatures):
        # To an ordinary reader of notes they count for nothing; an archive has no bytes that nobody accounts for.
        evidence.lack(
            name,
            sentence=message("audit.gap-foreign-signatures"),
        )
    times: dict[CosignerKey, int] = {}
    for witness in known.values():
        at = _cosigned(note, key=witness, name=name, evidence=evidence)
        times |= {} if at is None else {witness: at}
    if own is not None and own.logs and not set(own.logs) & set(spoken):
        evidence.lack(POLICY, sentence=message("audit.gap-other-policy"))
    heard: WitnessesHeard | None = None
    asked = [(policy, name) for policy in policies[-1:]]
    asked += [] if own is None else [(own.policy, POLICY)]
    for policy, place in asked:
        if policy.quorum is not None:
            heard = _heard(policy, times=times)
            if not heard.is_met:
                evidence.lack(place, sentence=_lacking(heard))
    return heard


def _cosigned(note: Note, *, key: CosignerKey, name: str, evidence: AuditFindings) -> int | None:
    try:
        return cosigned_at(note, keys=(key,)).get(key.name)
    except Refused as refused:
        evidence.lack(name, sentence=error_told(refused))
        return None


def _heard(policy: Policy, *, times: Mapping[CosignerKey, int]) -> WitnessesHeard:
    by = {short: times[key] for short, key in policy.keys.items() if key in times}
    quorum = policy.quorum or ""
    group = policy.groups.get(quorum)
    groups = {name: one.name for one in policy.groups.values() for name in one.members if name in policy.keys}
    needs = (
        message("audit.needs-one", name=quorum)
        if group is None
        else message("audit.needs-group", name=quorum, threshold=group.threshold, members=len(group.members))
    )
    return WitnessesHeard(
        times=by, named=tuple(sorted(policy.keys)), needs=needs, is_met=policy.is_met(by), groups=groups
    )


def _lacking(heard: WitnessesHeard) -> str:
    return message(
        "audit.gap-witnesses",
        cosigned=len(heard.times),
        named=len(heard.named),
        needs=heard.needs,
        missing=tuple(sorted(set(heard.named) - set(heard.times))),
    )
