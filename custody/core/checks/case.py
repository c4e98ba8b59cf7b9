"""The case before a judge: the event, its units as they were after the acts it names, the parties that signed.

A judge is a pure function of a case: it returns a verdict and touches nothing. Findings in ``blocked`` mean that the act
changes nothing; ``findings`` are raised beside an act that takes effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, Never, Protocol, TypeVar, Unpack, cast

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import KEPT, Draft
from custody.core.state.registers import Registers
from custody.core.state.styles import ONE_STYLE, ElectionStyles
from custody.core.state.transitions import EVIDENCE, next_state
from custody.core.state.units import Unit, UnitChanges
from custody.core.state.verdict import Verdict
from custody.core.wording.messages import Message, message
from schemas.base import AtStation, NamedUnit, OnOffer, Part, Role
from schemas.identifiers import parse_unit_id

_GIVING: Final[tuple[Part, ...]] = ("acting", "releasing")
"""Parts of those who hold the units of an act."""
_BY_ANYBODY: Final = ("LossDeclared", "UnitFound", "QuarantineLifted", "PouchExamined")
"""Acts that others than the holder may sign, or whoever held the unit last."""
_HANDOVERS: Final = ("HandoverOffered", "HandoverAnswered", "HandoverWithdrawn")
STOPPED: Final = ("lost", "quarantined", "replaced", "seized", EVIDENCE)
"""States in which a unit goes nowhere: findings name the act that led there."""


class SitsOn(Protocol):
    """Whether a person (tag) was ever enrolled in the mission or commission of a station, or in one of ``roles`` there."""

    def __call__(self, *, person: str, office: str, roles: Sequence[Role] = ()) -> bool:
        """Ask for one person and one station."""


class PartyOf(Protocol):
    """The party for which the holder of a key acts, None where the key is unknown or its holder can hold nothing."""

    def __call__(self, keyid: str, *, before: int) -> Party | None:
        """Ask for one key that was enrolled before a position."""


class Stated(Protocol):
    """What an act or a report states, whatever its type, and whether it was signed on a device or on paper."""

    @property
    def type(self) -> str:
        """Name of its type."""

    @property
    def at(self) -> str:
        """Claimed time."""

    @property
    def place(self) -> str:
        """Claimed office or station."""

    @property
    def units(self) -> Sequence[NamedUnit]:
        """Every unit that it names."""


class StatedAtStation(Stated, Protocol):
    """The same of what states its station."""

    @property
    def station(self) -> str:
        """Code of the station."""


E = TypeVar("E", bound=Stated)
E_co = TypeVar("E_co", bound=Stated, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Generic[E_co]):
    """One act before judgement; a judge says by the type of ``event`` what it judges.

    ``before`` maps every named unit to its snapshot, None where the act creates it.

    ``position`` is that of the act's first entry: rules, roster and mandates are asked for as of it.
    """

    event_id: str
    event: E_co
    position: int
    before: Mapping[str, Unit | None]
    signed: Mapping[Part, tuple[KeyRecord, ...]]
    rules: RulesInForce
    registers: Registers
    sits_on: SitsOn
    party_of: PartyOf
    demands: Mapping[Part, str] = field(default_factory=dict)
    """part -> type whose quorum entitles it, where that is not the event's own"""
    voting_day: str = ""
    """the day that genesis states"""
    days: tuple[str, ...] = ()
    """days on which a courier's act may be said to have happened, its own first; none where its clock cannot be believed"""
    not_before: str = ""
    """the earliest day, in whatever zone, on which log witnesses prove that it was done; empty where they do not"""
    device: str = ""
    """key id of the device that made it"""
    styles: ElectionStyles = ONE_STYLE
    """those that genesis lists"""
    follows: str = ""
    """election id of the one that this election follows, empty where it follows none"""

    @property
    def type(self) -> str:
        """The event's type name."""
        return self.event.type

    def of(self, event: E) -> Case[E]:
        """This case as one of its event's own type, which the caller knows by now."""
        if id(event) != id(self.event):
            raise ValueError("a case is of its own event only")
        return cast("Case[E]", self)

    def party(self, part: Part) -> Party | None:
        """The one party for which a side signed; None where nobody of a party did."""
        return next(iter(self.parties(part)), None)

    def parties(self, part: Part) -> tuple[Party, ...]:
        """The parties for which one part signed with enough persons."""
        return self.rules.entitled(self.demands.get(part, self.type), part=part, by=self.signed.get(part, ()))

    def is_dispensed(self, station: str | None = None) -> bool:
        """Whether a dispensation for the station (that of the act) is in force, and its head of mission signed for it."""
        where = self.station() if station is None else station
        if not self.registers.has_dispensation(where, position=self.position):
            return False
        heads = self.signed.get("dispensing", ())
        # rules.md 179
        return any(
            record.role == "head-of-mission" and self.registers.serves(record.office, station=where) for record in heads
        )

    def unit(self, name: str) -> Unit | None:
        """The snapshot of a named unit, None where it does not exist or is not named."""
        return self.before.get(name)

    def attempts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Other acts that would have created these units: of each the first that were recorded."""
        rows = (self.registers.attempts.get(name, ())[:KEPT] for name in names)
        return tuple(dict.fromkeys(event for row in rows for event in row if event != self.event_id))

    def existing(self) -> tuple[Unit, ...]:
        """The named units that exist, in the order of the act."""
        return tuple(unit for unit in self.before.values() if unit is not None)

    def draft(self, code: str, *, subject: str, sentence: Message, **more: Unpack[DraftFields]) -> Draft:
        """A finding of this act: evidence is the act itself unless ``evidence`` says more."""
        more.setdefault("evidence", (self.event_id,))
        more.setdefault("station", self.station())
        more.setdefault("units", tuple(self.before))
        return Draft(code=code, subject=subject, sentence=sentence, **more)

    def station(self) -> str:
        """The station this act concerns: stated, or that of its first unit; empty where it is none."""
        event: Stated = self.event
        if isinstance(event, AtStation):
            return event.station
        stations = {unit.station for unit in self.existing() if unit.station}
        return min(stations) if stations else ""

    def move(self, unit: Unit, **changes: Unpack[UnitChanges]) -> Unit:
        """The unit after this act: state by the table, head and time set, then ``changes``."""
        if "basis" in changes:
            changes.setdefault("claimed_by", None)
        changes.setdefault("state", next_state(self.type, kind=unit.kind, state=unit.state) or unit.state)
        if unit.custodian is not None and unit.custodian not in unit.held_by:
            changes["held_by"] = unit.held_by | {unit.custodian}
        return replace(unit, act=self.event_id, type=self.type, at=self.event.at, **changes)

    def create(self, name: str, **fields: Unpack[UnitChanges]) -> Unit:
        """A new unit that this act creates."""
        kind = parse_unit_id(name).kind
        fields.setdefault("state", next_state(self.type, kind=kind, state=None) or "")
        fields.setdefault("station", self.station())
        return Unit(unit=name, kind=kind, act=self.event_id, type=self.type, at=self.event.at, **fields)


Judge = Callable[[Case[Never]], Verdict]
"""A judge of some type of event; which, ``judging`` says."""


def judging(model: type[E], judge: Callable[[Case[E]], Verdict]) -> tuple[str, Judge]:
    """One row of a table of judges: the type of event, and the judge of just that type."""
    return model.__name__, judge


def heard_of(units: Sequence[Unit]) -> tuple[tuple[str, str], ...]:
    """Whoever holds these units has let itself be heard: (consignment, package of its manifest) of each."""
    known = ((unit.consignment, unit) for unit in units)
    rows = ((name, package) for name, unit in known if name is not None for package, _ in unit.cargo)
    return tuple(dict.fromkeys(rows))


def check_states(case: Case[Stated]) -> tuple[Draft, ...]:
    """One draft for the first unit whose state has no row in the table: ``not-custodian`` where the signers do not hold it.

    What does not exist because the act that would have made it had no effect is listed under that act's finding.
    """
    for name, unit in case.before.items():
        kind = parse_unit_id(name).kind
        state = None if unit is None else unit.state
        # rules.md 16
        if next_state(case.type, kind=kind, state=state) is None or _is_kept(case, unit=unit):
            wrong = () if unit is None or unit.inside is not None else _check_signers(case, unit=unit)
            if wrong:
                return wrong
            if unit is not None and unit.state in STOPPED:
                return (_stopped(case, unit=unit),)
            sentence = (
                message("not-in-state.no-such-unit", type=case.type, unit=name)
                if unit is None
                else message(
                    "not-in-state.other-state", type=case.type, unit=name, state=message("state", state=unit.state)
                )
            )
            # rules.md 19
            causes = case.attempts((name,)) if unit is None else ()
            return (case.draft("not-in-state", subject=name, sentence=sentence, causes=causes),)
    return ()


def _is_kept(case: Case[Stated], *, unit: Unit | None) -> bool:
    """Whether a handover is about what may yet come back into use: only what was replaced leaves quarantine by one."""
    in_quarantine = unit is not None and unit.state == "quarantined" and not unit.was_replaced
    return in_quarantine and case.type in _HANDOVERS


def _stopped(case: Case[Stated], *, unit: Unit) -> Draft:
    """A unit that goes nowhere: the finding names the act that took it out of use."""
    act = message("act.of", type=unit.type, at=unit.at)
    sentence = message("not-in-state.stopped", type=case.type, unit=unit.unit, state=unit.state, act=act)
    causes = (case.event.offer,) if isinstance(case.event, OnOffer) else ()
    evidence = (unit.act, case.event_id)
    return case.draft("not-in-state", subject=unit.unit, sentence=sentence, evidence=evidence, causes=causes)


def _check_signers(case: Case[Stated], *, unit: Unit) -> tuple[Draft, ...]:
    """Who does not hold a unit learns that first, whatever its state."""
    if case.type in _BY_ANYBODY or unit.state in STOPPED:
        return ()
    sides = [part for part in _GIVING if part in case.signed]
    return check_holder(case, part=sides[0], units=(unit,)) if sides and unit.custodian is not None else ()


def check_holder(case: Case[Stated], *, part: Part, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """One ``not-custodian`` draft for the first unit that none of the parties holds for which this part signed."""
    parties = case.parties(part)
    for unit in units:
        # rules.md 15
        if unit.custodian not in parties:
            who = tuple(party.said for party in parties) or (message("party.nobody-entitled"),)
            holder = message("party.nobody") if unit.custodian is None else unit.custodian.said
            sentence = message("not-custodian.signed", who=who, type=case.type, unit=unit.unit, holder=holder)
            return (case.draft("not-custodian", subject=unit.unit, sentence=sentence),)
    return ()
