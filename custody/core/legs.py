"""Legs: the planned handovers of a consignment against those recorded. Pure; used by the ledger's outcomes and the monitor.

A recorded handover fulfils the first open planned leg between the same kinds of parties; one that fulfils none is unplanned
(a substitute courier, a detour).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from custody.core.registers import Consignment, Offer
from schemas.identifiers import epoch_seconds
from schemas.production import PlannedLeg

_ACCEPTED = ("accepted", "accepted with reservation")


@dataclass(frozen=True, slots=True)
class Leg:
    """A planned leg (None: unplanned) and the handover that fulfilled it (None: not recorded)."""

    planned: PlannedLeg | None
    recorded: Offer | None

    def doc(self) -> dict[str, Any]:
        """The leg as JSON."""
        planned, recorded = self.planned, self.recorded
        return {
            "number": None if planned is None else planned.number,
            "from": planned.releasing if planned is not None else str(recorded.giver) if recorded else None,
            "to": planned.receiving if planned is not None else str(recorded.taker) if recorded else None,
            "due": None if planned is None else planned.due,
            "handover": None if recorded is None else recorded.event,
            "at": None if recorded is None else recorded.answered_at,
        }


def match_legs(consignment: Consignment, *, offers: Sequence[Offer]) -> tuple[Leg, ...]:
    """Planned legs in order, each with its handover, then unplanned handovers by claimed time."""
    accepted = [offer for offer in offers if offer.state in _ACCEPTED and consignment.consignment in offer.consignments]
    accepted.sort(key=lambda offer: (epoch_seconds(offer.answered_at or offer.at), offer.event))
    left = list(accepted)
    legs: list[Leg] = []
    for planned in consignment.legs:
        fits = next((offer for offer in left if _fits(planned, offer=offer)), None)
        if fits is not None:
            left.remove(fits)
        legs.append(Leg(planned, fits))
    return (*legs, *(Leg(None, offer) for offer in left))


def legs_done(legs: Sequence[Leg]) -> int:
    """The highest number of a planned leg that is recorded; 0 where none is."""
    return max((leg.planned.number for leg in legs if leg.planned is not None and leg.recorded is not None), default=0)


def _fits(planned: PlannedLeg, *, offer: Offer) -> bool:
    taker = offer.taker
    return taker is not None and offer.giver.kind == planned.releasing and taker.kind == planned.receiving
