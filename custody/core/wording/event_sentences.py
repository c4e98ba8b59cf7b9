"""A plain English sentence for each type of event: the facts that its signers state, in the words of domain.md.

A sentence repeats the event; whether the ledger took it is told beside it. To add an event type: one row in ``SENTENCES``.
What an event names by an id only (a courier, an offer, a finding) is told by ``Facts``, as far as the log knew it before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from custody.core.wording.messages import message
from custody.core.wording.numbers import packages, papers, plural

Teller = Callable[[Any], str]
TellerWithFacts = Callable[[Any, "Facts"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the log knew of what an event names by an id: empty where it knew nothing."""

    releasing: str = ""
    """party that offered what is answered, or that offers"""
    receiving: str = ""
    """party that answers, or to which is offered"""
    courier: str = ""
    """badge of the courier whose mandate it is"""
    finding: str = ""
    """what the finding that is decided about says"""
    chosen: str = ""
    """the act that a decision chooses"""
    changed: tuple[str, ...] = ()
    """names of the rules that differ from those before"""
    codes: tuple[str, ...] = ()
    """what the codes of the event say"""


NO_FACTS: Final = Facts()


def tell(event: Any, *, by: Sequence[str], facts: Facts = NO_FACTS) -> str:
    """The sentence of an event; ``by`` are the public badges of those who signed for a part."""
    who = ", ".join(by) if by else "nobody entitled"
    said = WITH_FACTS[event.type](event, facts) if event.type in WITH_FACTS else SENTENCES[event.type](event)
    return f"{said}{_noted(facts.codes)}{_attendance(event)} Signed by {who}."


def _noted(codes: Sequence[str]) -> str:
    """What was ticked on the form, in words."""
    return f" Noted: {'; '.join(codes)}." if codes else ""


def _attendance(event: Any) -> str:
    """Who was there: without signing, or having declined to."""
    notes = {"present": "Present", "declined": "Declined to sign"}
    rows = [f"{said}: {row.role}" for note, said in notes.items() for row in event.present if row.note == note]
    return f" {'; '.join(rows)}." if rows else ""


def units_of(event: Any) -> str:
    """The event's units in words."""
    names = [ref.unit for ref in getattr(event, "units", ())]
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _seals(seals: Sequence[Any]) -> str:
    if not seals:
        return "no seals read"
    bad = [item for item in seals if item.condition != "intact"]
    if not bad:
        return f"{len(seals)} seal intact" if len(seals) == 1 else f"{len(seals)} seals intact"
    return ", ".join(f"seal {item.seal} {item.condition}" for item in bad)


def _count(event: Any) -> str:
    total = papers(sum(row.papers for row in event.counts))
    packs = ", ".join(f"{row.unit} {row.papers}" for row in event.counts)
    return f"Count {event.number}: {packs}; {total} in all."


def _parties(facts: Facts) -> str:
    """Between whom, as far as it is known."""
    return (f" from {facts.releasing}" if facts.releasing else "") + (
        f" to {facts.receiving}" if facts.receiving else ""
    )


def _offer(event: Any, facts: Facts) -> str:
    return f"Handover offered{_parties(facts)}: {units_of(event)}; {packages(event.declared.packages)} declared."


def _answer(event: Any, facts: Facts) -> str:
    found = event.found
    counted = "sealed, not counted" if found.papers is None else f"{papers(found.papers)} counted"
    shown = f"{packages(found.packages)} shown, {_seals(found.seals)}, {counted}"
    return f"Handover{_parties(facts)} {event.result}: {units_of(event)}; {shown}."


def _mandate(event: Any, facts: Facts) -> str:
    who = f" of {facts.courier}" if facts.courier else ""
    return f"Mandate{who} for {', '.join(event.consignments)} from {event.first_day} to {event.last_day}."


def _decided(event: Any, facts: Facts) -> str:
    about = f": {facts.finding}" if facts.finding else "."
    chosen = f" Chosen: {facts.chosen}." if facts.chosen else ""
    return f"Finding {event.finding[:16]} adjudicated{about}{chosen}"


def _acknowledged(event: Any, facts: Facts) -> str:
    about = f": {facts.finding}" if facts.finding else "."
    return f"Finding {event.finding[:16]} acknowledged{about}"


def _ruled(_: Any, facts: Facts) -> str:
    changed = f" Changed: {', '.join(facts.changed)}." if facts.changed else ""
    return f"New rules are in force from here on.{changed}"


def _of_courier(said: str) -> TellerWithFacts:
    """A sentence about a mandate, and whose it is."""
    return lambda _, facts: f"{said}{f': {facts.courier}' if facts.courier else ''}."


def _names(witnesses: Sequence[Any]) -> str:
    return ", ".join(witness.name for witness in witnesses) or "none"


