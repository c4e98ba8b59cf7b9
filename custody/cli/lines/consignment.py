"""A consignment as ``custody show`` tells it: where it goes, and its legs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from custody.core.authority.parties import told_holder
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
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


def consignment_lines(doc: dict[str, Any], *, language: Language = "en") -> Iterator[str]:
    """The same in plain lines."""
    disputed = message("show.disputed", units=tuple(doc["disputed"])) if doc["disputed"] else ""
    way = message("direction", direction=doc["direction"] or "none")
    yield f"{doc['consignment']}  {render(message('show.way', way=way, city=doc['city'], more=disputed), language=language)}"
    for leg in doc["legs"]:
        yield f"  {render(_leg(leg), language=language)}"


def _leg(leg: dict[str, Any]) -> Message:
    number = message("show.unplanned") if leg["number"] is None else message("show.leg", number=leg["number"])
    recorded = message("show.at", at=leg["at"]) if leg["handover"] else message("show.not-recorded")
    return message(
        "show.leg-alone", leg=number, giver=told_holder(leg["from"]), taker=told_holder(leg["to"]), recorded=recorded
    )
