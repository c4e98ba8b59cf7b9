"""Numbers in plain English: one paper, two papers. Used by everything that makes a sentence."""

from __future__ import annotations


def papers(number: int) -> str:
    """A number of papers in words."""
    return plural(number, noun="paper")


def packages(number: int) -> str:
    """A number of packages in words."""
    return plural(number, noun="package")


def plural(number: int, *, noun: str) -> str:
    """A number of something in words; the noun takes an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def at_position(position: int) -> str:
    """A position of the log in words, with how many entries a log has that ends there."""
    return f"position {position} ({counted(position + 1, one='entry', many='entries')})"


def counted(number: int, *, one: str, many: str = "") -> str:
    """A number of something as figures are shown to people, thousands apart: 1 entry, 2,000 entries."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