def _closed(event: Any) -> str:
    return (
        f"Ballot account of {event.station} closed: received {event.received}, issued {event.issued}, spoiled {event.spoiled}, "
        f"unused {event.unused}, in the boxes {event.in_boxes} ({event.valid} valid, {event.invalid} invalid)."
    )


def _list(event: Any) -> str:
    signed = "" if event.signatures is None else f", {plural(event.signatures, noun='signature')} in it"
    if event.stage == "added":
        return f"Added to the voters list of {event.station} on the day: {plural(event.voters, noun='voter')}{signed}."
    return f"Voters list of {event.station} at {event.stage}: {plural(event.voters, noun='voter')}{signed}."


def _transcribed(event: Any) -> str:
    """What the paper says, and that it is paper: never as if it had been recorded when it was done."""
    paper = [item for item in event.paper if item.part != "present"]
    parts = [f"{item.role} of {item.office} ({item.part})" for item in paper]
    body = SimpleNamespace(**{name: getattr(event.stands_for, name) for name in type(event.stands_for).model_fields})
    body.units, body.type = event.units, body.act
    signed = f"Transcribed from paper, claimed time {event.done_at}, signed on paper by {', '.join(parts)}"
    said = WITH_FACTS[body.act](body, NO_FACTS) if body.act in WITH_FACTS else SENTENCES[body.act](body)
    return f"{signed}: {said}"


def _declared(event: Any) -> str:
    tail = "it did not occur" if event.corrective is None else f"incorrect data, corrected by {event.corrective[:16]}"
    act = str(message("type", type=event.act))
    return f"{act[:1].upper()}{act[1:]} ({event.event[:16]}) on {units_of(event)} declared in error: {tail}."


