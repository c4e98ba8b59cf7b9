"""Names of places as people type them, in Latin, Russian or Kazakh letters: which place of a list is meant.

A name that the data of an election give comes first; else ``cities.json``, what cities are called in Russian and in Kazakh; else
the letters, written in Latin (an approximation of ISO 9 without its signs), so that a name nobody listed is found by its sound.
Not here: codes and other identifiers (``subjects``).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

Names = Mapping[str, Mapping[str, str]]
"""Station -> language -> name, as the data of an election give them."""
NO_NAMES: Final[Names] = MappingProxyType({})
_NEAR: Final = 0.72
_NEAR_MAX: Final = 3
_LATIN: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict(
            zip(
                "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
                (
                    *(
                        "a",
                        "b",
                        "v",
                        "g",
                        "d",
                        "e",
                        "e",
                        "zh",
                        "z",
                        "i",
                        "i",
                        "k",
                        "l",
                        "m",
                        "n",
                        "o",
                        "p",
                        "r",
                        "s",
                        "t",
                        "u",
                    ),
                    *("f", "h", "ts", "ch", "sh", "sh", "", "y", "", "e", "iu", "ia"),
                ),
                strict=True,
            )
        ),
        **dict(zip("әғқңөұүһі", ("a", "g", "k", "n", "o", "u", "u", "h", "i"), strict=True)),
    }
)
"""Russian and Kazakh letter -> Latin letters."""
_ALIKE: Final = (("kh", "h"), ("yu", "iu"), ("ya", "ia"), ("yo", "io"), ("y", "i"), ("j", "i"), ("w", "v"), ("q", "k"))
"""Spellings that are one sound here."""
_OFFICES: Final = frozenset(
    {
        *("mission", "embassy", "consulate", "station", "in", "the", "of"),
        *("миссия", "посольство", "консульство", "загранучреждение", "участок", "станция", "город"),
        *("елшілік", "елшілігі", "консулдық", "консулдығы", "мекеме", "учаске", "учаскесі", "қаласы", "қала"),
    }
)
"""Words beside a place's name that name no place."""


@lru_cache(maxsize=1)
def cities() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Latin name of a city -> language -> what it is called there, the usual name first."""
    told = json.loads(Path(__file__).with_name("cities.json").read_text(encoding="utf-8"))
    return {city: {code: tuple(names) for code, names in row.items()} for city, row in told.items()}


def city_in(city: str, *, language: str) -> str:
    """The usual name of a city in a language; as it is, where no other is listed."""
    listed = cities().get(city, {}).get(language, ())
    return listed[0] if listed else city


def folded(name: str) -> str:
    """A name by its sound: small Latin letters without marks, doubled letters once."""
    latin = "".join(_LATIN.get(letter, letter) for letter in name.casefold())
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", latin) if letter.isalnum())
    for spelling, sound in _ALIKE:
        plain = plain.replace(spelling, sound)
    return "".join(letter for place, letter in enumerate(plain) if place == 0 or plain[place - 1] != letter)


@dataclass(frozen=True, slots=True)
class Places:
    """The stations of one election by all their names."""

    cities: Mapping[str, str]
    """Station -> its one Latin name."""
    names: Names = field(default_factory=lambda: NO_NAMES)

    def named(self, typed: str) -> list[str]:
        """The stations that a name means, by code."""
        asked = {folded(text) for text in (typed, _without_offices(typed)) if text} - {""}
        return sorted(code for code in self.cities if asked & {folded(name) for name in self.all_names(code)})

    def near(self, typed: str) -> list[str]:
        """The stations that may have been meant, the nearest first."""
        asked = folded(_without_offices(typed) or typed)
        known: dict[str, str] = {}
        for code in self.cities:
            known |= {folded(name): code for name in self.all_names(code)}
        found = get_close_matches(asked, list(known), n=_NEAR_MAX, cutoff=_NEAR)
        return list(dict.fromkeys(known[name] for name in found))

    def all_names(self, code: str) -> Iterable[str]:
        """Everything that a station is called."""
        city = self.cities[code]
        yield code
        yield city
        yield from self.names.get(code, {}).values()
        for names in cities().get(city, {}).values():
            yield from names

    def called(self, code: str, *, language: str) -> str:
        """What a station is called in a language: by its election, else as its city is, else its Latin name."""
        return self.names.get(code, {}).get(language) or city_in(self.cities[code], language=language)


def _without_offices(typed: str) -> str:
    words = typed.replace(".", " ").split()
    return " ".join(word for word in words if word.casefold() not in _OFFICES and len(word) > 1)
