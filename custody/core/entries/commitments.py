"""Commitments: fields of an event that are withheld until they may be disclosed (design D14), and an event's links to another.

    commitment = SHA-256("custody/commitment/v1" LF field LF salt in hex LF content)

Text is UTF-8, the salt 32 fresh random bytes in 64 lower-case hexadecimal digits, LF one byte 0x0A. Field names are those of the
event's ``commitments``; a leg's deadline in a manifest is the field ``due/<number of the leg>``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.base import AboutEvent, Common, TransitCommitments
from schemas.production import ConsignmentManifested
from schemas.transfer import AnswerAcknowledged

NOTHING_COMMITTED: Final[Mapping[str, str]] = MappingProxyType({})
"""What most events commit to, kept once"""
_TAG: Final = "custody/commitment/v1"


def commitment(*, field: str, salt: str, content: str) -> str:
    """The commitment to ``content`` under a field name and a salt (64 hex digits); 64 hex digits."""
    return hashlib.sha256(f"{_TAG}\n{field}\n{salt}\n{content}".encode()).hexdigest()


def committed(event: Common) -> Mapping[str, str]:
    """Field -> commitment, of all that DetailsDisclosed may open later.

    Names, documents, remarks and contacts stay beside the log.
    """
    held = event.commitments
    rows: dict[str, str | None] = {}
    if isinstance(held, TransitCommitments):
        rows = {"carrier": held.carrier, "flight": held.flight, "stop": held.stop, "position": held.position}
    rows["local_time"] = held.local_time
    if isinstance(event, ConsignmentManifested):
        rows |= {f"due/{leg.number}": leg.due_commitment for leg in event.legs}
    held_back = {name: value for name, value in rows.items() if value is not None}
    return held_back or NOTHING_COMMITTED


def about(event: Common) -> str | None:
    """Another event that an event is about, and waits for: an answer that was read, one whose details are disclosed."""
    if isinstance(event, AnswerAcknowledged):
        return event.answer
    return event.event if isinstance(event, AboutEvent) else None
