"""Every command is named in the program's table, and only what it needs is imported for it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from custody.cli.command_table import TABLE
from custody.cli.program import COMMANDS

HEAVY = ("pydantic", "cryptography", "kafka", "fastapi", "httpx", "psycopg", "sqlite3", "custody.core.ledger")
CLI = Path(__file__).parents[2] / "custody" / "cli" / "commands"


@pytest.mark.parametrize("module", COMMANDS)
def test_the_table_names_the_commands_that_a_module_registers(module: str) -> None:
    app = typer.Typer()
    import_module(f"custody.cli.commands.{module}").register(app)
    names = [command.name for command in app.registered_commands] + [group.name for group in app.registered_groups]
    assert tuple(names) == COMMANDS[module]


def test_no_module_that_registers_commands_is_forgotten() -> None:
    registering = {path.stem for path in CLI.glob("*.py") if "\ndef register(" in path.read_text(encoding="utf-8")}
    assert registering - {"device"} == set(COMMANDS)  # which courier registers


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_list_of_commands_imports_none_of_them(words: list[str]) -> None:
    program = f"""
import sys
from custody.cli.exits import run
from custody.cli.program import make_app
run(make_app({words!r}), arguments={words!r})
print("IMPORTED", [name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "IMPORTED []"


@pytest.mark.parametrize("module", COMMANDS)
def test_the_list_says_of_each_command_what_the_command_says_itself(module: str) -> None:
    app = typer.Typer()
    import_module(f"custody.cli.commands.{module}").register(app)
    said = {one.name: one.help or (one.callback.__doc__ if one.callback else "") for one in app.registered_commands}
    for group in app.registered_groups:
        told = group.typer_instance.info.help if group.typer_instance else None
        said[group.name] = told if isinstance(told, str) else ""
    first = {name: " ".join((text or "").strip().split("\n\n")[0].split()) for name, text in said.items()}
    assert first == {row.name: row.summary for row in TABLE if row.module == module}


def test_help_names_every_command_once_in_its_group() -> None:
    words = [sys.executable, "-m", "custody.cli", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    sections = [section.splitlines() for section in done.stdout.split("\n\n")]
    told = {lines[0]: [line.split()[0] for line in lines[1:] if line[2:3].strip()] for lines in sections if lines}
    for group in {row.group for row in TABLE}:
        assert told[f"{group}:"] == [row.name for row in TABLE if row.group == group]


@pytest.mark.parametrize("command", ["demo", "audit", "show", "act", "append", "offer", "export"])
def test_a_command_of_the_embedded_system_imports_no_server(command: str) -> None:
    program = f"""
import sys
from custody.cli.program import make_app
make_app(["{command}"])
print([name for name in ("kafka", "fastapi", "uvicorn", "psycopg") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_whoever_only_reads_books_imports_neither_the_ledger_nor_the_models_of_every_event() -> None:
    program = """
import sys
from custody.cli.program import make_app
make_app(["show"])
print([name for name in ("custody.core.ledger", "custody.core.state.state", "schemas.union") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
