"""The reference data that ships with the program: the kz-2015 stations and the default rules.

Read from the package itself, so that the demonstration runs from a clean clone. What is reported fact and what is invented
is said in ``custody/data/elections/kz-2015/README.md``. The whole folder is read by ``custody.election.reference``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from schemas.rules import Rules

ELECTIONS: Final = "data/elections"
"""Where the folders of shipped elections are, in the package."""
REFERENCE: Final = "kz-2015"


@dataclass(frozen=True, slots=True)
class ReferenceStation:
    """One row of stations.csv. ``opens`` and ``closes`` are by the station's clock, YYYY-MM-DD HH:MM; empty: not said."""

    code: str
    city: str
    country: str
    mission: str
    timezone: str
    voters: int
    number: str = ""
    opens: str = ""
    closes: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """language -> name of the station"""


def shipped(name: str) -> Path:
    """The folder of an election that ships with the program."""
    return Path(str(files("custody").joinpath(ELECTIONS, name)))


def reference_stations() -> tuple[ReferenceStation, ...]:
    """The 65 stations of kz-2015 in the order of their codes."""
    text = (shipped(REFERENCE) / "stations.csv").read_text(encoding="utf-8")
    return tuple(
        ReferenceStation(
            code=row["station"],
            city=row["city"],
            country=row["country"],
            mission=row["mission"],
            timezone=row["timezone"],
            voters=int(row["voters"]),
            opens=row["opens"],
            closes=row["closes"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def reference_names() -> Mapping[str, Mapping[str, str]]:
    """Station -> language -> its name, of kz-2015; the names are told to readers, its log says the city alone."""
    text = (shipped(REFERENCE) / "stations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["station"]: {"en": row["city"], "ru": row["name_ru"], "kk": row["name_kk"]} for row in rows}


@cache
def reference_zones() -> Mapping[str, Mapping[str, Any]]:
    """Time zone -> ``timezone``, ``tzdata`` and ``offsets`` as genesis and the opening of a station state them (zones.csv)."""
    text = (shipped(REFERENCE) / "zones.csv").read_text(encoding="ascii")
    return zones_of(csv.DictReader(text.splitlines()))


def zones_of(rows: Any) -> dict[str, dict[str, Any]]:
    """Rows of zones.csv by their zone."""
    zones: dict[str, dict[str, Any]] = {}
    for row in rows:
        said = zones.setdefault(row["timezone"], {"timezone": row["timezone"], "tzdata": row["tzdata"], "offsets": []})
        said["offsets"].append({"from": row["from"], "offset": row["offset"]})
    return zones


def default_rules() -> Rules:
    """The default rules (domain.md §2), as one complete set."""
    return Rules.model_validate_json(files("custody").joinpath("data/rules.json").read_bytes())
