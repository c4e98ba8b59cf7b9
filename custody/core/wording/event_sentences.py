"""A plain English sentence for each type of event: the facts that its signers state, in the words of domain.md.

A sentence repeats the event; whether the ledger took it is told beside it. To add an event type: one row in ``SENTENCES``.
What an event names by an id only (a courier, an offer, a finding) is told by ``Facts``, as far as the log knew it before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import message
from custody.core.wording.numbers import packages, papers, plural
from custody.core.wording.sentence_rows import NO_FACTS, Facts, Teller, TellerWithFacts, told, told_with
from schemas.authority import (
    DispensationGranted,
    ElectionOpened,
    FindingAcknowledged,
    FindingAdjudicated,
    KeyEnrolled,
    KeyRevoked,
    KeyRotated,
    LogClosed,
    LogSucceeded,
    LogTimeSet,
    LogWitness,
    MandateEnded,
    MandateGranted,
    MandateTransferred,
    ReplacementAuthorised,
    RootChanged,
    RulesSet,
    StationOpened,
    VoterListStated,
    WitnessPolicySet,
)
from schemas.base import Common, Decided, DecidedAct, NamesUnits, SealFound
from schemas.everybody import ActTranscribed, CountOnPaper, ErrorDeclared, HandoverOnPaper, OpeningOnPaper
from schemas.production import (
    BallotsPrinted,
    BatchAllocated,
    ConsignmentManifested,
    PrintOrdered,
    SealsApplied,
    UnitPacked,
    UnitUnpacked,
    WasteDestroyed,
)
from schemas.services import CheckpointWitnessed, HeartbeatNoted
from schemas.station import (
    Archived,
    BallotAccountClosed,
    BallotBoxesOpened,
    BallotBoxesSealed,
    BallotsCounted,
    BallotsFoundDefective,
    BallotsGivenToIssuer,
    BallotsReturnedByIssuer,
    BallotsSpoiled,
    ConsignmentOpened,
    Destroyed,
    PackedForReturn,
    ResupplyReceived,
    ResupplySent,
    ReturnReceived,
    ShortageDeclared,
    StoreOpened,
    StoreSealed,
    UnusedCancelled,
)
from schemas.transfer import (
    AnswerAcknowledged,
    CollectedFromCarrier,
    CustodyBroken,
    DelayReported,
    DetailsDisclosed,
    HandoverAnswered,
    HandoverOffered,
    HandoverWithdrawn,
    LossDeclared,
    ObserverRemarked,
    OverdueNoted,
    PouchExamined,
    QuarantineLifted,
    ReleasedToCarrier,
    SealReplaced,
    SealsChecked,
    StopRecorded,
    UnitFound,
)


def tell(event: Common, *, by: Sequence[str], facts: Facts = NO_FACTS) -> str:
    """The sentence of an event; ``by`` are the public badges of those who signed for a part."""
    who = ", ".join(by) if by else "nobody entitled"
    said = WITH_FACTS[event.type](event, facts) if event.type in WITH_FACTS else SENTENCES[event.type](event)
    return f"{said}{_by_paper(event)}{_noted(facts.codes)}{_attendance(event)} Signed by {who}."


def _by_paper(event: Common) -> str:
    """The commission's paper behind it."""
    paper = event.decision if isinstance(event, Decided | DecidedAct) else None
    return f" By No. {paper.number} of {paper.day}." if paper is not None else ""


def _noted(codes: Sequence[str]) -> str:
    """What was ticked on the form, in words."""
    return f" Noted: {'; '.join(codes)}." if codes else ""


def _attendance(event: Common) -> str:
    """Who was there: without signing, or having declined to."""
    notes = {"present": "Present", "declined": "Declined to sign"}
    rows = [f"{said}: {row.role}" for note, said in notes.items() for row in event.present if row.note == note]
    return f" {'; '.join(rows)}." if rows else ""


def units_of(event: NamesUnits) -> str:
    """The event's units in words."""
    names = [ref.unit for ref in event.units]
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _seals(seals: Sequence[SealFound]) -> str:
    if not seals:
        return "no seals read"
    bad = [item for item in seals if item.condition != "intact"]
    if not bad:
        return f"{len(seals)} seal intact" if len(seals) == 1 else f"{len(seals)} seals intact"
    return ", ".join(f"seal {item.seal} {item.condition}" for item in bad)


