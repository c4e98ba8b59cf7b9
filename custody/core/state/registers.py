"""Registers beside the units: stations, consignments, mandates, offers, seals, sightings.

What an act adds here is undone when a dispute suspends the act, or is asked for together with the act's status, so that
nothing here outlives the branch it belongs to. Decisions (mandates, dispensations) are kept with their positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.state.crowds import Says
from custody.core.state.custody_breaks import CustodyBreak, StatedBreaks
from custody.core.state.noted_codes import Noted
from custody.core.state.offer_replies import Replies
from custody.core.state.units import Item
from custody.core.undo import Undoable
from custody.core.wording.messages import Message, message
from schemas.authority import StationOpened
from schemas.outcomes import Direction
from schemas.production import PlannedLeg

Place = tuple[str, str | None]
"""(unit, the act that whoever stands there follows)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Entitles ``courier`` (person tag) to carry ``consignments`` from ``first_day`` to ``last_day`` (both included).

    ``ended`` is the position of the decision that ended or transferred it.
    """

    event: str
    courier: str
    consignments: tuple[str, ...]
    first_day: str
    last_day: str
    granted: int
    ended: int | None = None
    state: str = "granted"
    """by the table of mandates"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What one manifest says: units, papers, planned legs. ``act`` is the manifest's event id."""

    consignment: str
    station: str
    direction: Direction
    units: tuple[str, ...]
    sizes: tuple[int, ...]
    """papers in each of ``units``, as packed"""
    packages: int
    papers: int
    legs: tuple[PlannedLeg, ...]
    act: str
    items: tuple[Item, ...] = ()
    """items that go with its packages"""


@dataclass(frozen=True, slots=True)
class CarriedUnit:
    """A unit of an offer: its consignment, the package of the manifest that it is or came out of, its papers."""

    unit: str
    consignment: str
    package: str
    papers: int


@dataclass(slots=True, kw_only=True)
class Offer(Undoable):
    """An offer that was judged good, and what became of it. ``answer`` is the answering event, ``answered_at`` its claim.

    ``state``: offered, expired, accepted, accepted with reservation, refused, withdrawn, disputed, or superseded: the units
    moved on by another act. ``open_since`` is the first log time told while it was open.
    """

    event: str
    position: int
    at: str
    units: tuple[tuple[str, str | None], ...]
    releasing: Party
    releasing_signers: tuple[KeyRecord, ...]
    to: tuple[str, ...]
    nonce: str
    packages: int
    papers: int | None
    receiving: Party | None
    station: str
    consignments: tuple[str, ...]
    direction: Direction
    carried: tuple[CarriedUnit, ...] = ()
    invited: str = ""
    """public badges of the keys it was made to"""
    noted: tuple[Noted, ...] = ()
    """what was ticked on the offer"""
    taken: tuple[str, ...] = ()
    """units that changed hands by its answer"""
    state: str = "offered"
    answer: str | None = None
    answered_at: str | None = None
    acknowledged: str | None = None
    """the report in force by which the releasing side had read the answer"""
    replies: Replies = field(default_factory=Replies)
    open_since: int | None = None
    is_told: bool = False
    """whether it was told once that nobody had answered it"""
    has_expired: bool = False
    """whether log witnesses prove that its hours were over before anybody answered"""

    @property
    def releasing_persons(self) -> frozenset[str]:
        """Tags of the persons who offer."""
        return frozenset(key.person for key in self.releasing_signers)


@dataclass(slots=True)
class OffersToKeys(Undoable):
    """The offers of units at one place that invite the same keys and stand."""

    live: dict[str, None] = field(default_factory=dict)
    fresh: dict[str, None] = field(default_factory=dict)
    """those of them that no double offer counts yet"""
    first: tuple[str, str] | None = None
    """claimed time and event of the first reply to one of them"""


@dataclass(slots=True)
class Invitations(Undoable):
    """All invitations that stand at one place, by the keys that they invite."""

    rows: dict[tuple[str, ...], OffersToKeys] = field(default_factory=dict)
    is_crowded: bool = False
    """whether there are so many that all of them are double"""


