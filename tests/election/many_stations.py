"""A folder of as many stations as are asked for, to be rehearsed: what an election costs as it grows.

python -m tests.election.many_stations FOLDER 250
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.election.starting import NewElection, plan_row, start, table_text
from custody.election.usual import usual_people, usual_plan

STATED: Final = NewElection("many-2027", "Many stations", "en", "cec.invalid", "2027-05-16", 1, "Europe/Berlin", "DE")
_OFFICES: Final = frozenset({"CEC", "MFA", "PRN", "STP"})
_HOURS: Final = ("2027-05-16 07:00", "2027-05-16 20:00")


def stations(count: int) -> list[ReferenceStation]:
    """So many stations under codes of their own."""
    codes = ("".join(letters) for letters in product(ascii_uppercase, repeat=3))
    chosen = islice((code for code in codes if code not in _OFFICES), count)
    one = ReferenceStation("", "", "DE", "", STATED.timezone, 300)
    return [replace(one, code=code, city=f"Station {number}") for number, code in enumerate(chosen, start=1)]


def write(folder: Path, *, count: int) -> None:
    """A folder of so many stations."""
    list(start(folder, stated=STATED))
    made = stations(count)
    rows = [
        (one.code, place, one.city, one.country, "", one.timezone, *_HOURS, one.voters, "", "", one.city)
        for place, one in enumerate(made, start=1)
    ]
    people = [(one.badge, one.role, one.office, one.device) for one in usual_people(made)]
    plan = [plan_row(row) for row in usual_plan(made, days=[STATED.day])]
    for name, told, more in (("stations", rows, ["name_en"]), ("people", people, []), ("plan", plan, [])):
        (folder / f"{name}.csv").write_text(table_text(name, told, more=more), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), count=int(sys.argv[2]))
