"""The program with all its commands: every command module is named here and registers itself."""

from __future__ import annotations

import typer

from custody.cli import (
    audit_command,
    courier_commands,
    demo_command,
    dev_commands,
    log_commands,
    play_commands,
    rules_command,
    show_commands,
)

_MODULES = (
    demo_command,
    audit_command,
    show_commands,
    log_commands,
    rules_command,
    play_commands,
    courier_commands,
    dev_commands,
)


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
