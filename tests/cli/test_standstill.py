"""Books that stand before the end of the log: the first line says so, JSON says so, and the exit code is 3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.cli.exits import BOOKS_STOPPED, run
from custody.cli.program import make_app
from custody.embedded.directory import Directory

COMMANDS = [["findings"], ["board"], ["show", "AYT"], ["show", "AYT-B01-1"], ["show", "AYT-B01-1", "--at", "5"]]


@pytest.fixture
def short(election: Path) -> Path:
    """The same, with an entry on the log that no ledger has taken in."""
    with Directory(election).open_log() as log:
        log.append([b"no entry"])
    return election


def sentence(place: Path) -> str:
    with Directory(place).open_log() as log:
        end = log.end()
    return f"The books stand at position {end - 2} ({end - 1} entries); the log holds {end} entries: "


@pytest.mark.parametrize("command", COMMANDS[:4])
def test_the_first_line_says_where_the_books_stand(
    short: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run(make_app(command), arguments=[*command, "--dir", str(short)]) == BOOKS_STOPPED
    assert capsys.readouterr().out.startswith(sentence(short))


def test_no_findings_is_never_said_of_a_log_that_was_not_read_to_its_end(
    short: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(["findings"]), arguments=["findings", "--dir", str(short)]) == BOOKS_STOPPED
    assert "No findings." not in capsys.readouterr().out


@pytest.mark.parametrize("command", [COMMANDS[0], *COMMANDS[2:4]])
def test_json_stays_json_and_says_it_too(short: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert run(make_app(command), arguments=[*command, "--json", "--dir", str(short)]) == BOOKS_STOPPED
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert told.err.startswith(sentence(short))
    for one in answer if isinstance(answer, list) else [answer]:
        assert one["books_stopped"]["code"] == "books-stopped"
        assert one["books_stopped"]["log_entries"] == one["books_stopped"]["entries"] + 1


@pytest.mark.parametrize("command", COMMANDS[:4])
def test_whole_books_say_nothing_of_it_and_end_with_0(
    election: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run(make_app(command), arguments=[*command, "--dir", str(election)]) == 0
    assert "The books stand" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "at", ["-1", "1e3", "99999", "yesterday", "2015-04-31", "2015-13-01T00:00:00Z", "1990-01-01T00:00:00Z"]
)
def test_a_moment_that_is_none_is_refused_in_words(election: Path, capsys: pytest.CaptureFixture[str], at: str) -> None:
    assert run(make_app(["show"]), arguments=["show", "AYT-B01-1", f"--at={at}", "--dir", str(election)]) == 64
    assert capsys.readouterr().err.startswith("custody: ")


def test_a_time_shows_what_the_last_position_by_then_shows(election: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Directory(election).open_log() as log:
        end = log.end()
    shown = []
    for at in (str(end - 1), "2100-01-01T00:00:00Z", "2100-01-01t00:00:00.5 05:00"):
        assert run(make_app(["show"]), arguments=["show", "AYT-B01-1", "--at", at, "--dir", str(election)]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] == shown[2]


def test_every_finding_of_the_json_has_a_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "play"
    run(make_app(["demo"]), arguments=["demo", "--scenario", "broken-seal", "--dir", str(place)])
    capsys.readouterr()
    assert run(make_app(["findings"]), arguments=["findings", "--json", "--dir", str(place)]) == 0
    findings = json.loads(capsys.readouterr().out)
    named = {"id", "code", "severity", "status", "station", "count", "units", "evidence", "sentence", "settled_by"}
    assert findings
    assert all(named <= set(finding) for finding in findings)
