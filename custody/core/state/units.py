"""The state of a unit at one point of its path: an immutable snapshot that an act replaces by the next one.

A unit is a batch, pack, box, pouch, ballot box, or a station's stock (its book of papers). Not here: which act may follow which
(transitions), and what an act does (the judges). Quantities are whole papers; ``at`` is the claimed time of the act in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypedDict

from custody.core.authority.parties import Party
from custody.core.state.custody_breaks import NO_BREAKS, CustodyBreaks
from custody.core.state.trail import Trail
from custody.core.state.zones import Zone
from custody.core.wording.messages import phrase
from schemas.identifiers import UnitKind
from schemas.outcomes import Direction, MessageJson, SnapshotJson

UNCERTAIN: Final = "uncertain"
"""Basis of custody of a unit that nobody who signed answers for: with a carrier, or said to be handed on and not received."""
CLAIMED: Final = "claimed"
"""Basis of custody of a unit for which one side signed."""
ADJUDICATED: Final = "adjudicated"
"""Basis of custody that follows from a decision."""
_FROM_PAPER: Final = "ActTranscribed"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal on a unit: number, condition when last read on an act, when that was claimed (epoch seconds), by which act."""

    number: str
    condition: str
    at: int
    event: str


@dataclass(frozen=True, slots=True)
class Item:
    """Items of one kind that go with a package: how many, their numbers where they are stated, whether they come back."""

    kind: str
    count: int
    numbers: tuple[str, ...] = ()
    comes_back: bool = False


