"""The plan of a simulated election: everything about it that the seed decides before anybody acts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from custody.adapters.reference import ReferenceStation
from custody.sim.population import PEOPLE, Mix, mix_for
from custody.sim.stations import stations_for
from schemas.errors import Misused


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An election to simulate: its seed, its stations, and what it is made of."""

    seed: int
    stations: tuple[ReferenceStation, ...]
    mix: Mix


def plan_for(seed: int, *, people: str = "mixed", stations: int | None = None) -> Plan:
    """The election of a seed; ``people`` is one of ``PEOPLE``, ``stations`` None for a few. Misused for anything else."""
    kind = next((item for item in PEOPLE if item == people), None)
    if kind is None:
        raise Misused("sim-people", f"There are no {people!r} people; there are: {', '.join(PEOPLE)}.")
    random = Random(f"{seed}/plan")
    mix = mix_for(kind, random=random, stations=stations)
    return Plan(seed=seed, stations=stations_for(mix.stations, random=random), mix=mix)
