"""The board: papers, custody and findings of one election in plain lines, from the views alone.

Every figure is a sum of what stations stated; nothing is estimated. A finding says what disagrees with what, never who is at
fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from custody.cli.lines.bounded import first_of
from custody.cli.lines.findings import finding_line
from custody.cli.lines.spoken import headed
from custody.cli.lines.station import in_names
from custody.core.authority.parties import told_holder
from custody.core.state.registers import duration
from custody.core.wording.finding_codes import is_work
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from projections import queries
from projections.kept_rows import KeptFinding, KeptPrint
from projections.queries import Total
from projections.stores.books import Books
from schemas.election_names import NO_NAMES, ElectionNames

_ORDER = {"serious": 0, "attention": 1, "information": 2}
_UNSETTLED = ("open", "acknowledged")
_NAMED_MAX = 5
"""Stations whose acts waited that are named one by one."""


def board_lines(books: Books, *, language: Language = "en", names: ElectionNames = NO_NAMES) -> list[str]:
    """PAPERS, CUSTODY and FINDINGS as lines of text; stations by their ``names`` in the language, where there are any."""
    totals = queries.election_totals(books)
    rows = [replace(row, station=in_names(row.station, names=names, language=language)) for row in queries.board(books)]
    findings = queries.findings(books)
    papers = [*_print_lines(books), *_sent(totals), *_counted(rows, totals=totals), *_issued(totals, rows=rows)]
    papers += _disputed(rows)
    custody = _custody(books, rows=rows, findings=findings)
    return [
        *headed(message("board.papers"), _in(papers, language=language), language=language),
        *headed(message("board.custody"), _in(custody, language=language), language=language),
        "",
        *_findings(rows, findings=findings, language=language),
        *_honest(books, rows=rows, language=language),
    ]


def _in(lines: Sequence[Message], *, language: Language) -> list[str]:
    return [render(line, language=language) for line in lines]


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


def _print_lines(books: Books) -> list[Message]:
    return [_of_style(doc, line=_print_line(doc)) for doc in queries.prints(books) if doc["ordered"] is not None]


def _of_style(doc: KeptPrint, *, line: Message) -> Message:
    """A line about a printing, with the style of its papers where there are several."""
    return message("board.of-style", line=line, style=doc["style"]) if "style" in doc else line


def _print_line(doc: KeptPrint) -> Message:
    if doc["printed"] is None:
        return message("board.ordered", papers=doc["ordered"] or 0)
    is_gone, gone = doc["waste_destroyed"] == doc["waste"], doc["waste_destroyed"] or 0
    waste = message("board.waste-gone") if is_gone else message("board.waste-destroyed", papers=gone)
    return message(
        "board.printed", printed=doc["printed"], good=doc["good"] or 0, waste=doc["waste"] or 0, destroyed=waste
    )


def _sent(totals: dict[str, Total]) -> list[Message]:
    if not {"allocated", "list", "reserve"} <= set(totals):
        return []
    sent, voters, reserve = (totals[name].papers for name in ("allocated", "list", "reserve"))
    rest = "" if sent == voters + reserve else f": {sent - voters - reserve:+,}"
    return [message("board.sent", sent=sent, voters=voters, reserve=reserve, rest=rest)]


def _counted(rows: Sequence[queries.BoardRow], *, totals: dict[str, Total]) -> list[Message]:
    counted = totals.get("counted")
    if counted is None:
        return []
    times = [(row.account["counted_at"], row) for row in rows if row.account is not None]
    hours = [(_hours_before(row, counted_at=at), row) for at, row in times if at]
    least = min(hours, key=lambda item: item[0])
    return [
        message(
            "board.counted",
            papers=counted.papers,
            counted=counted.stations,
            stations=len(rows),
            city=least[1].station["city"],
            hours=least[0],
        )
    ]


def _hours_before(row: queries.BoardRow, *, counted_at: str) -> int:
    opens, counted = datetime.fromisoformat(row.station["opens"]), datetime.fromisoformat(counted_at)
    return int((opens - counted).total_seconds() // 3600)


def _issued(totals: dict[str, Total], *, rows: Sequence[queries.BoardRow]) -> list[Message]:
    if not {"issued", "unused", "counted"} <= set(totals):
        return []
    figures = {name: total.papers for name, total in totals.items()}
    spoiled, unused = figures.get("spoiled", 0), figures["unused"]
    total = figures["issued"] + spoiled + unused + figures.get("defective", 0)
    difference = _difference(rows)
    lines = [
        message(
            "board.issued", issued=figures["issued"], spoiled=spoiled, unused=unused, total=total, difference=difference
        )
    ]
    if "in_boxes" in figures:
        lines.append(
            message(
                "board.boxes",
                in_boxes=figures["in_boxes"],
                valid=figures["valid"],
                invalid=figures["invalid"],
                not_returned=figures["not_returned"],
                cancelled=figures.get("cancelled", 0),
            )
        )
    return lines


def _difference(rows: Sequence[queries.BoardRow]) -> Message:
    """What stations stated beyond (or short of) what they received; nothing is netted between stations."""
    over = [
        (row.station["city"], -papers)
        for row in rows
        if row.account is not None and (papers := row.account["unaccounted"])
    ]
    if not over:
        return message("board.as-received")
    more = [(city, papers) for city, papers in over if papers > 0]
    less = [(city, -papers) for city, papers in over if papers < 0]
    parts = []
    if more:
        parts.append(message("board.more", papers=sum(papers for _, papers in more), where=_where(more)))
    if less:
        parts.append(message("board.fewer", papers=sum(papers for _, papers in less), where=_where(less)))
    return message("board.differences", parts=tuple(parts))


def _disputed(rows: Sequence[queries.BoardRow]) -> list[Message]:
    """Stations whose figures are in the sums and out of force until a dispute is decided."""
    named = [
        message(
            "board.disputed-figures",
            city=row.station["city"],
            figures=tuple(
                message("board.figure", figure=name.replace("_", " ")) for name in row.account["disputed_figures"]
            ),
        )
        for row in rows
        if row.account and row.account["disputed"]
    ]
    if not named:
        return []
    told = message("board.disputed", stations=len(named), told=tuple(named[:_NAMED_MAX]))
    left = len(named) - _NAMED_MAX
    return [message("board.disputed-more", told=told, more=left) if left > 0 else told]


def _where(rows: Sequence[tuple[str, int]]) -> Message:
    if len(rows) == 1:
        return message("board.all-in", city=rows[0][0])
    return message("board.in", cities=tuple(f"{city} ({papers})" for city, papers in rows))


def _custody(books: Books, *, rows: Sequence[queries.BoardRow], findings: Sequence[KeptFinding]) -> list[Message]:
    legs = [leg for row in rows for leg in queries.legs_of_station(books, row.station["station"])]
    planned = [leg for leg in legs if leg.planned["number"] is not None]
    unplanned = len(legs) - len(planned)
    carried = sum(leg.planned["handover"] is not None and leg.planned["carrier"] for leg in planned)
    done = sum(leg.planned["handover"] is not None for leg in planned) - carried
    if not done + unplanned + carried:
        return [message("board.no-handover")]
    handovers = {
        doc["offer"]: doc for row in rows for doc in queries.handovers_of_station(books, row.station["station"])
    }
    substitutes = sum(_is_substitute(leg) for leg in legs)
    extra = [message("board.planned", planned=done)]
    extra += [message("board.substitutes", substitutes=substitutes)] if substitutes else []
    extra += [message("board.unplanned", unplanned=unplanned - substitutes)] if unplanned > substitutes else []
    line = message(
        "board.handovers",
        handovers=done + unplanned,
        kinds=tuple(extra),
        carried=carried,
        refused=sum(doc["state"] == "refused" for doc in handovers.values()),
        missing=len(planned) - done - carried,
    )
    return [line, *_uncertain(rows, findings=findings)]


def _is_substitute(leg: queries.LegBesideRecord) -> bool:
    """An unplanned handover from one courier to another."""
    sides = (str(leg.planned["from"]), str(leg.planned["to"]))
    return leg.planned["number"] is None and all(side.startswith("courier") for side in sides)


def _uncertain(rows: Sequence[queries.BoardRow], *, findings: Sequence[KeptFinding]) -> list[Message]:
    cities = {row.station["station"]: row.station["city"] for row in rows}
    return [
        message(
            "board.uncertain",
            duration=duration(doc["uncertain_minutes"]),
            city=cities.get(doc["station"] or "", doc["station"] or "-"),
        )
        for doc in findings
        if doc["uncertain_minutes"]
    ]


def _findings(rows: Sequence[queries.BoardRow], *, findings: Sequence[KeptFinding], language: Language) -> list[str]:
    if not findings:
        return [render(message("board.no-findings"), language=language)]
    cities = {row.station["station"]: row.station["city"] for row in rows}
    left = [doc for doc in findings if doc["status"] in _UNSETTLED]
    unsettled = [doc for doc in left if is_work(doc["severity"])]
    head = message(
        "board.findings",
        findings=len(findings),
        open=len(unsettled),
        settled=len(findings) - len(left),
        information=len(left) - len(unsettled),
    )
    ordered = sorted(
        findings, key=lambda doc: (_ORDER[doc["severity"]], doc["status"] not in _UNSETTLED, doc["raised"])
    )
    lines = [finding_line(doc, city=cities.get(doc["station"] or ""), language=language) for doc in ordered]
    what = render(message("show.findings"), language=language)
    return [
        render(head, language=language),
        *first_of(lines, what=what, where="custody findings", language=language),
    ]


def _honest(books: Books, *, rows: Sequence[queries.BoardRow], language: Language) -> list[str]:
    """Irregularities that are nobody's disagreement: they raise no finding, and are told all the same."""
    waited = {row.station["station"]: queries.waited(books, row.station["station"]) for row in rows}
    late = [code for code, count in waited.items() if count]
    named = late if len(late) <= _NAMED_MAX else []
    lines: list[str] = []
    for row in rows:
        code, city = row.station["station"], row.station["city"]
        lines.extend(
            _honest_line(city, what=message("board.substitute"), told=_handed_on(leg), language=language)
            for leg in queries.legs_of_station(books, code)
            if _is_substitute(leg)
        )
        if code in named:
            lines.append(_waited_line(city, count=waited[code], language=language))
    if late and not named:
        where = render(message("board.stations", stations=len(late)), language=language)
        lines.append(_waited_line(where, count=sum(waited.values()), language=language))
    what = render(message("board.irregularities"), language=language)
    return first_of(lines, what=what, where="custody show STATION --json", language=language)


def _handed_on(leg: queries.LegBesideRecord) -> Message:
    giver, taker, at = told_holder(leg.planned["from"]), told_holder(leg.planned["to"]), leg.planned["at"] or ""
    return message("board.handed-on", giver=giver, taker=taker, at=at)


def _waited_line(where: str, *, count: int, language: Language) -> str:
    told = message("board.waited", acts=count)
    return _honest_line(where, what=message("board.order"), told=told, language=language)


def _honest_line(where: str, *, what: Message, told: Message, language: Language) -> str:
    none = render(message("board.none"), language=language)
    return f"{none:<18} {where:<12} {render(what, language=language):<18} {render(told, language=language)}"