@dataclass(frozen=True, slots=True)
class FoundOff:
    """What whoever took packages over found in all of them beyond what they declare (negative: too few), and by which act."""

    act: str
    units: tuple[str, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of papers (or voters) and the event that stated it; ``earlier``: those that had stated parts of it."""

    value: int
    event: str
    earlier: Trail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A station's double-entry book: named figures, papers in the store, papers in issuers' hands.

    ``figures`` holds what was recorded (`list`, `allocated`, `declared`, `counted`, `given`, `issued`, `spoiled`, `returned`,
    `unused`, `defective`, `cancelled`, `signatures`, `in_boxes`, ...) and under ``stated.<name>`` what the closed account says.
    """

    figures: Mapping[str, Figure]
    store: int = 0
    issuers: tuple[tuple[str, int], ...] = ()
    """(issuing member, papers in his hands)"""
    beyond_given: tuple[tuple[str, int, str], ...] = ()
    """(issuing member, papers that he accounted for beyond those he was given, claimed time of the newest act that did)"""
    opens: str = ""
    """claimed local time at which the station opens for voting, as its opening act says; ``closes`` likewise"""
    closes: str = ""
    zone: Zone = ()
    """what the station's clocks show"""
    days: tuple[tuple[str, str], ...] = ()
    """opening and close of each day of voting, where there are several"""
    open_day: str = ""
    """where there are: the local day since which the boxes are open"""
    shut_for_night: bool = False
    """whether their slots are closed until the next day of voting"""
    city: str = ""
    """where the station moved to, by the newest act that says so"""
    hours: tuple[str, str] = ("", "")
    """opening and close as a later act than the opening of the station states them, whether or not they can be"""
    closed_by: str = ""
    """the act by which the station was closed before it voted"""
    mission: str = ""
    """code of the mission that the station shares with others; empty: its own"""
    boxes_opened: str | None = None
    shut: str = ""
    """seal of the safe that it is in, where another book's stock carries that seal"""
    first_box: str = ""
    """the first ballot box that was ever sealed for its papers"""
    boxes: tuple[tuple[str, str], ...] = ()
    """(ballot box, the act that sealed it) of each that nobody has opened since"""
    counted_at: str | None = None
    """claimed time of the newest count into the stock"""
    primaries: tuple[str, ...] = ()
    """Identities that are broken for a cause of their own, in the order in which they broke."""

    def value(self, name: str) -> int | None:
        """A figure's value, None where nothing recorded it."""
        figure = self.figures.get(name)
        return None if figure is None else figure.value

    def held_by(self, issuer: str) -> int:
        """Papers an issuing member holds."""
        return dict(self.issuers).get(issuer, 0)


EMPTY_BOOK: Final = Book(figures=MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A printing batch's figures: ordered, printed = good + waste, waste destroyed, allocated to stations."""

    ordered: int
    printed: int | None = None
    good: int | None = None
    waste: int | None = None
    waste_destroyed: int | None = None
    allocated: int = 0
    printed_by: str = ""
    """event id of the printer's note"""
    tolerated: int = 0
    """papers by which a weighed printing differs, within what the rules tolerate"""
    serials: tuple[int, int] | None = None
    """first and last serial number, None where the papers are not numbered"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit after one act.

    ``papers`` is declared by who packed it; ``counted`` what was counted here since. ``inside`` is the unit around it, whose
    custody it shares. ``act``/``type``/``at`` name the act that led here. ``hold`` is set between a broken seal and its
    replacement.
    """

    unit: str
    kind: UnitKind
    station: str
    state: str
    custodian: Party | None
    act: str
    type: str
    at: str
    consignment: str | None = None
    direction: Direction = "out"
    basis: str = "confirmed"
    inside: str | None = None
    contains: tuple[str, ...] = ()
    papers: int | None = None
    counted: int | None = None
    counts: int = 0
    seals: tuple[Seal, ...] = ()
    hold: bool = False
    packed_by: str | None = None
    taken: int = -1
    """position of the act by which the custodian took it over"""
    found_off: FoundOff | None = None
    """what whoever took it over found beyond what it declares, as long as nobody counts it again"""
    booked: int | None = None
    """papers of it that stand in the station's book, None until they were counted into it"""
    book: Book | None = None
    run: PrintRun | None = None
    package: str | None = None
    """the package of its manifest that it is, or came out of"""
    carries: tuple[tuple[str, int], ...] = ()
    """(package of a manifest, papers) of what was packed into it on the journey, empty where it is such a package itself"""
    tallies: tuple[tuple[int, int], ...] = ()
    miscounted: bool = False
    """whether any count ever differed from what was declared"""
    """(declared, counted) of each count of it, oldest first"""
    drawn: Trail | None = None
    """acts that took papers out of a batch"""
    serials: tuple[tuple[int, int], ...] | None = None
    """intervals of serial numbers (both ends included) of the papers in it; None where nobody stated any"""
    resupply: bool = False
    """whether it was sent on to a station that lacked papers"""
    sent_from: str = ""
    """the station that sent it on to another one; empty where it came from the CEC"""
    pending: tuple[str, ...] = ()
    """topics of findings that it keeps open until it is shown, or counted as declared"""
    last_holder: Party | None = None
    """who signed for it last, while nobody does: with a carrier, seized or lost"""
    breaks: CustodyBreaks = NO_BREAKS
    """breaks in its custody that acts opened, oldest first"""
    held_by: frozenset[Party] = frozenset()
    """who signed for it at some act before this one"""
    was_replaced: bool = False
    """found after other papers had been sent in its place: it does not come back into use"""
    claimed_by: str | None = None
    """the act transcribed from paper on which a claimed custody rests"""
    style: str = ""
    """style of its papers; empty: those of the election's only style, or of several"""
    items: tuple[Item, ...] = ()
    """items that go with it, by its manifest"""
    items_by: str = ""
    """the manifest that says so"""
    night_seals: tuple[str, ...] = ()
    """of a ballot box: the seals of its slots, until the next day of voting"""
    mix: tuple[tuple[str, int], ...] = ()
    """(style, papers) of what was packed into it, by style; empty where the election has one style"""

    @property
    def account(self) -> str:
        """What its ballot account is called: the station's, and where there are styles that of its style."""
        return f"{self.station}/{self.style}" if self.style else self.station

    @property
    def by_style(self) -> tuple[tuple[str, int], ...]:
        """(style, papers) of its papers as declared; empty where the election has one style."""
        return self.mix or (((self.style, max(self.papers or 0, 0)),) if self.style and self.book is None else ())

    @property
    def cargo(self) -> tuple[tuple[str, int], ...]:
        """The packages of a manifest that move with it, each with its papers: what it carries, or itself."""
        return self.carries or ((self.package or self.unit, self.papers or 0),)

    def is_at_its_end(self, direction: str) -> bool:
        """Whether its holder is whom a journey in this direction leads to: its own station, or the CEC."""
        holder = self.custodian
        if holder is None:
            return False
        return holder.kind == "CEC" if direction == "back" else bool(holder.office) and holder.office == self.station

    def doc(self, *, version: int, disputed: bool) -> SnapshotJson:
        """The snapshot as an outcome of kind ``unit``."""
        return {
            "unit": self.unit,
            "kind": self.kind,
            "station": self.station,
            "consignment": self.consignment,
            "state": self.state,
            "custodian": None if self.custodian is None else str(self.custodian),
            "basis": self.basis,
            "inside": self.inside,
            "contains": list(self.contains),
            "papers": None if self.papers is None else max(self.papers, 0),
            "counted": self.counted,
            "seals": [{"seal": seal.number, "condition": seal.condition} for seal in self.seals],
            "hold": self.hold,
            "disputed": disputed,
            "direction": self.direction,
            "head": self.act,
            "version": version,
            "type": self.type,
            "at": self.at,
            "last_holder": None if self.last_holder is None else str(self.last_holder),
            "breaks": [row.doc() for row in self.breaks],
            "says": self.says(),
        }

    def confirmed(self) -> Unit:
        """The unit once the other side has signed for it too."""
        return replace(self, basis="confirmed")

    def says(self) -> MessageJson:
        """Where it is and who answers for it, in words."""
        state = phrase("state", state=self.state)
        if self.custodian is None and self.last_holder is not None:
            return phrase("unit.unheld", unit=self.unit, state=state, holder=self.last_holder.phrase)
        holder = phrase("party.nobody") if self.custodian is None else self.custodian.phrase
        if self.basis == CLAIMED and self.claimed_by is not None:
            said = phrase("unit.became-claimed", unit=self.unit, state=state, holder=holder)
        elif self.basis == UNCERTAIN:
            said = phrase("unit.became-uncertain", unit=self.unit, state=state, holder=holder)
        else:
            said = phrase("unit.became", unit=self.unit, state=state, holder=holder)
        # rules.md 90
        return phrase("unit.from-paper", said=said, at=self.at) if self.type == _FROM_PAPER else said


class UnitChanges(TypedDict, total=False):
    """Fields of a unit that an act states anew; each means what it means in ``Unit``."""

    station: str
    state: str
    custodian: Party | None
    consignment: str | None
    direction: Direction
    basis: str
    inside: str | None
    contains: tuple[str, ...]
    papers: int | None
    counted: int | None
    counts: int
    seals: tuple[Seal, ...]
    hold: bool
    packed_by: str | None
    taken: int
    found_off: FoundOff | None
    booked: int | None
    book: Book | None
    run: PrintRun | None
    package: str | None
    carries: tuple[tuple[str, int], ...]
    tallies: tuple[tuple[int, int], ...]
    miscounted: bool
    drawn: Trail | None
    serials: tuple[tuple[int, int], ...] | None
    resupply: bool
    sent_from: str
    pending: tuple[str, ...]
    last_holder: Party | None
    breaks: CustodyBreaks
    held_by: frozenset[Party]
    was_replaced: bool
    claimed_by: str | None
    style: str
    mix: tuple[tuple[str, int], ...]
    night_seals: tuple[str, ...]
    items: tuple[Item, ...]
    items_by: str


def packed_by(units: Iterable[Unit]) -> tuple[str, ...]:
    """The acts that said how many papers these units hold, each once."""
    return tuple(dict.fromkeys(unit.packed_by or unit.act for unit in units))
