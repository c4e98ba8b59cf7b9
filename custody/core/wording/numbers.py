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
    """A position of the log in words, with how many entries a log has that ends there: two figures in one form."""
    return f"position {position} ({so_many_entries(position + 1)})"


def positions_held(entries: int) -> str:
    """The positions of a log of so many entries, at least one, in words; both figures in the form of :func:`at_position`."""
    return f"positions 0 to {entries - 1} ({so_many_entries(entries)})"


def so_many_entries(entries: int) -> str:
    """A number of entries beside a position of the log: without thousands set apart, as positions are written."""
    return f"{entries} {'entry' if entries == 1 else 'entries'}"


def counted(number: int, *, one: str, many: str = "") -> str:
    """A number of something as figures are shown to people, thousands apart: 1 entry, 2,000 entries."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
