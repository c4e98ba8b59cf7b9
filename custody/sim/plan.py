"""The plan of a simulated election: everything about it that the seed decides before anybody acts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from custody.adapters.reference import ReferenceStation
from custody.election.model import Election
from custody.sim.population import PEOPLE, Mix, mix_for
from custody.sim.shapes import PLAIN_SHAPE, Shape, shape_for
from custody.sim.stations import stations_for
from schemas.errors import Misused


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An election to simulate: its seed, its stations, and what it is made of."""

    seed: int
    stations: tuple[ReferenceStation, ...]
    mix: Mix
    shape: Shape = PLAIN_SHAPE
    """what the election is made of beside its stations; that of ``election`` where one is given"""
    election: Election | None = None
    """the election whose people and plan these are; None: the reference election"""


def plan_for(
    seed: int, *, people: str = "mixed", stations: int | None = None, election: Election | None = None
) -> Plan:
    """The election of a seed, at stations of ``election`` (None: the reference one).

    ``people`` is one of ``PEOPLE``, ``stations`` None for a few. Misused for anything else.
    """
    kind = next((item for item in PEOPLE if item == people), None)
    if kind is None:
        raise Misused("sim-people", f"There are no {people!r} people; there are: {', '.join(PEOPLE)}.")
    random = Random(f"{seed}/plan")
    mix = mix_for(kind, random=random, stations=stations)
    known = None if election is None else election.stations
    chosen = stations_for(mix.stations, random=random, known=known)
    shape = PLAIN_SHAPE if election is not None else shape_for(seed, people=mix.people)
    return Plan(seed=seed, stations=chosen, mix=mix, shape=shape, election=election)
