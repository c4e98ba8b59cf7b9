"""The board: papers, custody and findings of one election in plain lines, from the views alone.

Every figure is a sum of what stations stated; nothing is estimated. A finding says what disagrees with what, never who is at
fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from custody.cli.lines.bounded import first_of
from custody.cli.lines.findings import finding_line
from custody.core.wording.finding_codes import is_work
from custody.core.wording.numbers import counted, plural
from projections import queries
from projections.kept_rows import KeptFinding
from projections.queries import Total
from projections.stores.books import Books

_ORDER = {"serious": 0, "attention": 1, "information": 2}
_UNSETTLED = ("open", "acknowledged")
_NAMED_MAX = 5
"""Stations whose acts waited that are named one by one."""


def board_lines(books: Books) -> list[str]:
    """PAPERS, CUSTODY and FINDINGS as lines of text."""
    totals = queries.election_totals(books)
    rows = queries.board(books)
    findings = queries.findings(books)
    papers = [*_print_lines(books), *_sent(totals), *_counted(rows, totals=totals), *_issued(totals, rows=rows)]
    papers += _disputed(rows)
    return [
        *_headed("PAPERS", papers),
        *_headed("CUSTODY", _custody(books, rows=rows, findings=findings)),
        "",
        *_findings(rows, findings=findings),
        *_honest(books, rows=rows),
    ]


def totals_json(books: Books) -> dict[str, Any]:
    """Consignments and the election's accounts for ``custody demo --json``."""
    rows = queries.board(books)
    totals = queries.election_totals(books)
    consignments = sum(len(row.consignments) for row in rows)
    prints = queries.prints(books)
    printed = {
        name: sum(doc[name] or 0 for doc in prints)
        for name in ("ordered", "printed", "good", "waste", "waste_destroyed")
    }
    return {
        "consignments": consignments,
        "accounts": {**printed, **{name: total.papers for name, total in sorted(totals.items())}},
    }


def _headed(head: str, lines: Sequence[str]) -> list[str]:
    return [f"{head if place == 0 else '':<10}{line}" for place, line in enumerate(lines)]


def _print_lines(books: Books) -> list[str]:
    lines = []
    for doc in queries.prints(books):
        if doc["ordered"] is None:
            continue
        if doc["printed"] is None:
            lines.append(f"ordered   {doc['ordered']:,}, not yet printed")
            continue
        waste = (
            "waste destroyed by act"
            if doc["waste_destroyed"] == doc["waste"]
            else f"{doc['waste_destroyed'] or 0:,} waste destroyed"
        )
        lines.append(f"printed   {doc['printed']:,} = {doc['good']:,} good + {doc['waste']:,} waste, {waste}")
    return lines


def _sent(totals: dict[str, Total]) -> list[str]:
    if not {"allocated", "list", "reserve"} <= set(totals):
        return []
    sent, voters, reserve = (totals[name].papers for name in ("allocated", "list", "reserve"))
    rest = "" if sent == voters + reserve else f": {sent - voters - reserve:+,}"
    return [f"sent      {sent:,} = {voters:,} voters + {reserve:,} reserve (by rule, per station){rest}"]


def _counted(rows: Sequence[queries.BoardRow], *, totals: dict[str, Total]) -> list[str]:
    counted = totals.get("counted")
    if counted is None:
        return []
    times = [(row.account["counted_at"], row) for row in rows if row.account is not None]
    hours = [(_hours_before(row, counted_at=at), row) for at, row in times if at]
    least = min(hours, key=lambda item: item[0])
    last = f"; the last, {least[1].station['city']}, {least[0]} h before voting"
    return [f"counted   {counted.papers:,} on arrival at {counted.stations} of {len(rows)} stations{last}"]


