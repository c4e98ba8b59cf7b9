"""The text that may stand in an event: a repertoire shipped as data, not a normal form of Unicode.

"NFC" alone would leave the verdict to the Unicode tables of a runtime, which differ between versions and languages.
``repertoire.json`` beside this file lists every admitted character instead, so that any language gives one verdict:
Latin with the precomposed letters of Europe, Cyrillic with the Kazakh letters, digits, punctuation and the space.
The double quote and the backslash are left out, so that no admitted text needs an escape in JSON.

This is not a spelling or length check, and it cannot tell a whole word of one script from its look-alike in another:
what must be unique is an identifier (``schemas/identifiers.py``), not text.

Codes: text-control, text-bidi, text-zero-width, text-not-composed, text-surrogate (all listed in the data),
text-mixed-script (Latin and Cyrillic letters in one word), text-repertoire (any other character).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from schemas.errors import Refused


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The data of ``repertoire.json``, ready for use; ``refused`` pairs a code with a class of characters."""

    admitted: re.Pattern[str]
    latin: re.Pattern[str]
    cyrillic: re.Pattern[str]
    words: re.Pattern[str]
    ascii_bytes: bytes
    refused: tuple[tuple[str, re.Pattern[str]], ...]


def _load() -> Repertoire:
    data = json.loads(files("schemas").joinpath("repertoire.json").read_text(encoding="utf-8"))
    in_words = data["latin"] + data["cyrillic"] + data["digits"] + data["inside_words"]
    admitted = in_words + data["punctuation"]
    return Repertoire(
        admitted=re.compile(f"[{re.escape(admitted)}]*"),
        latin=re.compile(f"[{data['latin']}]"),
        cyrillic=re.compile(f"[{data['cyrillic']}]"),
        words=re.compile(f"[{re.escape(in_words)}]+"),
        ascii_bytes="".join(character for character in admitted if character.isascii()).encode("ascii"),
        refused=tuple((row["code"], re.compile(_character_class(row["ranges"]))) for row in data["refused"]),
    )


def _character_class(ranges: list[str]) -> str:
    ends = [span.split("-") for span in ranges]
    return "[" + "".join(rf"\U{first:0>8}-\U{last:0>8}" for first, last in ends) + "]"


REPERTOIRE: Final = _load()
ASCII_ADMITTED: Final = REPERTOIRE.ascii_bytes
"""Every admitted character of ASCII: a text of these alone needs no further look."""


def check_text(value: str) -> str:
    """Return ``value`` if every character is in the repertoire and no word mixes scripts; else Refused("text-...")."""
    if value.isascii():
        if not value.encode("ascii").translate(None, ASCII_ADMITTED):
            return value
        raise _unlisted(value)
    if REPERTOIRE.admitted.fullmatch(value) is None:
        raise _unlisted(value)
    if REPERTOIRE.latin.search(value) is not None and REPERTOIRE.cyrillic.search(value) is not None:
        _check_words(value)
    return value


def _check_words(value: str) -> None:
    for word in REPERTOIRE.words.findall(value):
        if REPERTOIRE.latin.search(word) is not None and REPERTOIRE.cyrillic.search(word) is not None:
            raise Refused("text-mixed-script", "One word mixes Latin and Cyrillic letters, which look alike.")


def _unlisted(value: str) -> Refused:
    for code, characters in REPERTOIRE.refused:
        found = characters.search(value)
        if found is not None:
            return Refused(code, f"The text contains U+{ord(found.group()):04X}, which is not admitted ({code[5:]}).")
    unlisted = next(character for character in value if REPERTOIRE.admitted.fullmatch(character) is None)
    return Refused("text-repertoire", f"The text contains U+{ord(unlisted):04X}, which is not in the repertoire.")
