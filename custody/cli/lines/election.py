"""A folder without mistakes, told in lines: papers and times by station, who signs what, what the rules leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.adapters.timezones import zone_of
from custody.cli.commands.rules import rule_lines
from custody.core.authority.required_signatures import DECLARED, LIKE
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.election.genesis import hours_of, zone_of_place
from custody.election.model import Election
from custody.paper.source import day_of, moment
from schemas.union import TYPES_BY_FOLD

_UNRULED: Final = frozenset({"ElectionOpened", DECLARED, *LIKE})
"""Genesis names who signs it; an error is declared by those who signed what was wrong; some are signed like another type."""
_FIGURES: Final = (1, 2)
"""Columns that stand to the right."""
_HEADINGS: Final = (
    *(message("check.station"), message("check.voters"), message("check.papers")),
    *(message("check.opens"), message("check.commission"), message("check.courier")),
)
Row = dict[str, object]


def election_lines(election: Election, *, language: Language = "en") -> Iterator[str]:
    """The election, its stations, who signs what, and what the rules do not cover."""
    yield f"{election.names.get(language, election.name)} ({election.slug}, {election.domain})"
    yield from (render(line, language=language) for line in _stated(election))
    yield ""
    yield from _table([station_row(one, election=election) for one in election.stations], language=language)
    yield ""
    yield from _rules(election, language=language)
    yield ""
    yield render(_covered(uncovered(election)), language=language)


def _stated(election: Election) -> Iterator[Message]:
    """What the election says of itself."""
    first, last = election.days[0], election.days[-1]
    yield message(
        "check.figures",
        stations=len(election.stations),
        voters=sum(station.voters for station in election.stations),
        papers=sum(map(election.allocation, election.stations)),
        people=len(election.people),
        days=message("check.days", first=day_of(first), last="none" if first == last else day_of(last)),
    )
    edition = zone_of_place(election, name=election.timezone)["tzdata"]
    yield message("check.clocks", zone=election.timezone, edition=str(edition))
    if election.styles:
        told = tuple(message("check.style", style=one.code, contest=one.contest) for one in election.styles)
        yield message("check.styles", styles=told)
    yield message("check.root", threshold=election.threshold, badges=tuple(election.root))


def station_row(station: ReferenceStation, *, election: Election) -> Row:
    """One station's figures and hours."""
    opens, closes = hours_of(station, election=election)
    zones = {"station": zone_of(station.timezone), "commission": zone_of(election.timezone), "utc": UTC}
    times = {
        name: [datetime.fromtimestamp(at, tz=zone).isoformat(timespec="minutes") for at in (opens, closes)]
        for name, zone in zones.items()
    }
    return {
        "station": station.code,
        "voters": station.voters,
        "papers": election.allocation(station),
        "opens": {name: rows[0] for name, rows in times.items()},
        "closes": {name: rows[1] for name, rows in times.items()},
        "by_style": {style: election.share(station, style=style) for style in election.style_codes if style},
        "courier": election.consignment(station.code, direction="out").courier,
    }


def uncovered(election: Election) -> list[str]:
    """Types of events of which the rules do not say who signs: on the log each would be below its threshold."""
    ruled = {rule.type for rule in election.rules.signatures}
    return sorted(TYPES_BY_FOLD[1].keys() - ruled - _UNRULED)


def _table(rows: Sequence[Row], *, language: Language) -> Iterator[str]:
    """A line for each station under one of headings, each column as wide as its widest cell; styles in lines below theirs."""
    head = [render(title, language=language) for title in _HEADINGS]
    cells = [[render(cell, language=language) for cell in _cells(row)] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    yield _line(head, widths=widths)
    for row, told in zip(rows, cells, strict=True):
        yield _line(told, widths=widths)
        yield from (f"  {render(line, language=language)}" for line in _by_style(row))


def _line(cells: Sequence[str], *, widths: Sequence[int]) -> str:
    sides = zip(cells, widths, range(len(cells)), strict=True)
    told = [cell.rjust(width) if at in _FIGURES else cell.ljust(width) for cell, width, at in sides]
    return "  ".join(told).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    opens = row["opens"]
    assert isinstance(opens, dict)  # noqa: S101 - made above
    figures = (
        message("check.figure", value=_whole(row["voters"])),
        message("check.figure", value=_whole(row["papers"])),
    )
    return (str(row["station"]), *figures, moment(opens["station"]), moment(opens["commission"]), str(row["courier"]))


def _by_style(row: Row) -> Iterator[Message]:
    styles = row["by_style"]
    assert isinstance(styles, dict)  # noqa: S101 - made above
    for style, papers in styles.items():
        yield message("check.style-papers", style=style, papers=papers)


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - made above
    return value


def _rules(election: Election, *, language: Language) -> Iterator[str]:
    """The rules in words, without the lines that place them on a log."""
    yield from rule_lines(RulesInForce.of(election.rules, event=""), since=0, at=0, language=language)[3:]


def _covered(left: Sequence[str]) -> Message:
    if not left:
        return message("check.covered")
    return message("check.uncovered", types=tuple(message("type", type=name) for name in left))
