"""Eight words for an event id: a reading aid on paper, in the list of each language, with the same numbers.

They help two people to compare what they hold; they prove nothing against whoever made the act (docs/spec/transport.md).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from custody.core.wording.message_format import Language

COUNT: Final = 8
_FILES: Final = {"en": "words.txt", "ru": "words.ru.txt", "kk": "words.kk.txt"}


@cache
def word_list(language: Language) -> tuple[str, ...]:
    """256 short words of a language in alphabetical order, no two of them one letter apart."""
    return tuple(files("custody").joinpath("data", _FILES[language]).read_text(encoding="utf-8").split())


def eight_words(event_id: str, *, language: Language) -> tuple[tuple[int, str], ...]:
    """The first eight bytes of an event id as numbers and words."""
    return tuple((byte, word_list(language)[byte]) for byte in bytes.fromhex(event_id)[:COUNT])
