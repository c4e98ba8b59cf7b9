"""The sentences of printing, allocation, packing and manifests; custody/data/sentences/event-production.json says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import phrase
from custody.core.wording.phrases import named, seals_put_on
from custody.core.wording.sentence_rows import Teller, told
from schemas.outcomes import MessageJson
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


def _printed(event: BallotsPrinted) -> MessageJson:
    return phrase("event.BallotsPrinted", batch=event.batch, good=event.good, waste=event.waste, method=event.method)


def _allocated(event: BatchAllocated) -> MessageJson:
    lines = [phrase("event.allocated", station=line.station, papers=line.papers) for line in event.lines[:_LINES_MAX]]
    total = sum(line.papers for line in event.lines)
    if len(event.lines) > _LINES_MAX:
        return phrase("event.allocated-many", papers=total, stations=len(event.lines))
    return phrase("event.BatchAllocated", papers=total, lines=lines)


def _packed(event: UnitPacked) -> MessageJson:
    if event.contents:
        return phrase("event.units-packed", unit=event.unit, contents=named(event.contents), papers=event.papers)
    return phrase("event.UnitPacked", unit=event.unit, batch=event.batch or "-", papers=event.papers)


def _manifested(event: ConsignmentManifested) -> MessageJson:
    return phrase(
        "event.ConsignmentManifested",
        consignment=event.consignment,
        direction=event.direction,
        station=event.station,
        packages=event.packages,
        papers=event.papers,
    )


_LINES_MAX: Final = 4
"""So many lines of an allocation are told one by one."""
ROWS: Final[Mapping[str, Teller]] = MappingProxyType(
    dict(
        (
            told(PrintOrdered, lambda e: phrase("event.PrintOrdered", papers=e.papers, batch=e.batch)),
            told(BallotsPrinted, _printed),
            told(
                WasteDestroyed,
                lambda e: phrase("event.WasteDestroyed", batch=e.batch, papers=e.papers, method=e.method),
            ),
            told(BatchAllocated, _allocated),
            told(UnitPacked, _packed),
            told(UnitUnpacked, lambda e: phrase("event.UnitUnpacked", contents=named(e.contents), unit=e.unit)),
            told(SealsApplied, lambda e: phrase("event.SealsApplied", seals=seals_put_on(e.seals))),
            told(ConsignmentManifested, _manifested),
        )
    )
)
"""Event type -> its sentence without the signers."""
