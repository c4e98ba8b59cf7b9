"""Stations of a simulated election: the reference stations first, then invented ones, as many as asked for."""

from __future__ import annotations

from itertools import islice, product
from random import Random
from string import ascii_uppercase
from typing import Final

from custody.adapters.reference import ReferenceStation, reference_stations
from schemas.errors import Misused

STATIONS_MAX: Final = 1_000
_OFFICES: Final = frozenset({"CEC", "MFA", "PRN"})
_VOTERS: Final = (60, 900)


def stations_for(
    count: int, *, random: Random, known: tuple[ReferenceStation, ...] | None = None
) -> tuple[ReferenceStation, ...]:
    """``count`` stations, 1 to 1,000; Misused otherwise. A few are drawn from those ``known``, more are all of them."""
    if not 1 <= count <= STATIONS_MAX:
        raise Misused("sim-stations", f"An election is simulated with 1 to {STATIONS_MAX:,} stations.")
    known = reference_stations() if known is None else known
    if count <= len(known):
        return tuple(sorted(random.sample(known, count), key=lambda station: station.code))
    taken = _OFFICES | {station.code for station in known}
    codes = ("".join(letters) for letters in product(ascii_uppercase, repeat=3))
    new = islice((code for code in codes if code not in taken), count - len(known))
    return (*known, *(_invented(code, random=random) for code in new))


def _invented(code: str, *, random: Random) -> ReferenceStation:
    zone = random.choice(("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Africa/Johannesburg", "Asia/Kolkata"))
    return ReferenceStation(code, "Invented", "XX", "embassy", zone, random.randint(*_VOTERS))
