"""Lists as lines of text, so long at most, each with how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render

LINES_MAX: Final = 200
"""So many lines of one list are printed; JSON has all of them."""


def first_of(lines: Sequence[str], *, what: str, where: str, language: Language = "en") -> list[str]:
    """The first lines, and where the others are if there are more; ``what`` they are in words, many of them."""
    if len(lines) <= LINES_MAX:
        return list(lines)
    said = message("show.first", shown=LINES_MAX, total=len(lines), what=what, where=where)
    return [*lines[:LINES_MAX], f"  ... {render(said, language=language)}"]


def last_of(lines: Sequence[str], *, what: str, where: str, language: Language = "en") -> list[str]:
    """The same with the last lines."""
    if len(lines) <= LINES_MAX:
        return list(lines)
    said = message("show.last", shown=LINES_MAX, total=len(lines), what=what, where=where)
    return [f"  ... {render(said, language=language)}", *lines[-LINES_MAX:]]
