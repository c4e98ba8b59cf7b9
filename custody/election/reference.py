"""kz-2015, the first folder of an election, and the same election at other stations: what tests and the simulator play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from custody.adapters.reference import REFERENCE, ReferenceStation, reference_stations, shipped
from custody.election.dates import day
from custody.election.model import Election
from custody.election.reading import read_election
from custody.election.usual import usual_people, usual_plan
from schemas.earlier_log import CarriedOver, EarlierLog

_EARLIER: Final = EarlierLog(election="e1" * 32, size=1_000, root="f0" * 32)
_OPENED: Final = "0e" * 32


def reference_election() -> Election:
    """The reference election, as its folder says it."""
    return read_election(shipped(REFERENCE))


def reference_at(stations: Sequence[ReferenceStation]) -> Election:
    """The reference election at these stations only, whoever's they are, with the people that stations usually have."""
    whole = reference_election()
    if tuple(stations) == reference_stations():
        return whole
    return at_stations(whole, stations=stations)


def at_stations(election: Election, *, stations: Sequence[ReferenceStation]) -> Election:
    """An election at these stations; the people and plan of the folder where it knows the station, else usual ones."""
    codes = {station.code for station in stations}
    known = [station for station in stations if station.code in election.by_station]
    others = [station for station in stations if station.code not in election.by_station]
    away = election.by_station.keys() - codes
    plan = [row for row in election.plan if row.station in codes]
    gone = {row.courier for row in election.plan} - {row.courier for row in plan}
    people = [person for person in election.people if person.office not in away and person.badge not in gone]
    usual = [person for person in usual_people(others) if person.badge not in election.by_badge]
    return replace(
        election,
        stations=(*known, *others),
        people=(*people, *usual),
        plan=(*plan, *usual_plan(others, days=election.days)),
    )


def following(election: Election, *, seals: Mapping[str, Sequence[str]]) -> Election:
    """The same election after an earlier one, which is invented: these stations carry over these seals."""
    rows = {code: {"opened": _OPENED, **({"seals": tuple(named)} if named else {})} for code, named in seals.items()}
    carried = {code: CarriedOver.model_validate(row) for code, row in rows.items()}
    return replace(election, follows=_EARLIER, carried=carried)


def voting_for(election: Election, *, days: int) -> Election:
    """The same election with so many days of voting in a row, at the hours that each station has."""
    voting = tuple(day(election.days[0], days=later) for later in range(days))
    stations = tuple(
        replace(station, closes=f"{voting[-1]} {station.closes[11:]}") if station.closes else station
        for station in election.stations
    )
    return replace(election, days=voting, stations=stations)
