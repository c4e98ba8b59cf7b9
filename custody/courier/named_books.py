"""The books of a station that an act touches, where its author names none: by the style of its papers, or all of them.

An election of one style has one book a station, and nothing is to be said. Where there are several, an act about one style says
which in ``style``, a shorthand that only drafting knows; what concerns the whole station (the list, the safe, the ballot boxes)
touches every book, unless ``style`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from custody.core.evidence.standpoint import Standpoint
from schemas.errors import Misused

STYLE: Final = "style"
_ALL: Final = (
    "StationChanged",
    "VoterListStated",
    "StoreSealed",
    "StoreOpened",
    "BallotBoxesSealed",
    "BallotBoxesOpened",
)
_BY_UNITS: Final[Mapping[str, Sequence[str]]] = {
    "BallotsCounted": ("counts",),
    "ResupplyReceived": ("package",),
    "ReplacementAuthorised": ("source", "others"),
}
"""Types whose papers say of which style they are: the fields that name them."""


def books_for(said: Mapping[str, Any], *, seen: Standpoint, station: str) -> tuple[str, ...]:
    """The books that an act touches; Misused where it does not say of which style it is."""
    books = seen.state.registers.books.get(station, {})
    if not books:
        raise Misused("draft-station", f"Station {station} is not open on this log.")
    kind = str(said["type"])
    styles = [said[STYLE]] if STYLE in said else list(books) if len(books) == 1 or kind in _ALL else None
    if styles is None and kind == "PackedForReturn":
        styles = [str(row.get(STYLE, "")) for row in said.get("packages", ()) if isinstance(row, dict)]
    if styles is None and kind in _BY_UNITS:
        styles = [head.style for name in _units(said, kind=kind) if (head := seen.unit(name)) is not None]
    if styles is None:
        raise Misused(
            "draft-style", f'{kind} does not say of which style its papers are: state "style", {_one_of(books)}.'
        )
    unknown = next((style for style in styles if style not in books), None)
    if unknown is not None:
        raise Misused("draft-style", f"Station {station} has no book of style {unknown or 'none'}: {_one_of(books)}.")
    return tuple(dict.fromkeys(books[style] for style in styles))


def book_of_line(line: Mapping[str, Any], *, batch: object, seen: Standpoint) -> str:
    """The book of a line of an allocation: that of the style of the batch; the station's code where there is none."""
    head = seen.unit(str(batch))
    station = str(line["station"])
    return seen.state.registers.stock(station, style="" if head is None else head.style) or station


def _units(said: Mapping[str, Any], *, kind: str) -> list[str]:
    """The units by whose style an act tells the books that it touches."""
    found: list[str] = []
    for field in _BY_UNITS[kind]:
        value = said.get(field, ())
        rows = [value] if isinstance(value, str) else value
        found += [row if isinstance(row, str) else str(_named(row)) for row in rows]
    return found


def _named(row: object) -> object:
    return (row.get("unit") or row.get("source")) if isinstance(row, dict) else None


def _one_of(books: Mapping[str, str]) -> str:
    return f"one of {', '.join(sorted(books))}"
