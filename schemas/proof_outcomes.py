"""Outcomes of the fold about proofs, as JSON: when events were certainly made, and who stands behind the log.

The forms are plain dicts at run time, like those of ``schemas.outcomes``.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Deadline = Literal["broken", "met", "undetermined"]
"""What the log proves of a deadline."""


class BoundsJson(TypedDict):
    """Between which moments an event was made, as the log proves, in UTC; None: nothing bounds it on that side."""

    not_before: str | None
    not_after: str | None


class TimesJson(BoundsJson):
    """The bounds of an event from here on; ``position`` is where it was first recorded."""

    position: int
    event: str
    units: list[str]


class WitnessJson(TypedDict):
    """A log witness: how many entries it stands behind, and when it last cosigned, in UTC; 0 and None: it never has."""

    name: str
    group: str | None
    size: int
    at: str | None


class WitnessGroupJson(TypedDict):
    """So many of these members, witnesses or groups, are needed."""

    name: str
    threshold: int
    members: list[str]


class WitnessesJson(TypedDict):
    """Whom the witness policy in force names; ``quorum`` is None where nobody has to cosign."""

    policy: str
    quorum: str | None
    groups: list[WitnessGroupJson]
    witnesses: list[WitnessJson]
