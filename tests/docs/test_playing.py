"""Every example of docs/playing.md is run by the real commands, in the order of the page, and says what the page says."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.reference import reference_stations
from custody.cli.exits import run
from custody.cli.program import make_app
from schemas.union import FOLD_1

PAGE = Path(__file__).parents[2] / "docs" / "playing.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ([A-Z]\w+) \| `(\{.*\})` \| ([a-z0-9 -]+) \|$", re.MULTILINE)
PIPED = re.compile(r"echo '(\{.*\})' \| (custody .*)")
STATIONS = ("ANK", "AYT")


class Stdin:
    """Standard input as the commands read it."""

    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode())


@dataclass
class Shell:
    """Runs commands in this process, in a folder of its own."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    said: list[str] = field(default_factory=list)

    def line(self, line: str) -> None:
        """One line of a block; ``# exit 65`` at its end says how it ends."""
        command, _, remark = line.partition("   # exit ")
        piped = PIPED.fullmatch(command)
        if piped is not None:
            self.monkeypatch.setattr("sys.stdin", Stdin(piped[1]))
        self.command(shlex.split(piped[2] if piped is not None else command), code=int(remark or 0))

    def command(self, words: list[str], *, code: int = 0) -> None:
        """One command; what it says on standard output is what a text block after it shows."""
        assert words[0] == "custody"
        ended = run(make_app(words[1:]), arguments=words[1:])
        told = self.capsys.readouterr()
        assert ended == code, f"{words}: {ended}: {told.err}"
        self.said = told.out.splitlines()


def blocks() -> Iterator[tuple[str, list[str]]]:
    """(sh or text, lines) of the page."""
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        yield kind, text.splitlines()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    few = tuple(station for station in reference_stations() if station.code in STATIONS)
    monkeypatch.setattr("custody.sandbox.create.reference_stations", lambda: few)
    monkeypatch.chdir(tmp_path)
    return Shell(monkeypatch, capsys)


def finding_of(shell: Shell, code: str) -> str:
    shell.command(["custody", "findings", "--dir", "play", "--json"])
    found: list[dict[str, Any]] = json.loads(shell.said[0])
    return str(next(item["id"] for item in found if item["code"] == code))


def test_the_examples_do_what_the_page_says_and_every_row_can_be_signed(shell: Shell) -> None:
    for kind, lines in blocks():
        if kind == "sh":
            for line in lines:
                shell.line(line)
        else:
            first = lines[:-1] if lines[-1] == "..." else lines  # more lines, which the page does not show
            said = shell.said[: len(first)] if first != lines else shell.said
            assert len(said) == len(first), shell.said
            assert [one for one, line in zip(said, first, strict=True) if not fnmatchcase(one, line)] == []
    finding = finding_of(shell, "conflicting-acts")[:12]
    for name, text, people in ROW.findall(PAGE.read_text(encoding="utf-8")):
        signing = [word for badge in people.split() for word in ("--as", badge)]
        stated = text.replace("FINDING", finding)
        shell.line(f"echo '{stated}' | custody act --dir play {' '.join(signing)} --out {name}.event -")
        assert json.loads(text)["type"] == name


def test_the_table_has_every_event_type_once() -> None:
    rows = [name for name, _, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    assert sorted(rows) == sorted(model.__name__ for model in FOLD_1 if model.__name__ != "ElectionOpened")
