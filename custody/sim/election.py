"""One simulated election: people act in claimed time, devices send what they made, gateways append, the ledger is watched.

    run(plan)   plays the people, then lets everything arrive; after every entry of the log everything is checked

The gateways are the program's own front doors, two of them side by side over one model of a log. The same plan gives the same
entries, the same log and the same violations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes
from custody.core.evidence.falsified_receipts import claim
from custody.core.state.finding_store import Finding
from custody.demo.election import play_empty
from custody.demo.homeward import homeward, voting
from custody.demo.journey import Trouble, Way
from custody.demo.outward import outward
from custody.demo.people import cast_of
from custody.demo.world import DemoWorld, stamp
from custody.election import dates
from custody.election.reference import at_stations, reference_at
from custody.election.signers import ByTheRules
from custody.gateway.front_door import FrontDoor
from custody.sim.behaviour import Erring
from custody.sim.broker import ModelLog
from custody.sim.cheats import CHEATS
from custody.sim.network import Arrival, Network
from custody.sim.plan import Plan
from custody.sim.recorder import Clerk
from custody.sim.replay import WatchedReplay
from custody.sim.shapes import shaped
from custody.sim.slips import SLIPS
from custody.sim.troubles import TROUBLES
from custody.sim.watch import Violation
from custody.sim.world import Tried, World
from schemas.envelope import entry_hash
from schemas.errors import CustodyError, LogUnavailable, OutcomeUnknown

_NOT_ENROLLED: Final = "signature-unknown"
_APART_S: Final = 8 * 60
"""Between the beginnings of two stations' journeys."""


@dataclass(slots=True, kw_only=True)
class ElectionRun:
    """What came of it. ``entries`` are those of the log, whether or not a check failed."""

    entries: list[bytes]
    replay: WatchedReplay
    tried: tuple[Tried, ...]
    refused: int = 0
    duplicates: int = 0
    truncated: int = 0
    violations: list[Violation] = field(default_factory=list)

    @property
    def findings(self) -> int:
        """Findings in the end."""
        return len(list(self.replay.ledger.state.findings))


def run(plan: Plan) -> ElectionRun:
    """Play the whole election; it ends at the first check that fails."""
    world = played(plan)
    course = ElectionRun(entries=[], replay=WatchedReplay(), tried=tuple(world.tried))
    sea = _Crossing(plan, world=world, course=course)
    for violation in sea.cross():
        course.violations.append(violation)
        break
    course.entries = sea.entries()
    return course


def played(plan: Plan) -> World:
    """Everything that the people of a plan do and sign, before any of it reaches the log."""
    whole = plan.election
    election = reference_at(plan.stations) if whole is None else at_stations(whole, stations=plan.stations)
    election = shaped(election, shape=plan.shape)
    stage = DemoWorld(cast=cast_of(election, seed=plan.seed), election=election, signers=ByTheRules(election))
    world = World(stage, Random(f"{plan.seed}/world"))
    log_key = public_bytes(derive_demo_key(seed=plan.seed, name="log-key", domain=stage.cast.domain)).hex()
    play_empty(stage, stations=plan.stations, log_key=log_key)
    ways = [_way(world, plan=plan, station=station) for station in plan.stations]
    _plan_cheats(ways, plan=plan, random=world.random)
    for _ in stage.play(_whole(way, place=place) for place, way in enumerate(ways)):
        pass
    return world


def _way(world: World, *, plan: Plan, station: ReferenceStation) -> Way:
    random = Random(f"{plan.seed}/{station.code}")
    habits = plan.mix.habits
    conduct = Erring(world, habits, is_short=random.random() < habits.absent)
    return Way(world.stage, station, _trouble(plan, random=random), random, conduct)


def _trouble(plan: Plan, *, random: Random) -> Trouble:
    habits = plan.mix.habits
    chance = random.random()
    rows: tuple[tuple[float, Trouble], ...] = (
        (habits.missed_flight, "missed-flight"),
        (habits.substitute, "substitute"),
        (habits.late_signature, "half-signed"),
        (habits.own_pouch, "own-pouch"),
    )
    for share, trouble in rows:
        if chance < share:
            return trouble
        chance -= share
    return ""


def _plan_cheats(ways: Sequence[Way], *, plan: Plan, random: Random) -> None:
    for name in (*plan.mix.certain, *random.choices(sorted(CHEATS), k=plan.mix.cheats), *slips_for(plan)):
        conduct = random.choice(ways).conduct
        if isinstance(conduct, Erring):
            conduct.cheats.setdefault(random.choice(TROUBLES[name].scenes), []).append(name)


def slips_for(plan: Plan) -> list[str]:
    """The slips that are made, by name; drawn apart from everything else."""
    return Random(f"{plan.seed}/slips").choices(sorted(SLIPS), k=plan.mix.slips)


def _whole(way: Way, *, place: int) -> Iterator[int]:
    """A journey; after a cheat people may be unable to go on, and then it ends where it is."""
    try:
        yield from outward(way, start=way.stage.capital(dates.PACKING, hour=11) + place * _APART_S)
        yield from way.conduct.interlude(way, scene="voting")
        yield from voting(way)
        yield from way.conduct.interlude(way, scene="returning")
        yield from homeward(way)
    except (CustodyError, LookupError, IndexError):
        if not isinstance(way.conduct, Erring) or not way.conduct.cheats:
            raise


