"""Every command is named in the program's table, and only what it needs is imported for it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from custody.cli.program import COMMANDS

CLI = Path(__file__).parents[2] / "custody" / "cli"


@pytest.mark.parametrize("module", COMMANDS)
def test_the_table_names_the_commands_that_a_module_registers(module: str) -> None:
    app = typer.Typer()
    import_module(f"custody.cli.{module}").register(app)
    names = [command.name for command in app.registered_commands] + [group.name for group in app.registered_groups]
    assert tuple(names) == COMMANDS[module]


def test_no_module_that_registers_commands_is_forgotten() -> None:
    registering = {path.stem for path in CLI.glob("*.py") if "\ndef register(" in path.read_text(encoding="utf-8")}
    assert registering - {"device_commands"} == set(COMMANDS)  # which courier_commands registers


@pytest.mark.parametrize("command", ["demo", "audit", "show", "act", "append", "offer", "export"])
def test_a_command_of_the_embedded_system_imports_no_server(command: str) -> None:
    program = f"""
import sys
from custody.cli.program import make_app
make_app(["{command}"])
print([name for name in ("kafka", "fastapi", "uvicorn") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