def _count(event: BallotsCounted | CountOnPaper) -> str:
    total = papers(sum(row.papers for row in event.counts))
    packs = ", ".join(f"{row.unit} {row.papers}" for row in event.counts)
    return f"Count {event.number}: {packs}; {total} in all."


def _parties(facts: Facts) -> str:
    """Between whom, as far as it is known."""
    return (f" from {facts.releasing}" if facts.releasing else "") + (
        f" to {facts.receiving}" if facts.receiving else ""
    )


def _offer(event: HandoverOffered, facts: Facts) -> str:
    return f"Handover offered{_parties(facts)}: {units_of(event)}; {packages(event.declared.packages)} declared."


def _answer(event: HandoverAnswered, facts: Facts) -> str:
    return _handed(event, answer=event, between=_parties(facts))


def _handed(event: NamesUnits, *, answer: HandoverAnswered | HandoverOnPaper, between: str) -> str:
    found = answer.found
    counted = "sealed, not counted" if found.papers is None else f"{papers(found.papers)} counted"
    shown = f"{packages(found.packages)} shown, {_seals(found.seals)}, {counted}"
    return f"Handover{between} {answer.result}: {units_of(event)}; {shown}."


def _mandate(event: MandateGranted, facts: Facts) -> str:
    who = f" of {facts.courier}" if facts.courier else ""
    return f"Mandate{who} for {', '.join(event.consignments)} from {event.first_day} to {event.last_day}."


def _decided(event: FindingAdjudicated, facts: Facts) -> str:
    about = f": {facts.finding}" if facts.finding else "."
    chosen = f" Chosen: {facts.chosen}." if facts.chosen else ""
    return f"Finding {event.finding[:16]} adjudicated{about}{chosen}"


def _acknowledged(event: FindingAcknowledged, facts: Facts) -> str:
    about = f": {facts.finding}" if facts.finding else "."
    return f"Finding {event.finding[:16]} acknowledged{about}"


def _ruled(_: RulesSet, facts: Facts) -> str:
    changed = f" Changed: {', '.join(facts.changed)}." if facts.changed else ""
    return f"New rules are in force from here on.{changed}"


def _of_courier(said: str) -> Callable[[Common, Facts], str]:
    """A sentence about a mandate, and whose it is."""
    return lambda _, facts: f"{said}{f': {facts.courier}' if facts.courier else ''}."


def _names(witnesses: Sequence[LogWitness]) -> str:
    return ", ".join(witness.name for witness in witnesses) or "none"


def _closed(event: BallotAccountClosed) -> str:
    return (
        f"Ballot account of {event.station} closed: received {event.received}, issued {event.issued}, spoiled {event.spoiled}, "
        f"unused {event.unused}, in the boxes {event.in_boxes} ({event.valid} valid, {event.invalid} invalid)."
    )


def _list(event: VoterListStated) -> str:
    signed = "" if event.signatures is None else f", {plural(event.signatures, noun='signature')} in it"
    if event.stage == "added":
        return f"Added to the voters list of {event.station} on the day: {plural(event.voters, noun='voter')}{signed}."
    return f"Voters list of {event.station} at {event.stage}: {plural(event.voters, noun='voter')}{signed}."


def _transcribed(event: ActTranscribed) -> str:
    """What the paper says, and that it is paper: never as if it had been recorded when it was done."""
    paper = [item for item in event.paper if item.part != "present"]
    parts = [f"{item.role} of {item.office} ({item.part})" for item in paper]
    signed = f"Transcribed from paper, claimed time {event.done_at}, signed on paper by {', '.join(parts)}"
    return f"{signed}: {_on_paper(event)}"


def _on_paper(event: ActTranscribed) -> str:
    """What the paper says, in the words of the act that it stands for."""
    body = event.stands_for
    if isinstance(body, HandoverOnPaper):
        return _handed(event, answer=body, between="")
    return _count(body) if isinstance(body, CountOnPaper) else _opened(body)


def _opened(event: ConsignmentOpened | OpeningOnPaper) -> str:
    return f"{event.unit} opened: {plural(len(event.contents), noun='unit')} inside, {_seals(event.seals)}."


