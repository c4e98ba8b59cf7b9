"""A new folder: small and complete, with three stations of the country that was named, to be filled with one's own.

Nothing of it is anybody's: stations are called after their numbers, people by their office.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from custody.adapters.reference import ReferenceStation, default_rules
from custody.election import dates
from custody.election.tables import columns_of
from custody.election.usual import usual_people, usual_plan
from schemas.election_folder import TABLES, ElectionTable, StationLine
from schemas.errors import Misused
from schemas.faults import words_of
from schemas.rules import Rules

_CODES: Final = ("AAA", "BBB", "CCC")
_VOTERS: Final = (300, 450, 120)


@dataclass(frozen=True, slots=True)
class NewElection:
    """What a clerk says of a new election."""

    slug: str
    name: str
    language: str
    domain: str
    day: str
    days: int
    timezone: str
    country: str


def start(folder: Path, *, stated: NewElection) -> Iterator[Path]:
    """Write the files of a new folder; yields each. Misused where the folder exists or something stated has no form."""
    check_new(folder)
    yield from write_new(folder, files=dict(_files(stated)))


def check_new(folder: Path) -> None:
    """Misused where the folder exists."""
    if folder.exists():
        raise Misused("folder-exists", f"{folder} exists already; nothing was changed.")


def write_new(folder: Path, *, files: Mapping[str, str]) -> Iterator[Path]:
    """Make a folder of these files, name -> text; yields each. Misused where the disk does not take it."""
    try:
        folder.mkdir(parents=True)
        for name, text in files.items():
            path = folder / name
            path.write_text(text, encoding="utf-8")
            yield path
    except OSError as error:
        raise Misused("folder-unwritable", f"{folder} cannot be written: {error.strerror}.") from error


def table_text(name: str, rows: Iterable[Sequence[object]], *, more: Sequence[str] = ()) -> str:
    """A table as it is written: its header and its rows; ``more`` columns by language."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns_of(TABLES[name]), *more])
    writer.writerows(rows)
    return text.getvalue()


def rules_twin() -> str:
    """What each part of ``rules.json`` means, beside it: JSON has no room for comments."""
    parts = (f"{name}: {info.description}" for name, info in Rules.model_fields.items())
    return "\n".join(
        ("rules.json states all of these; who signs what in words: custody election check FOLDER", "", *parts, "")
    )


def _files(stated: NewElection) -> Iterator[tuple[str, str]]:
    days = _days(stated)
    stations = tuple(_station(stated, place=place, days=days) for place in range(len(_CODES)))
    yield "election.toml", _toml(stated, days=days)
    hours = (f"{days[0]} 07:00", f"{days[-1]} 20:00")
    rows = [
        (one.code, place, one.city, one.country, one.mission, one.timezone, *hours, one.voters, "", "", f"{one.city}")
        for place, one in enumerate(stations, start=1)
    ]
    yield "stations.csv", table_text("stations", rows, more=[f"name_{stated.language}"])
    people = [(one.badge, one.role, one.office, one.device) for one in usual_people(stations)]
    yield "people.csv", table_text("people", people)
    plan = usual_plan(stations, days=days)
    yield "plan.csv", table_text("plan", [plan_row(row) for row in plan])
    rules = default_rules().model_dump(mode="json")
    yield "rules.json", json.dumps(rules, indent=1) + "\n"
    yield "rules.txt", rules_twin()


def plan_row(row: Any) -> tuple[object, ...]:
    """A consignment as plan.csv has it."""
    return (
        row.station,
        row.direction,
        row.courier,
        row.packages,
        *row.days,
        row.due,
        " > ".join(row.hands),
        row.tour,
    )


def _days(stated: NewElection) -> list[str]:
    try:
        return [dates.day(stated.day, days=number) for number in range(max(1, stated.days))]
    except ValueError as error:
        raise Misused("new-election", f"{stated.day} is no day of the calendar: write YYYY-MM-DD.") from error


def _station(stated: NewElection, *, place: int, days: Sequence[str]) -> ReferenceStation:
    code = _CODES[place]
    hours = (f"{days[0]} 07:00", f"{days[-1]} 20:00")
    try:
        StationLine(
            station=code,
            number="",
            city=f"Station {place + 1}",
            country=stated.country,
            mission="",
            timezone=stated.timezone,
            opens=hours[0],
            closes=hours[1],
            voters=_VOTERS[place],
            lat="",
            lon="",
        )
    except ValidationError as error:
        raise _told(error) from error
    return ReferenceStation(code, f"Station {place + 1}", stated.country, "", stated.timezone, _VOTERS[place])


def _toml(stated: NewElection, *, days: Sequence[str]) -> str:
    said = {
        "slug": stated.slug,
        "domain": stated.domain,
        "languages": [stated.language],
        "days": list(days),
        "timezone": stated.timezone,
        "root": ["cec-1", "cec-2", "cec-3"],
        "threshold": 2,
    }
    names = {stated.language: stated.name}
    try:
        ElectionTable.model_validate_json(json.dumps({**said, "name": names}))
    except ValidationError as error:
        raise _told(error) from error
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    table = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in names.items()]
    return "\n".join((*lines, "", "[name]", *table, ""))


def _told(error: ValidationError) -> Misused:
    first = error.errors(include_url=False, include_input=False)[0]
    what = ".".join(map(str, first["loc"]))
    return Misused("new-election", f"{re.sub('_', ' ', what)}: {words_of(first)}.")
