"""Subjects by a name as it was typed: a station by code or city, a unit, a consignment, a seal.

One way to read a name for the command line and the pages. Where it names nothing that is on the log, what may have been meant is
told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from projections import queries
from projections.stores.books import Books
from schemas.errors import Misused, Refused
from schemas.identifiers import CONSIGNMENT_PATTERN, SEAL_PATTERN, UNIT_PATTERN
from schemas.names import did_you_mean, with_check_characters

Kind = Literal["station", "unit", "consignment", "seal"]
_FORMS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("unit", re.compile(UNIT_PATTERN)),
    ("consignment", re.compile(CONSIGNMENT_PATTERN)),
    ("seal", re.compile(SEAL_PATTERN)),
)
HOW: Final = (
    "a station's code or city (AAA, Gori), a unit (AAA-P01-2), a consignment (AAA-C01-W) or a seal (CEC-000101-E)"
)
"""What can be named, with an example of each."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a name stands for, with its check character where it has one."""

    kind: Kind
    name: str


def kind_of(name: str) -> Kind:
    """What a name is by its form alone; a station's for all that is no identifier."""
    return next((kind for kind, form in _FORMS if form.fullmatch(name)), "station")


def subject(books: Books, typed: str, *, beside: Iterable[str] = ()) -> Subject:
    """What is meant, where it is on the log; Misused or Refused with what may have been meant, ``beside`` among it.

    A seal is not looked up: one that no act applied may have been given out all the same.
    """
    text = " ".join(typed.split())
    if not text:
        raise Misused("no-name", f"Name {HOW}.")
    name = str(with_check_characters(text.upper()))
    kind = kind_of(name)
    if kind == "seal":
        return Subject(kind, name)
    if kind == "unit":
        return Subject(kind, _known(name, row=queries.unit(books, name), names=lambda: _units(books)))
    if kind == "consignment":
        return Subject(kind, _known(name, row=queries.consignment(books, name), names=lambda: _consignments(books)))
    return Subject(kind, station_named(books, text, beside=beside))


def _known(name: str, *, row: object, names: Callable[[], Iterable[str]]) -> str:
    if row is None:
        raise Misused(f"unknown-{kind_of(name)}", f"{name} is not on this log.{did_you_mean(name, known=names())}")
    return name


def station_named(books: Books, typed: str, *, beside: Iterable[str] = ()) -> str:
    """The code of a station that is on the log, by code or city; Misused("unknown-station") with what may have been meant."""
    cities = {row["station"]: str(row["city"]) for row in queries.all_stations(books)}
    if any(character.isdigit() for character in typed) and typed.strip().upper() not in cities:
        told = did_you_mean(typed, known=(*_units(books), *_consignments(books)))
        raise Refused("identifier-form", f"{typed.strip()} is no unit, consignment, seal or station.{told}")
    return station_among(cities, typed, beside=beside)


def station_among(cities: Mapping[str, str], typed: str, *, beside: Iterable[str] = ()) -> str:
    """The code of one of these stations (code -> city), by code or city; Misused("unknown-station") as above.

    ``beside`` are other words that could have been meant.
    """
    text = " ".join(typed.split())
    found = [code for code, city in cities.items() if text.upper() in (code, city.upper())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Misused("unknown-station", f"Several stations are in {text}: name one of {', '.join(found)}.")
    told = did_you_mean(text, known=(*cities, *cities.values(), *beside))
    raise Misused("unknown-station", f"There is no station {text} on this log.{told}")


def units_with_seal(books: Books, seal: str) -> list[str]:
    """The units that a seal is on, or was on, by unit id."""
    return [row["unit"] for row in queries.all_units(books) if any(one["seal"] == seal for one in row["seals"])]


def _units(books: Books) -> list[str]:
    return [row["unit"] for row in queries.all_units(books)]


def _consignments(books: Books) -> list[str]:
    return [row["consignment"] for row in queries.all_consignments(books)]