class _Crossing:
    """From the devices into the log, and from the log to the watched ledger."""

    def __init__(self, plan: Plan, *, world: World, course: ElectionRun) -> None:
        self._plan = plan
        self._world = world
        self._course = course
        self._random = Random(f"{plan.seed}/weather")
        self._log = ModelLog(weather=plan.mix.weather, random=self._random)
        self._network = Network(plan.mix.weather, self._random)
        self._receipts: dict[str, bytes] = {}
        """entry hash -> entry, of everything that a gateway gave a receipt for"""
        self._doors: list[FrontDoor] = []
        self._clerk = Clerk(world.stage.cast, zone=world.stage.election.timezone)

    def entries(self) -> list[bytes]:
        """The log."""
        return [record.entry for record in self._log.read(start=0, limit=max(1, self._log.end()))]

    def cross(self) -> Iterator[Violation]:
        """Everything arrives; yields what fails."""
        submissions = self._world.stage.submissions
        self._log.write([submissions[0].entry])
        self._open_doors()
        self._network.post(submissions[1:])
        for at, entry in self._world.smuggled:
            self._network.smuggle(entry, at=at)
        losses = self._moments(self._plan.mix.weather.truncations, of=len(submissions))
        restarts = self._moments(self._plan.mix.weather.restarts, of=len(submissions))
        for number, arrival in enumerate(self._network.arrivals()):
            self._arrive(arrival)
            yield from self._follow()
            note = self._clerk.checkpoint(self._course.replay, at=arrival.at)
            if note is not None:
                self._network.send(note, at=arrival.at)
            if number in losses:
                yield from self._lose(at=arrival.at)
            if number in restarts:
                yield from self._course.replay.restart()
        yield from self._course.replay.end(random=self._random)
        yield from self._all_kept()
        yield from self._all_told()

    def _moments(self, count: int, *, of: int) -> frozenset[int]:
        """So many arrivals among the first ``of`` after the beginning."""
        return frozenset(self._random.sample(range(20, max(of, 20 + count)), count))

    def _open_doors(self) -> None:
        cast = self._world.stage.cast
        self._doors = [
            FrontDoor(self._log, private=one.private) for one in cast.people.values() if one.role == "gateway"
        ]

    def _arrive(self, arrival: Arrival) -> None:
        if arrival.straight:
            self._log.write([arrival.entry])
            return
        door = self._random.choice(self._doors)
        try:
            reply = door.submit(arrival.entry, at=stamp(arrival.at, zone=self._world.stage.election.timezone))
        except (LogUnavailable, OutcomeUnknown):
            self._network.again(arrival)
            return
        if reply.position is None:
            self._course.refused += 1
            if reply.codes == (_NOT_ENROLLED,):
                self._network.again(arrival)  # a device keeps what was refused, and the enrolment may be under way
        else:
            self._receipts[claim(reply.statement)[1]] = self._held(arrival.entry, statement=reply.statement)
            self._course.duplicates += reply.status == "duplicate"

    def _follow(self) -> Iterator[Violation]:
        """The ledger reads what is new on the log."""
        replay = self._course.replay
        for record in self._log.read(start=len(replay.checked), limit=500):
            yield from replay.take(record.entry)

    def _lose(self, *, at: int) -> Iterator[Violation]:
        """The log loses its end. It is noticed, restored from the tiles up to the checkpoint, and re-fed by the outboxes (D7).

        Whoever writes past the gateways writes again what was lost of it.
        """
        size, root = max(self._clerk.signed, self._course.replay.watch.checkpoint)
        if not 0 < size < self._log.end():
            return
        kept = self.entries()
        self._log.truncate(self._random.randint(1, self._log.end()))
        self._course.truncated += 1
        self._log.write(kept[self._log.end() : size])
        steps = self._course.replay.steps
        self._course.replay = WatchedReplay(known=self._course.replay.known, steps=steps)
        yield from self._follow_all()
        if self._course.replay.watch.tree.root(size) != root:
            yield Violation("tree", f"After the recovery the first {size} entries are not those of the checkpoint.")
        self._open_doors()
        present = set(self.entries())
        for entry in self._receipts.values():
            if entry not in present:
                self._network.send(entry, at=at)
        for past, entry in self._world.smuggled:
            if past <= at and entry not in present:
                self._network.smuggle(entry, at=at)

    def _follow_all(self) -> Iterator[Violation]:
        while len(self._course.replay.checked) < self._log.end():
            yield from self._follow()

    def _held(self, entry: bytes, *, statement: bytes) -> bytes:
        """The bytes that a receipt promises: those handed in, or the entry of the log that has all their signatures."""
        own, name = entry_hash(entry), claim(statement)[1]
        return entry if own == name else next((held for held in self.entries() if entry_hash(held) == name), entry)

    def _all_kept(self) -> Iterator[Violation]:
        """Every entry with a receipt is in the log."""
        present = {entry_hash(entry) for entry in self.entries()}
        for digest in sorted(set(self._receipts) - present):
            yield Violation("receipts", f"Entry {digest[:12]} has a receipt and is not in the log.")

    def _all_told(self) -> Iterator[Violation]:
        """Every cheat or slip that was carried out has a finding that tells of it."""
        state = self._course.replay.ledger.state
        # What is done on a device with two histories lacks a second person before anything else is asked of it.
        copied = {tried.station for tried in self._world.tried if "device-fork" in tried.codes}
        for tried in self._world.tried:
            codes = tried.codes | {"below-threshold"} if tried.station in copied else tried.codes
            if not any(_tells_of(finding, tried=replace(tried, codes=codes)) for finding in state.findings):
                yield Violation("cheats", f"{tried.name} at {tried.station} left no trace in the findings.")


def _tells_of(finding: Finding, *, tried: Tried) -> bool:
    """Whether a finding, or one listed under it, has one of the codes, and is not about another station."""
    codes = {finding.code, *(code for code, _, _ in finding.related)}
    return not codes.isdisjoint(tried.codes) and finding.station in ("", tried.station)
