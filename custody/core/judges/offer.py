"""The offer that an act makes: a handover offered on a device, or the releasing half of one on paper."""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.checks.case import Case
from custody.core.checks.paper_acts import HandoverDone
from custody.core.state.noted_codes import noted
from custody.core.state.registers import CarriedUnit, Offer
from schemas.transfer import HandoverOffered


def offer_of(
    case: Case[HandoverOffered | HandoverDone],
    *,
    releasing: Party,
    releasing_signers: Sequence[KeyRecord],
    receiving: Party | None,
    to: Sequence[KeyRecord],
) -> Offer:
    """The offer that ``case`` makes: who gives which units to whom, and what is declared of them."""
    event, units = case.event, case.existing()
    return Offer(
        event=case.event_id,
        position=case.position,
        at=event.at,
        units=tuple((ref.unit, ref.previous) for ref in event.units),
        releasing=releasing,
        releasing_signers=tuple(releasing_signers),
        to=tuple(key.keyid for key in to),
        nonce=event.nonce,
        packages=event.declared.packages,
        papers=event.declared.papers,
        receiving=receiving,
        station=units[0].station,
        consignments=tuple(dict.fromkeys(unit.consignment for unit in units if unit.consignment)),
        direction=units[0].direction,
        carried=tuple(
            CarriedUnit(unit.unit, unit.consignment, package, papers)
            for unit in units
            if unit.consignment is not None
            for package, papers in unit.cargo
        ),
        invited=", ".join(sorted({key.badge for key in to})),
        noted=noted(event.codes, rules=case.rules),
    )


def paper_offer(case: Case[HandoverDone], *, releasing: Party, releasing_signers: Sequence[KeyRecord]) -> Offer:
    """The releasing half of a handover on paper, as an offer to those who signed for the receiving side."""
    to = case.signed.get("receiving", ())
    return offer_of(
        case, releasing=releasing, releasing_signers=releasing_signers, receiving=case.party("receiving"), to=to
    )
