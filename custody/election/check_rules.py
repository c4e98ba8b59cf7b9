"""rules.json beside the folder: what would be no rule for anything there is, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from custody.core.wording.finding_codes import SEVERITY
from custody.election.genesis import FOLD_VERSION
from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election
from custody.election.tables import Row
from schemas.union import TYPES_BY_FOLD

_SHEETS: Final = "rehearsal.sheets"
Found = tuple[str, str, str]
"""What is wrong: column, code, sentence."""


def check_rules(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with the rules."""
    for check in (_unknown, _twice, _allocation, _seals, _sheets):
        for column, code, told in check(election):
            place = Place("election.toml") if column == _SHEETS else Place("rules.json")
            mistakes.note(place, told, code=code, column=column)
    own = [rule.code for rule in election.rules.codes]
    for row in tables.get("codes", ()):
        if own.count(row.said.code) > 1:
            told = f"{row.said.code} is in rules.json too: take one of them away."
            mistakes.note(row.place, told, code="code-twice", column="code")


def _unknown(election: Election) -> Iterator[Found]:
    for number, rule in enumerate(election.rules.signatures):
        if rule.type not in TYPES_BY_FOLD[FOLD_VERSION]:
            told = f"There is no event {rule.type}: nobody would be asked to sign it."
            yield f"signatures.{number}.type", "rule-unknown", told
    for number, row in enumerate(election.rules.severities):
        if row.code not in SEVERITY:
            yield f"severities.{number}.code", "rule-unknown", f"There is no finding {row.code}."


def _twice(election: Election) -> Iterator[Found]:
    stations = [row.station for row in election.rules.disposal_exceptions]
    shares = [f"{row.station} {row.style}".strip() for row in election.rules.allocation.shares]
    for column, names in (("disposal_exceptions", stations), ("allocation.shares", shares)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield column, "rule-twice", f"{name} is there twice."


def _allocation(election: Election) -> Iterator[Found]:
    for station in election.stations:
        if not election.allocation(station):
            yield "allocation", "papers-none", f"{station.code} is allocated no papers."


def _seals(election: Election) -> Iterator[Found]:
    rows = sorted(election.rules.seal_series, key=lambda row: (row.issuer, row.first))
    for before, after in pairwise(rows):
        if before.issuer == after.issuer and after.first <= before.last:
            told = (
                f"The seals {before.issuer} {after.first:06} to {min(before.last, after.last):06} are given out twice."
            )
            yield "seal_series", "seals-twice", told


def _sheets(election: Election) -> Iterator[Found]:
    needed = sum(election.allocation(station) for station in election.stations)
    sheets = election.rehearsal.sheets
    if sheets is not None and sheets < needed:
        yield _SHEETS, "sheets-too-few", f"{sheets:,} sheets are printed, and {needed:,} papers are allocated."
