"""Commitments: fields of an event that are withheld until they may be disclosed (design D14), and an event's links to another.

    commitment = SHA-256("custody/commitment/v1" LF field LF salt in hex LF content)

Text is UTF-8, the salt 32 fresh random bytes in 64 lower-case hexadecimal digits, LF one byte 0x0A. Field names are those of the
event's ``commitments``; a leg's deadline in a manifest is the field ``due/<number of the leg>``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

_TAG: Final = "custody/commitment/v1"
_DISCLOSED: Final = ("carrier", "flight", "stop", "position", "local_time")
"""Fields that DetailsDisclosed may open; names, documents, remarks and contacts stay beside the log."""


def commitment(*, field: str, salt: str, content: str) -> str:
    """The commitment to ``content`` under a field name and a salt (64 hex digits); 64 hex digits."""
    return hashlib.sha256(f"{_TAG}\n{field}\n{salt}\n{content}".encode()).hexdigest()


def committed(event: Any) -> Mapping[str, str]:
    """Field -> commitment, of all that may be disclosed later."""
    held = getattr(event, "commitments", None)
    fields = {name: value for name in _DISCLOSED if (value := getattr(held, name, None)) is not None}
    for leg in getattr(event, "legs", ()):
        if leg.due_commitment is not None:
            fields[f"due/{leg.number}"] = leg.due_commitment
    return fields


def about(event: Any) -> str | None:
    """Another event that an event is about, and waits for: an answer that was read, one whose details are disclosed."""
    named = getattr(event, "answer", None) or getattr(event, "event", None)
    return None if named is None else str(named)
