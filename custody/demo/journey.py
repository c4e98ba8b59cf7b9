"""One station's journey: who takes part, what travels, and how people behave where they may err.

``Conduct`` is how people behave; the plain one does everything right. The simulator's people inherit from it and do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal

from custody.adapters.reference import ReferenceStation
from custody.demo.pace import MandateTime, window
from custody.demo.preparation import Names
from custody.demo.world import MINUTE, DemoWorld
from custody.election.genesis import hours_of
from custody.election.model import PlannedConsignment

Trouble = Literal[
    "",
    "issues-too-many",
    "broken-seal",
    "one-package-missing",
    "missed-flight",
    "half-signed",
    "substitute",
    "offline",
    "own-pouch",
]
Where = Literal["station", "capital"]
_ROLES: Final = {"issuer": "issuing-member", "officer": "mission-officer", "head": "head-of-mission"}


class Conduct:
    """How people behave at the points of a journey where somebody may err. This one: as they should."""

    def hand_over(
        self, way: Way, units: Sequence[str], *, releasing: Sequence[str], receiving: Sequence[str], where: Where
    ) -> Iterator[int]:
        """An offer and, a few minutes later, its acceptance with everything intact."""
        offer = way.offer(units, releasing=releasing, receiving=receiving, where=where)
        yield way.stage.now + way.random.randint(2, 9) * MINUTE
        way.answer(offer, receiving=receiving, where=where)

    def count(self, way: Way, *, packs: Sequence[str]) -> Iterator[int]:
        """The commission counts what was opened."""
        yield from ()
        way.act(counting(way, packs=packs), by=way.commission)

    def close_safe(self, way: Way) -> None:
        """After the count the safe is sealed."""
        sealed = {"type": "StoreSealed", "station": way.station.code, "seals": [way.stage.seal(way.names.stock)]}
        way.act(sealed, by=way.commission[:2])

    def packages_back(self, way: Way) -> int:
        """In how many packages everything goes back, which the CEC receives one by one: in one."""
        del way
        return 1

    def on_the_way(self, way: Way, *, pouches: list[str]) -> Iterator[int]:
        """What happens to pouches that a courier carries: nothing. Where others come in their place, ``pouches`` names those."""
        del way, pouches
        yield from ()

    def commission(self, way: Way) -> tuple[str, ...]:
        """Who acts for the commission: chair, secretary and member."""
        return way.stage.election.commission(way.station.code)[:3]

    def interlude(self, way: Way, *, scene: str) -> Iterator[int]:
        """What happens between two scenes of a journey, named by the one that comes: nothing."""
        del way, scene
        yield from ()


@dataclass(frozen=True, slots=True)
class Way:
    """One station's journey: who, what, which trouble, the station's own randomness from the seed, people's conduct."""

    stage: DemoWorld
    station: ReferenceStation
    trouble: Trouble
    random: Random
    conduct: Conduct = field(default_factory=Conduct)

    @property
    def names(self) -> Names:
        """Identifiers of the station."""
        return Names(self.station.code)

    def who(self, name: str) -> str:
        """The badge of a station's person: ``chair``, ``secretary``, ``member``, ``issuer``, ``officer``, ``head``."""
        role = _ROLES.get(name, name)
        return next(iter(self.stage.election.holders(role, office=self.station.code)), f"{self.station.code}-{name}")

    @property
    def out(self) -> PlannedConsignment:
        """What is planned for the way out."""
        return self.stage.election.consignment(self.station.code, direction="out")

    @property
    def back(self) -> PlannedConsignment:
        """What is planned for the way back."""
        return self.stage.election.consignment(self.station.code, direction="back")

    @property
    def time_out(self) -> MandateTime:
        """When the way out can be travelled by the plan."""
        return window(self.out, due_zone=self.station.timezone, zone=self.stage.election.timezone)

    @property
    def time_back(self) -> MandateTime:
        """When the way back can be travelled by the plan."""
        zone = self.stage.election.timezone
        return window(self.back, due_zone=zone, zone=zone)

    @property
    def hours(self) -> tuple[int, int]:
        """When the station opens and closes, epoch seconds."""
        return hours_of(self.station, election=self.stage.election)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that the station is sent papers of; one without a name where genesis lists none."""
        codes = self.stage.election.style_codes
        return tuple(style for style in codes if self.share(style)) or codes[:1]

    def share(self, style: str) -> int:
        """Papers of a style allocated to the station."""
        return self.stage.election.share(self.station, style=style)

    def names_of(self, style: str) -> Names:
        """Identifiers of the station's book and batch of a style."""
        return Names(self.station.code, style=self.stage.election.style_codes.index(style) + 1)

    @property
    def allocation(self) -> int:
        """Papers allocated to the station, of all styles."""
        return self.stage.election.allocation(self.station)

    @property
    def courier(self) -> str:
        """The courier's badge."""
        return self.out.courier

    @property
    def returns(self) -> bool:
        """Whether the station's papers travel back after the count; else they are kept, and destroyed where they are."""
        return self.stage.election.returns(self.station.code)

    @property
    def substitute(self) -> str:
        """A courier without a mandate of his own, who can take over."""
        election = self.stage.election
        return next(badge for badge in election.holders("courier") if badge not in set(election.couriers()))

    @property
    def stop(self) -> str:
        """Where couriers change; their phones state the offset of the station that they travel to."""
        return self.stage.election.rehearsal.stop

    @property
    def commission(self) -> tuple[str, ...]:
        """Who acts for the commission: chair, secretary and member."""
        return self.conduct.commission(self)

    def act(
        self, partial: dict[str, Any], *, by: Sequence[str], late: Sequence[str] = (), where: Where = "station"
    ) -> str:
        """An act at the station or in the capital."""
        zone = {"zone": self.station.timezone} if where == "station" else {}
        return self.stage.act({**self._place(where=where), **partial}, by=by, late=late, **zone)

    def hand_over(
        self, units: Sequence[str], *, releasing: Sequence[str], receiving: Sequence[str], where: Where = "station"
    ) -> Iterator[int]:
        """Custody passes from one party to another, as these people do it."""
        yield from self.conduct.hand_over(self, units, releasing=releasing, receiving=receiving, where=where)

    def answer(self, offer: str, *, receiving: Sequence[str], where: Where = "station", **other: Any) -> str:
        """An answer, accepted with everything intact unless told otherwise; returns its event id."""
        answer = {"type": "HandoverAnswered", "offer": offer, "result": "accepted", "found": "intact"}
        return self.act({**answer, **other}, by=receiving, where=where)

    def offer(
        self,
        units: Sequence[str],
        *,
        releasing: Sequence[str],
        receiving: Sequence[str],
        where: Where = "station",
        place: str = "",
    ) -> str:
        """An offer to the holders of the takers' keys, at the station unless ``place`` says where; returns its event id."""
        nonce = self.stage.cast.nonce(f"{units[0]}/{self.stage.now}")
        offer = {"type": "HandoverOffered", "units": list(units), "to": list(receiving), "nonce": nonce, "mode": "hand"}
        return self.act({**offer, **({"place": place} if place else {})}, by=releasing, where=where)

    def _place(self, *, where: Where) -> dict[str, str]:
        return {"place": self.station.code} if where == "station" else {}


def counting(way: Way, *, packs: Sequence[str], wrong: int = 0) -> dict[str, Any]:
    """A count on receipt of packs as declared; ``wrong`` is added to the first figure."""
    off = {packs[0]: wrong}
    counts = [{"unit": pack, "papers": (way.stage.unit(pack).papers or 0) + off.get(pack, 0)} for pack in packs]
    return {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
