"""Eight words for an event id: a reading aid on paper, in the list of each language, with the same numbers.

They help two people to compare what they hold; they prove nothing against whoever made the act (docs/spec/transport.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from custody.core.wording.message_format import Language

COUNT: Final = 8
_FILES: Final[Mapping[Language, str]] = {"en": "words.txt", "ru": "words.ru.txt", "kk": "words.kk.txt"}


@cache
def word_list(language: Language) -> tuple[str, ...]:
    """256 short words of a language in alphabetical order, no two of them one letter apart."""
    return tuple(files("custody").joinpath("data", _FILES[language]).read_text(encoding="utf-8").split())


def numbers_of(words: Sequence[str]) -> tuple[int, ...]:
    """The numbers of words of one of the lists, whichever it is; none where they are no words of one list."""
    for language in _FILES:
        known = word_list(language)
        if all(word in known for word in words):
            return tuple(known.index(word) for word in words)
    return ()


def words_in(words: Sequence[str], *, language: Language) -> tuple[str, ...]:
    """The words of a language that have the same numbers."""
    return tuple(word_list(language)[number] for number in numbers_of(words))


def eight_words(event_id: str, *, language: Language) -> tuple[tuple[int, str], ...]:
    """The first eight bytes of an event id as numbers and words."""
    return tuple((byte, word_list(language)[byte]) for byte in bytes.fromhex(event_id)[:COUNT])
