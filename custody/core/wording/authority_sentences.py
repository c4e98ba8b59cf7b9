"""The sentences of decisions, mandates, keys and rules; custody/data/sentences/event-authority.json says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import phrase
from custody.core.wording.phrases import signer
from custody.core.wording.sentence_rows import Facts, Teller, told, told_with
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
from schemas.outcomes import MessageJson
from schemas.services import CheckpointWitnessed, HeartbeatNoted


def _station(event: StationOpened) -> MessageJson:
    return phrase("event.StationOpened", station=event.station, city=event.city, opens=event.opens, closes=event.closes)


def _voters(event: VoterListStated) -> MessageJson:
    if event.signatures is None:
        return phrase("event.VoterListStated", station=event.station, stage=event.stage, voters=event.voters)
    signatures = event.signatures
    if event.stage == "day":
        return phrase("event.voter-list-day", station=event.station, voters=event.voters, signatures=signatures)
    return phrase("event.voter-list-signed", station=event.station, voters=event.voters, signatures=signatures)


def _enrolled(event: KeyEnrolled) -> MessageJson:
    return phrase(
        "event.KeyEnrolled", keys=[signer(role=key.role, office=key.office, badge=key.badge) for key in event.keys]
    )


def _revoked(event: KeyRevoked, facts: Facts) -> MessageJson:
    return phrase("event.KeyRevoked", person=facts.person, reason=event.reason, number=event.vouched_number)


def _root(event: RootChanged) -> MessageJson:
    badges = sorted({key.badge for key in event.root.keys})
    return phrase("event.RootChanged", threshold=event.root.threshold, badges=badges)


def _witnesses(event: WitnessPolicySet) -> MessageJson:
    names = [witness.name for witness in event.witness_policy.witnesses]
    return phrase("event.WitnessPolicySet", names=names) if names else phrase("event.no-witnesses")


def _ruled(_: RulesSet, facts: Facts) -> MessageJson:
    return phrase("event.RulesSet", changed=list(facts.changed)) if facts.changed else phrase("event.same-rules")


def _granted(event: MandateGranted, facts: Facts) -> MessageJson:
    return phrase(
        "event.MandateGranted",
        courier=facts.courier,
        consignments=list(event.consignments),
        first=event.first_day,
        last=event.last_day,
    )


def _passed_over(_: MandateTransferred, facts: Facts) -> MessageJson:
    return phrase(
        "event.MandateTransferred",
        courier=facts.courier,
        substitute=facts.substitute,
        consignments=list(facts.consignments),
    )


def _acknowledged(event: FindingAcknowledged, facts: Facts) -> MessageJson:
    return phrase("event.FindingAcknowledged", finding=_finding(event.finding, facts=facts))


def _decided(event: FindingAdjudicated, facts: Facts) -> MessageJson:
    finding = _finding(event.finding, facts=facts)
    if facts.chosen is None:
        return phrase("event.FindingAdjudicated", finding=finding)
    return phrase("event.adjudicated-chosen", finding=finding, chosen=facts.chosen)


def _finding(identity: str, *, facts: Facts) -> MessageJson:
    return facts.finding or phrase("event.unknown-finding", finding=identity[:16])


def _replaced(event: ReplacementAuthorised) -> MessageJson:
    return phrase(
        "event.ReplacementAuthorised",
        papers=event.papers,
        batch=event.batch,
        replaced=list(event.replaced),
        reason=event.reason,
    )


ROWS: Final[Mapping[str, Teller]] = MappingProxyType(
    dict(
        (
            told(ElectionOpened, lambda e: phrase("event.ElectionOpened", slug=e.slug, day=e.voting_day)),
            told(StationOpened, _station),
            told(VoterListStated, _voters),
            told(KeyEnrolled, _enrolled),
            told_with(KeyRevoked, _revoked),
            told_with(KeyRotated, lambda _, facts: phrase("event.KeyRotated", person=facts.person)),
            told(RootChanged, _root),
            told(WitnessPolicySet, _witnesses),
            told_with(RulesSet, _ruled),
            told(DispensationGranted, lambda e: phrase("event.DispensationGranted", station=e.station)),
            told(LogClosed, lambda e: phrase("event.LogClosed", reason=e.reason)),
            told(
                LogSucceeded,
                lambda e: phrase("event.LogSucceeded", log=e.successor_log, election=e.successor[:16], size=e.size),
            ),
            told(LogTimeSet, lambda e: phrase("event.LogTimeSet", at=e.log_time)),
            told_with(MandateGranted, _granted),
            told_with(MandateTransferred, _passed_over),
            told_with(
                MandateEnded,
                lambda _, facts: phrase(
                    "event.MandateEnded", courier=facts.courier, consignments=list(facts.consignments)
                ),
            ),
            told(ReplacementAuthorised, _replaced),
            told_with(FindingAcknowledged, _acknowledged),
            told_with(FindingAdjudicated, _decided),
            told(CheckpointWitnessed, lambda _: phrase("event.CheckpointWitnessed")),
            told(HeartbeatNoted, lambda e: phrase("event.HeartbeatNoted", at=e.at)),
        )
    )
)
"""Event type -> its sentence without the signers."""
