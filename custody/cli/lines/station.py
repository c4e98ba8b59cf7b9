"""A station as ``custody show`` tells it: its account, legs, handovers out of the ordinary, units and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custody.cli.lines.bounded import first_of, last_of
from custody.cli.lines.spoken import row
from custody.cli.lines.unit import JSON
from custody.core.authority.parties import told_holder
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from projections.kept_rows import KeptHandover, KeptStation, KeptUnit
from schemas.election_names import ElectionNames
from schemas.outcomes import LegJson

_ACCEPTED: Final = "accepted"


def in_names(facts: KeptStation, *, names: ElectionNames, language: Language) -> KeptStation:
    """A station under the name that it has in the language."""
    return {**facts, "city": names.station(facts["station"], language=language, city=facts["city"])}


def names_lines(names: Mapping[str, str], *, language: Language) -> list[str]:
    """What a station is called in each language of the election; no line where it has no name but that of the log."""
    told = tuple(message("show.in-language", language=one, name=name) for one, name in names.items())
    return [row(message("show.names"), message("show.figures", figures=told), language=language)] if told else []


def station_line(facts: KeptStation, *, language: Language) -> str:
    """Where a station is, and when it votes."""
    said = message(
        "show.station",
        station=facts["station"],
        city=facts["city"],
        country=facts["country"],
        zone=facts["timezone"],
        opens=facts["opens"],
        closes=facts["closes"],
    )
    return render(said, language=language)


def station_facts_lines(facts: KeptStation, *, language: Language) -> list[str]:
    """What not every station has: an official number, a shared mission, several days of voting; that it was closed."""
    told: list[tuple[Message, Message]] = []
    if "number" in facts:
        told.append((message("show.number"), message("show.text", text=facts["number"])))
    if "mission" in facts:
        told.append((message("show.mission"), message("show.shared", mission=facts["mission"])))
    days = [message("show.hours", opens=one["opens"], closes=one["closes"]) for one in facts.get("sessions", ())]
    told += [(message("show.day"), hours) for hours in days]
    if facts.get("closed"):
        told.append((message("show.closed"), message("show.never-voted")))
    return [row(label, said, language=language) for label, said in told]


def leg_lines(legs: Sequence[tuple[str, LegJson]], *, language: Language) -> list[str]:
    """Legs of consignments, planned against recorded."""
    lines = [f"  {render(_leg(consignment, leg=leg), language=language)}" for consignment, leg in legs]
    return first_of(lines, what=render(message("show.legs"), language=language), where=JSON, language=language)


def handover_lines(handovers: Sequence[KeptHandover], *, lang: Language) -> list[str]:
    """Offers that were not simply accepted, or on which something was ticked: the last of them."""
    told = [_handover_line(one, lang=lang) for one in handovers if one["state"] != _ACCEPTED or one["noted"]]
    return last_of(told, what=render(message("show.odd-handovers"), language=lang), where=JSON, language=lang)


def unit_rows(units: Sequence[KeptUnit], *, language: Language) -> list[str]:
    """The outermost units of a station, and who holds them."""
    lines = [f"  {unit['unit']}  {render(_held(unit), language=language)}" for unit in units if not unit["inside"]]
    return first_of(lines, what=render(message("show.units"), language=language), where=JSON, language=language)


def _held(unit: KeptUnit) -> Message:
    state = message("state", state=unit["state"] or "not in force")
    return message("show.held", state=state, holder=told_holder(unit["custodian"]))


def _handover_line(one: KeptHandover, *, lang: Language) -> str:
    ticked = tuple(item["words"][lang] for item in one["noted"])
    state = message("handover.state", state=one["state"])
    said = message(
        "show.handover",
        units=tuple(one["units"]),
        giver=told_holder(one["from"]),
        taker=told_holder(one["to"]),
        state=message("show.ticked", state=state, codes=ticked) if ticked else state,
        at=one["offered_at"],
    )
    return row(message("show.handovers"), said, language=lang)


def _leg(consignment: str, *, leg: LegJson) -> Message:
    """A leg, planned against recorded."""
    number = message("show.unplanned") if leg["number"] is None else message("show.leg", number=leg["number"])
    return message(
        "show.leg-of",
        consignment=consignment,
        leg=number,
        giver=told_holder(leg["from"]),
        taker=told_holder(leg["to"]),
        recorded=_recorded(leg),
    )


def _recorded(leg: LegJson) -> Message:
    if leg["walks"] and leg["outstanding"]:
        return message("show.in-part", units=tuple(leg["outstanding"]))
    if not leg["handover"]:
        return message("show.not-recorded")
    at = leg["at"] or ""
    return message("show.over-carrier", at=at) if leg["carrier"] else message("show.both-signed", at=at)