def _declared(event: ErrorDeclared) -> str:
    tail = "it did not occur" if event.corrective is None else f"incorrect data, corrected by {event.corrective[:16]}"
    act = str(message("type", type=event.act))
    return f"{act[:1].upper()}{act[1:]} ({event.event[:16]}) on {units_of(event)} declared in error: {tail}."


SENTENCES: Final[Mapping[str, Teller]] = MappingProxyType(
    dict(
        (
            told(ElectionOpened, lambda e: f"Election {e.slug} opened; voting on {e.voting_day}."),
            told(
                StationOpened, lambda e: f"Station {e.station} ({e.city}) opened; voting from {e.opens} to {e.closes}."
            ),
            told(VoterListStated, _list),
            told(KeyEnrolled, lambda e: f"Enrolled: {', '.join(key.badge for key in e.keys)}."),
            told(
                KeyRevoked,
                lambda e: f"Key {e.key[:16]} revoked ({e.reason}); vouched for up to number {e.vouched_number}.",
            ),
            told(KeyRotated, lambda e: f"The key prepared for it takes the place of key {e.key[:16]}."),
            told(
                RootChanged,
                lambda e: (
                    f"The root is now {e.root.threshold} of {', '.join(sorted({key.badge for key in e.root.keys}))}."
                ),
            ),
            told(WitnessPolicySet, lambda e: f"Log witnesses from here on: {_names(e.witness_policy.witnesses)}."),
            told(DispensationGranted, lambda e: f"Dispensation from separation granted to {e.station}."),
            told(LogClosed, lambda e: f"The log is closed ({e.reason})."),
            told(
                LogSucceeded,
                lambda e: f"Log {e.successor_log} of election {e.successor[:16]} follows after {e.size} entries.",
            ),
            told(PrintOrdered, lambda e: f"{papers(e.papers)} ordered as {e.batch}."),
            told(BallotsPrinted, lambda e: f"{e.batch} printed: {e.good} good, {e.waste} waste ({e.method})."),
            told(WasteDestroyed, lambda e: f"{papers(e.papers)} of waste from {e.batch} {e.method}."),
            told(
                BatchAllocated,
                lambda e: (
                    f"{papers(sum(line.papers for line in e.lines))} allocated to {plural(len(e.lines), noun='station')}."
                ),
            ),
            told(UnitPacked, lambda e: f"{papers(e.papers)} packed into {e.unit}."),
            told(UnitUnpacked, lambda e: f"{', '.join(e.contents)} unpacked from {e.unit}."),
            told(
                SealsApplied,
                lambda e: f"Seals applied: {', '.join(f'{item.seal} on {item.unit}' for item in e.seals)}.",
            ),
            told(
                ConsignmentManifested,
                lambda e: (
                    f"Consignment {e.consignment} manifested ({e.direction}): {packages(e.packages)}, {papers(e.papers)}."
                ),
            ),
            told(HandoverWithdrawn, lambda e: f"Offer of {units_of(e)} withdrawn."),
            told(AnswerAcknowledged, lambda e: f"The answer about {units_of(e)} was read by the releasing side."),
            told(
                ReleasedToCarrier,
                lambda e: f"{packages(e.packages)} given to a carrier ({e.mode}): {units_of(e)}; {_seals(e.seals)}.",
            ),
            told(
                CollectedFromCarrier,
                lambda e: (
                    f"{packages(e.found.packages)} collected from a carrier: {units_of(e)}; {_seals(e.found.seals)}."
                ),
            ),
            told(SealsChecked, lambda e: f"Seals checked on {units_of(e)}: {_seals(e.seals)}."),
            told(SealReplaced, lambda e: f"Seal {e.removed} on {e.unit} replaced by {e.applied} ({e.reason})."),
            told(StopRecorded, lambda e: f"Stop recorded for {units_of(e)} ({e.purpose}): {_seals(e.seals)}."),
            told(DelayReported, lambda e: f"Delay reported for {units_of(e)} ({e.reason})."),
            told(PouchExamined, lambda e: f"{units_of(e)} {e.examination} ({e.by}); {_seals(e.seals)}."),
            told(
                CustodyBroken,
                lambda e: (
                    f"Break in the custody of {units_of(e)} stated ({e.classification}, {e.cause}), "
                    f"from {e.since} to {e.until or 'now'}."
                ),
            ),
            told(LossDeclared, lambda e: f"{units_of(e)} declared lost."),
            told(UnitFound, lambda e: f"{units_of(e)} found; {_seals(e.seals)}."),
            told(QuarantineLifted, lambda e: f"Quarantine of {units_of(e)} lifted."),
            told(
                DetailsDisclosed,
                lambda e: (
                    f"Details of the journey of {units_of(e)} disclosed: "
                    f"{', '.join(f'{item.field} {item.content}' for item in e.details)}."
                ),
            ),
            told(OverdueNoted, lambda e: f"{e.consignment}, leg {e.leg}: due {e.due}, nothing recorded ({e.step})."),
            told(LogTimeSet, lambda e: f"The time of the log is {e.log_time} from here on."),
            told(HeartbeatNoted, lambda e: f"The monitor was there at {e.at}."),
            told(CheckpointWitnessed, lambda e: "A checkpoint was cosigned by log witnesses."),
            told(ObserverRemarked, lambda e: f"Observer's remark on {units_of(e)}; its text is kept beside the log."),
            told(ConsignmentOpened, _opened),
            told(BallotsCounted, _count),
            told(BallotsFoundDefective, lambda e: f"{e.station}: {papers(e.papers)} found defective."),
            told(StoreSealed, lambda e: f"Store of {e.station} sealed."),
            told(StoreOpened, lambda e: f"Store of {e.station} opened: {_seals(e.seals)}."),
            told(
                BallotBoxesSealed,
                lambda e: (
                    f"{e.station}: {len(e.boxes)} {'ballot box' if len(e.boxes) == 1 else 'ballot boxes'} shown empty and sealed."
                ),
            ),
            told(BallotBoxesOpened, lambda e: f"Ballot boxes of {e.station} opened: {_seals(e.seals)}."),
            told(BallotsGivenToIssuer, lambda e: f"{e.station}: {papers(e.papers)} given to an issuing member."),
            told(
                BallotsReturnedByIssuer,
                lambda e: f"{e.station}: an issuing member accounts for {e.issued} issued, {e.unused} unused.",
            ),
            told(BallotsSpoiled, lambda e: f"{e.station}: {papers(e.papers)} spoiled and replaced."),
            told(
                UnusedCancelled,
                lambda e: (
                    f"{e.station}: cancelled {e.unused} unused, {e.spoiled} spoiled, {e.defective} defective papers."
                ),
            ),
            told(BallotAccountClosed, _closed),
            told(
                PackedForReturn,
                lambda e: f"{e.station}: packed for return into {', '.join(row.unit for row in e.packages)}.",
            ),
            told(
                ReturnReceived,
                lambda e: (
                    f"Return {e.consignment} received: {packages(e.packages)}, {papers(e.papers)}; {_seals(e.seals)}."
                ),
            ),
            told(
                ReplacementAuthorised,
                lambda e: (
                    f"{papers(e.papers)} authorised as {e.batch} in place of {', '.join(e.replaced)} ({e.reason})."
                ),
            ),
            told(ShortageDeclared, lambda e: f"{e.station} declares a shortage: {papers(e.papers)} lacking."),
            told(
                ResupplySent, lambda e: f"{papers(e.papers)} from {e.source} packed into {e.package} for {e.station}."
            ),
            told(
                ResupplyReceived,
                lambda e: f"{e.station}: {papers(e.papers)} counted out of {e.package}; {_seals(e.seals)}.",
            ),
            told(
                Destroyed,
                lambda e: f"{e.station}: {papers(e.from_boxes)} from the boxes and {e.cancelled} cancelled {e.method}.",
            ),
            told(ActTranscribed, _transcribed),
            told(ErrorDeclared, _declared),
            told(Archived, lambda e: f"{units_of(e)} archived."),
        )
    )
)
"""Event type -> its sentence without the signers."""

WITH_FACTS: Final[Mapping[str, TellerWithFacts]] = MappingProxyType(
    dict(
        (
            told_with(RulesSet, _ruled),
            told_with(MandateGranted, _mandate),
            told_with(MandateTransferred, _of_courier("Mandate transferred to a substitute courier")),
            told_with(MandateEnded, _of_courier("Mandate ended")),
            told_with(FindingAcknowledged, _acknowledged),
            told_with(FindingAdjudicated, _decided),
            told_with(HandoverOffered, _offer),
            told_with(HandoverAnswered, _answer),
        )
    )
)
"""Event type -> its sentence without the signers, for those that name by an id what the log knows."""
