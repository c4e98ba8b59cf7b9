"""Documents of the outcomes that tell who may sign: the keys, and the rules in force."""

from __future__ import annotations

from typing import Any, TypedDict


class RevocationJson(TypedDict):
    """By which event, at which position, and why a key ceased to count."""

    position: int
    event: str
    reason: str


class KeyJson(TypedDict):
    """One enrolled key as it is from here on: what it stands for, which keys it followed, and whether it still counts.

    ``enrolled`` is the position that enrolled it; a key of the first root has that of the opening.
    """

    key: str
    badge: str
    role: str
    office: str
    enrolled: int
    earlier: list[str]
    revoked: RevocationJson | None


class RulesJson(TypedDict):
    """The rules that an event brought, as they stand in it; each field is described by ``schemas.rules.Rules``."""

    event: str
    rules: dict[str, Any]


AuthorityJson = KeyJson | RulesJson
