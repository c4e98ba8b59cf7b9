"""``custody monitor --dir D --once --at TIME``: silence on an embedded log, noted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.adapters.sqlite import SqliteLog
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.demo.people import DOMAIN
from custody.embedded.directory import Directory
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

PIN = "246810"
OVERDUE = "2015-04-19T21:04:00+06:00"
"""Twelve hours after the courier's deadline."""


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Directory:
    """A log with a pouch under way, and a keystore that holds the monitor's key."""
    play = Play("AYT")
    Journey(play, "AYT").under_way()
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        log.append(play.log)
    store = Keystore.create(tmp_path / "monitor.json", domain=DOMAIN, cost=LIGHT_COST)
    private = play.stage.cast.people["monitor-1"].private
    store.add([NewKey(badge="monitor-1", role="monitor", private=private, pin=PIN)])
    monkeypatch.setenv("CUSTODY_KEYSTORE", str(tmp_path / "monitor.json"))
    monkeypatch.setenv("CUSTODY_PIN", PIN)
    return Directory(tmp_path)


def monitor(directory: Directory, *words: str) -> int:
    return run(make_app(["monitor"]), arguments=["monitor", "--dir", str(directory.path), *words])


def test_what_is_silent_is_noted_once_and_stands_in_the_books(
    directory: Directory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [monitor(directory, "--once", "--at", OVERDUE) for _ in range(2)] == [0, 0]
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "noted AYT-C01-U, leg 3: overdue since 19 April 2015, 21:04 (UTC+6), due 19 April 2015, 09:04 (UTC+6)",
        "1 noted",
        "0 noted",
    ]
    with directory.open_books() as books:
        assert [row.doc["code"] for row in books.views.rows("findings")] == ["overdue"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--at", OVERDUE), "--once"),
        (("--once", "--at", "tomorrow"), "RFC|--at is a time"),
        (("--once", "--at", "2015-04-19T21:04:00"), "--at is a time"),
        ((), "CUSTODY_POSTGRES"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    directory: Directory, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    assert monitor(directory, *words) == 64
    said = capsys.readouterr().err
    assert any(part in said for part in what.split("|"))


def test_a_clock_that_nobody_knows_is_refused(
    directory: Directory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTODY_CLOCK", "sundial")
    assert monitor(directory, "--once") == 64
    assert "CUSTODY_CLOCK" in capsys.readouterr().err


def test_by_the_clock_of_the_log_it_is_as_late_as_the_newest_event_says(
    directory: Directory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTODY_CLOCK", "log")
    assert monitor(directory, "--once") == 0
    assert capsys.readouterr().out == "0 noted\n"
