"""Shorthands of a draft: badges in place of persons and keys, and serial numbers that nobody stated."""

from __future__ import annotations

from typing import Any, Final

from custody.core.authority.roster import Roster

_NUMBERED: Final = ("UnitPacked", "ResupplySent", "ReplacementAuthorised")


def name_people(said: dict[str, Any], *, roster: Roster) -> None:
    """Replace the badges of a courier, an issuing member and the invited by what the log calls them."""
    for field in ("courier", "issuer"):
        person = roster.with_badge(str(said.get(field)))
        if person is not None:
            said[field] = person.person
    if "to" in said:
        known = [(item, roster.with_badge(item)) for item in said["to"]]
        said["to"] = [item if person is None else person.keyid for item, person in known]


def state_no_serials(said: dict[str, Any]) -> None:
    """Say that no serial numbers are stated, where an event has a place for them and nobody filled it."""
    if said["type"] in _NUMBERED:
        said.setdefault("serials", None)
    for field in ("lines", "others"):
        if isinstance(said.get(field), list):
            said[field] = [{"serials": None, **row} if isinstance(row, dict) else row for row in said[field]]