SENTENCES: Final[Mapping[str, Teller]] = MappingProxyType(
    {
        "ElectionOpened": lambda e: f"Election {e.slug} opened; voting on {e.voting_day}.",
        "StationOpened": lambda e: f"Station {e.station} ({e.city}) opened; voting from {e.opens} to {e.closes}.",
        "VoterListStated": _list,
        "KeyEnrolled": lambda e: f"Enrolled: {', '.join(key.badge for key in e.keys)}.",
        "KeyRevoked": lambda e: f"Key {e.key[:16]} revoked ({e.reason}); vouched for up to number {e.vouched_number}.",
        "KeyRotated": lambda e: f"The key prepared for it takes the place of key {e.key[:16]}.",
        "RootChanged": lambda e: (
            f"The root is now {e.root.threshold} of {', '.join(sorted({key.badge for key in e.root.keys}))}."
        ),
        "WitnessPolicySet": lambda e: f"Log witnesses from here on: {_names(e.witness_policy.witnesses)}.",
        "DispensationGranted": lambda e: f"Dispensation from separation granted to {e.station}.",
        "LogClosed": lambda e: f"The log is closed ({e.reason}).",
        "LogSucceeded": lambda e: (
            f"Log {e.successor_log} of election {e.successor[:16]} follows after {e.size} entries."
        ),
        "PrintOrdered": lambda e: f"{papers(e.papers)} ordered as {e.batch}.",
        "BallotsPrinted": lambda e: f"{e.batch} printed: {e.good} good, {e.waste} waste ({e.method}).",
        "WasteDestroyed": lambda e: f"{papers(e.papers)} of waste from {e.batch} {e.method}.",
        "BatchAllocated": lambda e: (
            f"{papers(sum(line.papers for line in e.lines))} allocated to {plural(len(e.lines), noun='station')}."
        ),
        "UnitPacked": lambda e: f"{papers(e.papers)} packed into {e.unit}.",
        "UnitUnpacked": lambda e: f"{', '.join(e.contents)} unpacked from {e.unit}.",
        "SealsApplied": lambda e: f"Seals applied: {', '.join(f'{item.seal} on {item.unit}' for item in e.seals)}.",
        "ConsignmentManifested": lambda e: (
            f"Consignment {e.consignment} manifested ({e.direction}): {packages(e.packages)}, {papers(e.papers)}."
        ),
        "HandoverWithdrawn": lambda e: f"Offer of {units_of(e)} withdrawn.",
        "AnswerAcknowledged": lambda e: f"The answer about {units_of(e)} was read by the releasing side.",
        "ReleasedToCarrier": lambda e: (
            f"{packages(e.packages)} given to a carrier ({e.mode}): {units_of(e)}; {_seals(e.seals)}."
        ),
        "CollectedFromCarrier": lambda e: (
            f"{packages(e.found.packages)} collected from a carrier: {units_of(e)}; {_seals(e.found.seals)}."
        ),
        "SealsChecked": lambda e: f"Seals checked on {units_of(e)}: {_seals(e.seals)}.",
        "SealReplaced": lambda e: f"Seal {e.removed} on {e.unit} replaced by {e.applied} ({e.reason}).",
        "StopRecorded": lambda e: f"Stop recorded for {units_of(e)} ({e.purpose}): {_seals(e.seals)}.",
        "DelayReported": lambda e: f"Delay reported for {units_of(e)} ({e.reason}).",
        "PouchExamined": lambda e: f"{units_of(e)} {e.examination} ({e.by}); {_seals(e.seals)}.",
        "CustodyBroken": lambda e: (
            f"Break in the custody of {units_of(e)} stated ({e.classification}, {e.cause}), from {e.since} to {e.until or 'now'}."
        ),
        "LossDeclared": lambda e: f"{units_of(e)} declared lost.",
        "UnitFound": lambda e: f"{units_of(e)} found; {_seals(e.seals)}.",
        "QuarantineLifted": lambda e: f"Quarantine of {units_of(e)} lifted.",
        "DetailsDisclosed": lambda e: (
            f"Details of the journey of {units_of(e)} disclosed: "
            f"{', '.join(f'{item.field} {item.content}' for item in e.details)}."
        ),
        "OverdueNoted": lambda e: f"{e.consignment}, leg {e.leg}: due {e.due}, nothing recorded ({e.step}).",
        "LogTimeSet": lambda e: f"The time of the log is {e.log_time} from here on.",
        "HeartbeatNoted": lambda e: f"The monitor was there at {e.at}.",
        "CheckpointWitnessed": lambda e: "A checkpoint was cosigned by log witnesses.",
        "ObserverRemarked": lambda e: f"Observer's remark on {units_of(e)}; its text is kept beside the log.",
        "ConsignmentOpened": lambda e: (
            f"{e.unit} opened: {plural(len(e.contents), noun='unit')} inside, {_seals(e.seals)}."
        ),
        "BallotsCounted": _count,
        "BallotsFoundDefective": lambda e: f"{e.station}: {papers(e.papers)} found defective.",
        "StoreSealed": lambda e: f"Store of {e.station} sealed.",
        "StoreOpened": lambda e: f"Store of {e.station} opened: {_seals(e.seals)}.",
        "BallotBoxesSealed": lambda e: (
            f"{e.station}: {len(e.boxes)} {'ballot box' if len(e.boxes) == 1 else 'ballot boxes'} shown empty and sealed."
        ),
        "BallotBoxesOpened": lambda e: f"Ballot boxes of {e.station} opened: {_seals(e.seals)}.",
        "BallotsGivenToIssuer": lambda e: f"{e.station}: {papers(e.papers)} given to an issuing member.",
        "BallotsReturnedByIssuer": lambda e: (
            f"{e.station}: an issuing member accounts for {e.issued} issued, {e.unused} unused."
        ),
        "BallotsSpoiled": lambda e: f"{e.station}: {papers(e.papers)} spoiled and replaced.",
        "UnusedCancelled": lambda e: (
            f"{e.station}: cancelled {e.unused} unused, {e.spoiled} spoiled, {e.defective} defective papers."
        ),
        "BallotAccountClosed": _closed,
        "PackedForReturn": lambda e: (
            f"{e.station}: packed for return into {', '.join(row.unit for row in e.packages)}."
        ),
        "ReturnReceived": lambda e: (
            f"Return {e.consignment} received: {packages(e.packages)}, {papers(e.papers)}; {_seals(e.seals)}."
        ),
        "ReplacementAuthorised": lambda e: (
            f"{papers(e.papers)} authorised as {e.batch} in place of {', '.join(e.replaced)} ({e.reason})."
        ),
        "ShortageDeclared": lambda e: f"{e.station} declares a shortage: {papers(e.papers)} lacking.",
        "ResupplySent": lambda e: f"{papers(e.papers)} from {e.source} packed into {e.package} for {e.station}.",
        "ResupplyReceived": lambda e: f"{e.station}: {papers(e.papers)} counted out of {e.package}; {_seals(e.seals)}.",
        "Destroyed": lambda e: (
            f"{e.station}: {papers(e.from_boxes)} from the boxes and {e.cancelled} cancelled {e.method}."
        ),
        "ActTranscribed": _transcribed,
        "ErrorDeclared": _declared,
        "Archived": lambda e: f"{units_of(e)} archived.",
    }
)
"""Event type -> its sentence without the signers."""

WITH_FACTS: Final[Mapping[str, TellerWithFacts]] = MappingProxyType(
    {
        "RulesSet": _ruled,
        "MandateGranted": _mandate,
        "MandateTransferred": _of_courier("Mandate transferred to a substitute courier"),
        "MandateEnded": _of_courier("Mandate ended"),
        "FindingAcknowledged": _acknowledged,
        "FindingAdjudicated": _decided,
        "HandoverOffered": _offer,
        "HandoverAnswered": _answer,
    }
)
"""Event type -> its sentence without the signers, for those that name by an id what the log knows."""
