"""Witness policies: which log witnesses together are enough, and that any two such sets share one.

Theory. A policy is a tree of groups, each of which needs so many of its members. Two witness sets that both meet it and have
nobody in common would let the log show one history to the one and another to the other. Every witness stands in the tree once,
so whether such sets exist is found from the leaves up: a group *splits* if both sets can meet it. A member that splits serves
both sets, one that does not serves one of them. (A witness alone does not split.)

Not here: the file format of C2SP tlog-policy, which is written for clients and says the same (policy_file).

Codes: policy-form, policy-key, policy-split.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from custody.core.tlog.cosignatures import CosignerKey, WitnessKey, parse_witness_key
from custody.core.wording.messages import Message, message
from schemas.errors import Refused
from schemas.roots import WitnessGroup, WitnessPolicy


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was found sound. ``quorum`` is None where nobody needs to cosign, and then nothing is proven."""

    event: str
    keys: Mapping[str, CosignerKey]
    """name used in groups -> key"""
    groups: Mapping[str, WitnessGroup]
    quorum: str | None

    @classmethod
    def of(cls, policy: WitnessPolicy, *, event: str) -> Policy:
        """The policy that ``event`` brought, checked; Refused with a policy- code."""
        keys = {witness.name: parse_witness_key(witness.vkey) for witness in policy.witnesses}
        groups = {group.name: group for group in policy.groups}
        _check_form(policy, keys=keys, groups=groups)
        made = cls(event, keys, groups, policy.quorum)
        # rules.md 79
        if made.is_split:
            raise Refused("policy-split", "Two of its quorums share no log witness.")
        return made

    def is_met(self, names: Collection[str]) -> bool:
        """Whether these witnesses together are a quorum; without a quorum nobody is enough."""
        return self.quorum is not None and self._meets(self.quorum, names=names)

    @property
    def is_split(self) -> bool:
        """Whether two sets that both are a quorum can have nobody in common."""
        return self.quorum is not None and self._splits(self.quorum)

    def _meets(self, name: str, *, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._meets(member, names=names) for member in group.members) >= group.threshold

    def _splits(self, name: str) -> bool:
        group = self.groups.get(name)
        if group is None:
            return False
        both = sum(self._splits(member) for member in group.members)
        return 2 * max(0, group.threshold - both) <= len(group.members) - both


def fault_of(refused: Refused) -> Message:
    """Why a policy was refused, in words."""
    return message("policy.fault", code=refused.code)


NO_POLICY: Final = Policy("", {}, {}, None)


def _check_form(policy: WitnessPolicy, *, keys: Mapping[str, WitnessKey], groups: Mapping[str, WitnessGroup]) -> None:
    names = [*(witness.name for witness in policy.witnesses), *(group.name for group in policy.groups)]
    if len(set(names)) != len(names):
        raise Refused("policy-form", "It gives one name to two witnesses or groups.")
    if len({key.public for key in keys.values()}) != len(keys) or len({key.name for key in keys.values()}) != len(keys):
        raise Refused("policy-key", "It names the key of one log witness twice.")
    known = set(keys)
    placed: set[str] = set()
    for group in policy.groups:
        members = set(group.members)
        if len(members) != len(group.members) or members & placed:
            raise Refused("policy-form", f"A member of {group.name} stands in it twice, or in another group too.")
        if not members <= known or group.threshold > len(members):
            raise Refused("policy-form", f"{group.name} names members that are not there, or needs more than it has.")
        placed |= members
        known.add(group.name)
    if policy.quorum is not None and policy.quorum not in groups:
        raise Refused("policy-form", "Its quorum is not one of its groups.")
