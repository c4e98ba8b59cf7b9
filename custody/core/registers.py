"""Registers beside the units: stations, consignments, mandates, offers, seals, sightings.

What an act adds here is undone when a dispute suspends the act, or is asked for together with the act's status, so that
nothing here outlives the branch it belongs to. Decisions (mandates, dispensations) are kept with their positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from custody.core.parties import Party
from custody.core.units import Direction
from schemas.production import PlannedLeg


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Entitles ``courier`` (person tag) to carry ``consignments`` from ``first_day`` to ``last_day`` (both included).

    ``ended`` is the position of the decision that ended or transferred it.
    """

    event: str
    courier: str
    consignments: tuple[str, ...]
    first_day: str
    last_day: str
    granted: int
    ended: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What one manifest says: units, papers, planned legs. ``act`` is the manifest's event id."""

    consignment: str
    station: str
    direction: Direction
    units: tuple[str, ...]
    packages: int
    papers: int
    legs: tuple[PlannedLeg, ...]
    act: str


@dataclass(slots=True, kw_only=True)
class Offer:
    """An offer that was judged good, and what became of it. ``answer`` is the answering event, ``answered_at`` its claim."""

    event: str
    position: int
    at: str
    units: tuple[tuple[str, str | None], ...]
    giver: Party
    giver_persons: frozenset[str]
    to: tuple[str, ...]
    nonce: str
    packages: int
    papers: int | None
    taker: Party | None
    station: str
    consignments: tuple[str, ...]
    direction: Direction
    state: str = "offered"
    answer: str | None = None
    answered_at: str | None = None
    recorded_since: int | None = None


@dataclass(slots=True)
class Registers:
    """All registers of one election."""

    stations: dict[str, str] = field(default_factory=dict)
    """station -> its stock unit"""
    consignments: dict[str, Consignment] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    dispensations: dict[str, int] = field(default_factory=dict)
    """station -> position of the dispensation"""
    offers: dict[str, Offer] = field(default_factory=dict)
    offers_on: dict[tuple[str, str | None], list[str]] = field(default_factory=dict)
    """(unit, act it follows) -> offers"""
    offers_of: dict[str, list[str]] = field(default_factory=dict)
    """consignment -> offers of its units"""
    seals: dict[str, tuple[str, str]] = field(default_factory=dict)
    """seal -> (unit, act that applied it)"""
    sightings: dict[str, tuple[int, str]] = field(default_factory=dict)
    """seal -> (newest claimed time at which a report found it intact, event)"""

    overdue: dict[str, list[str]] = field(default_factory=dict)
    """consignment -> topics of its unsettled overdue findings"""

    mandates_on: dict[str, list[str]] = field(default_factory=dict)
    """consignment -> mandates"""

    def add_mandate(self, mandate: Mandate) -> None:
        """Register a mandate under each of its consignments."""
        self.mandates[mandate.event] = mandate
        for consignment in mandate.consignments:
            self.mandates_on.setdefault(consignment, []).append(mandate.event)

    def mandates_of(self, courier: str, *, consignment: str) -> Iterator[Mandate]:
        """Mandates, in order of granting, for one courier and consignment."""
        for name in self.mandates_on.get(consignment, ()):
            if self.mandates[name].courier == courier:
                yield self.mandates[name]

    def is_mandated(self, courier: str, *, consignment: str, day: str, position: int) -> bool:
        """Whether a mandate granted before ``position`` and not ended by then covers the day."""
        return any(
            mandate.first_day <= day <= mandate.last_day
            and mandate.granted <= position
            and (mandate.ended is None or mandate.ended > position)
            for mandate in self.mandates_of(courier, consignment=consignment)
        )

    def has_dispensation(self, station: str, *, position: int) -> bool:
        """Whether a dispensation for a station was in force at a position."""
        return self.dispensations.get(station, position + 1) <= position
