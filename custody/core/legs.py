"""Legs: the planned handovers of a consignment against those recorded. Pure; used by the ledger's outcomes and the monitor.

Each unit that changed hands fulfils the first planned leg between the same kinds of parties that it has not yet walked. A leg is
walked when every package of the manifest has walked it: as it was, or in the units that came out of it, by their papers. Units
that fulfil no planned leg went by an unplanned one (a substitute courier, a detour).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from custody.core.registers import Carried, Consignment, Offer
from schemas.identifiers import epoch_seconds
from schemas.production import PlannedLeg

_ACCEPTED = ("accepted", "accepted with reservation")


@dataclass(frozen=True, slots=True)
class Walk:
    """One handover on a leg, and the units that walked it so."""

    offer: Offer
    units: tuple[Carried, ...]

    def doc(self) -> dict[str, Any]:
        """The handover as JSON."""
        units = [item.unit for item in self.units]
        return {"handover": self.offer.event, "at": self.offer.answered_at, "units": units}


@dataclass(frozen=True, slots=True)
class Leg:
    """A planned leg (None: unplanned), the handovers on it, and the packages that have not walked it (all, or in part)."""

    planned: PlannedLeg | None
    walks: tuple[Walk, ...]
    outstanding: tuple[str, ...]

    @property
    def recorded(self) -> Offer | None:
        """The handover with which the leg was complete; None while a package is outstanding."""
        return self.walks[-1].offer if self.walks and not self.outstanding else None

    def doc(self) -> dict[str, Any]:
        """The leg as JSON; ``handover`` is None while a package is outstanding, ``walks`` what was recorded of it."""
        planned, recorded = self.planned, self.recorded
        return {
            "number": None if planned is None else planned.number,
            "from": planned.releasing if planned is not None else str(recorded.giver) if recorded else None,
            "to": planned.receiving if planned is not None else str(recorded.taker) if recorded else None,
            "due": None if planned is None else planned.due,
            "handover": None if recorded is None else recorded.event,
            "at": None if recorded is None else recorded.answered_at,
            "walks": [walk.doc() for walk in self.walks],
            "outstanding": list(self.outstanding),
        }


@dataclass(slots=True)
class _Walked:
    """A planned leg while handovers are matched to it."""

    planned: PlannedLeg
    sizes: Mapping[str, int]
    walks: list[Walk] = field(default_factory=list)

    def takes(self, item: Carried, *, offer: Offer) -> bool:
        """Whether the unit can have walked this leg by this handover, and has not yet."""
        taker = offer.taker
        if taker is None or offer.giver.kind != self.planned.releasing or taker.kind != self.planned.receiving:
            return False
        own = [other for walk in self.walks for other in walk.units if other.package == item.package]
        papers = item.papers + sum(other.papers for other in own)
        return item.unit not in {other.unit for other in own} and papers <= self.sizes.get(item.package, papers)


def match_legs(consignment: Consignment, *, offers: Sequence[Offer]) -> tuple[Leg, ...]:
    """Planned legs in order, each with its handovers, then unplanned handovers, by claimed time."""
    accepted = [offer for offer in offers if offer.state in _ACCEPTED and consignment.consignment in offer.consignments]
    accepted.sort(key=lambda offer: (epoch_seconds(offer.answered_at or offer.at), offer.event))
    sizes = dict(zip(consignment.units, consignment.sizes, strict=True))
    rows = [_Walked(planned, sizes) for planned in consignment.legs]
    unplanned: list[Walk] = []
    for offer in accepted:
        placed: dict[int, list[Carried]] = {}
        for item in offer.carried:
            if item.unit in offer.taken and item.consignment == consignment.consignment:
                place = next((place for place, row in enumerate(rows) if row.takes(item, offer=offer)), -1)
                placed.setdefault(place, []).append(item)
        for place, units in placed.items():
            (unplanned if place < 0 else rows[place].walks).append(Walk(offer, tuple(units)))
    legs = [Leg(row.planned, tuple(row.walks), _outstanding(consignment, walks=row.walks)) for row in rows]
    return (*legs, *(Leg(None, (walk,), ()) for walk in unplanned))


def outstanding(legs: Sequence[Leg], *, number: int) -> tuple[str, ...]:
    """Packages that have walked neither the planned leg of this number nor a later one."""
    rows = [set(leg.outstanding) for leg in legs if leg.planned is not None and leg.planned.number >= number]
    return tuple(sorted(set.intersection(*rows))) if rows else ()


def _outstanding(consignment: Consignment, *, walks: Sequence[Walk]) -> tuple[str, ...]:
    walked = [item for walk in walks for item in walk.units]
    left = []
    for package, papers in zip(consignment.units, consignment.sizes, strict=True):
        own = [item for item in walked if item.package == package]
        # rules.md 31
        if not own or sum(item.papers for item in own) < papers:
            left.append(package)
    return tuple(left)
