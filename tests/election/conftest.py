"""The commands of ``custody election`` in this process, and a new folder to try them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from custody.election.starting import NewElection, start

STATED = NewElection("md-2027", "Alegeri", "ro", "cec.invalid", "2027-05-16", 1, "Europe/Chisinau", "MD")


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def custody(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """One command in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTODY_PIN", "123456")

    def command(*words: str) -> Ended:
        capsys.readouterr()
        code = run(make_app(words), arguments=list(words))
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new folder of three stations."""
    list(start(tmp_path / "folder", stated=STATED))
    return tmp_path / "folder"