@dataclass(slots=True)
class Double(Undoable):
    """A double offer as it was told: all offers that it counts, and whom they are to."""

    offers: dict[str, None] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    """the first of them, by event id"""
    receiving_signers: dict[Message, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTransfer:
    """What came back from a carrier: who had given it away, who collected it, the units that did come."""

    event: str
    at: str
    releasing: Party
    receiving: Party
    carried: tuple[CarriedUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBreak:
    """A seal found not intact: the finding's topic, and the bracket (epoch seconds) in which it happened."""

    seal: str
    unit: str
    condition: str
    topic: str
    last_intact: int
    found: int

    def sentence(self, *, last_intact: int) -> Message:
        """The finding in words, for the newest sighting before the seal was found so."""
        ago, condition = duration(self.minutes(last_intact=last_intact)), message("condition", condition=self.condition)
        return message("seal.found", seal=self.seal, unit=self.unit, condition=condition, ago=ago)

    def minutes(self, *, last_intact: int) -> int:
        """Minutes in which nobody can say that the seal was whole."""
        return max(0, self.found - last_intact) // 60


_DAY: Final = 24 * 60
_IN_DAYS_FROM: Final = 2 * _DAY


def duration(minutes: int) -> Message:
    """Minutes in words: ``3 h 05 min``; from two days on ``10 d 1 h 40 min``."""
    if minutes >= _IN_DAYS_FROM:
        days, rest = divmod(minutes, _DAY)
        return message("duration.days", days=days, hours=rest // 60, minutes=f"{rest % 60:02d}")
    if minutes < 60:
        return message("duration.minutes", minutes=minutes)
    return message("duration.hours", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


@dataclass(frozen=True, slots=True)
class Returned:
    """A part of a return: its packages by name, and how many packages and papers were received."""

    consignment: str
    units: tuple[str, ...]
    packages: int
    papers: int


@dataclass(slots=True)
class Registers(Undoable):
    """All registers of one election."""

    stations: dict[str, str] = field(default_factory=dict)
    """station -> its stock unit, the first where it has several"""
    books: dict[str, dict[str, str]] = field(default_factory=dict)
    """station -> style -> the stock unit of that style; the style is empty where the election has one"""
    missions: dict[str, dict[str, None]] = field(default_factory=dict)
    """mission that several stations may share -> these"""
    openings: dict[str, StationOpened] = field(default_factory=dict)
    """station -> the event that opens it, as it was last judged"""
    hours: dict[str, tuple[str, str]] = field(default_factory=dict)
    """station -> when it opens and closes for voting, as deadlines go by it; empty where that cannot be"""
    consignments: dict[str, Consignment] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    dispensations: dict[str, tuple[int, str]] = field(default_factory=dict)
    """station -> the first dispensation: its position and event"""
    offers: dict[str, Offer] = field(default_factory=dict)
    offers_on: dict[Place, list[str]] = field(default_factory=dict)
    """place -> offers"""
    invitations: dict[Place, Invitations] = field(default_factory=dict)
    """place -> the offers there that stand, by whom they invite"""
    first_replies: dict[Place, tuple[str, str]] = field(default_factory=dict)
    """place -> claimed time and event of the first reply to an offer there"""
    doubles: dict[str, Double] = field(default_factory=dict)
    """topic -> the double offer that was told under it"""
    unknown_offices: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """office that is not known -> events that name it, each with all such offices in it"""
    other_claims: dict[Place, None] = field(default_factory=dict)
    """places that acts claim which are no handovers"""
    taken_back: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    """(unit, party) -> its acts there that were declared in error"""
    missed: dict[str, dict[str, None]] = field(default_factory=dict)
    """package -> its units that an offer named, by which others change hands now, and that were not shown: offer/unit"""
    seals: dict[str, dict[str, str]] = field(default_factory=dict)
    """seal -> {act in force that applied it: unit}"""
    carried: dict[str, dict[str, str]] = field(default_factory=dict)
    """seal -> {opening in force that carries it over from an earlier election: its station}"""
    signed_out: dict[str, dict[str, str]] = field(default_factory=dict)
    """spare seal -> {manifest in force that sends it to a station: that station}"""
    seal_breaks: dict[str, dict[str, SealBreak]] = field(default_factory=dict)
    """seal -> {event that found it not intact: how}, whether or not the event is in force"""
    seal_topics: dict[str, dict[str, None]] = field(default_factory=dict)
    """seal -> topics of findings that it is not intact"""
    sighted: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """report -> seals that it found intact, each with when that was claimed, whether or not the report is in force"""
    sightings: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """seal -> reports in force that found it intact, by the time that they claim"""
    astray: dict[str, dict[str, str]] = field(default_factory=dict)
    """seal -> {event that read it on a unit that it did not close: that unit}, whether or not the event is in force"""
    read_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """event -> seals that it saw whole or found not intact"""
    heard: dict[str, tuple[int, int]] = field(default_factory=dict)
    """log witness -> entries under the largest note that it cosigned, and when it last cosigned one, epoch seconds"""
    overdue: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """consignment -> topics of its overdue findings, with the packages that were not heard of"""
    returns: dict[str, dict[str, Returned]] = field(default_factory=dict)
    """consignment -> {act in force by which the CEC took a part of it back: what came}"""
    parts: dict[str, dict[str, None]] = field(default_factory=dict)
    """package of a manifest -> units that ever were it or came out of it"""
    pending: dict[str, dict[str, None]] = field(default_factory=dict)
    """topic -> units that ever kept a finding on it open"""
    cleared: dict[str, str] = field(default_factory=dict)
    """topic -> the event with which the last unit ceased to keep it open"""
    serials: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """printing batch -> first and last serial number, and the printer's note in force that says so"""
    blocked: dict[str, dict[str, tuple[tuple[int, int], ...]]] = field(default_factory=dict)
    """act in force that had units replaced -> each of them, with its serial numbers, which are blocked with it"""
    first_losses: dict[tuple[str, str | None], str] = field(default_factory=dict)
    """(unit, act it follows) -> the loss that was judged first among those that claim it"""
    papers: dict[Says, str] = field(default_factory=dict)
    """what a form of a handover says -> the first by event id of the transcriptions that the receiving side signed"""
    half_papers: dict[Says, dict[str, None]] = field(default_factory=dict)
    """what a form of a handover says -> transcriptions that lack the receiving side's signature, while there is no such"""
    attempts: dict[str, list[str]] = field(default_factory=dict)
    """unit -> recorded acts that would create it"""

    half_lost: dict[tuple[str, str | None], dict[str, None]] = field(default_factory=dict)
    """(unit, act it follows) -> those of them that may lack a signature and be told: nobody found yet that they do not"""
    losses: dict[tuple[str, str | None], list[str]] = field(default_factory=dict)
    """(unit, act it follows) -> recorded declarations that the unit is lost, whether or not they are complete"""
    mandates_on: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(consignment, courier) -> mandates, in order of granting"""
    tours_on: dict[str, list[str]] = field(default_factory=dict)
    """consignment -> mandates that name it and others, in order of granting"""
    tours_of: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(consignment, courier) -> mandates of this courier that name it and others, in order of granting"""
    carriages: dict[str, dict[str, CarrierTransfer]] = field(default_factory=dict)
    """act that collected packages from a carrier -> {consignment: what came}, whether or not the act is in force"""
    stated: dict[str, tuple[tuple[str, CustodyBreak], ...]] = field(default_factory=dict)
    """report of a break in custody -> each unit and its break, whether or not the report is in force"""
    stated_breaks: dict[str, StatedBreaks] = field(default_factory=dict)
    """unit -> the breaks that reports in force state of it"""
    left_behind: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """mandate of a tour -> findings about packages that were left behind"""
    sums: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """topic of a sum over a contest's styles that does not hold -> code, root event and difference as they were told"""
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    """answer -> reports in force that the releasing side had read it, by event id"""

    def without(self, act: str, *, seals: Iterable[str], consignments: Iterable[str]) -> Registers:
        """The registers as they would be without an act, to judge what takes its place.

        ``seals`` and ``consignments`` are those that the act names: nothing else is looked at.
        """
        rows, manifests, returns = dict(self.seals), dict(self.consignments), dict(self.returns)
        for seal in seals:
            rows[seal] = {by: unit for by, unit in rows.get(seal, {}).items() if by != act}
        for name in consignments:
            if name in manifests and manifests[name].act == act:
                del manifests[name]
            returns[name] = {by: part for by, part in returns.get(name, {}).items() if by != act}
        return replace(self, seals=rows, consignments=manifests, returns=returns)

    def stock(self, station: str, *, style: str = "") -> str:
        """The stock of a style at a station; empty where it has none."""
        return self.books.get(station, {}).get(style, "")

    def add_book(self, station: str, *, style: str, stock: str, hours: tuple[str, str]) -> None:
        """A station was opened with a book, the first one or one of another style."""
        self.stations.setdefault(station, stock)
        self.books.setdefault(station, {})[style] = stock
        self.hours[station] = hours

    def add_mission(self, mission: str, *, station: str) -> None:
        """A station shares a mission with others; nothing where it has its own."""
        if mission:
            self.missions.setdefault(mission, {})[station] = None

    def serves(self, office: str, *, station: str) -> bool:
        """Whether an office is a station's own, or the mission that it shares."""
        return office == station or station in self.missions.get(office, ())

    def remove_station(self, station: str) -> None:
        """What opened a station is not in force any more."""
        for row in self.missions.values():
            row.pop(station, None)
        for register in (self.stations, self.books, self.hours):
            register.pop(station, None)

    def add_mandate(self, mandate: Mandate) -> None:
        """Register a mandate under each of its consignments."""
        self.mandates[mandate.event] = mandate
        for consignment in mandate.consignments:
            self.mandates_on.setdefault((consignment, mandate.courier), []).append(mandate.event)
            if len(mandate.consignments) > 1:
                self.tours_on.setdefault(consignment, []).append(mandate.event)
                self.tours_of.setdefault((consignment, mandate.courier), []).append(mandate.event)

    def mandates_of(self, courier: str, *, consignment: str) -> Iterator[Mandate]:
        """Mandates, in order of granting, for one courier and consignment."""
        for name in self.mandates_on.get((consignment, courier), ()):
            yield self.mandates[name]

    def blocked_serials(self) -> Iterator[tuple[int, int, str]]:
        """Serial numbers of papers that were replaced: first, last, and the act that had them replaced."""
        for event, units in sorted(self.blocked.items()):
            for intervals in units.values():
                yield from ((low, high, event) for low, high in intervals)

    def replaced_by(self, unit: str) -> str | None:
        """The act in force that had a unit replaced; None where none did."""
        return next((event for event, units in sorted(self.blocked.items()) if unit in units), None)

    def has_dispensation(self, station: str, *, position: int) -> bool:
        """Whether a dispensation for a station was in force at a position."""
        granted = self.dispensations.get(station)
        return granted is not None and granted[0] <= position
