"""Log witnesses as they are told: whom the policy in force names, in which groups, and what each cosigned last.

A log witness that cosigned so many entries stands behind every entry below that number. Whether those are enough for an entry is
for the reader to count by the groups told here, so that nothing has to be told of each entry.

Not here: judging notes (witnessing), and how old a cosignature is, which depends on when somebody reads.
"""

from __future__ import annotations

from custody.core.authority.witness_policy import Policy
from custody.core.state.moments import moment
from custody.core.state.state import State
from custody.core.wording.outcomes import WITNESSES
from schemas.proof_outcomes import WitnessesJson, WitnessJson


def tell_witnesses(state: State) -> None:
    """The log witnesses as they are from this entry on."""
    state.entry_outcomes.append(WITNESSES.change(state.election, witnesses_doc(state)))


def heard(state: State, *, policy: Policy, size: int, times: dict[str, int]) -> None:
    """These witnesses of the policy, by their short names, cosigned so many entries at these times."""
    for name, at in times.items():
        key = policy.keys[name].name
        before = state.registers.heard.get(key, (0, 0))
        state.registers.heard[key] = (max(size, before[0]), max(at, before[1]))


def witnesses_doc(state: State) -> WitnessesJson:
    """The policy in force, and each of its witnesses with what it cosigned last."""
    policy = state.policies[-1][1]
    groups = sorted(policy.groups.values(), key=lambda group: group.name)
    return {
        "policy": policy.event,
        "quorum": policy.quorum,
        "groups": [{"name": one.name, "threshold": one.threshold, "members": list(one.members)} for one in groups],
        "witnesses": [_witness(state, policy, name=name) for name in sorted(policy.keys)],
    }


def _witness(state: State, policy: Policy, *, name: str) -> WitnessJson:
    size, at = state.registers.heard.get(policy.keys[name].name, (0, 0))
    group = next((group.name for group in policy.groups.values() if name in group.members), None)
    return {"name": name, "group": group, "size": size, "at": moment(at) if size else None}
