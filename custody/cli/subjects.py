"""What ``custody show`` can be asked about: stations by code or city, units, consignments; and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from custody.embedded.names import did_you_mean
from projections import queries
from projections.stores.books import Books
from schemas.errors import Misused, Refused
from schemas.identifiers import parse_consignment_id, parse_unit_id


def is_consignment(name: str) -> bool:
    """Whether a name has the form of a consignment's."""
    try:
        parse_consignment_id(name)
    except Refused:
        return False
    return True


def station_named(books: Books, text: str) -> str:
    """The code of a station that is on the log, by code or city; Misused("unknown-station") with what may have been meant."""
    cities = _cities(books)
    found = [code for code, city in cities.items() if text.upper() in (code, city.upper())]
    if len(found) == 1:
        return found[0]
    told = "" if not found else f" Several are in {text}: {', '.join(found)}."
    told = told or did_you_mean(text, known=(*cities, *cities.values()))
    raise Misused("unknown-station", f"There is no station {text} on this log.{told}")


def subject(books: Books, name: str) -> str:
    """A unit or consignment as it is, else the code of the station that is meant; Misused, Refused for anything else."""
    if "-" not in name:
        return station_named(books, name)
    if is_consignment(name):
        return name
    try:
        parse_unit_id(name)
    except Refused as error:
        if error.code == "identifier-check":
            raise
        told = did_you_mean(name, known=_names(books))
        raise Refused(error.code, f"{name} is no unit, consignment, seal or station.{told}") from error
    if queries.unit(books, name) is None:
        raise Misused("unknown-unit", f"{name} is not on this log.{did_you_mean(name, known=_names(books))}")
    return name


def consignment_doc(books: Books, name: str) -> dict[str, Any]:
    """A consignment: where it goes, and its legs, each with what was recorded of it; Misused("unknown-consignment")."""
    station = name[:3]
    planned = queries.legs_of_station(books, station)
    legs = [leg for leg in planned if leg.consignment == name]
    if not legs:
        told = did_you_mean(name, known=sorted({leg.consignment for leg in planned}))
        raise Misused("unknown-consignment", f"{name} is not on this log.{told}")
    city = _cities(books).get(station, station)
    rows = [dict(leg.planned) for leg in legs]
    own = [row for row in queries.consignments_of_station(books, station) if row["consignment"] == name]
    units = [queries.unit(books, unit) for row in own for unit in row["units"]]
    disputed = [unit["unit"] for unit in units if unit is not None and unit["disputed"]]
    where = {"consignment": name, "station": station, "city": city, "direction": legs[0].direction}
    return {**where, "disputed": disputed, "legs": rows}


def consignment_lines(doc: dict[str, Any]) -> Iterator[str]:
    """The same in plain lines."""
    mark = f", disputed: {', '.join(doc['disputed'])}" if doc["disputed"] else ""
    yield f"{doc['consignment']}  {doc['direction']}, {doc['city']}{mark}"
    for leg in doc["legs"]:
        number = "unplanned" if leg["number"] is None else f"leg {leg['number']}"
        yield f"  {number}: {leg['from']} to {leg['to']}: {leg['at'] if leg['handover'] else 'not recorded'}"


def _cities(books: Books) -> dict[str, str]:
    return {row.station["station"]: str(row.station["city"]) for row in queries.board(books)}


def _names(books: Books) -> list[str]:
    return [unit["unit"] for code in _cities(books) for unit in queries.units_of_station(books, code)]
