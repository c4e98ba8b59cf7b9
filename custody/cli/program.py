"""The program with all its commands: every command is named here with the module that registers it.

A module is imported only if its command is asked for: Kafka, HTTP and PostgreSQL take longer to import than most commands
take to run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import typer

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "demo_command": ("demo",),
    "sim_command": ("sim",),
    "audit_command": ("audit", "tamper"),
    "show_commands": ("show", "board", "findings", "identifier"),
    "rules_command": ("rules", "codes"),
    "fork_command": ("prove-fork",),
    "evidence_commands": ("evidence",),
    "log_commands": ("export",),
    "play_commands": ("act", "cosign", "append", "people"),
    "courier_commands": (
        "enrol",
        "outbox",
        "sync",
        "invite",
        "offer",
        "answer",
        "refuse",
        "read",
        "seals",
        "count",
    ),
    "gateway_command": ("gateway",),
    "service_commands": ("ledger", "checkpointer", "rebuild"),
    "monitor_command": ("monitor",),
    "web_command": ("web",),
    "token_command": ("token",),
    "topics_command": ("topics",),
    "doctor_command": ("doctor",),
    "restore_command": ("restore", "refeed"),
    "init_command": ("init",),
    "distributed": ("demo-kafka",),
    "dev_commands": ("dev",),
}
"""Module of ``custody.cli`` -> the commands that its ``register`` adds, in the order of ``custody --help``."""


def make_app(words: Sequence[str] = ()) -> typer.Typer:
    """The application: with the one module whose command ``words`` begin with, or else with all of them."""
    app = typer.Typer(
        name="custody",
        help="Chain of custody for ballot papers: signed events on an append-only log, and what they add up to.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    first = words[0] if words else ""
    wanted = [module for module, names in COMMANDS.items() if first in names] or list(COMMANDS)
    for module in wanted:
        import_module(f"custody.cli.{module}").register(app)
    if len(wanted) == 1:
        app.callback()(_nothing)  # or a single command would take the place of the program
    return app


def _nothing() -> None:
    """Chain of custody for ballot papers: signed events on an append-only log, and what they add up to."""
