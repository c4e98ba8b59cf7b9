"""Names in any script that people read beside the log: composed, on one line, without characters that nobody sees.

The log itself holds Latin and Cyrillic text only (``schemas.text``); names by language never stand on it.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from custody.election.mistakes import Mistakes, Place
from schemas.errors import Refused
from schemas.text import check_text

NAME_MAX: Final = 200
_REFUSED: Final = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


def check_words(text: str, *, place: Place, column: str, mistakes: Mistakes) -> None:
    """Note what is wrong with a name in any script."""
    if unicodedata.normalize("NFC", text) != text:
        mistakes.note(place, "The name is not composed (Unicode NFC): type it again.", code="name-form", column=column)
    elif any(unicodedata.category(item) in _REFUSED or item in _BIDI for item in text):
        told = "The name holds characters that nobody sees."
        mistakes.note(place, told, code="name-invisible", column=column)
    elif len(text) > NAME_MAX:
        mistakes.note(place, f"The name is longer than {NAME_MAX} characters.", code="name-long", column=column)


def can_stand_on_log(text: str) -> bool:
    """Whether a text keeps to the repertoire of the log."""
    try:
        check_text(text)
    except Refused:
        return False
    return True


def check_on_log(text: str, *, place: Place, column: str, mistakes: Mistakes) -> None:
    """Note what cannot stand on the log."""
    try:
        check_text(text)
    except Refused as error:
        told = f"{error.sentence} This text stands on the log, in Latin or Cyrillic letters; other scripts go into name_xx."
        mistakes.note(place, told, code="text-repertoire", column=column)
