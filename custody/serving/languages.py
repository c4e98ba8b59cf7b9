"""Which language a reader asks for over HTTP: the Accept-Language header (RFC 9110, 12.5.4); English where it names none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.wording.message_format import LANGUAGES, Language

_HEADER_CHARACTERS_MAX: Final = 200


def preferred(header: str, *, offered: Sequence[Language] = LANGUAGES) -> Language:
    """The language of those offered that an Accept-Language header likes best; English where it names none."""
    best: tuple[float, Language] = (0.0, "en")
    for part in header[:_HEADER_CHARACTERS_MAX].split(","):
        name, _, weight = part.strip().lower().partition(";")
        liked = _weight(weight.strip())
        for language in offered:
            if name.partition("-")[0] == language and liked > best[0]:
                best = (liked, language)
    return best[1]


def _weight(text: str) -> float:
    if not text:
        return 1.0
    number = text.removeprefix("q=")
    return float(number) if number.replace(".", "", 1).isdecimal() and number.isascii() else 0.0
