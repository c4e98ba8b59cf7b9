"""stations.csv: codes that are there once, places and zones that exist, hours on the days of voting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from custody.adapters.timezones import EDITION, zone_of
from custody.election.genesis import moment
from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election
from custody.election.tables import Row
from custody.election.words import check_on_log
from schemas.election_folder import STATIONS_MAX
from schemas.errors import Misused

RESERVED: Final = ("CEC", "MFA", "PRN")
"""Codes of offices, which no station may have."""
_DEGREES: Final = {"lat": 90.0, "lon": 180.0}


def check_stations(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with the stations."""
    rows = tables["stations"]
    codes: set[str] = set()
    numbers: set[str] = set()
    for row in rows:
        said = row.said
        if said.station in codes:
            told = f"The station {said.station} is there twice."
            mistakes.note(row.place, told, code="station-twice", column="station")
        if said.station in RESERVED:
            told = f"{said.station} is the code of an office; a station needs another one."
            mistakes.note(row.place, told, code="station-reserved", column="station")
        if said.number and said.number in numbers:
            told = f"The official number {said.number} is there twice."
            mistakes.note(row.place, told, code="number-twice", column="number")
        codes.add(said.station)
        numbers.add(said.number)
        check_on_log(said.city, place=row.place, column="city", mistakes=mistakes)
        for name, most in _DEGREES.items():
            if text := getattr(said, name):
                _check_degrees(text, most=most, column=name, row=row, mistakes=mistakes)
        if is_zone(said.timezone, row=row, column="timezone", mistakes=mistakes):
            _check_hours(row, days=election.days, mistakes=mistakes)
    _check_names(rows, mistakes=mistakes)
    if not rows:
        mistakes.note(Place("stations.csv"), "There is no station.", code="table-empty")
    if rows and len(codes) > STATIONS_MAX:
        told = f"There are more than {STATIONS_MAX:,} stations."
        mistakes.note(rows[-1].place, told, code="stations-many")


def _check_names(rows: Sequence[Row], *, mistakes: Mistakes) -> None:
    """Stations that have different names on the log have different names in every language."""
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        for language, name in row.words.items():
            other = seen.setdefault((language, name), row)
            if other.said.city != row.said.city:
                told = f"{row.said.station} is called in {language} as {other.said.station} is, which has another name."
                mistakes.note(row.place, told, code="name-twice", column=f"name_{language}")


def is_zone(name: str, *, row: Row, column: str, mistakes: Mistakes) -> bool:
    """Whether the installed edition of the time zone database knows a zone; noted where it does not."""
    if is_known(name):
        return True
    told = f"The time zone database {EDITION} has no zone {name!r}."
    mistakes.note(row.place, told, code="zone-unknown", column=column)
    return False


def is_known(name: str) -> bool:
    """Whether the installed edition of the time zone database knows a zone."""
    try:
        zone_of(name)
    except Misused:
        return False
    return True


def _check_degrees(text: str, *, most: float, column: str, row: Row, mistakes: Mistakes) -> None:
    if abs(float(text)) > most:
        told = f"{text} is no place on the earth: at most {most:.0f} degrees."
        mistakes.note(row.place, told, code="degrees", column=column)


def _check_hours(row: Row, *, days: Sequence[str], mistakes: Mistakes) -> None:
    said = row.said
    for name in ("opens", "closes"):
        if not real_moment(getattr(said, name)):
            told = f"{getattr(said, name)} is no day of the calendar."
            mistakes.note(row.place, told, code="day-form", column=name)
            return
    if moment(said.closes, zone=said.timezone) <= moment(said.opens, zone=said.timezone):
        mistakes.note(row.place, "The station closes before it opens.", code="hours-order", column="closes")
    elif not (said.opens[:10] == days[0] and said.closes[:10] in (days[-1], *days)):
        told = f"The station opens on {days[0]} and closes on {days[-1]}, as election.toml says of the voting."
        mistakes.note(row.place, told, code="hours-day", column="opens" if said.opens[:10] != days[0] else "closes")


def real_moment(text: str) -> bool:
    """Whether a moment's day is one of the calendar."""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
