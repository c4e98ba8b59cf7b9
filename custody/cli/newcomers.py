"""Somebody for whom a key is to be enrolled: what must fit before a device and keys are made for them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, get_args

from custody.core.authority.roster import Roster
from schemas.base import Role
from schemas.errors import Misused, Refused
from schemas.identifiers import BADGE_CHARACTERS_MAX, BADGE_PATTERN
from schemas.names import did_you_mean

SERVICES: Final = frozenset({"device", "gateway", "checkpointer", "monitor"})
"""Roles of keys that no person has in hand."""
PERSONS: Final = tuple(role for role in get_args(Role) if role not in SERVICES)
_TAG: Final = re.compile(r"[0-9a-f]{64}")


def check_badge(badge: str, *, person: str) -> None:
    """Refused for what can be no badge, or no person tag."""
    if re.fullmatch(BADGE_PATTERN, badge) is None or len(badge) + len("-device") > BADGE_CHARACTERS_MAX:
        told = "small letters, digits and hyphens, like courier-aaa"
        raise Refused("badge-form", f"{badge!r} is no badge: it has {told}, and {BADGE_CHARACTERS_MAX - 7} at most.")
    if person and _TAG.fullmatch(person) is None:
        raise Refused("person-form", "A person tag is 64 hexadecimal digits in lower case, as the registrars give it.")


def check_newcomer(badge: str, *, office: str, roster: Roster, stations: Collection[str]) -> None:
    """Misused for a badge that somebody has on this log already, and for an office that is none of its."""
    if roster.with_badge(badge) is not None:
        raise Misused("badge-taken", f"{badge} is enrolled on this log already: nobody gets another's badge.")
    offices = sorted({*stations, *(record.office for record in roster if record.office)})
    if office not in offices:
        raise Misused(
            "office-unknown", f"There is no office {office} on this log.{did_you_mean(office, known=offices)}"
        )
