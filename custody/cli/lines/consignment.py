"""A consignment as ``custody show`` tells it: where it goes, and its legs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections import queries
from projections.stores.books import Books


def consignment_doc(books: Books, name: str) -> dict[str, Any]:
    """A consignment that is on the log: where it goes, and its legs, each with what was recorded of it."""
    station = name[:3]
    legs = [leg for leg in queries.legs_of_station(books, station) if leg.consignment == name]
    own = queries.consignment(books, name)
    facts = queries.station(books, station)
    units = [queries.unit(books, unit) for unit in (own["units"] if own else ())]
    return {
        "consignment": name,
        "station": station,
        "city": station if facts is None else facts["city"],
        "direction": own["direction"] if own else None,
        "disputed": [unit["unit"] for unit in units if unit is not None and unit["disputed"]],
        "legs": [dict(leg.planned) for leg in legs],
    }


def consignment_lines(doc: dict[str, Any]) -> Iterator[str]:
    """The same in plain lines."""
    mark = f", disputed: {', '.join(doc['disputed'])}" if doc["disputed"] else ""
    yield f"{doc['consignment']}  {doc['direction']}, {doc['city']}{mark}"
    for leg in doc["legs"]:
        number = "unplanned" if leg["number"] is None else f"leg {leg['number']}"
        yield f"  {number}: {leg['from']} to {leg['to']}: {leg['at'] if leg['handover'] else 'not recorded'}"
