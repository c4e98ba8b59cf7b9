"""plan.csv: a consignment out and one back for each station, over legs that the rules allow, with couriers, days and seals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from custody.core.state.transitions import HANDOVERS
from custody.election.check_stations import is_known, real_moment
from custody.election.genesis import moment
from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election, PlannedConsignment
from custody.election.seals import given_out
from custody.election.tables import Row

FILE: Final = "plan.csv"
_ENDS: Final = {"out": ("CEC", "commission"), "back": ("commission", "CEC")}
_SEALS_AT_STATION: Final = 2
"""The safe and the ballot box."""
_HOLDERS: Final = {"MFA": "pouch-office", "mission": "mission-officer"}


def check_plan(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with the plan."""
    before, seen = len(mistakes.found), set[tuple[str, str]]()
    for row, planned in zip(tables["plan"], election.plan, strict=True):
        key = (planned.station, planned.direction)
        if key in seen:
            told = f"{planned.station} {planned.direction} is there twice."
            mistakes.note(row.place, told, code="plan-twice", column="direction")
        seen.add(key)
        _check_row(row, planned=planned, election=election, mistakes=mistakes)
    for station in election.stations:
        for direction in ("out", "back") if election.returns(station.code) else ("out",):
            if (station.code, direction) not in seen:
                told = f"There is no consignment {direction} for {station.code}."
                mistakes.note(Place(FILE), told, code="plan-missing", column=station.code)
    _check_tours(tables["plan"], election=election, mistakes=mistakes)
    if len(mistakes.found) == before:
        _check_seals(election, mistakes=mistakes)


def _check_row(row: Row, *, planned: PlannedConsignment, election: Election, mistakes: Mistakes) -> None:
    if planned.station not in election.by_station:
        told = f"{planned.station} is no station of stations.csv."
        mistakes.note(row.place, told, code="station-unknown", column="station")
        return
    courier = election.by_badge.get(planned.courier)
    if courier is None or courier.role != "courier":
        told = f"{planned.courier} is no courier of people.csv."
        mistakes.note(row.place, told, code="courier-unknown", column="courier")
    _check_legs(row, planned=planned, election=election, mistakes=mistakes)
    _check_days(row, planned=planned, election=election, mistakes=mistakes)


def hands_of(election: Election) -> Mapping[str, Collection[str]]:
    """Who may hand to whom: as the rules say, else by the table of the program."""
    stated = {row.releasing: row.receiving for row in election.rules.handovers}
    usual: dict[str, Collection[str]] = dict(HANDOVERS.items())
    return {str(name): kinds for name, kinds in stated.items()} or usual


def _check_legs(row: Row, *, planned: PlannedConsignment, election: Election, mistakes: Mistakes) -> None:
    first, last = _ENDS[planned.direction]
    if (planned.hands[0], planned.hands[-1]) != (first, last):
        told = f"A consignment {planned.direction} goes from {first} to {last}."
        mistakes.note(row.place, told, code="legs-ends", column="legs")
        return
    allowed = hands_of(election)
    for releasing, receiving in planned.legs:
        if receiving not in allowed.get(releasing, ()):
            told = f"{releasing} may not hand to {receiving}."
            mistakes.note(row.place, told, code="legs-hand", column="legs")
            return
    if planned.hands.count("courier") != 1:
        told = "One courier carries a consignment: say courier once in its legs."
        mistakes.note(row.place, told, code="legs-courier", column="legs")
    for kind, role in _HOLDERS.items():
        office = planned.station if kind == "mission" else ""
        if kind in planned.hands and not election.holders(role, office=office):
            told = f"Nobody in people.csv acts for {kind}{f' {office}' if office else ''}: a {role} is needed."
            mistakes.note(row.place, told, code="legs-nobody", column="legs")


def _check_days(row: Row, *, planned: PlannedConsignment, election: Election, mistakes: Mistakes) -> None:
    station = election.by_station[planned.station]
    for name, text in (("first_day", planned.days[0]), ("last_day", planned.days[1]), ("due", planned.due)):
        if not real_moment(text):
            mistakes.note(row.place, f"{text} is no day of the calendar.", code="day-form", column=name)
            return
    if planned.days[0] > planned.days[1]:
        mistakes.note(row.place, "The mandate ends before it begins.", code="days-order", column="last_day")
    elif not planned.days[0] <= planned.due[:10] <= planned.days[1]:
        told = "The courier has no mandate on the day on which the consignment is due."
        mistakes.note(row.place, told, code="due-mandate", column="due")
    elif planned.direction == "out" and real_moment(station.opens) and is_known(station.timezone):
        if moment(planned.due, zone=station.timezone) >= moment(station.opens, zone=station.timezone):
            mistakes.note(row.place, "It is due after the station opens.", code="due-late", column="due")
    elif planned.direction == "back" and planned.due[:10] < election.days[-1]:
        mistakes.note(row.place, "It is due before the voting is over.", code="due-early", column="due")


def _check_tours(rows: Sequence[Row], *, election: Election, mistakes: Mistakes) -> None:
    """All consignments of a tour have one courier."""
    couriers: dict[tuple[str, str], str] = {}
    for row, planned in zip(rows, election.plan, strict=True):
        if planned.tour:
            key = (planned.tour, planned.direction)
            if couriers.setdefault(key, planned.courier) != planned.courier:
                told = f"The tour {planned.tour} has two couriers, {couriers[key]} and {planned.courier}."
                mistakes.note(row.place, told, code="tour-couriers", column="tour")


def _check_seals(election: Election, *, mistakes: Mistakes) -> None:
    """A seal for each pouch out and back, each safe (twice: after the count and at night) and each ballot box."""
    given = given_out(election.rules.seal_series, issuer="CEC")
    needed = sum(row.packages for row in election.plan) + _SEALS_AT_STATION * len(election.stations)
    if given is not None and given < needed:
        told = f"The rules give out {given:,} seals of CEC; the plan needs {needed:,}."
        mistakes.note(Place("rules.json"), told, code="seals-too-few", column="seal_series")
