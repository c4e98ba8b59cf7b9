"""``custody rules`` and ``custody codes``: what is in force at a position of the log, in plain words, from the log itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custody.cli.lines.spoken import Lang
from custody.cli.reading_books import log_position
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.authority.rules_told import told_figures, told_root, told_signatures
from custody.core.ledger import Ledger
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.numbers import positions_held
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from schemas.codes import BASE_CODES
from schemas.errors import Misused


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
    signatures = [f"  {render(line, language=language)}" for line in told_signatures(told)]
    return [
        *(render(line, language=language) for line in head),
        "",
        *(render(line, language=language) for line in told_figures(told)),
        "",
        render(message("rules.who-signs"), language=language),
        *signatures,
        render(told_root(), language=language),
    ]


def _place(position: int) -> Message:
    return message("label.position", position=position, entries=position + 1)
