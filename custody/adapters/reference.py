"""The reference data that ships with the program: the kz-2015 stations and the default rules.

Read from the package itself, so that the demonstration runs from a clean clone. What is reported fact and what is invented
is said in ``custody/data/kz-2015/README.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from schemas.rules import Rules


@dataclass(frozen=True, slots=True)
class ReferenceStation:
    """One row of stations.csv; ``voters`` is synthetic per station, only the sum is a reported figure."""

    code: str
    city: str
    country: str
    mission: str
    timezone: str
    voters: int


def reference_stations() -> tuple[ReferenceStation, ...]:
    """The 65 stations of kz-2015 in the order of their codes."""
    text = files("custody").joinpath("data/kz-2015/stations.csv").read_text(encoding="utf-8")
    return tuple(
        ReferenceStation(
            code=row["station"],
            city=row["city"],
            country=row["country"],
            mission=row["mission"],
            timezone=row["timezone"],
            voters=int(row["voters_on_list"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def reference_zones() -> Mapping[str, Mapping[str, Any]]:
    """Time zone -> ``timezone``, ``tzdata`` and ``offsets`` as genesis and the opening of a station state them (zones.csv)."""
    text = files("custody").joinpath("data/kz-2015/zones.csv").read_text(encoding="ascii")
    zones: dict[str, dict[str, Any]] = {}
    for row in csv.DictReader(text.splitlines()):
        said = zones.setdefault(row["timezone"], {"timezone": row["timezone"], "tzdata": row["tzdata"], "offsets": []})
        said["offsets"].append({"from": row["from"], "offset": row["offset"]})
    return zones


def default_rules() -> Rules:
    """The default rules (domain.md §2), as one complete set."""
    return Rules.model_validate_json(files("custody").joinpath("data/rules.json").read_bytes())
