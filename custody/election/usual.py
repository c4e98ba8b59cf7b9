"""The people and consignments that an election usually has.

``custody election new`` writes them; stations for which no folder names anybody (the simulator's invented ones) get them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.election import dates
from custody.election.model import Person, PlannedConsignment
from schemas.base import Role

OUT: Final = ("CEC", "MFA", "courier", "mission", "commission")
BACK: Final = ("commission", "courier", "MFA", "CEC")
CENTRAL: Final[Sequence[tuple[str, Role, str, str]]] = (
    ("cec-1", "cec-officer", "CEC", "cec-device"),
    ("cec-2", "cec-officer", "CEC", "cec-device"),
    ("cec-3", "cec-officer", "CEC", "cec-device"),
    ("registrar-1", "registrar", "CEC", "registry-device"),
    ("registrar-2", "registrar", "CEC", "registry-device"),
    ("cec-representative", "cec-representative", "CEC", "printer-device"),
    ("duty-1", "duty-officer", "CEC", "cec-device"),
    ("printer-1", "printer", "PRN", "printer-device"),
    ("mfa-1", "pouch-office", "MFA", "mfa-device"),
    ("mfa-2", "pouch-office", "MFA", "mfa-device"),
    ("courier-reserve", "courier", "MFA", "phone-reserve"),
    ("observer-1", "observer", "CEC", "registry-device"),
    ("monitor-1", "monitor", "CEC", ""),
    ("checkpointer-1", "checkpointer", "CEC", ""),
    ("gateway-1", "gateway", "CEC", ""),
    ("gateway-2", "gateway", "CEC", ""),
)
COMMISSION: Final[Sequence[tuple[str, Role]]] = (
    ("chair", "chair"),
    ("secretary", "secretary"),
    ("member", "member"),
    ("issuer", "issuing-member"),
    ("officer", "mission-officer"),
    ("head", "head-of-mission"),
)


def usual_people(stations: Sequence[ReferenceStation]) -> Iterator[Person]:
    """Officers, registrars, printer, pouch office, services; for each station its commission, mission and courier."""
    for row in CENTRAL:
        yield Person(*row)
    for station in stations:
        code = station.code.lower()
        for name, role in COMMISSION:
            yield Person(f"{code}-{name}", role, station.code, f"{code}-device")
        yield Person(f"courier-{code}", "courier", "MFA", f"phone-{code}")


def usual_plan(stations: Sequence[ReferenceStation], *, days: Sequence[str]) -> Iterator[PlannedConsignment]:
    """One pouch out and one back for each station, with a courier of its own."""
    first, last = days[0], days[-1]
    out = (dates.day(first, days=dates.PACKING), dates.day(first, days=dates.MANDATE_ENDS))
    due = f"{dates.day(first, days=dates.DUE)} 12:00"
    back = (last, dates.day(last, days=dates.BACK))
    for station in stations:
        courier = f"courier-{station.code.lower()}"
        yield PlannedConsignment(station.code, "out", courier, 1, out, due, OUT)
        yield PlannedConsignment(station.code, "back", courier, 1, back, f"{back[1]} 18:00", BACK)
