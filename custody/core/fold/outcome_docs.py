"""Outcomes of one entry, collected from the changes of the state.

Nothing is judged here. The order within an entry is fixed: the entry, units, books, handovers, consignments, tours, findings; so
the same log gives the same outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import cast

from custody.core.authority.required_signatures import stands_for
from custody.core.authority.roster import KeyRecord
from custody.core.entries.admission import Checked
from custody.core.fold.disputes import is_disputed
from custody.core.fold.event_facts import facts_of, person_of
from custody.core.fold.half_signed_losses import with_report
from custody.core.fold.outcome_figures import books_of, shown_of, unit_figures
from custody.core.fold.same_act import as_shown
from custody.core.fold.settlement_times import when
from custody.core.journeys.breaks_of_unit import told_of
from custody.core.journeys.tours import tour_of
from custody.core.state.brackets import bounds_doc
from custody.core.state.custody_breaks import NOTHING_TOLD
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.lifecycles import CONSIGNMENT, reached
from custody.core.state.noted_codes import noted
from custody.core.state.registers import Offer
from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import Unit
from custody.core.wording import outcomes
from custody.core.wording.event_sentences import sentence_of
from custody.core.wording.messages import phrase
from custody.core.wording.outcomes import Outcome, OutcomeChange
from schemas.base import AtStation
from schemas.identifiers import parse_unit_id
from schemas.outcomes import (
    ConsignmentJson,
    Direction,
    DirectionJson,
    EntryJson,
    EntryStatusJson,
    HandoverJson,
    HoldingJson,
    MessageJson,
    SnapshotJson,
    UnitJson,
)
from schemas.production import UnitPacked
from schemas.proof_outcomes import TimesJson
from schemas.strict_json import check_value


def collect_outcomes(state: State, *, kinds: Set[str]) -> tuple[Outcome, ...]:
    """The outcomes, of these kinds, of what changed since the last call, numbered within the state's position.

    Raises Refused where one has no canonical form, as ``strict_json.canonical`` would; the ledger then takes the entry back.
    Nothing that passed the front door lacks one: texts were checked there, and figures of 10^8 add up to 2^53 in no log that can
    be kept. So a ledger that tells nothing takes back what one that tells everything does, and no more.
    """
    changes = _told(state, kinds=kinds) if kinds else ()
    _forget(state)
    for _, _, doc in changes:
        check_value(doc)
    return tuple(
        Outcome(state.position, place, kind, subject, doc) for place, (kind, subject, doc) in enumerate(changes)
    )


def _told(state: State, *, kinds: Set[str]) -> list[OutcomeChange]:
    changes = (
        *state.entry_outcomes,
        *_records(state),
        *_units(state, kinds=kinds),
        *_offers(state),
        *_consignments(state),
        *_tours(state),
        *_findings(state),
        *_times(state),
    )
    return [change for change in changes if change[0] in kinds]


def _forget(state: State) -> None:
    """What changed was told, or nobody asks."""
    state.entry_outcomes.clear()
    state.dirty_records.clear()
    state.dirty_units.clear()
    state.dirty_offers.clear()
    state.dirty_consignments.clear()
    state.dirty_tours.clear()
    state.findings.forget_changes()
    state.bounds.drain()


def entry_doc(state: State, record: RecordedEvent, *, entry: str) -> EntryJson:
    """What one entry says and what became of it."""
    event = record.unjudged()
    units = [unit for unit, _ in record.refs]
    signed = _signed(state, record)
    return {
        "position": state.position,
        "entry": entry,
        "event": record.event_id,
        "type": record.type,
        "stands_for": stands_for(event),
        "status": shown(record),
        "codes": list(record.codes),
        "at": event.at,
        **bounds_doc(state.bounds.of(record.event_id)),
        "place": event.place,
        "station": (event.station if isinstance(event, AtStation) else "") or _station(state, units=units),
        "units": units,
        "by": [key.badge for key in signed],
        "noted": [item.doc() for item in noted(event.codes, rules=record.rules)],
        "says": sentence_of(event, by=[person_of(key) for key in signed], facts=facts_of(state, event=event)),
        "packed_into": event.unit if isinstance(event, UnitPacked) else None,
    }


def bare_doc(checked: Checked, *, says: MessageJson) -> EntryJson:
    """What is shown of an entry that is no event of this election; its status and codes are the ledger's to say."""
    event = checked.event
    return {
        "position": checked.position,
        "entry": checked.entry,
        "event": checked.event_id,
        "type": None if event is None else event.type,
        "stands_for": None,
        "status": "finding",
        "codes": [],
        "at": None if event is None else event.at,
        "not_before": None,
        "not_after": None,
        "place": None if event is None else event.place,
        "station": None,
        "units": [],
        "by": [],
        "says": says,
        "noted": [],
        "packed_into": None,
    }


