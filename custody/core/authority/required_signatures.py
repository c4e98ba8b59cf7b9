"""Required signatures: for each part of an event, the event type whose quorum in the rules that part has to meet.

An event is signed as its own type says, but for two: an opening or a count transcribed from paper is signed like the act that it
stands for, and an entry is declared in error by the quorum that made it. A handover undone needs both of its sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.authority.rules_in_force import RulesInForce
from schemas.base import Common, Part
from schemas.everybody import ActTranscribed, ErrorDeclared

TRANSCRIBED: Final = "ActTranscribed"
DECLARED: Final = "ErrorDeclared"
LIKE: Final[Mapping[str, str]] = MappingProxyType({"StationChanged": "StationOpened"})
"""Type -> the type like which it is signed, where the rules name nobody for it: who opens a station may change it."""
LOST: Final = "LossDeclared"
ABOUT_OTHERS: Final = (TRANSCRIBED, DECLARED)
"""Acts that are about another act: judged, and but for the paper handover signed, as that act is."""
HANDOVER: Final = "HandoverAnswered"
BOTH_SIDES: Final[Mapping[Part, str]] = MappingProxyType({"releasing": "HandoverOffered", "receiving": HANDOVER})
"""Part -> the type whose quorum binds that side of a handover."""


def stands_for(event: Common) -> str:
    """The type of the act that an event is about: of a transcribed act, the act on the paper."""
    return event.stands_for.act if isinstance(event, ActTranscribed) else event.type


def demands(event: Common, *, rules: RulesInForce) -> Mapping[Part, str]:
    """Part -> type whose quorum it must meet; a part without a row need not sign."""
    # rules.md 88
    declared = event.act if isinstance(event, ErrorDeclared) else None
    if declared == HANDOVER:
        return BOTH_SIDES
    type_name = _signed_like(event) if declared is None else declared
    if type_name in LIKE and not rules.required_parts(type_name):
        type_name = LIKE[type_name]
    return dict.fromkeys(rules.required_parts(type_name), type_name)


def _signed_like(event: Common) -> str:
    """A handover on paper has a quorum of its own: one enrolled person of the receiving side."""
    named = stands_for(event)
    return event.type if named == HANDOVER else named
