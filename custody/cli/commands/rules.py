"""``custody rules`` and ``custody codes``: what is in force at a position of the log, in plain words, from the log itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.lines.spoken import Lang
from custody.cli.reading_books import log_position
from custody.core.authority.roots import ROOT_DECISIONS
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.ledger import Ledger
from custody.core.wording.finding_codes import SEVERITY
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.numbers import positions_held
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from schemas.codes import BASE_CODES
from schemas.errors import Misused
from schemas.rules import Capacity, Quorum, Rules, SignatureRule


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules")(rules)
    app.command("codes")(codes)


Place = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
At = Annotated[
    str | None,
    typer.Option("--at", help="As of this log position, or of this time (RFC 3339).", metavar="POSITION|TIME"),
]


def rules(directory: Place = Path(".demo"), at: At = None, lang: Lang = "en") -> None:
    """The rules in force, in plain words."""
    ledger = _ledger(directory, at=at)
    since, in_force = ledger.state.rules[-1]
    for line in rule_lines(in_force, since=since, at=ledger.state.position, language=lang):
        typer.echo(line)


def codes(directory: Place = Path(".demo"), at: At = None, lang: Lang = "en") -> None:
    """The codes that forms and events may name, and what each says."""
    _, in_force = _ledger(directory, at=at).state.rules[-1]
    for code in (*BASE_CODES, *(name for name in in_force.codes if name not in BASE_CODES)):
        typer.echo(f"{code:<20} {in_force.says(code, language=lang)}")


def _ledger(directory: Path, *, at: str | None) -> Ledger:
    """The ledger of an election as of a position or time, the newest without one. Misused where there is none."""
    position = log_position(Directory(directory), at=at)
    with Directory(directory).open_log() as log:
        if position is not None and not 0 <= position < log.end():
            raise Misused("rules-at", f"The log holds {positions_held(log.end())}.")
        ledger = folded(log, until=None if position is None else position + 1)
    if not ledger.election:
        raise Misused("no-election", "The log opens no election.")
    return ledger


def rule_lines(in_force: RulesInForce, *, since: int, at: int, language: Language = "en") -> list[str]:
    """The rules as sentences; ``since`` is the position of the event that brought them, ``at`` the one asked about."""
    told = in_force.rules
    head = (
        message("rules.in-force", at=_place(at), since=_place(since), event=in_force.event),
        message("rules.judged-by"),
    )
    signatures = [f"  {render(line, language=language)}" for line in _signatures(told.signatures)]
    return [
        *(render(line, language=language) for line in head),
        "",
        *(render(line, language=language) for line in _figures(told)),
        "",
        render(message("rules.who-signs"), language=language),
        *signatures,
        render(
            message("rules.root-too", types=tuple(message("type", type=name) for name in ROOT_DECISIONS)),
            language=language,
        ),
    ]


def _place(position: int) -> Message:
    return message("label.position", position=position, entries=position + 1)


def _figures(told: Rules) -> Iterable[Message]:
    reserve = told.reserve
    yield message("rules.reserve", papers=reserve.numerator, voters=reserve.denominator, rounding=reserve.rounding)
    series = tuple(
        message("rules.series", issuer=row.issuer, first=f"{row.first:06d}", last=f"{row.last:06d}")
        for row in told.seal_series
    )
    yield message("rules.seals", series=series) if series else message("rules.any-seal")
    yield message("rules.waiting", hours=told.waiting_hours)
    yield message("rules.offers", hours=told.offer_expiry_hours)
    yield message(
        "rules.silence",
        reported=told.silence_reported_hours,
        overdue=told.silence_overdue_hours,
        at_risk=told.silence_at_risk_hours,
    )
    yield from _separations(told)
    yield message("rules.recount", persons=told.recount_persons)
    yield message("rules.deadlines", arrival=told.arrival_hours, back=told.return_hours)
    yield from _disposal(told)
    yield from _chosen(told)
    yield message(
        "rules.tolerances", papers=told.weighed_per_mille, clock=told.clock_skew_minutes, minutes=told.break_minutes
    )
    changed = tuple(
        message("rules.severity", code=row.code, severity=message("severity", severity=row.severity))
        for row in told.severities
        if SEVERITY.get(row.code) != row.severity
    )
    own = tuple(row.code for row in told.codes)
    yield message("rules.codes", codes=own) if own else message("rules.only-published-codes")
    yield message("rules.severities", changed=changed) if changed else message("rules.default-severities")


def _separations(told: Rules) -> Iterable[Message]:
    for pair in told.separations:
        first, second = _capacity(pair.first), _capacity(pair.second)
        kept_apart = message("rules.separation", first=first, second=second)
        lifted = message("rules.separation-lifted", first=first, second=second)
        yield lifted if pair.dispensable else kept_apart
    if not told.separations:
        yield message("rules.no-separation")


def _capacity(capacity: Capacity) -> Message:
    if capacity.part is None:
        return (
            message("rules.at-station", roles=_any_of(capacity.roles)) if capacity.roles else message("rules.enrolled")
        )
    if capacity.roles:
        return message("rules.part-as", part=capacity.part, roles=_any_of(capacity.roles))
    return message("rules.part", part=capacity.part)


def _disposal(told: Rules) -> Iterable[Message]:
    yield message("rules.disposal", disposal=told.disposal)
    for disposal in ("return", "keep-and-destroy"):
        stations = tuple(sorted(row.station for row in told.disposal_exceptions if row.disposal == disposal))
        if stations and disposal != told.disposal:
            yield message("rules.disposal-except", stations=stations, disposal=disposal)


def _chosen(told: Rules) -> Iterable[Message]:
    """What an election states of its own where most state nothing."""
    if told.storage_days:
        yield message("rules.storage", days=told.storage_days)
    if told.allocation.method == "fixed":
        yield message("rules.allocated-by-table")
    if told.allocation.method == "estimate-with-cap":
        yield message("rules.allocated-by-cap", papers=told.allocation.cap)
    if told.resupply != "between-stations":
        yield message("rules.resupply", resupply=told.resupply)
    if told.list_signatures == "style":
        yield message("rules.signs-each-style")
    for row in told.handovers:
        receiving = tuple(message("party", kind=kind) for kind in row.receiving)
        yield message("rules.hands", releasing=message("party", kind=row.releasing), receiving=receiving)
    if told.retention:
        yield message(
            "rules.retention", kinds=tuple(message("rules.retention-kind", kind=kind) for kind in told.retention)
        )
    if told.cancelling:
        yield message("rules.cancelling", ways=told.cancelling)
    for stand in told.stand_ins:
        yield message("rules.stand-in", role=message("role", role=stand.role), roles=_any_of(stand.stands_in_for))


def _signatures(rows: Sequence[SignatureRule]) -> Iterable[Message]:
    names = sorted({(row.type, row.part) for row in rows})
    for type_name, part in names:
        own = [row for row in rows if (row.type, row.part) == (type_name, part)]
        quorums = tuple(
            message("rules.one-of", quorums=tuple(_quorum(quorum) for quorum in row.quorums)) for row in own
        )
        yield message("rules.signers", type=type_name, part=part, quorums=quorums)


def _quorum(quorum: Quorum) -> Message:
    who = _any_of(quorum.roles)
    if not quorum.including:
        return message("rules.quorum", persons=quorum.persons, who=who)
    return message("rules.quorum-with", persons=quorum.persons, who=who, including=_any_of(quorum.including))


def _any_of(roles: Sequence[str]) -> Message:
    names = tuple(message("role", role=role) for role in roles)
    return (
        message("any-of", names=names) if len(names) < 3 else message("any-of.more", names=names[:-1], last=names[-1])
    )
