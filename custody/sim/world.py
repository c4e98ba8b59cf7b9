"""The world that a simulation's parts share: the stage, what the operator smuggles past the gateways, what was tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from custody.demo.journey import Way
from custody.demo.world import DemoWorld


@dataclass(frozen=True, slots=True)
class Tried:
    """A cheat or a slip that was committed: its name, its station, and the codes of which one finding must tell of it."""

    name: str
    station: str
    codes: frozenset[str]


@dataclass(slots=True)
class World:
    """The stage and what happens beside it. ``smuggled`` are (time, entry) written straight into the log."""

    stage: DemoWorld
    random: Random
    smuggled: list[tuple[int, bytes]] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)

    def note(self, way: Way, *, name: str, codes: frozenset[str]) -> None:
        """Something was tried that a finding must tell of."""
        self.tried.append(Tried(name, way.station.code, codes))
