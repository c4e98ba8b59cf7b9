"""A demonstration's directory with two stations, set up once and copied for each test, and the commands in this process."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from custody.adapters.reference import reference_stations
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.embedded.directory import Directory
from custody.sandbox.create import make
from tests.once import once

STATIONS = ("ANK", "AYT")


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Stdin:
    """Standard input as the commands read it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@dataclass(frozen=True)
class Commands:
    """Runs ``custody`` in this process with ``--dir`` of the test's own directory; ``folder`` is the working folder."""

    place: Directory
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *words: str, given: object = None) -> Ended:
        """One command; ``given`` is what standard input holds: bytes, or what is written there as JSON."""
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        self.monkeypatch.setattr("sys.stdin", Stdin(data))
        self.capsys.readouterr()
        code = run(make_app(words), arguments=[*words, "--dir", str(self.place.path)])
        told = self.capsys.readouterr()
        return Ended(code, told.out, told.err)

    def act(self, said: dict[str, Any], *people: str, out: str = "out.event", more: tuple[str, ...] = ()) -> Ended:
        """``custody act`` with everybody signing."""
        signing = [word for badge in people for word in ("--as", badge)]
        return self("act", *signing, "--out", out, *more, "-", given=said)

    def append(self, *files: str) -> list[str]:
        """``custody append``: the line of each file, without the entry hash."""
        lines = self("append", *files).out.splitlines()
        return [" ".join(word for word in line.split() if len(word) != 64) for line in lines]

    def contents(self) -> dict[str, bytes]:
        """Every file of the directory that says something: SQLite's own helpers and locks do not."""
        files = (path for path in self.place.path.rglob("*") if path.is_file())
        return {
            path.relative_to(self.place.path).as_posix(): path.read_bytes()
            for path in files
            if not path.name.endswith(("-wal", "-shm", ".lock"))
        }


@pytest.fixture(scope="session")
def whole_election(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``custody demo --scenario empty`` sets up: 65 stations, made once, never changed."""

    def made(folder: Path) -> None:
        words = ["demo", "--scenario", "empty", "--dir", str(folder / "play")]
        assert run(make_app(words), arguments=words) == 0

    return once(tmp_path_factory, "empty-election", make=made) / "play"


@pytest.fixture
def election(whole_election: Path, tmp_path: Path) -> Path:
    """An election that is set up, its books whole, nothing packed yet; the test's own."""
    return Path(shutil.copytree(whole_election, tmp_path / "play"))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The set-up, made once."""
    few = tuple(station for station in reference_stations() if station.code in STATIONS)
    path = tmp_path_factory.mktemp("prepared") / "play"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("custody.sandbox.create.reference_stations", lambda: few)
        make(Directory(path), scenario="empty", seed=1, progress=lambda done, of: None)
    return path


@pytest.fixture
def custody(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """The commands over a fresh copy of the set-up, in an empty working folder."""
    shutil.copytree(prepared, tmp_path / "play")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Commands(Directory(tmp_path / "play"), folder, capsys, monkeypatch)


PACKING: Final[dict[str, Any]] = {"type": "UnitPacked", "unit": "ANK-K01-Q", "batch": "ANK-B01-O", "papers": 50}
"""The first act on the papers of Ankara."""


@pytest.fixture
def packed(custody: Commands) -> Commands:
    """A pouch of Ankara, sealed, manifested, recorded; the capital's devices have synced."""
    acts: list[dict[str, Any]] = [
        PACKING,
        {"type": "UnitPacked", "unit": "ANK-P01-N", "contents": ["ANK-K01-Q"], "papers": 50},
        {"type": "SealsApplied", "seals": [{"unit": "ANK-P01-N", "seal": "CEC-000105-6"}]},
    ]
    legs = [{"releasing": "CEC", "receiving": "MFA"}, {"releasing": "MFA", "receiving": "courier"}]
    manifest = {"type": "ConsignmentManifested", "consignment": "ANK-C01-G", "station": "ANK", "direction": "out"}
    acts.append({**manifest, "units": ["ANK-P01-N"], "packages": 1, "papers": 50, "legs": legs})
    for number, said in enumerate(acts):
        assert custody.act(said, "cec-1", "cec-2", out=f"{number}.event").code == 0
    for device in ("cec-device", "mfa-device"):
        assert custody("sync", "--device", device).code == 0
    return custody
