"""``custody demo --scenario``: the list, a story with its verdict, and how it ends where something else came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.cli.exits import UNEXPECTED, run
from custody.cli.program import make_app
from custody.demo.scenario_file import load, names

OWN = """\
title: A dispensation by one
shows: One officer signs what two must sign.
stations: [AYT]
steps:
  - act: {type: DispensationGranted, station: AYT}
    as: cec-1
    name: alone
expect:
  findings: []
"""


def custody(*words: str | Path) -> int:
    return run(make_app(["demo"]), arguments=["demo", *map(str, words)])


def test_the_list_shows_every_scenario_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    assert custody("--scenario", "list") == 0
    lines = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines()]
    told = {name: title.strip() for name, title in lines}
    assert {name: told[name] for name in names()} == {name: load(name).scenario.title for name in names()}
    assert {"kz-2015", "empty"} <= set(told)


def test_a_scenario_is_told_checkpointed_archived_and_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "d"
    assert custody("--scenario", "refused-handover", "--dir", place) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A refused handover"
    assert "EXPECTED  Exactly this." in lines
    assert lines[-1].startswith("VERIFIED  1 station  ")
    assert lines[-1].endswith(" entries  1 finding")
    root = (place / "root.txt").read_text().strip()
    assert run(make_app(["audit"]), arguments=["audit", str(place / "archive"), "--root", root]) == 0


def test_what_was_not_expected_is_told_and_ends_with_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    assert custody("--scenario", tmp_path / "own.yaml", "--dir", tmp_path / "d") == UNEXPECTED
    told = capsys.readouterr().out
    assert "EXPECTED  Something else: 1 difference." in told
    assert "there and not expected: attention open below-threshold about <alone>" in " ".join(told.split())
    assert told.splitlines()[-1].startswith("VERIFIED")


def test_as_json_it_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    assert custody("--scenario", tmp_path / "own.yaml", "--dir", tmp_path / "d", "--json") == UNEXPECTED
    told = json.loads(capsys.readouterr().out)
    assert (told["title"], told["verdict"], len(told["differences"])) == ("A dispensation by one", "VERIFIED", 1)
    assert [line["step"] for line in told["story"] if line["event"]] == ["alone"]
    assert [finding["code"] for finding in told["findings"]] == ["below-threshold"]


def test_a_mistake_in_a_file_leaves_an_earlier_demonstration_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    (tmp_path / "bad.yaml").write_text(OWN.replace("as: cec-1", "as: nobody"))
    assert custody("--scenario", tmp_path / "own.yaml", "--dir", tmp_path / "d") == UNEXPECTED
    root = (tmp_path / "d" / "root.txt").read_text()
    assert custody("--scenario", tmp_path / "bad.yaml", "--dir", tmp_path / "d") == 65
    assert "bad.yaml, line 5: There is nobody called nobody" in capsys.readouterr().err
    assert (tmp_path / "d" / "root.txt").read_text() == root
