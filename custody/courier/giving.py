"""Giving: as far as a device knows, whoever holds a unit may offer it to somebody else; asked before anything is signed.

Not here: whether the record bears it out: on the log an offer of what others hold is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.state.state import State
from custody.courier.sign_act import Crew
from custody.courier.signatories import Signatory
from schemas.errors import Misused
from schemas.names import did_you_mean


def check_giver(units: Sequence[str], *, to: Sequence[str], crew: Crew, state: State) -> None:
    """Misused where somebody would offer to himself, or a unit that nobody here knows, or that others hold."""
    own = [one for one in crew.signing if one.key in to]
    if own:
        raise Misused("offer-own", f"The invitation is {own[0].badge}'s own: a handover has two sides.")
    records = [state.roster.get(one.key) for one in crew.signing]
    parties = {str(record.party) for record in records if record is not None and record.party is not None}
    for unit in units:
        _check_held(unit, parties=parties, who=crew.signing, state=state)


def _check_held(unit: str, *, parties: set[str], who: Sequence[Signatory], state: State) -> None:
    head = state.paths.head(unit)
    if head is None:
        near = did_you_mean(unit, known=state.paths.units())
        raise Misused(
            "unit-unknown", f"{unit} is not known on this device: run custody sync, or look at its label.{near}"
        )
    while head.inside is not None and (around := state.paths.head(head.inside)) is not None:
        head = around
    if head.custodian is not None and parties and str(head.custodian) not in parties:
        names = ", ".join(one.badge for one in who)
        told = f"As far as this device knows, {unit} is held by {head.custodian}, and not by {' or '.join(sorted(parties))}"
        raise Misused("offer-not-held", f"{told}, for whom {names} would offer it.")