def shown(record: RecordedEvent) -> str:
    """The status as readers see it: an event that lacks signatures shows as a finding."""
    return "finding" if record.status == "recorded" and record.codes else record.status


def badges(state: State, record: RecordedEvent) -> list[str]:
    """Public badges of those whose signatures are on the event, devices left out."""
    return [key.badge for key in _signed(state, record)]


def signers(state: State, record: RecordedEvent) -> list[MessageJson]:
    """The same by role and office, as a sentence says them."""
    return [person_of(key) for key in _signed(state, record)]


def _signed(state: State, record: RecordedEvent) -> list[KeyRecord]:
    keys = [
        state.roster.get(keyid) for keyid in sorted(record.signatures, key=lambda key: (record.signatures[key], key))
    ]
    return [key for key in keys if key is not None and key.role != "device"]


def unit_doc(state: State, unit: str) -> UnitJson:
    """The unit as it stands; a unit whose creation is suspended has no snapshot left, only figures that are shown."""
    head, suspended = state.paths.head(unit), shown_of(state, unit)
    figures = unit_figures(head, shown=suspended)
    direction = _direction(head or state.paths.first(unit), suspended=suspended)
    version, disputed = state.paths.next_version(unit), is_disputed(state, unit)
    if head is None:
        bare = _unmade(unit, version=version, disputed=disputed)
        return cast("UnitJson", {**bare, **figures, "direction": direction})
    shown = as_shown(state, head).doc(version=version, disputed=disputed)
    holding, breaks = _held(state, head, shown=shown), told_of(state, head).doc()
    doc = cast("UnitJson", {**shown, **holding, **breaks, **figures, "direction": direction})
    if (head.style or head.mix) and head.book is None:
        doc["styles"] = [{"style": style, "papers": papers} for style, papers in head.by_style]
    return doc


def _unmade(unit: str, *, version: int, disputed: bool) -> UnitJson:
    """A unit of which no act in force knows."""
    name, told = parse_unit_id(unit), NOTHING_TOLD.doc()
    return {
        "unit": unit,
        "kind": name.kind,
        "station": name.office,
        "consignment": None,
        "state": None,
        "custodian": None,
        "last_holder": None,
        "basis": None,
        "inside": None,
        "contains": [],
        "papers": None,
        "counted": None,
        "seals": [],
        "hold": False,
        "disputed": disputed,
        "direction": None,
        "head": None,
        "version": version,
        "type": None,
        "at": None,
        "says": phrase("unit.not-in-force", unit=unit),
        "disputed_figures": [],
        "breaks": told["breaks"],
        "breaks_in_all": told["breaks_in_all"],
        "minutes": told["minutes"],
    }


def _direction(known: Unit | None, *, suspended: Unit | None) -> Direction | None:
    """Which way a unit goes, by what is in force or is shown of it: what went back by a disputed act goes back."""
    ways = [unit.direction for unit in (known, suspended) if unit is not None]
    return "back" if "back" in ways else next(iter(ways), None)


def _held(state: State, unit: Unit, *, shown: SnapshotJson) -> HoldingJson:
    """Who holds a unit, since when, and by which kind of act; a unit inside another shares its journey."""
    outer = state.paths.outermost(unit)
    if outer.unit == unit.unit:
        return {
            "custodian": shown["custodian"],
            "last_holder": shown["last_holder"],
            "basis": shown["basis"],
            "type": shown["type"],
            "at": shown["at"],
            "says": with_report(state, unit, said=shown["says"]),
        }
    outer = as_shown(state, outer)
    holder = outer.custodian
    return {
        "custodian": None if holder is None else str(holder),
        "last_holder": None if outer.last_holder is None else str(outer.last_holder),
        "basis": outer.basis,
        "type": outer.type,
        "at": outer.at,
        "says": phrase(
            "unit.inside",
            unit=unit.unit,
            around=unit.inside or outer.unit,
            said=with_report(state, outer, said=outer.says()),
        ),
    }


def offer_doc(offer: Offer) -> HandoverJson:
    """An offer and what became of it; ``noted`` is what was ticked on the offer, and on the answer that stands."""
    answer = offer.replies.rows.get(offer.answer or "")
    ticked = (*offer.noted, *(() if answer is None else answer.noted))
    return {
        "offer": offer.event,
        "answer": offer.answer,
        "state": offer.state,
        "units": [unit for unit, _ in offer.units],
        "consignments": list(offer.consignments),
        "from": str(offer.releasing),
        "to": None if offer.receiving is None else str(offer.receiving),
        "station": offer.station,
        "direction": offer.direction,
        "offered_at": offer.at,
        "answered_at": offer.answered_at,
        "acknowledged": offer.acknowledged,
        "noted": [item.doc() for item in ticked],
    }


