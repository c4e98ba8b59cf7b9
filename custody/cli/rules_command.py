"""``custody rules --at POSITION``: the rules in force at a position of the log, in plain words, from the log itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.directory import Directory, folded
from custody.core.catalogue import SEVERITY
from custody.core.rules import RulesInForce
from custody.core.words import plural
from schemas.errors import Misused
from schemas.rules import Capacity, Quorum, Rules, SignatureRule

_PARTS = {
    "acting": "",
    "releasing": " for the releasing side",
    "receiving": " for the receiving side",
    "service": " as a service",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules")(rules)


def rules(
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
    at: Annotated[int | None, typer.Option("--at", help="The rules in force at this log position.")] = None,
) -> None:
    """The rules in force, in plain words."""
    with Directory(directory).open_log() as log:
        if at is not None and not 0 <= at < log.end():
            raise Misused("rules-at", f"The log has positions 0 to {log.end() - 1}.")
        ledger = folded(log, until=None if at is None else at + 1)
    if not ledger.election:
        raise Misused("no-election", "The log opens no election.")
    since, in_force = ledger.state.rules[-1]
    for line in rule_lines(in_force, since=since, at=ledger.state.position):
        typer.echo(line)


def rule_lines(in_force: RulesInForce, *, since: int, at: int) -> list[str]:
    """The rules as sentences; ``since`` is the position of the event that brought them, ``at`` the one asked about."""
    told = in_force.rules
    return [
        f"Rules in force at position {at}, set at position {since} by event {in_force.event}.",
        "Each event is judged by the rules in force where it was first recorded.",
        "",
        *_figures(told),
        "",
        "Who must sign (distinct persons of one office; whatever keys they hold, each counts once):",
        *_signatures(told.signatures),
    ]


def _figures(told: Rules) -> list[str]:
    reserve = told.reserve
    series = [f"{row.issuer} {row.first:06d} to {row.last:06d}" for row in told.seal_series]
    changed = [f"{row.code} is {row.severity}" for row in told.severities if SEVERITY.get(row.code) != row.severity]
    return [
        f"Reserve: {plural(reserve.numerator, noun='paper')} for every {plural(reserve.denominator, noun='voter')} on a "
        f"station's list, rounded {reserve.rounding} for each station.",
        f"Seals given out: {', '.join(series)}." if series else "Seals: any number counts as given out.",
        f"An act or a device that waits for something becomes a finding after {told.waiting_hours} h.",
        f"An offer without an answer becomes a finding after {told.offer_expiry_hours} h.",
        f"Silence after a deadline: not yet reported after {told.silence_reported_hours} h, overdue after "
        f"{told.silence_overdue_hours} h, station at risk from {told.silence_at_risk_hours} h before it opens.",
        *_separations(told),
        f"A unit on hold, or behind a broken seal, is counted by {plural(told.recount_persons, noun='person')}.",
        f"Where a manifest states no deadline: papers are there {told.arrival_hours} h before the station opens, and back "
        f"{told.return_hours} h after it closes.",
        *_disposal(told),
        f"No finding: a weighed printing that differs by up to {plural(told.weighed_per_mille, noun='paper')} in 1,000, a "
        f"claimed clock that is up to {told.clock_skew_minutes} min behind, custody unknown for up to {told.break_minutes} min.",
        f"Severities that differ from the default ones: {', '.join(changed)}."
        if changed
        else "Severities: the default.",
    ]


def _separations(told: Rules) -> Iterable[str]:
    for pair in told.separations:
        lifted = ", unless a dispensation says so and the head of mission signs too" if pair.dispensable else ""
        yield f"One person must not be both {_capacity(pair.first)} and {_capacity(pair.second)}{lifted}."
    if not told.separations:
        yield "One person may be anything in the same act: no capacities are kept apart."


def _capacity(capacity: Capacity) -> str:
    roles = _any_of(capacity.roles)
    if capacity.part is None:
        return f"{roles or 'enrolled'} at the station"
    return f"{capacity.part}{f' as {roles}' if roles else ''}"


_DISPOSAL = {"return": "go back to the CEC", "keep-and-destroy": "are kept and destroyed at the mission"}


def _disposal(told: Rules) -> Iterable[str]:
    yield f"After the count the papers of every station {_DISPOSAL[told.disposal]}."
    for disposal, words in _DISPOSAL.items():
        stations = sorted(row.station for row in told.disposal_exceptions if row.disposal == disposal)
        if stations and disposal != told.disposal:
            yield f"Except for {', '.join(stations)}, whose papers {words}."


def _signatures(rows: Sequence[SignatureRule]) -> Iterable[str]:
    names = sorted({(row.type, row.part) for row in rows})
    for type_name, part in names:
        own = [row for row in rows if (row.type, row.part) == (type_name, part)]
        words = "; and ".join(", or ".join(_quorum(quorum) for quorum in row.quorums) for row in own)
        yield f"  {type_name}{_PARTS.get(part, f' ({part})')}: {words}."


def _quorum(quorum: Quorum) -> str:
    who = _any_of(quorum.roles)
    among = f" with {_any_of(quorum.including)} among them" if quorum.including else ""
    return f"{plural(quorum.persons, noun='person')} ({who}){among}"


def _any_of(roles: Sequence[str]) -> str:
    return " or ".join(roles) if len(roles) < 3 else f"{', '.join(roles[:-1])} or {roles[-1]}"
