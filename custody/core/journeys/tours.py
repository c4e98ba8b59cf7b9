"""Tours: one courier's journey under one document, several consignments left at successive stations (domain.md §1, identity 3).

The states of a tour are the table ``lifecycles.TOUR``.

The courier's document is a mandate for several consignments. What is aboard is what the document says less what was delivered:
a package that was still with its sender when the first of the others reached its station was left behind. That is
``package-count``, once for each package, settled when somebody takes it over. Every other way in which a package can be missing
has a finding of its own already: not shown, lost, detained, accepted by another station.

All of it follows from what is in force, whichever was recorded first; times are claims. Nothing is kept here but which findings
were raised, so that one that no longer follows is taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from custody.core.checks.case import STOPPED
from custody.core.checks.interested_parties import last_responsible
from custody.core.state.finding_store import Draft, finding_id
from custody.core.state.leg_transfers import LegTransfers, key_of
from custody.core.state.legs import Transfer
from custody.core.state.lifecycles import TOUR, reached
from custody.core.state.registers import Consignment, Mandate
from custody.core.state.state import State
from custody.core.state.topics import left_behind_topic
from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message
from schemas.base import PartyKind
from schemas.outcomes import Direction, TourJson

_CODE: Final = "package-count"
FOLLOWED: Final = 4
"""How many tours of one consignment are followed, the newest ones, beside those of the couriers who carried it."""
_SENDERS: Final[dict[Direction, tuple[PartyKind, ...]]] = {
    "out": ("printer", "CEC", "MFA"),
    "back": ("commission", "mission"),
}
"""Direction -> who has a package before a courier does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A tour as it stands. Packages of its document by where they are; ``left`` were not aboard at the first delivery."""

    mandate: Mandate
    courier: str
    waiting: tuple[str, ...]
    aboard: tuple[str, ...]
    delivered: tuple[str, ...]
    elsewhere: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def state(self) -> str:
        """Where the tour is in its life."""
        facts = {
            "taken over": bool(self.aboard or self.delivered),
            "arrived": bool(self.delivered) and not (self.waiting or self.aboard or self.elsewhere),
            "mandate ended": self.mandate.ended is not None,
        }
        return reached(TOUR, facts=(fact for fact, stands in facts.items() if stands))

    def doc(self) -> TourJson:
        """The tour as an outcome of kind ``tour``: document = delivered + aboard + waiting + elsewhere, in packages."""
        return {
            "tour": self.mandate.event,
            "courier": self.courier,
            "consignments": list(self.mandate.consignments),
            "state": self.state,
            "document": len(self.waiting) + len(self.aboard) + len(self.delivered) + len(self.elsewhere),
            "waiting": list(self.waiting),
            "aboard": list(self.aboard),
            "delivered": list(self.delivered),
            "elsewhere": list(self.elsewhere),
            "left_behind": list(self.left),
        }


def tour_of(state: State, mandate: Mandate) -> Tour:
    """The tour under a mandate, from what is in force now."""
    known = list(_consignments(state, mandate))
    places: dict[str, list[str]] = {"waiting": [], "aboard": [], "delivered": [], "elsewhere": []}
    for consignment in known:
        for package in consignment.units:
            places[_place(state, package, mandate=mandate, direction=consignment.direction)].append(package)
    return Tour(
        mandate=mandate,
        courier=_badge(state, mandate.courier),
        left=tuple(package for package, _, _ in _left_behind(state, mandate)),
        **{name: tuple(rows) for name, rows in places.items()},
    )


def refresh_tours(state: State) -> None:
    """Raise, settle or take out what follows for the tours that the last entry touched, and mark those that changed."""
    touched = {*state.dirty_consignments, *_consignments_of(state, state.dirty_units)}
    names = dict.fromkeys(name for item in sorted(touched) for name in _followed(state, item))
    tours = [name for name in (*state.dirty_tours, *names) if is_tour(state.registers.mandates[name])]
    state.dirty_tours = dict.fromkeys(tours)
    for name in state.dirty_tours:
        _judge(state, state.registers.mandates[name])


def _followed(state: State, consignment: str) -> Iterator[str]:
    """The tours on which something that happens to a consignment is looked at: the newest, and those of who carried it.

    However many documents name a consignment, what happens to it changes few of them.
    """
    # rules.md 87
    yield from state.registers.tours_on.get(consignment, ())[-FOLLOWED:]
    passed = state.passed.get(consignment)
    for person in () if passed is None else sorted(passed.persons):
        yield from state.registers.tours_of.get((consignment, person), ())[-1:]


def is_tour(mandate: Mandate) -> bool:
    """Whether a mandate is the document of a tour: it names several consignments."""
    return len(mandate.consignments) > 1


def _judge(state: State, mandate: Mandate) -> None:
    """Identity 3 for a tour: each package left behind is one finding, settled by the act with which somebody took it over."""
    before = state.registers.left_behind.pop(mandate.event, ())
    now: dict[str, None] = {}
    for package, departure, taken_by in _left_behind(state, mandate):
        act = next(item.act for item in _consignments(state, mandate) if package in item.units)
        draft = Draft(
            code=_CODE,
            subject=package,
            evidence=(mandate.event, act),
            sentence=_said(state, mandate, package=package, at=departure.at),
            topic=left_behind_topic(package),
            station=package.split("-", maxsplit=1)[0],
            units=(package,),
        )
        raised_by = state.records[departure.by]
        # rules.md 87
        finding = state.findings.raise_(
            draft, position=state.position, by=departure.by, severity=raised_by.rules.severity(_CODE)
        )
        identity = finding_id(code=_CODE, subject=package, evidence=draft.evidence)
        if finding.id == identity:
            now[identity] = None
        if finding.id == identity and taken_by is not None:
            state.findings.settle(identity, by=taken_by)
    for identity in before:
        if identity not in now:
            state.findings.supersede(identity)
    state.registers.left_behind[mandate.event] = tuple(now)


def _left_behind(state: State, mandate: Mandate) -> Iterator[tuple[str, Transfer, str | None]]:
    """(package, first delivery of the tour, act with which somebody took it over later) of each one that was left behind."""
    rows = {
        item.consignment: state.passed.get(item.consignment, LegTransfers()) for item in _consignments(state, mandate)
    }
    manifests = state.registers.consignments
    given = [passed.first_given(mandate.courier, office=manifests[name].station) for name, passed in rows.items()]
    departure = min((transfer for transfer in given if transfer is not None), key=key_of, default=None)
    if departure is None:
        return
    for name, passed in rows.items():
        senders = _SENDERS[manifests[name].direction]
        for package in manifests[name].units:
            # A package that a handover that took place named and did not show is its own finding.
            if state.registers.missed.get(package):
                continue
            head, first = state.paths.head(package), passed.first_taken(package, but=senders)
            gone = head is None or head.state in (*STOPPED, "with carrier")
            if first is None and not gone:
                yield package, departure, None
            elif first is not None and key_of(first) > key_of(departure):
                yield package, departure, first.by


def _place(state: State, package: str, *, mandate: Mandate, direction: Direction) -> str:
    """Where a package of the document is: waiting with its sender, aboard, delivered, or elsewhere."""
    heads = [head for name in state.registers.parts.get(package, (package,)) if (head := state.paths.head(name))]
    own = [head for head in heads if head.inside is None and (head.papers or len(heads) == 1)]
    if own and all(head.is_at_its_end(direction) and head.state != "packed" for head in own):
        return "delivered"
    if any(_is_with(head, courier=mandate.courier) for head in own):
        return "aboard"
    senders = _SENDERS[direction]
    is_waiting = all(head.custodian is not None and head.custodian.kind in senders for head in own)
    return "waiting" if is_waiting else "elsewhere"


def _is_with(unit: Unit, *, courier: str) -> bool:
    """Whether the courier holds a unit, or gave it to the carrier that has it."""
    holder = last_responsible(unit).custodian
    return holder is not None and holder.person == courier and unit.state not in STOPPED


def _consignments(state: State, mandate: Mandate) -> Iterator[Consignment]:
    """The manifests in force of a mandate's consignments."""
    known = (state.registers.consignments.get(name) for name in mandate.consignments)
    return (item for item in known if item is not None)


def _consignments_of(state: State, units: Iterable[str]) -> set[str]:
    heads = (state.paths.head(unit) for unit in units)
    return {head.consignment for head in heads if head is not None and head.consignment is not None}


def _said(state: State, mandate: Mandate, *, package: str, at: str) -> Message:
    courier = message("party.courier", badge=_badge(state, mandate.courier))
    return message("tour.left-behind", courier=courier, at=at, unit=package)


def _badge(state: State, person: str) -> str:
    """The public badge of a courier by tag; the tag's first digits where no key of the person is enrolled."""
    return state.roster.courier_badge(person) or person[:16]
