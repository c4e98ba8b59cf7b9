"""Legs: the planned handovers of a consignment against those recorded. Pure; used by the ledger's outcomes and the monitor.

Each unit that changed hands fulfils the first planned leg between the same kinds of parties that it has not yet walked, by a
handover or over a carrier. Where no leg fits, it may have walked several at once: mission staff that collects in the capital
walks both the courier's legs. A leg is walked when every package of the manifest has walked it: as it was, or in the units that
came out of it, by their papers. Units that fulfil no planned leg went by an unplanned one (a substitute courier, a detour).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from custody.core.authority.parties import Party
from custody.core.state.registers import CarriedUnit, CarrierTransfer, Consignment, Offer
from schemas.outcomes import LegJson, WalkJson
from schemas.production import PlannedLeg

_ACCEPTED = ("accepted", "accepted with reservation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Units that changed hands by one act, at a claimed time; ``event`` is the offer, or the act that collected them."""

    event: str
    by: str
    """the act by which they did"""
    at: str
    releasing: Party
    receiving: Party
    units: tuple[CarriedUnit, ...]
    by_carrier: bool


@dataclass(frozen=True, slots=True)
class LegTransfer:
    """One transfer on a leg, and the units that walked it so."""

    transfer: Transfer
    units: tuple[CarriedUnit, ...]

    def doc(self) -> WalkJson:
        """The transfer as JSON."""
        units = [item.unit for item in self.units]
        transfer = self.transfer
        return {"handover": transfer.event, "at": transfer.at, "carrier": transfer.by_carrier, "units": units}


@dataclass(frozen=True, slots=True)
class Leg:
    """A planned leg (None: unplanned), the transfers on it, and the packages that have not walked it (all, or in part)."""

    planned: PlannedLeg | None
    walks: tuple[LegTransfer, ...]
    outstanding: tuple[str, ...]

    @property
    def recorded(self) -> Transfer | None:
        """The transfer with which the leg was complete; None while a package is outstanding."""
        return self.walks[-1].transfer if self.walks and not self.outstanding else None

    def doc(self) -> LegJson:
        """The leg as JSON; ``handover`` is None while a package is outstanding, ``walks`` what was recorded of it."""
        planned, recorded = self.planned, self.recorded
        return {
            "number": None if planned is None else planned.number,
            "from": planned.releasing if planned is not None else str(recorded.releasing) if recorded else None,
            "to": planned.receiving if planned is not None else str(recorded.receiving) if recorded else None,
            "due": None if planned is None else planned.due,
            "handover": None if recorded is None else recorded.event,
            "at": None if recorded is None else recorded.at,
            "carrier": any(walk.transfer.by_carrier for walk in self.walks),
            "walks": [walk.doc() for walk in self.walks],
            "outstanding": list(self.outstanding),
        }


Groups = tuple[tuple[tuple[int, ...], tuple[CarriedUnit, ...]], ...]
"""Units of one transfer by the places of the planned legs that they walked with it, none where they walked none."""


@dataclass(slots=True)
class Walked:
    """A planned leg while transfers are matched to it."""

    planned: PlannedLeg
    sizes: Mapping[str, int]
    walks: list[LegTransfer] = field(default_factory=list)

    def is_open_to(self, item: CarriedUnit) -> bool:
        """Whether the unit has not yet walked this leg."""
        own = [other for walk in self.walks for other in walk.units if other.package == item.package]
        papers = item.papers + sum(other.papers for other in own)
        return item.unit not in {other.unit for other in own} and papers <= self.sizes.get(item.package, papers)

    def was_walked(self, units: Iterable[CarriedUnit]) -> bool:
        """Whether each of these units has walked this leg."""
        walked = {item.unit for walk in self.walks for item in walk.units}
        return walked.issuperset(item.unit for item in units)

    def leg(self, consignment: Consignment) -> Leg:
        """The leg as it was walked."""
        return Leg(self.planned, tuple(self.walks), _outstanding(consignment, walks=self.walks))


def transfer_of(offer: Offer, *, consignment: str) -> Transfer | None:
    """What changed hands of a consignment by an offer; None where its answer is no acceptance."""
    if offer.state not in _ACCEPTED or offer.receiving is None:
        return None
    return Transfer(
        event=offer.event,
        by=offer.answer or offer.event,
        at=offer.answered_at or offer.at,
        releasing=offer.releasing,
        receiving=offer.receiving,
        units=tuple(item for item in offer.carried if item.unit in offer.taken and item.consignment == consignment),
        by_carrier=False,
    )


def collected(carriage: CarrierTransfer, *, consignment: str) -> Transfer:
    """What changed hands of a consignment by being collected from a carrier."""
    units = tuple(item for item in carriage.carried if item.consignment == consignment)
    both = {"releasing": carriage.releasing, "receiving": carriage.receiving}
    return Transfer(event=carriage.event, by=carriage.event, at=carriage.at, units=units, by_carrier=True, **both)


def placed(transfer: Transfer, *, rows: Sequence[Walked]) -> Groups:
    """Match a transfer to the planned legs as those before it left them, which its units walk from here on."""
    found: dict[tuple[int, ...], list[CarriedUnit]] = {}
    for item in transfer.units:
        found.setdefault(_walked_by(item, transfer=transfer, rows=rows), []).append(item)
    groups = tuple((places, tuple(units)) for places, units in found.items())
    for places, units in groups:
        for place in places:
            rows[place].walks.append(LegTransfer(transfer, units))
    return groups


def _walked_by(item: CarriedUnit, *, transfer: Transfer, rows: Sequence[Walked]) -> tuple[int, ...]:
    """The places of the legs that a unit walked at once: one that fits, else a chain of them from giver to taker, else none."""
    releasing, receiving = transfer.releasing.kind, transfer.receiving.kind
    for first, row in enumerate(rows):
        if (row.planned.releasing, row.planned.receiving) == (releasing, receiving) and row.is_open_to(item):
            return (first,)
    for first, row in enumerate(rows):
        if row.planned.releasing != releasing or not row.is_open_to(item):
            continue
        # rules.md 63
        for last in range(first + 1, len(rows)):
            if rows[last].planned.releasing != rows[last - 1].planned.receiving or not rows[last].is_open_to(item):
                break
            if rows[last].planned.receiving == receiving:
                return tuple(range(first, last + 1))
    return ()


def outstanding(legs: Sequence[Leg], *, number: int) -> tuple[str, ...]:
    """Packages that have walked neither the planned leg of this number nor a later one."""
    rows = [set(leg.outstanding) for leg in legs if leg.planned is not None and leg.planned.number >= number]
    return tuple(sorted(set.intersection(*rows))) if rows else ()


def _outstanding(consignment: Consignment, *, walks: Sequence[LegTransfer]) -> tuple[str, ...]:
    walked = [item for walk in walks for item in walk.units]
    left = []
    for package, papers in zip(consignment.units, consignment.sizes, strict=True):
        own = [item for item in walked if item.package == package]
        # rules.md 31
        if not own or sum(item.papers for item in own) < papers:
            left.append(package)
    return tuple(left)
