"""The folder of an election that follows another: the folder of the earlier one on other days, and what it refers to.

Nothing is guessed: stations, people, plan, styles and rules are those of the earlier folder, each date later by the same number
of days. What changes is for the commission: candidates, papers, couriers on leave.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from custody.election import dates
from custody.election.model import Election
from custody.election.reading import ELECTION
from custody.election.starting import check_new, table_text, write_new
from schemas.earlier_log import CarriedOver, EarlierLog
from schemas.election_folder import TABLES
from schemas.errors import Misused
from schemas.identifiers import parse_seal_id
from schemas.rules import SealSeries

FOLLOWS: Final = "follows.csv"
_DATED: Final[Mapping[str, Sequence[str]]] = {
    "stations.csv": ("opens", "closes"),
    "plan.csv": ("first_day", "last_day", "due"),
}
_LAST: Final = 999_999
"""The greatest number of a seal."""
_KEPT: Final = ("rules.txt", *(f"{name}.csv" for name in TABLES if name != "follows"))


@dataclass(frozen=True, slots=True)
class RunOff:
    """What is said of it: its own short name and first day, and what the earlier log says."""

    slug: str
    day: str
    follows: EarlierLog
    carried: Mapping[str, CarriedOver]
    used: Sequence[str]
    """seals that the earlier election applied"""


def follow(folder: Path, *, earlier: Path, election: Election, stated: RunOff) -> Iterator[Path]:
    """Write the new folder; yields each file. Misused where it exists, or the earlier folder's tables are workbooks."""
    check_new(folder)
    later = _later(stated.day, than=election.days[0])
    yield from write_new(folder, files=dict(_files(earlier, election=election, stated=stated, later=later)))


def _later(day: str, *, than: str) -> int:
    try:
        later = (date.fromisoformat(day) - date.fromisoformat(than)).days
    except ValueError as error:
        raise Misused("new-election", f"{day} is no day of the calendar: write YYYY-MM-DD.") from error
    if later <= 0:
        raise Misused("new-election", f"{day} is not after {than}, the day of the election that it follows.")
    return later


def _files(earlier: Path, *, election: Election, stated: RunOff, later: int) -> Iterator[tuple[str, str]]:
    yield ELECTION, _toml((earlier / ELECTION).read_text(encoding="utf-8-sig"), election=election, stated=stated)
    for name in _KEPT:
        path = earlier / name
        if path.with_suffix(".xlsx").is_file():
            raise Misused("run-off-workbook", f"{path.with_suffix('.xlsx')} is a workbook: save it as {name} first.")
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig")
            yield name, _shifted(text, columns=_DATED[name], later=later) if name in _DATED else text
    rules = election.rules.model_dump(mode="json")
    series = [row.model_dump() for row in series_left(election.rules.seal_series, used=stated.used)]
    yield "rules.json", json.dumps({**rules, "codes": _own_codes(earlier), "seal_series": series}, indent=1) + "\n"
    rows = [(code, row.opened, " ".join(row.seals)) for code, row in sorted(stated.carried.items())]
    yield FOLLOWS, table_text("follows", rows)


def series_left(series: Sequence[SealSeries], *, used: Sequence[str]) -> Iterator[SealSeries]:
    """The seals that were given out and not applied: of each issuer those after the last that was."""
    last: dict[str, int] = {}
    for seal in used:
        name = parse_seal_id(seal)
        last[name.issuer] = max(last.get(name.issuer, 0), name.number)
    if not series:
        yield from (SealSeries(issuer=issuer, first=most + 1, last=_LAST) for issuer, most in sorted(last.items()))
    for row in series:
        first = max(row.first, min(last.get(row.issuer, 0), row.last) + 1)
        if first <= row.last:
            yield SealSeries(issuer=row.issuer, first=first, last=row.last)


def _own_codes(earlier: Path) -> list[object]:
    """The codes that rules.json states itself; those of codes.csv are read from there again."""
    path = earlier / "rules.json"
    codes: list[object] = json.loads(path.read_bytes())["codes"] if path.is_file() else []
    return codes


def _shifted(text: str, *, columns: Sequence[str], later: int) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    places = [rows[0].index(name) for name in columns]
    for row in rows[1:]:
        for place in places if row else ():
            row[place] = dates.day(row[place][:10], days=later) + row[place][10:]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _toml(text: str, *, election: Election, stated: RunOff) -> str:
    """The earlier file with the new name and days in it, and what it follows at its end."""
    later = _later(stated.day, than=election.days[0])
    days = json.dumps([dates.day(day, days=later) for day in election.days])
    text = re.sub(r"(?m)^slug\s*=.*$", f"slug = {json.dumps(stated.slug)}", text, count=1)
    text = re.sub(r"(?ms)^days\s*=\s*\[.*?\]", f"days = {days}", text, count=1)
    text = re.sub(r"(?ms)^\[follows\]\n(?:(?!\[).*\n?)*", "", text)
    said = stated.follows
    part = f'[follows]\nelection = "{said.election}"\nsize = {said.size}\nroot = "{said.root}"\n'
    return f"{text.rstrip()}\n\n{part}"
