"""The command line: the composition root. Every command module registers itself here; nothing imports this package."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from custody.cli import (
    audit_command,
    courier_commands,
    demo_command,
    log_commands,
    play_commands,
    show_commands,
)
from custody.cli.exits import run

_MODULES = (demo_command, audit_command, show_commands, log_commands, play_commands, courier_commands)


def make_app() -> typer.Typer:
    """The application with all commands."""
    app = typer.Typer(
        name="custody",
        help="Chain of custody for ballot papers: signed events on an append-only log, and what they add up to.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in _MODULES:
        module.register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; ends the process with one of the exit codes of ``custody.cli.exits``."""
    sys.exit(run(make_app(), arguments=arguments))
