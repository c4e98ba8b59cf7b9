"""Behaviour of simulated people: they err as often as their habits say, and cheats act between the scenes of a journey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from custody.demo.journey import Conduct, Way, Where, counting
from custody.demo.world import HOUR, MINUTE, DemoWorld, stamp
from custody.election.signers import AsTold
from custody.sim.losing import LOSSES, lose
from custody.sim.population import Habits
from custody.sim.slips import UNSEALED
from custody.sim.troubles import TROUBLES
from custody.sim.world import World
from schemas.errors import CustodyError

_TYPED_TWICE: Final = 0.5
"""Share of handovers on paper that both sides type in, each for itself."""


@dataclass(slots=True)
class Erring(Conduct):
    """One station's people. ``cheats`` maps a scene to the cheats and slips that are tried before it."""

    world: World
    habits: Habits
    is_short: bool = False
    """the third member of the commission cannot act"""
    cheats: dict[str, list[str]] = field(default_factory=dict)

    def commission(self, way: Way) -> tuple[str, str, str]:
        """The head of mission stands in for a member who cannot act."""
        return way.who("chair"), way.who("secretary"), way.who("head" if self.is_short else "member")

    def hand_over(
        self, way: Way, units: Sequence[str], *, releasing: Sequence[str], receiving: Sequence[str], where: Where
    ) -> Iterator[int]:
        """A handover that may go wrong at first, and is done in the end."""
        slip = self._slip(way)
        if slip == "paper":
            yield from _on_paper(way, units, releasing=releasing, receiving=receiving, where=where)
            return
        offer = way.offer(units, releasing=releasing, receiving=receiving, where=where)
        yield way.stage.now + way.random.randint(2, 9) * MINUTE
        if slip == "refused":
            way.answer(offer, receiving=receiving, where=where, result="refused")
        elif slip == "withdrawn":
            way.act({"type": "HandoverWithdrawn", "offer": offer}, by=releasing, where=where)
        if slip in ("refused", "withdrawn", "twice"):
            yield way.stage.now + way.random.randint(10, 90) * MINUTE
            offer = way.offer(units, releasing=releasing, receiving=receiving, where=where)
            yield way.stage.now + 3 * MINUTE
        found = {"packages": len(units), "seals": [], "papers": None} if slip == "unread" else "intact"
        way.answer(offer, receiving=receiving, where=where, found=found)

    def on_the_way(self, way: Way, *, pouches: list[str]) -> Iterator[int]:
        """A loss of what a courier carries on an otherwise plain journey, drawn apart from everything else."""
        random = Random(f"{way.stage.cast.seed}/{way.station.code}/loss")
        if not way.trouble and random.random() < self.habits.lost:
            # New papers of several styles are a replacement for each, which nobody here makes.
            ways = [how for how in LOSSES if how != "replaced" or not way.stage.election.styles]
            yield from lose(way, pouches=pouches, how=random.choice(ways))

    def close_safe(self, way: Way) -> None:
        """The safe is sealed, unless it is forgotten."""
        if UNSEALED not in self.cheats.get("closing-safe", ()):
            Conduct.close_safe(self, way)
            return
        self.world.note(way, name=UNSEALED, codes=TROUBLES[UNSEALED].codes)

    def packages_back(self, way: Way) -> int:
        """One or a few, drawn apart from everything else."""
        random = Random(f"{way.stage.cast.seed}/{way.station.code}/parts")
        return random.randint(2, 3) if random.random() < self.habits.parts else 1

    def count(self, way: Way, *, packs: Sequence[str]) -> Iterator[int]:
        """A count that may be off by one, and is then repeated."""
        if way.random.random() < self.habits.miscount * len(packs):
            way.act(counting(way, packs=packs, wrong=way.random.choice((-1, 1))), by=way.commission)
            yield way.stage.now + 25 * MINUTE
        way.act(counting(way, packs=packs), by=way.commission)

    def interlude(self, way: Way, *, scene: str) -> Iterator[int]:
        """The cheats planned for this moment; one that cannot be carried out as things are is left."""
        for name in self.cheats.get(scene, ()):
            cheat = TROUBLES[name]
            yield way.stage.now + HOUR
            try:
                yield from _as_told(self.world.stage, steps=cheat.play(self.world, way))
            except (CustodyError, LookupError):
                continue
            self.world.note(way, name=name, codes=cheat.codes)

    def _slip(self, way: Way) -> str:
        chance = way.random.random()
        for name in ("paper", "refused", "withdrawn", "twice", "unread"):
            share = float(getattr(self.habits, name))
            if chance < share:
                return name
            chance -= share
        return ""


def _as_told(stage: DemoWorld, *, steps: Iterator[int]) -> Iterator[int]:
    """Who cheats asks for no further signature, whatever the rules say; between the steps everybody else does."""
    while True:
        usual, stage.signers = stage.signers, AsTold()
        try:
            at = next(steps, None)
        finally:
            stage.signers = usual
        if at is None:
            return
        yield at


def _on_paper(
    way: Way, units: Sequence[str], *, releasing: Sequence[str], receiving: Sequence[str], where: Where
) -> Iterator[int]:
    """No phones in the room: both sign a form; the receiver transcribes it, the giver signs that or types it in too."""
    done_at = stamp(way.stage.now, zone=way.station.timezone)
    scan = way.stage.cast.nonce(f"scan/{units[0]}/{done_at}") * 2
    yield way.stage.now + way.random.randint(1, 10) * HOUR
    paper = {"releasing": list(releasing), "receiving": list(receiving)}
    stands_for = {"act": "HandoverAnswered", "result": "accepted", "found": "intact"}
    form = {"type": "ActTranscribed", "scan": scan, "done_at": done_at, "paper": paper, "stands_for": stands_for}
    refs = [{"unit": unit, "previous": way.stage.unit(unit).act} for unit in units]
    # Drawn apart from everything else.
    is_typed_twice = Random(f"{way.stage.cast.seed}/{units[0]}/{done_at}/typed").random() < _TYPED_TWICE
    late = () if is_typed_twice else releasing
    event = way.act({**form, "units": list(units)}, by=receiving, late=late, where=where)
    yield way.stage.now + way.random.randint(1, 20) * HOUR
    if is_typed_twice:
        way.act({**form, "units": refs}, by=releasing, where=where)
    for badge in late:
        way.stage.sign_late(event, by=badge)
