"""The events that state items, and where: on a manifest, in what is declared or found at a handover, at an opening or an end."""

from __future__ import annotations

from schemas.base import Common
from schemas.items import ItemLine
from schemas.production import ConsignmentManifested
from schemas.station import ConsignmentOpened, Destroyed, ReturnReceived
from schemas.transfer import CollectedFromCarrier, HandoverAnswered, HandoverOffered


def items_of(event: Common) -> tuple[ItemLine, ...]:
    """The items that an event states, by kind; none where it states none."""
    if isinstance(event, ConsignmentManifested | ConsignmentOpened | ReturnReceived | Destroyed):
        return event.items
    if isinstance(event, HandoverOffered):
        return event.declared.items
    if isinstance(event, HandoverAnswered | CollectedFromCarrier):
        return event.found.items
    return ()
