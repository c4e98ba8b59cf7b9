"""The sentences of what a station does with its papers; custody/data/sentences/event-station.json says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import phrase
from custody.core.wording.phrases import counted, opened, seals_found, seals_put_on, units_of
from custody.core.wording.sentence_rows import Facts, Teller, told, told_with
from schemas.outcomes import MessageJson
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
    StationChanged,
    StoreOpened,
    StoreSealed,
    UnusedCancelled,
)


def _changed(event: StationChanged) -> MessageJson:
    if event.change == "hours":
        return phrase("event.station-hours", station=event.station, opens=event.opens or "", closes=event.closes or "")
    if event.change == "closed":
        return phrase("event.station-closed", station=event.station)
    if event.city:
        return phrase("event.StationChanged", station=event.station, city=event.city)
    return phrase("event.station-moved", station=event.station)


def _boxes_sealed(event: BallotBoxesSealed) -> MessageJson:
    boxes, seals = len(event.boxes), seals_put_on(event.seals)
    if event.purpose:
        return phrase("event.boxes-for-the-night", station=event.station, boxes=boxes, seals=seals)
    return phrase("event.BallotBoxesSealed", station=event.station, boxes=boxes, seals=seals)


def _boxes_opened(event: BallotBoxesOpened) -> MessageJson:
    if event.purpose:
        return phrase("event.boxes-for-another-day", station=event.station, seals=seals_found(event.seals))
    return phrase("event.BallotBoxesOpened", station=event.station, seals=seals_found(event.seals))


def _given(event: BallotsGivenToIssuer, facts: Facts) -> MessageJson:
    return phrase("event.BallotsGivenToIssuer", station=event.station, papers=event.papers, issuer=facts.person)


def _given_back(event: BallotsReturnedByIssuer, facts: Facts) -> MessageJson:
    return phrase(
        "event.BallotsReturnedByIssuer",
        station=event.station,
        issuer=facts.person,
        issued=event.issued,
        unused=event.unused,
    )


def _cancelled(event: UnusedCancelled) -> MessageJson:
    return phrase(
        "event.UnusedCancelled",
        station=event.station,
        unused=event.unused,
        spoiled=event.spoiled,
        defective=event.defective,
    )


def _closed(event: BallotAccountClosed) -> MessageJson:
    return phrase(
        "event.BallotAccountClosed",
        station=event.station,
        received=event.received,
        issued=event.issued,
        spoiled=event.spoiled,
        unused=event.unused,
        defective=event.defective,
        cancelled=event.cancelled,
        signatures=event.signatures,
        in_boxes=event.in_boxes,
        valid=event.valid,
        invalid=event.invalid,
        not_returned=event.not_returned,
        unaccounted=event.unaccounted,
    )


def _packed_for_return(event: PackedForReturn) -> MessageJson:
    packages = [
        phrase("event.return-package", unit=row.unit, from_boxes=row.from_boxes, cancelled=row.cancelled)
        for row in event.packages
    ]
    return phrase("event.PackedForReturn", station=event.station, packages=packages)


def _came_back(event: ReturnReceived) -> MessageJson:
    return phrase(
        "event.ReturnReceived",
        consignment=event.consignment,
        packages=event.packages,
        papers=event.papers,
        seals=seals_found(event.seals),
    )


def _short(event: ShortageDeclared) -> MessageJson:
    if not event.papers:
        return phrase("event.shortage-over", station=event.station)
    return phrase("event.ShortageDeclared", station=event.station, papers=event.papers)


def _sent_on(event: ResupplySent) -> MessageJson:
    return phrase(
        "event.ResupplySent",
        station=event.station,
        source=event.source,
        package=event.package,
        papers=event.papers,
    )


def _resupplied(event: ResupplyReceived) -> MessageJson:
    return phrase(
        "event.ResupplyReceived",
        station=event.station,
        package=event.package,
        papers=event.papers,
        seals=seals_found(event.seals),
    )


def _destroyed(event: Destroyed) -> MessageJson:
    return phrase(
        "event.Destroyed",
        station=event.station,
        from_boxes=event.from_boxes,
        cancelled=event.cancelled,
        method=event.method,
    )


ROWS: Final[Mapping[str, Teller]] = MappingProxyType(
    dict(
        (
            told(ConsignmentOpened, opened),
            told(BallotsCounted, counted),
            told(
                BallotsFoundDefective,
                lambda e: phrase("event.BallotsFoundDefective", station=e.station, papers=e.papers),
            ),
            told(
                StoreSealed,
                lambda e: phrase("event.StoreSealed", station=e.station, seals=[item.seal for item in e.seals]),
            ),
            told(
                StoreOpened,
                lambda e: phrase("event.StoreOpened", station=e.station, seals=seals_found(e.seals)),
            ),
            told(StationChanged, _changed),
            told(BallotBoxesSealed, _boxes_sealed),
            told(BallotBoxesOpened, _boxes_opened),
            told_with(BallotsGivenToIssuer, _given),
            told_with(BallotsReturnedByIssuer, _given_back),
            told(
                BallotsSpoiled,
                lambda e: phrase("event.BallotsSpoiled", station=e.station, papers=e.papers),
            ),
            told(UnusedCancelled, _cancelled),
            told(BallotAccountClosed, _closed),
            told(PackedForReturn, _packed_for_return),
            told(ReturnReceived, _came_back),
            told(ShortageDeclared, _short),
            told(ResupplySent, _sent_on),
            told(ResupplyReceived, _resupplied),
            told(Destroyed, _destroyed),
            told(Archived, lambda e: phrase("event.Archived", units=units_of(e))),
        )
    )
)
"""Event type -> its sentence without the signers."""
