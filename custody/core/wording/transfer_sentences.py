"""The sentences of handovers and of the way; custody/data/sentences/event-transfer.json says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import phrase
from custody.core.wording.phrases import handed, seals_found, units_of
from custody.core.wording.sentence_rows import Facts, Teller, told, told_with
from schemas.outcomes import MessageJson
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


def _offered(event: HandoverOffered, facts: Facts) -> MessageJson:
    return phrase(
        "event.HandoverOffered",
        giver=facts.releasing,
        taker=facts.receiving,
        units=units_of(event),
        packages=event.declared.packages,
    )


def _answered(event: HandoverAnswered, facts: Facts) -> MessageJson:
    return handed(event, answer=event, giver=facts.releasing, taker=facts.receiving)


def _to_carrier(event: ReleasedToCarrier) -> MessageJson:
    return phrase(
        "event.ReleasedToCarrier",
        mode=event.mode,
        units=units_of(event),
        packages=event.packages,
        seals=seals_found(event.seals),
    )


def _collected(event: CollectedFromCarrier) -> MessageJson:
    return phrase(
        "event.CollectedFromCarrier",
        units=units_of(event),
        packages=event.found.packages,
        seals=seals_found(event.found.seals),
    )


def _seal_replaced(event: SealReplaced) -> MessageJson:
    return phrase(
        "event.SealReplaced", unit=event.unit, removed=event.removed, applied=event.applied, reason=event.reason
    )


def _stopped(event: StopRecorded) -> MessageJson:
    return phrase("event.StopRecorded", purpose=event.purpose, units=units_of(event), seals=seals_found(event.seals))


def _examined(event: PouchExamined) -> MessageJson:
    return phrase(
        "event.PouchExamined",
        units=units_of(event),
        examination=event.examination,
        by=event.by,
        seals=seals_found(event.seals),
    )


def _broken(event: CustodyBroken) -> MessageJson:
    units = units_of(event)
    if event.until is None:
        return phrase(
            "event.CustodyBroken",
            units=units,
            classification=event.classification,
            cause=event.cause,
            since=event.since,
        )
    return phrase(
        "event.custody-was-broken",
        units=units,
        classification=event.classification,
        cause=event.cause,
        since=event.since,
        until=event.until,
    )


def _lost(event: LossDeclared) -> MessageJson:
    if event.last_seen is None:
        return phrase("event.LossDeclared", units=units_of(event))
    return phrase("event.lost-seen", units=units_of(event), seen=event.last_seen)


def _disclosed(event: DetailsDisclosed) -> MessageJson:
    details = [phrase("event.detail", field=row.field.partition("/")[0], content=row.content) for row in event.details]
    return phrase("event.DetailsDisclosed", units=units_of(event), details=details)


def _overdue(event: OverdueNoted) -> MessageJson:
    return phrase("event.OverdueNoted", consignment=event.consignment, leg=event.leg, due=event.due, step=event.step)


ROWS: Final[Mapping[str, Teller]] = MappingProxyType(
    dict(
        (
            told_with(HandoverOffered, _offered),
            told_with(HandoverAnswered, _answered),
            told(HandoverWithdrawn, lambda e: phrase("event.HandoverWithdrawn", units=units_of(e))),
            told(AnswerAcknowledged, lambda e: phrase("event.AnswerAcknowledged", units=units_of(e))),
            told(ReleasedToCarrier, _to_carrier),
            told(CollectedFromCarrier, _collected),
            told(
                SealsChecked,
                lambda e: phrase("event.SealsChecked", units=units_of(e), seals=seals_found(e.seals)),
            ),
            told(SealReplaced, _seal_replaced),
            told(StopRecorded, _stopped),
            told(DelayReported, lambda e: phrase("event.DelayReported", units=units_of(e), reason=e.reason)),
            told(PouchExamined, _examined),
            told(CustodyBroken, _broken),
            told(LossDeclared, _lost),
            told(UnitFound, lambda e: phrase("event.UnitFound", units=units_of(e), seals=seals_found(e.seals))),
            told_with(
                QuarantineLifted,
                lambda e, facts: phrase("event.QuarantineLifted", units=units_of(e), custodian=facts.receiving),
            ),
            told(DetailsDisclosed, _disclosed),
            told(OverdueNoted, _overdue),
            told(ObserverRemarked, lambda e: phrase("event.ObserverRemarked", units=units_of(e))),
        )
    )
)
"""Event type -> its sentence without the signers."""
