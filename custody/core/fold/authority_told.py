"""Keys and rules as they are told: each key with what it stands for, and the rules in force as the event states them.

Not here: what a key or a rule is worth, which judges ask of the state.
"""

from __future__ import annotations

from custody.core.state.state import State
from custody.core.wording.outcomes import KEY, RULES
from schemas.authority_outcomes import RevocationJson
from schemas.rules import Rules


def tell_key(state: State, keyid: str) -> None:
    """A key as it is from this entry on."""
    record = state.roster.get(keyid)
    if record is None:
        return
    gone, revoked = record.revoked, None
    if gone is not None:
        revoked = RevocationJson(position=gone.position, event=gone.event, reason=gone.reason)
    state.entry_outcomes.append(
        KEY.change(
            keyid,
            {
                "key": keyid,
                "badge": record.badge,
                "role": record.role,
                "office": record.office,
                "enrolled": max(record.enrolled, 0),
                "earlier": list(record.earlier),
                "revoked": revoked,
            },
        )
    )


def tell_rules(state: State, rules: Rules, *, by: str) -> None:
    """The rules in force from this entry on."""
    state.entry_outcomes.append(RULES.change(by, {"event": by, "rules": rules.model_dump(mode="json")}))
