"""The codes that a device signs: those of the published list and of the rules that it knows, and no other.

Not here: what a code says to people (rules_in_force), and what the log makes of an unknown one (custody.core.checks.code_list).
"""

from __future__ import annotations

from difflib import get_close_matches

from custody.courier.knowledge import Knowledge
from schemas.base import Common
from schemas.codes import BASE_CODES
from schemas.errors import Misused


def check_codes(event: Common, *, knowledge: Knowledge) -> None:
    """Misused("code-unknown") for an event that names a code which nobody published."""
    rules = knowledge.state.rules_now() if knowledge.state.rules else None
    own = {} if rules is None else rules.codes
    for code in event.codes:
        if code not in BASE_CODES and code not in own:
            near = get_close_matches(code, (*BASE_CODES, *own), n=1, cutoff=0.7)
            hint = f" Did you mean {near[0]}? custody codes lists them." if near else " custody codes lists them."
            raise Misused("code-unknown", f"{code} is no code of the published list or of the rules in force.{hint}")