def consignment_doc(state: State, name: str) -> ConsignmentJson | None:
    """What one manifest says, with its legs planned and recorded."""
    consignment = state.registers.consignments.get(name)
    if consignment is None:
        return None
    legs = state.passed.get(name, LegTransfers()).docs(consignment)
    delivered = all(_is_delivered(state, package, direction=consignment.direction) for package in consignment.units)
    facts = {"handed over": any(leg["walks"] for leg in legs), "arrived": delivered}
    return {
        "consignment": name,
        "station": consignment.station,
        "direction": consignment.direction,
        "units": list(consignment.units),
        "papers": consignment.papers,
        "packages": consignment.packages,
        "legs": legs,
        "unplanned": state.unplanned(name),
        "delivered": delivered,
        "state": reached(CONSIGNMENT, facts=(fact for fact, stands in facts.items() if stands)),
    }


def _is_delivered(state: State, package: str, *, direction: str) -> bool:
    """Whether all that a package of the manifest held has reached the end of its journey, in it or in what came out of it."""
    heads = [head for unit in state.registers.parts.get(package, ()) if (head := state.paths.head(unit)) is not None]
    own = [head for head in heads if head.inside is None and (head.papers or len(heads) == 1)]
    arrived = (head.is_at_its_end(direction) and head.state != "packed" for head in own)
    return bool(own) and all(arrived)


def _records(state: State) -> Iterator[OutcomeChange]:
    for event_id in state.dirty_records:
        record = state.records[event_id]
        if record.position == state.position or not record.is_published:
            continue
        units = [unit for unit, _ in record.refs]
        doc: EntryStatusJson = {
            "position": record.position,
            "event": event_id,
            "status": shown(record),
            "codes": list(record.codes),
            "units": units,
            "station": _station(state, units=units),
        }
        yield outcomes.ENTRY_STATUS.change(str(record.position), doc)


def _units(state: State, *, kinds: Set[str]) -> Iterator[OutcomeChange]:
    for unit in _with_contents(state, state.dirty_units):
        if outcomes.UNIT.name in kinds:
            yield outcomes.UNIT.change(unit, unit_doc(state, unit))
        if outcomes.DIRECTION.name in kinds:
            known = state.paths.head(unit) or state.paths.first(unit)
            way: DirectionJson = {"unit": unit, "direction": _direction(known, suspended=shown_of(state, unit))}
            yield outcomes.DIRECTION.change(unit, way)
        head = state.paths.head(unit)
        if head is not None and head.consignment is not None:
            state.dirty_consignments[head.consignment] = None
        yield from books_of(state, unit, head=head, shown=shown_of(state, unit))


def _with_contents(state: State, units: Iterable[str]) -> dict[str, None]:
    """Units that changed, each followed by what is inside it."""
    found: dict[str, None] = {}
    queue = list(units)
    while queue:
        name = queue.pop(0)
        head = state.paths.head(name)
        if name not in found:
            found[name] = None
            queue += () if head is None else head.contains
    return found


def _offers(state: State) -> Iterator[OutcomeChange]:
    for offer in state.dirty_offers:
        yield outcomes.HANDOVER.change(offer, offer_doc(state.registers.offers[offer]))


def _consignments(state: State) -> Iterator[OutcomeChange]:
    for name in state.dirty_consignments:
        doc = consignment_doc(state, name)
        if doc is not None:
            yield outcomes.CONSIGNMENT.change(name, doc)


def _tours(state: State) -> Iterator[OutcomeChange]:
    for name in state.dirty_tours:
        yield outcomes.TOUR.change(name, tour_of(state, state.registers.mandates[name]).doc())


def _findings(state: State) -> Iterator[OutcomeChange]:
    for identity, finding in state.findings.with_withdrawn():
        if finding is None:
            yield outcomes.WITHDRAWAL.change(identity, {"id": identity, "position": state.position})
        else:
            evidence = _as_logged(state, finding.evidence)
            yield outcomes.FINDING.change(identity, {**finding.doc(), **when(state, finding), "evidence": evidence})


def _as_logged(state: State, events: Iterable[str]) -> list[str]:
    """Events in the order of the log; what is on no log, or no event, comes after them in the order of ids."""

    def place(event: str) -> tuple[bool, int, str]:
        record = state.records.get(event)
        return record is None, -1 if record is None else record.position, event

    return sorted(events, key=place)


def _times(state: State) -> Iterator[OutcomeChange]:
    for event, bracket in state.bounds.drain():
        record = state.records[event]
        units = [unit for unit, _ in record.refs]
        doc: TimesJson = {"position": record.position, "event": event, "units": units, **bounds_doc(bracket)}
        yield outcomes.TIMES.change(event, doc)


def _station(state: State, *, units: list[str]) -> str | None:
    for unit in units:
        head = state.paths.head(unit)
        if head is not None and head.station:
            return head.station
    return None
