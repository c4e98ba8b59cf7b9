"""Shapes of simulated elections: styles of papers, days of voting, items, and how papers are allocated. All of it from the seed.

Drawn apart from everything else, so that the people and the weather of a seed are what they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from custody.election.model import Election, PlannedItem
from custody.election.reference import voting_for
from schemas.rules import Allocation, FixedShare, Rules
from schemas.styles import Style

_STYLES: Final = (
    (),
    (("president", "president", None), ("council", "council", None)),
    (("president-kk", "president", "kk"), ("president-ru", "president", "ru"), ("council", "council", None)),
)
_ITEMS: Final = (
    PlannedItem("", "voters-list", 1, comes_back=True),
    PlannedItem("", "commission-stamp", 1, comes_back=True),
    PlannedItem("", "ink", 4, comes_back=False),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an election is made of beside people and stations."""

    styles: int = 0
    """which of the sets of styles; 0: one style, which nothing names"""
    days: int = 1
    allocation: str = "list-and-reserve"
    has_items: bool = False


PLAIN_SHAPE: Final = Shape()


def shape_for(seed: int, *, people: str) -> Shape:
    """The shape of a seed's election. Who cheats and errs knows papers of one style on one day: the rest is drawn."""
    random = Random(f"{seed}/shape")
    styles, days = random.choice((0, 0, 1, 2)), random.choice((1, 1, 2, 3))
    allocation = random.choice(("list-and-reserve", "fixed", "estimate-with-cap"))
    has_items = random.random() < 0.5
    if people in ("cheating", "careless"):
        return Shape(allocation=allocation, has_items=has_items)
    return Shape(styles, days, allocation, has_items)


def shaped(election: Election, *, shape: Shape) -> Election:
    """An election in a shape; in the plain one it stays what it is."""
    if shape == PLAIN_SHAPE:
        return election
    told = voting_for(election, days=shape.days) if shape.days > 1 else election
    rows = [
        {"code": code, "contest": of, "kind": "ordinary", "language": language}
        for code, of, language in _STYLES[shape.styles]
    ]
    told = replace(told, styles=tuple(Style.model_validate(row) for row in rows))
    rules = _with(told.rules, allocation=_allocation(told, method=shape.allocation).model_dump(exclude_unset=True))
    return replace(told, rules=rules, items=_ITEMS if shape.has_items else ())


def _allocation(election: Election, *, method: str) -> Allocation:
    if method == "fixed":
        rows = [
            FixedShare.model_validate(
                {
                    "station": station.code,
                    "papers": election.share(station, style=style),
                    **({"style": style} if style else {}),
                }
            )
            for station in election.stations
            for style in election.style_codes
        ]
        return Allocation(method="fixed", shares=tuple(rows))
    if method == "estimate-with-cap":
        return Allocation(method="estimate-with-cap", cap=max(map(election.allocation, election.stations)))
    return Allocation(method="list-and-reserve")


def _with(rules: Rules, **other: Any) -> Rules:
    return Rules.model_validate({**rules.model_dump(), **other})
