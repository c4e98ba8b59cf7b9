"""Parties: who can hold a unit. A custodian is an office or a courier, never a key.

Not here: which keys exist (roster) and who must sign (required_signatures).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from custody.core.wording.messages import Message, message, phrase
from schemas.base import PartyKind, Role
from schemas.outcomes import MessageJson

PARTY_OF_ROLE: Final[Mapping[Role, PartyKind]] = {
    "cec-officer": "CEC",
    "registrar": "CEC",
    "cec-representative": "CEC",
    "duty-officer": "CEC",
    "printer": "printer",
    "pouch-office": "MFA",
    "courier": "courier",
    "mission-officer": "mission",
    "head-of-mission": "mission",
    "chair": "commission",
    "deputy-chair": "commission",
    "secretary": "commission",
    "member": "commission",
    "issuing-member": "commission",
}
"""Role -> the kind of party it acts for; observers, devices and services hold nothing."""

OVER_ALL: Final[tuple[PartyKind, ...]] = ("CEC", "MFA")
"""Kinds of parties that are over all journeys: whatever unit it is, it concerns them."""
_OF_STATION: Final = ("mission", "commission")


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A custodian: ``office`` for mission and commission, ``person`` (tag) and ``badge`` (public code) for a courier.

    A courier is the same one whatever badge the key has that was signed with.
    """

    kind: PartyKind
    office: str = ""
    person: str = ""
    badge: str = field(default="", compare=False)

    @property
    def said(self) -> Message:
        """The party in words."""
        if self.kind == "courier":
            return message("party.courier", badge=self.badge)
        if self.kind in _OF_STATION:
            return message("party.of-station", kind=self.kind, office=self.office)
        return message("party", kind=self.kind)

    @property
    def phrase(self) -> MessageJson:
        """The same, not said yet."""
        if self.kind == "courier":
            return phrase("party.courier", badge=self.badge)
        if self.kind in _OF_STATION:
            return phrase("party.of-station", kind=self.kind, office=self.office)
        return phrase("party", kind=self.kind)

    def __str__(self) -> str:
        if self.kind == "courier":
            return f"courier {self.badge}"
        return f"{self.kind} {self.office}" if self.kind in _OF_STATION else self.kind


def told_holder(text: str | None) -> Message:
    """A party that a view names, in words; nobody where it names none."""
    return message("party.nobody") if text is None else told_party(text)


def told_party(text: str) -> Message:
    """A party in words, from the text under which views keep it: ``str`` of it."""
    kind, _, rest = text.partition(" ")
    if kind == "courier" and rest:
        return message("party.courier", badge=rest)
    return message("party.of-station", kind=kind, office=rest) if rest else message("party", kind=text)


@lru_cache(maxsize=4_096)
def party_of(*, role: Role, office: str, person: str, badge: str) -> Party | None:
    """The party a person acts for in a role, or None where the role can hold nothing."""
    kind = PARTY_OF_ROLE.get(role)
    if kind is None:
        return None
    if kind == "courier":
        return Party(kind, person=person, badge=badge)
    return Party(kind, office=office if kind in _OF_STATION else "")
