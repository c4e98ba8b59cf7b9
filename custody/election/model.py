"""An election as its folder says it: stations, people, consignments, rules, days and zones. Frozen; nothing is read here.

Not here: files and mistakes (``reading``), what fits together (``checks``), and anything that happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from custody.adapters.reference import ReferenceStation
from custody.core.authority.rules_in_force import RulesInForce
from schemas.base import Role
from schemas.earlier_log import CarriedOver, EarlierLog
from schemas.rules import Rules
from schemas.styles import Style

SEATS: Final = ("chair", "deputy-chair", "secretary", "member", "issuing-member")
"""Roles of a commission in the order in which they act for it."""
DEMO: Final = ".invalid"
"""Under this domain alone keys may be computed that anybody can compute (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of people.csv; ``device`` is empty for a service."""

    badge: str
    role: Role
    office: str
    device: str


@dataclass(frozen=True, slots=True)
class PlannedConsignment:
    """One row of plan.csv: who carries what one station is sent, or sends, and who hands to whom."""

    station: str
    direction: str
    courier: str
    packages: int
    days: tuple[str, str]
    due: str
    """by the clock of who receives, YYYY-MM-DD HH:MM"""
    hands: tuple[str, ...]
    """kinds of party, from the first holder to the last"""
    tour: str = ""

    @property
    def legs(self) -> tuple[tuple[str, str], ...]:
        """(releasing, receiving) of each leg."""
        return tuple(zip(self.hands, self.hands[1:], strict=False))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What only a rehearsal uses: sheets (None: as needed), opening words, the place of changing, what goes wrong where."""

    sheets: int | None = None
    note: str = ""
    stop: str = "STP"
    troubles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One row of items.csv: what is sent beside the papers to one station, or to each where ``station`` is empty."""

    station: str
    kind: str
    count: int
    comes_back: bool


def part_of_papers(total: int, *, place: int, of: int) -> int:
    """One of several parts of a number; the first has what does not divide."""
    each, rest = divmod(total, of)
    return each + (rest if place == 0 else 0)


@dataclass(frozen=True)
class Election:
    """Everything that a folder says."""

    slug: str
    domain: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    """language -> name of the election"""
    days: tuple[str, ...]
    timezone: str
    root: tuple[str, ...]
    threshold: int
    rules: Rules
    stations: tuple[ReferenceStation, ...]
    people: tuple[Person, ...]
    plan: tuple[PlannedConsignment, ...]
    witness_policy: Mapping[str, Any]
    zones: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """time zone -> what genesis and the opening of a station carry, where the folder writes it down"""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """party -> language -> what it is called"""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """code of this election -> language -> what it says, in any script"""
    styles: tuple[Style, ...] = ()
    """styles of ballot papers that genesis lists; none: the election has one"""
    items: tuple[PlannedItem, ...] = ()
    """what goes with the papers"""
    follows: EarlierLog | None = None
    """the election that this one follows"""
    carried: Mapping[str, CarriedOver] = field(default_factory=dict)
    """station -> what it has from that election"""
    rehearsal: Rehearsal = Rehearsal()

    @cached_property
    def by_badge(self) -> Mapping[str, Person]:
        """Everybody by badge."""
        return {person.badge: person for person in self.people}

    @cached_property
    def by_station(self) -> Mapping[str, ReferenceStation]:
        """The stations by code."""
        return {station.code: station for station in self.stations}

    @cached_property
    def _holders(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        held: dict[tuple[str, str], list[str]] = {}
        for person in self.people:
            held.setdefault((person.role, person.office), []).append(person.badge)
            held.setdefault((person.role, ""), []).append(person.badge)
        return {key: tuple(badges) for key, badges in held.items()}

    @cached_property
    def _consignments(self) -> Mapping[tuple[str, str], PlannedConsignment]:
        return {(row.station, row.direction): row for row in self.plan}

    @property
    def name(self) -> str:
        """The election's name in its main language."""
        return self.names.get(self.languages[0], self.slug)

    @property
    def opened_by(self) -> tuple[str, ...]:
        """The officers who sign genesis: so many of the root as its threshold asks for."""
        return self.root[: self.threshold]

    @cached_property
    def _in_force(self) -> RulesInForce:
        return RulesInForce.of(self.rules, event="")

    @property
    def style_codes(self) -> tuple[str, ...]:
        """The styles by code, in the order of genesis; one without a name where none is listed."""
        return tuple(style.code for style in self.styles) or ("",)

    def beside(self, style: str) -> tuple[str, ...]:
        """The styles of the same contest, this one among them."""
        contest = next((row.contest for row in self.styles if row.code == style), "")
        return tuple(row.code for row in self.styles if row.contest == contest) or (style,)

    def share(self, station: ReferenceStation, *, style: str) -> int:
        """Papers of one style for a station: a part of those for its contest, the first style having what is left over."""
        rule = self.rules.allocation
        if rule.method == "fixed":
            own = (row for row in rule.shares if (row.station, row.style) == (station.code, style))
            return next((row.papers for row in own), 0)
        papers = station.voters + self._in_force.reserve(station.voters)
        if rule.method == "estimate-with-cap":
            papers = min(papers, rule.cap)
        return part_of_papers(papers, place=self.beside(style).index(style), of=len(self.beside(style)))

    def voters_of(self, station: ReferenceStation, *, style: str) -> int:
        """Voters who are expected to take papers of a style: no more than there are papers."""
        expected = part_of_papers(station.voters, place=self.beside(style).index(style), of=len(self.beside(style)))
        return min(expected, self.share(station, style=style))

    def allocation(self, station: ReferenceStation) -> int:
        """Papers for a station, of all styles."""
        return sum(self.share(station, style=style) for style in self.style_codes)

    def returns(self, station: str) -> bool:
        """Whether a station's papers go back after the count, by the rules."""
        return self._in_force.disposal(station) == "return"

    def items_of(self, station: str, *, back: bool = False) -> list[dict[str, object]]:
        """The items on the manifest of a station's consignment; ``back``: those that come back, on that of its return."""
        rows = [row for row in self.items if row.station in ("", station) and (row.comes_back or not back)]
        returned = {} if back else {"comes_back": True}
        return [{"kind": row.kind, "count": row.count, **(returned if row.comes_back else {})} for row in rows]

    def holders(self, role: str, *, office: str = "") -> tuple[str, ...]:
        """Badges of a role at an office, anywhere where it is empty, in the order of the table."""
        return self._holders.get((role, office), ())

    def commission(self, station: str) -> tuple[str, ...]:
        """Badges of a station's commission in the order in which they act for it: chair, secretary, members."""
        return tuple(badge for role in SEATS for badge in self.holders(role, office=station))

    def consignment(self, station: str, *, direction: str) -> PlannedConsignment:
        """What is planned for a station, ``out`` or ``back``. KeyError where nothing is."""
        return self._consignments[station, direction]

    def couriers(self) -> Iterator[str]:
        """Badges of everybody who has a mandate, each once, in the order of the plan."""
        yield from dict.fromkeys(row.courier for row in self.plan)
