"""``follows.csv``: what stations have from the election that this one follows, with its mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custody.election.mistakes import Mistakes
from custody.election.model import Election
from custody.election.tables import Row
from schemas.earlier_log import SEALS_MAX, CarriedOver
from schemas.errors import Refused
from schemas.identifiers import checked


def carried_rows(rows: Sequence[Row], *, is_following: bool, mistakes: Mistakes) -> dict[str, CarriedOver]:
    """Station -> what it carries over; lines with mistakes are told and left out."""
    found: dict[str, CarriedOver] = {}
    at: dict[str, str] = {}
    for row in rows:
        before = len(mistakes.found)
        seals = tuple(row.said.seals.split())
        if not is_following:
            told = "The election follows none: election.toml has no [follows]."
            mistakes.note(row.place, told, code="follows-none")
        if row.said.station in found:
            mistakes.note(row.place, f"{row.said.station} is there twice.", code="station-twice", column="station")
        if len(seals) > SEALS_MAX:
            told = f"A station carries over at most {SEALS_MAX} seals."
            mistakes.note(row.place, told, code="seals-many", column="seals")
        _check_seals(row, seals=seals, at=at, mistakes=mistakes)
        if len(mistakes.found) == before:
            said = {"opened": row.said.opened, **({"seals": seals} if seals else {})}
            found[row.said.station] = CarriedOver.model_validate(said)
    return found


def check_carried(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note which lines are about no station of the folder."""
    for row in tables.get("follows", ()):
        if row.said.station not in election.by_station:
            told = f"{row.said.station} is no station of stations.csv."
            mistakes.note(row.place, told, code="station-unknown", column="station")


def _check_seals(row: Row, *, seals: Sequence[str], at: dict[str, str], mistakes: Mistakes) -> None:
    for seal in seals:
        try:
            checked(seal)
        except Refused as error:
            mistakes.note(row.place, error.sentence, code="seal-form", column="seals")
            continue
        if seal in at:
            told = f"Seal {seal} is carried over by {at[seal]} already."
            mistakes.note(row.place, told, code="seal-twice", column="seals")
        at[seal] = row.said.station
