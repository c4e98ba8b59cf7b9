"""What a folder without mistakes comes to, in lines: papers and times by station, who signs what, what the rules leave open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.adapters.timezones import zone_of
from custody.cli.commands.rules import rule_lines
from custody.core.authority.required_signatures import DECLARED, LIKE
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.wording.numbers import counted
from custody.election.genesis import hours_of, zone_of_place
from custody.election.model import Election
from schemas.union import TYPES_BY_FOLD

_UNRULED: Final = frozenset({"ElectionOpened", DECLARED, *LIKE})
"""Genesis names who signs it; an error is declared by those who signed what was wrong; some are signed like another type."""
Row = dict[str, object]


def election_lines(election: Election) -> Iterator[str]:
    """The election, its stations, who signs what, and what the rules do not cover."""
    voters = sum(station.voters for station in election.stations)
    papers = sum(map(election.allocation, election.stations))
    yield f"{election.name} ({election.slug}, {election.domain})"
    yield (
        f"{counted(len(election.stations), one='station')}, {voters:,} voters on their lists, {papers:,} papers, "
        f"{counted(len(election.people), one='person or service', many='persons and services')}, "
        f"voting {' to '.join(dict.fromkeys((election.days[0], election.days[-1])))}"
    )
    edition = zone_of_place(election, name=election.timezone)["tzdata"]
    yield f"clocks: {election.timezone} for the commission; time zone database {edition}"
    if election.styles:
        yield f"styles: {', '.join(f'{one.code} ({one.contest})' for one in election.styles)}"
    yield f"root: {election.threshold} of {', '.join(election.root)}"
    yield ""
    yield f"{'station':<8}{'voters':>9}{'papers':>9}  {'opens at the station':<23}{'at the commission':<19}{'UTC':<18}courier"
    for station in election.stations:
        yield _line(station_row(station, election=election))
    yield ""
    yield from _rules(election)
    yield ""
    yield from _uncovered(election)


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


def _line(row: Row) -> str:
    opens = row["opens"]
    assert isinstance(opens, dict)  # noqa: S101 - made above
    at = {name: str(text)[:16].replace("T", " ") for name, text in opens.items()}
    offset = str(opens["station"])[16:]
    return (
        f"{row['station']:<8}{row['voters']:>9,}{row['papers']:>9,}  {at['station']} {offset}  "
        f"{at['commission']}   {at['utc']}  {row['courier']}"
    )


def _rules(election: Election) -> Iterator[str]:
    """The rules in words, without the lines that place them on a log."""
    yield from rule_lines(RulesInForce.of(election.rules, event=""), since=0, at=0)[3:]


def _uncovered(election: Election) -> Iterator[str]:
    left = uncovered(election)
    if left:
        yield "NOT COVERED by the rules: who signs " + ", ".join(left) + "."
    else:
        yield "The rules say who signs every type of event."
