"""``names.json``: what election, stations, parties and codes are called in each language of the election, beside its log.

The log holds codes and one name in Latin or Cyrillic letters; names in other scripts lie in this file, whose SHA-256 genesis may
state. Nobody judges by them: they are what people read. The rules of the file are its own:

    the form       canonical JSON (RFC 8785) and one newline, at most :data:`NAMES_BYTES_MAX` bytes
    a name         composed (Unicode NFC), on one line, without characters that nobody sees, at most :data:`NAME_MAX` characters
    when shown     a name that is written from right to left is isolated (UAX 9), so that nothing around it changes places

Composition is asked of the runtime's Unicode tables; that is why no name is ever part of what is judged.

Codes: names-long, names-form (the file); name-form, name-invisible, name-long (a name in it).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Annotated, Final

from pydantic import Field

from schemas.base import Code, PartyKind, Strict
from schemas.errors import Refused
from schemas.identifiers import OfficeCode
from schemas.strict_json import canonical

NAMES_FILE: Final = "names.json"
NAMES_BYTES_MAX: Final = 4_000_000
NAME_MAX: Final = 200
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}$"
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS: Final = "\u200c\u200d"
"""What nobody sees either, and several scripts cannot be written without."""
_FROM_THE_RIGHT: Final = ("R", "AL", "AN")
_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"

Tongue = Annotated[str, Field(pattern=LANGUAGE_PATTERN, description="ISO 639 code of a language")]
ByLanguage = Mapping[Tongue, Annotated[str, Field(min_length=1, max_length=NAME_MAX)]]


class ElectionNames(Strict):
    """The names of one election by language; a part that has none is empty."""

    languages: tuple[Tongue, ...] = Field(default=(), description="languages of the election, the main one first")
    election: ByLanguage = Field(default_factory=dict, description="what the election is called")
    stations: Mapping[OfficeCode, ByLanguage] = Field(
        default_factory=dict, description="station by its code -> what it is called"
    )
    parties: Mapping[PartyKind, ByLanguage] = Field(
        default_factory=dict, description="party by the word that the log uses -> what it is called"
    )
    codes: Mapping[Code, ByLanguage] = Field(default_factory=dict, description="code -> what it says")

    def title(self, language: str) -> str | None:
        """What the election is called in a language; None where that is not said."""
        return _shown(self.election, language)

    def station(self, code: str, *, language: str, city: str) -> str:
        """What a station is called in a language: its name there, else ``city``, its name on the log."""
        return _shown(self.stations.get(code, {}), language) or city

    def station_in_all(self, code: str) -> Mapping[str, str]:
        """Every name of a station, in the order of the election's languages."""
        words = self.stations.get(code, {})
        return {language: shown for language in self.languages if (shown := _shown(words, language))}

    def party(self, kind: str, *, language: str) -> str | None:
        """What a party is called in this election; None where it has no word of its own for it."""
        return next((_shown(words, language) for party, words in self.parties.items() if party == kind), None)

    def parties_in(self, language: str) -> dict[str, str]:
        """What its parties are called for readers of a language: in it, else in the first that they can read letter by letter."""
        named = {party: self._for_readers(words, language) for party, words in self.parties.items()}
        return {party: name for party, name in named.items() if name is not None}

    def _for_readers(self, words: ByLanguage, language: str) -> str | None:
        legible = (words[one] for one in self.languages if one in words and _legible(words[one], language))
        return _shown(words, language) or next(legible, None)

    def code(self, code: str, *, language: str) -> str | None:
        """What a code of this election says; None where the file says nothing of it."""
        return _shown(self.codes.get(code, {}), language)


NO_NAMES: Final = ElectionNames()
"""Of an election beside whose log no names lie."""


def parse_names(data: bytes) -> ElectionNames:
    """The names of a file, every rule held. Refused."""
    if len(data) > NAMES_BYTES_MAX:
        raise Refused("names-long", f"{NAMES_FILE} is longer than {NAMES_BYTES_MAX:,} bytes.")
    names = _in_form(data)
    if names is None:
        raise Refused("names-form", f"{NAMES_FILE} is not what custody writes: names by language, as canonical JSON.")
    for name in _texts(names):
        check_name(name)
    return names


def format_names(names: ElectionNames) -> bytes:
    """The one form of the file."""
    return canonical(names.model_dump(mode="json")) + b"\n"


def digest_of(data: bytes) -> str:
    """What genesis says of the file: its SHA-256, 64 hex digits."""
    return sha256(data).hexdigest()


def check_name(text: str) -> None:
    """Refused for a name in any script that people could not read for what it is."""
    if unicodedata.normalize("NFC", text) != text:
        raise Refused("name-form", "The name is not composed (Unicode NFC): type it again.")
    if any(unicodedata.category(item) in _UNSEEN and item not in _JOINERS for item in text) or not text.strip():
        raise Refused("name-invisible", "The name holds characters that nobody sees.")
    if len(text) > NAME_MAX:
        raise Refused("name-long", f"The name is longer than {NAME_MAX} characters.")


def isolated(text: str) -> str:
    """A name as it stands within other text: one that is written from right to left keeps to itself."""
    if any(unicodedata.bidirectional(item) in _FROM_THE_RIGHT for item in text):
        return f"{_ISOLATE}{text}{_END}"
    return text


def _shown(words: Mapping[str, str], language: str) -> str | None:
    name = words.get(language)
    return None if name is None else isolated(name)


def _legible(text: str, language: str) -> bool:
    """Whether readers of a language know the letters: Latin ones everybody, Cyrillic ones those who write with them."""
    alphabets = ("LATIN",) if language == "en" else ("LATIN", "CYRILLIC")
    return all(unicodedata.name(item, "").startswith(alphabets) for item in text if item.isalpha())


def _in_form(data: bytes) -> ElectionNames | None:
    try:
        names = ElectionNames.model_validate_json(data)
        return names if format_names(names) == data else None
    except (ValueError, RecursionError, Refused):
        return None


def _texts(names: ElectionNames) -> Iterator[str]:
    yield from names.election.values()
    for rows in (names.stations, names.parties, names.codes):
        for words in rows.values():
            yield from words.values()
