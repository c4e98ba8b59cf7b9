"""The codes and offices that a device signs: codes of the published list and of the rules that it knows, offices that it knows.

Not here: what a code says to people (rules_in_force), and what the log makes of an unknown one (custody.core.checks.code_list).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from custody.core.checks.code_list import codes_named, unknown_offices
from custody.courier.knowledge import Knowledge
from custody.courier.signatories import Signatory
from schemas.base import Common, Event
from schemas.codes import BASE_CODES
from schemas.errors import Misused


def check_codes(event: Common, *, knowledge: Knowledge) -> None:
    """Misused("code-unknown") for an event that names a code which nobody published."""
    rules = knowledge.state.rules_now() if knowledge.state.rules else None
    own = {} if rules is None else rules.codes
    for code in codes_named(event):
        if code not in BASE_CODES and code not in own:
            near = _near(code, known=(*BASE_CODES, *own), cutoff=0.7)
            hint = f"{near} custody codes lists them." if near else " custody codes lists them."
            raise Misused("code-unknown", f"{code} is no code of the published list or of the rules in force.{hint}")


def check_offices(event: Common, *, knowledge: Knowledge, signing: Sequence[Signatory]) -> None:
    """Misused("office-unknown") for an event of an office for which nobody was enrolled, and that is no station.

    Who signs with a key that the device does not know yet may be of an office that it does not know either. Of
    another election's offices it knows nothing.
    """
    state = knowledge.state
    own = {person.office for person in signing if state.roster.get(person.key) is None}
    is_ours = isinstance(event, Event) and event.election == state.election
    for office in unknown_offices(state, event) if is_ours else ():
        if office not in own:
            says = "is no office of this election: nobody was enrolled for it, and no station of that code was opened."
            raise Misused("office-unknown", f"{office} {says}{_near(office, known=state.offices, cutoff=0.6)}")


def _near(name: str, *, known: Iterable[str], cutoff: float) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f" Did you mean {near[0]}?" if near else ""
