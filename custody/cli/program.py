"""The program with all its commands; ``command_table`` names each of them with the module that registers it.

A module is imported only if its command is asked for: Kafka, HTTP and PostgreSQL take longer to import than most commands
take to run. ``custody --help``, and a command that does not exist, import none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import typer

from custody.cli.command_table import TABLE, Command
from custody.cli.language import asked_language, spoken

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    module: tuple(row.name for row in TABLE if row.module == module)
    for module in dict.fromkeys(row.module for row in TABLE)
}
"""Module of ``custody.cli.commands`` -> the commands that its ``register`` adds, in the order of ``custody --help``."""


def make_app(words: Sequence[str] | None = None) -> typer.Typer:
    """The application: with the one module whose command ``words`` begin with, with names only where that is none of them.

    Without ``words``: with all modules.
    """
    app = typer.Typer(
        name="custody",
        help="Chain of custody for ballot papers: signed events on an append-only log, and what they add up to.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    if words is None:
        for module in COMMANDS:
            import_module(f"custody.cli.commands.{module}").register(app)
        spoken(app, language="en")
        return app
    language = asked_language(words)
    first = words[0] if words else ""
    row = next((row for row in TABLE if row.name == first), None)
    if row is None:
        for one in TABLE:
            _name(one, app=app)
    else:
        import_module(f"custody.cli.commands.{row.module}").register(app)
    spoken(app, language=language)
    app.callback(cls=app.info.cls)(_nothing)  # or a single command would take the place of the program
    return app


def _name(row: Command, *, app: typer.Typer) -> None:
    """A command that stands in the list only; it is never run, because its name alone imports its module."""
    app.command(row.name, help=row.summary, rich_help_panel=row.group)(_nothing)


def _nothing() -> None:
    """Chain of custody for ballot papers: signed events on an append-only log, and what they add up to."""
