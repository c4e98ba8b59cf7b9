"""Lists as lines of text, so long at most, each with how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LINES_MAX: Final = 200
"""So many lines of one list are printed; JSON has all of them."""


def first_of(lines: Sequence[str], *, what: str, where: str) -> list[str]:
    """The first lines, and where the others are if there are more; ``what`` they are in words, many of them."""
    if len(lines) <= LINES_MAX:
        return list(lines)
    return [*lines[:LINES_MAX], f"  ... the first {LINES_MAX} of {len(lines):,} {what}; {where} has all of them"]


def last_of(lines: Sequence[str], *, what: str, where: str) -> list[str]:
    """The same with the last lines."""
    if len(lines) <= LINES_MAX:
        return list(lines)
    return [f"  ... the last {LINES_MAX} of {len(lines):,} {what}; {where} has all of them", *lines[-LINES_MAX:]]
