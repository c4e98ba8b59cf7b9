"""Names in any script that people read beside the log: composed, on one line, without characters that nobody sees.

The log itself holds Latin and Cyrillic text only (``schemas.text``); names by language never stand on it
(``schemas.election_names``).
"""

from __future__ import annotations

from custody.election.mistakes import Mistakes, Place
from schemas.election_names import check_name
from schemas.errors import Refused
from schemas.text import check_text


def check_words(text: str, *, place: Place, column: str, mistakes: Mistakes) -> None:
    """Note what is wrong with a name in any script."""
    try:
        check_name(text)
    except Refused as error:
        mistakes.note(place, error.sentence, code=error.code, column=column)


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
