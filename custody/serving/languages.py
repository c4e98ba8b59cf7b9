"""The language that a reader asks for over HTTP: the Accept-Language header (RFC 9110, 12.5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.wording.message_format import LANGUAGES, Language

_HEADER_CHARACTERS_MAX: Final = 200


def preferred(header: str, *, offered: Sequence[Language] = LANGUAGES, first: Language = "en") -> Language:
    """The language of those offered that an Accept-Language header likes best; ``first`` where it names none of them."""
    best: tuple[float, Language] = (0.0, first)
    for part in header[:_HEADER_CHARACTERS_MAX].split(","):
        name, _, weight = part.strip().lower().partition(";")
        liked = weight_of(weight.strip())
        for language in offered:
            if name.partition("-")[0] == language and liked > best[0]:
                best = (liked, language)
    return best[1]


def weight_of(text: str) -> float:
    """The weight of a part of a header that lists what a reader likes: ``q=0.5``; 1 where it has none, 0 if unreadable."""
    if not text:
        return 1.0
    number = text.removeprefix("q=")
    return float(number) if number.replace(".", "", 1).isdecimal() and number.isascii() else 0.0
