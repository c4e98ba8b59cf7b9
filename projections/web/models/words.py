"""The words of the pages: one table for each kind of code, in English, and as messages where a page says them in each language.

Not here: the words of the templates (``page_words``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from custody.core.wording.message_format import LANGUAGES
from custody.core.wording.messages import Message, message, render
from projections.web.models.parts import Sentences

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

_NAMES: Final = (
    *("list", "reserve", "allocated", "declared", "counted", "issued", "signatures", "spoiled", "unused", "defective"),
    *("cancelled", "in_boxes", "valid", "invalid", "not_returned", "returned", "unaccounted", "store", "with_issuers"),
)
FIGURES: Final[Mapping[str, Message]] = {name: message("account.figure", name=name) for name in _NAMES}
"""Figure of a ballot account -> its name, in the order of an account."""

EQUATIONS: Final[tuple[tuple[Message, tuple[str, ...], tuple[str, ...]], ...]] = (
    (message("account.sent"), ("list", "reserve"), ("allocated",)),
    (message("account.arrived"), ("declared",), ("counted",)),
    (message("account.used"), ("counted",), ("issued", "spoiled", "unused", "defective")),
    (message("account.signatures"), ("issued",), ("signatures",)),
    (message("account.boxes"), ("issued",), ("in_boxes", "not_returned")),
    (message("account.valid"), ("in_boxes",), ("valid", "invalid")),
    (message("account.cancelled"), ("unused", "spoiled", "defective"), ("cancelled",)),
    (message("account.sent-back"), ("in_boxes", "cancelled"), ("returned",)),
)
"""The double entry of a station: words, left side, right side (domain.md, section 5)."""

IN_THE_BOXES: Final = message("withheld")
WITHHELD: Final = str(IN_THE_BOXES)
WITHHELD_IN_EACH: Final = Sentences(**{language: render(IN_THE_BOXES, language=language) for language in LANGUAGES})

BASES: Final[Mapping[str, Message]] = {
    "confirmed": message("custody.confirmed"),
    "claimed": message("custody.claimed"),
    "uncertain": message("custody.uncertain"),
    "adjudicated": message("custody.adjudicated"),
}
"""Basis of custody -> what it is."""
OWN_ACT: Final = message("custody.own-act")

HANDOVERS: Final[Mapping[str, str]] = {
    "offered": "offered, unanswered: only the releasing side has signed",
    "accepted": "signed by both sides",
    "accepted with reservation": "signed by both sides, with reservation",
    "refused": "refused: the receiving side signed a refusal",
    "withdrawn": "withdrawn by the releasing side",
    "expired": "expired without an answer",
    "disputed": "disputed: two acts follow the same one",
    "superseded": "superseded: the units moved on by another act",
    "in error": "declared in error by both sides: it did not occur",
}


def of_type(name: str) -> str:
    """A type of event in words: ``HandoverAnswered`` -> ``Handover answered``."""
    return _HUMP.sub(" ", name).capitalize()
