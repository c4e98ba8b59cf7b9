"""``custody rules`` and ``custody codes``: what is in force at a position of the log, in plain words, from the log itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.reading_books import log_position
from custody.core.authority.roots import ROOT_DECISIONS
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.ledger import Ledger
from custody.core.wording.finding_codes import SEVERITY
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Said, render, say
from custody.embedded.directory import Directory, folded
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
Lang = Annotated[Language, typer.Option("--lang", help="In English (en), Russian (ru) or Kazakh (kk).")]


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
            raise Misused("rules-at", f"The log holds positions 0 to {log.end() - 1} ({log.end():,} entries).")
        ledger = folded(log, until=None if position is None else position + 1)
    if not ledger.election:
        raise Misused("no-election", "The log opens no election.")
    return ledger


def rule_lines(in_force: RulesInForce, *, since: int, at: int, language: Language = "en") -> list[str]:
    """The rules as sentences; ``since`` is the position of the event that brought them, ``at`` the one asked about."""
    told = in_force.rules
    head = (say("rules.in-force", at=_place(at), since=_place(since), event=in_force.event), say("rules.judged-by"))
    signatures = [f"  {render(line, language=language)}" for line in _signatures(told.signatures)]
    return [
        *(render(line, language=language) for line in head),
        "",
        *(render(line, language=language) for line in _figures(told)),
        "",
        render(say("rules.who-signs"), language=language),
        *signatures,
        render(
            say("rules.root-too", types=tuple(say("type", type=name) for name in ROOT_DECISIONS)), language=language
        ),
    ]


def _place(position: int) -> Said:
    return say("label.position", position=position, entries=position + 1)


def _figures(told: Rules) -> Iterable[Said]:
    reserve = told.reserve
    yield say("rules.reserve", papers=reserve.numerator, voters=reserve.denominator, rounding=reserve.rounding)
    series = tuple(
        say("rules.series", issuer=row.issuer, first=f"{row.first:06d}", last=f"{row.last:06d}")
        for row in told.seal_series
    )
    yield say("rules.seals", series=series) if series else say("rules.any-seal")
    yield say("rules.waiting", hours=told.waiting_hours)
    yield say("rules.offers", hours=told.offer_expiry_hours)
    yield say(
        "rules.silence",
        reported=told.silence_reported_hours,
        overdue=told.silence_overdue_hours,
        at_risk=told.silence_at_risk_hours,
    )
    yield from _separations(told)
    yield say("rules.recount", persons=told.recount_persons)
    yield say("rules.deadlines", arrival=told.arrival_hours, back=told.return_hours)
    yield from _disposal(told)
    yield say(
        "rules.tolerances", papers=told.weighed_per_mille, clock=told.clock_skew_minutes, minutes=told.break_minutes
    )
    changed = tuple(
        say("rules.severity", code=row.code, severity=say("severity", severity=row.severity))
        for row in told.severities
        if SEVERITY.get(row.code) != row.severity
    )
    own = tuple(row.code for row in told.codes)
    yield say("rules.codes", codes=own) if own else say("rules.only-published-codes")
    yield say("rules.severities", changed=changed) if changed else say("rules.default-severities")


def _separations(told: Rules) -> Iterable[Said]:
    for pair in told.separations:
        first, second = _capacity(pair.first), _capacity(pair.second)
        kept_apart = say("rules.separation", first=first, second=second)
        lifted = say("rules.separation-lifted", first=first, second=second)
        yield lifted if pair.dispensable else kept_apart
    if not told.separations:
        yield say("rules.no-separation")


def _capacity(capacity: Capacity) -> Said:
    if capacity.part is None:
        return say("rules.at-station", roles=_any_of(capacity.roles)) if capacity.roles else say("rules.enrolled")
    if capacity.roles:
        return say("rules.part-as", part=capacity.part, roles=_any_of(capacity.roles))
    return say("rules.part", part=capacity.part)


def _disposal(told: Rules) -> Iterable[Said]:
    yield say("rules.disposal", disposal=told.disposal)
    for disposal in ("return", "keep-and-destroy"):
        stations = tuple(sorted(row.station for row in told.disposal_exceptions if row.disposal == disposal))
        if stations and disposal != told.disposal:
            yield say("rules.disposal-except", stations=stations, disposal=disposal)


def _signatures(rows: Sequence[SignatureRule]) -> Iterable[Said]:
    names = sorted({(row.type, row.part) for row in rows})
    for type_name, part in names:
        own = [row for row in rows if (row.type, row.part) == (type_name, part)]
        quorums = tuple(say("rules.one-of", quorums=tuple(_quorum(quorum) for quorum in row.quorums)) for row in own)
        yield say("rules.signers", type=type_name, part=part, quorums=quorums)


def _quorum(quorum: Quorum) -> Said:
    who = _any_of(quorum.roles)
    if not quorum.including:
        return say("rules.quorum", persons=quorum.persons, who=who)
    return say("rules.quorum-with", persons=quorum.persons, who=who, including=_any_of(quorum.including))


def _any_of(roles: Sequence[str]) -> Said:
    names = tuple(say("role", role=role) for role in roles)
    return say("any-of", names=names) if len(names) < 3 else say("any-of.more", names=names[:-1], last=names[-1])