def _hours_before(row: queries.BoardRow, *, counted_at: str) -> int:
    opens, counted = datetime.fromisoformat(row.station["opens"]), datetime.fromisoformat(counted_at)
    return int((opens - counted).total_seconds() // 3600)


def _issued(totals: dict[str, Total], *, rows: Sequence[queries.BoardRow]) -> list[str]:
    if not {"issued", "unused", "counted"} <= set(totals):
        return []
    figures = {name: total.papers for name, total in totals.items()}
    spoiled = figures.get("spoiled", 0)
    total = figures["issued"] + spoiled + figures["unused"] + figures.get("defective", 0)
    parts = f"{figures['issued']:,} + spoiled {spoiled:,} + unused {figures['unused']:,}"
    lines = [f"issued    {parts} = {total:,}{_difference(rows)}"]
    if "in_boxes" in figures:
        lines.append(
            f"in the boxes {figures['in_boxes']:,} ({figures['valid']:,} valid, {figures['invalid']:,} invalid); "
            f"not returned {figures['not_returned']:,}; cancelled before opening {figures.get('cancelled', 0):,}"
        )
    return lines


def _difference(rows: Sequence[queries.BoardRow]) -> str:
    """What stations stated beyond (or short of) what they received; nothing is netted between stations."""
    over = [
        (row.station["city"], -papers)
        for row in rows
        if row.account is not None and (papers := row.account["unaccounted"])
    ]
    if not over:
        return ", as received"
    more = [(city, papers) for city, papers in over if papers > 0]
    less = [(city, -papers) for city, papers in over if papers < 0]
    kinds = [(rows, word) for rows, word in ((more, "MORE"), (less, "FEWER")) if rows]
    parts = [f"{sum(papers for _, papers in kind)} {word} THAN RECEIVED, {_where(kind)}" for kind, word in kinds]
    return ": " + "; ".join(parts)


def _disputed(rows: Sequence[queries.BoardRow]) -> list[str]:
    """Stations whose figures are in the sums and out of force until a dispute is decided."""
    named = [
        f"{row.station['city']} ({', '.join(name.replace('_', ' ') for name in row.account['disputed_figures'])})"
        for row in rows
        if row.account and row.account["disputed"]
    ]
    if not named:
        return []
    more = f" and {len(named) - _NAMED_MAX:,} more" if len(named) > _NAMED_MAX else ""
    told = "; ".join(named[:_NAMED_MAX])
    return [f"disputed  figures of {plural(len(named), noun='station')}, shown and not in force: {told}{more}"]


def _where(rows: Sequence[tuple[str, int]]) -> str:
    if len(rows) == 1:
        return f"all in {rows[0][0]}"
    return "in " + ", ".join(f"{city} ({papers})" for city, papers in rows)


def _custody(books: Books, *, rows: Sequence[queries.BoardRow], findings: Sequence[KeptFinding]) -> list[str]:
    legs = [leg for row in rows for leg in queries.legs_of_station(books, row.station["station"])]
    planned = [leg for leg in legs if leg.planned["number"] is not None]
    unplanned = len(legs) - len(planned)
    carried = sum(leg.planned["handover"] is not None and leg.planned["carrier"] for leg in planned)
    done = sum(leg.planned["handover"] is not None for leg in planned) - carried
    if not done + unplanned + carried:
        return ["no handover recorded yet"]
    handovers = {
        doc["offer"]: doc for row in rows for doc in queries.handovers_of_station(books, row.station["station"])
    }
    refused = sum(doc["state"] == "refused" for doc in handovers.values())
    substitutes = sum(_is_substitute(leg) for leg in legs)
    extra = f", {substitutes} to a substitute courier" if substitutes else ""
    extra += f", {unplanned - substitutes} unplanned" if unplanned > substitutes else ""
    line = f"{counted(done + unplanned, one='handover')} signed by both sides ({done:,} planned{extra})"
    line += f", {plural(carried, noun='leg')} over a carrier" if carried else ""
    missing = len(planned) - done - carried
    return [f"{line}, {refused} refused, {missing} missing", *_uncertain(rows, findings=findings)]


def _is_substitute(leg: queries.LegBesideRecord) -> bool:
    """An unplanned handover from one courier to another."""
    sides = (str(leg.planned["from"]), str(leg.planned["to"]))
    return leg.planned["number"] is None and all(side.startswith("courier") for side in sides)


def _uncertain(rows: Sequence[queries.BoardRow], *, findings: Sequence[KeptFinding]) -> list[str]:
    cities = {row.station["station"]: row.station["city"] for row in rows}
    lines = []
    for doc in findings:
        minutes = doc["uncertain_minutes"]
        if minutes:
            where = f"{cities.get(doc['station'] or '', doc['station'])}: seal last seen intact - found broken"
            lines.append(f"uncertain for {minutes // 60} h {minutes % 60:02d} min in one place ({where})")
    return lines


def _findings(rows: Sequence[queries.BoardRow], *, findings: Sequence[KeptFinding]) -> list[str]:
    if not findings:
        return ["FINDINGS  none."]
    cities = {row.station["station"]: row.station["city"] for row in rows}
    left = [doc for doc in findings if doc["status"] in _UNSETTLED]
    unsettled = [doc for doc in left if is_work(doc["severity"])]
    told = f", {len(left) - len(unsettled)} for information" if len(left) > len(unsettled) else ""
    head = f"FINDINGS  {len(findings)}: {len(unsettled)} open, {len(findings) - len(left)} settled{told}."
    ordered = sorted(
        findings, key=lambda doc: (_ORDER[doc["severity"]], doc["status"] not in _UNSETTLED, doc["raised"])
    )
    lines = [finding_line(doc, city=cities.get(doc["station"] or "")) for doc in ordered]
    shown = first_of(lines, what="findings", where="custody findings")
    return [f"{head}  A finding says what disagrees with what, never who is at fault.", *shown]


def _honest(books: Books, *, rows: Sequence[queries.BoardRow]) -> list[str]:
    """Irregularities that are nobody's disagreement: they raise no finding, and are told all the same."""
    waited = {row.station["station"]: queries.waited(books, row.station["station"]) for row in rows}
    late = [code for code, count in waited.items() if count]
    named = late if len(late) <= _NAMED_MAX else []
    lines: list[str] = []
    for row in rows:
        code, city = row.station["station"], row.station["city"]
        for leg in queries.legs_of_station(books, code):
            if _is_substitute(leg):
                sides = f"{leg.planned['from']} to {leg.planned['to']}, signed by both at {leg.planned['at']}"
                lines.append(_honest_line(city, what="substitute", told=sides))
        if code in named:
            lines.append(_waited_line(city, count=waited[code]))
    if late and not named:
        lines.append(_waited_line(f"{len(late)} stations", count=sum(waited.values())))
    return first_of(lines, what="irregularities that raise no finding", where="custody show STATION --json")


def _waited_line(where: str, *, count: int) -> str:
    told = f"{count:,} acts recorded before what they follow: all waited and took effect, nothing lost or doubled"
    return _honest_line(where, what="order of arrival", told=told)


def _honest_line(where: str, *, what: str, told: str) -> str:
    return f"{'none':<18} {where:<12} {what:<18} {told}"
