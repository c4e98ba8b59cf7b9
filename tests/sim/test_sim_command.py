"""``custody sim`` as a person meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def custody(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "custody.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_a_line_tells_of_each_election() -> None:
    done = custody("sim", "--seed", "3", "--seeds", "2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["seed 3", "seed 4"]
    assert all(line.endswith("all checks held") for line in lines)


def test_as_json_it_says_who_cheated_and_what_was_violated() -> None:
    done = custody("sim", "--seed", "4", "--people", "cheating", "--json")
    told = json.loads(done.stdout)
    assert told["people"] == "cheating"
    assert told["cheats"] == len(told["tried"])
    assert told["violations"] == []


def test_people_that_there_are_not_are_a_mistake_of_the_caller() -> None:
    done = custody("sim", "--people", "perfect")
    assert done.returncode == 64
    assert "honest, messy, careless, cheating, mixed" in done.stderr


def test_a_folder_that_exists_is_not_written_into(tmp_path: Path) -> None:
    assert custody("sim", "--keep", tmp_path).returncode == 64
