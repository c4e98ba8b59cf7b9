"""The reference election as a newcomer meets it: the command, what it prints, and what it leaves."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.demo import printed, shared_demo

PLANTED = {
    "station-account": ("AYT", "open"),
    "seal-condition": ("DEL", "settled"),
    "package-count": ("WAW", "settled"),
    "overdue": ("BSB", "settled"),
    "below-threshold": ("ROM", "settled"),
}


def custody(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [sys.executable, "-m", "custody.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The directory that the run's demonstration left, and what the command printed."""
    return shared_demo(tmp_path_factory), printed(tmp_path_factory)


def test_the_last_line_is_the_verdict_with_stations_entries_and_findings(made: tuple[Path, str]) -> None:
    assert re.fullmatch(r"VERIFIED  65 stations  [\d,]+ entries  5 findings", made[1].rstrip().splitlines()[-1])


def test_the_findings_are_exactly_those_planted(made: tuple[Path, str]) -> None:
    findings = json.loads(custody("findings", "--dir", made[0], "--json").stdout)
    assert {doc["code"]: (doc["station"], doc["status"]) for doc in findings} == PLANTED
    assert len(findings) == len(PLANTED)


def test_each_finding_says_what_settled_it(made: tuple[Path, str]) -> None:
    findings = json.loads(custody("findings", "--dir", made[0], "--json").stdout)
    assert {doc["code"] for doc in findings if doc["settled_by"] is None} == {"station-account"}


def test_honest_irregularities_are_printed_and_raise_nothing(made: tuple[Path, str]) -> None:
    honest = [line for line in made[1].splitlines() if line.startswith("none ")]
    assert [line.split()[1] for line in honest] == ["Ulaanbaatar", "Ottawa"]


def test_papers_are_told_with_the_reported_sum_of_voters(made: tuple[Path, str]) -> None:
    assert "21,062 = 20,822 voters + 240 reserve" in made[1]
    assert "5 MORE THAN RECEIVED, all in Antalya" in made[1]
    assert "uncertain for 3 h 05 min in one place (New Delhi: seal last seen intact - found broken)" in made[1]


def test_the_books_rebuilt_from_nothing_are_the_same(made: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "d")
    done = custody("rebuild", "--dir", tmp_path / "d")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CHANGED" not in done.stdout


def test_the_audit_needs_the_archive_and_the_root_and_nothing_else(made: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(made[0] / "archive", tmp_path / "a")
    root = (made[0] / "root.txt").read_text().strip()
    report = json.loads(custody("audit", tmp_path / "a", "--root", root, "--json").stdout)
    assert report["verdict"] == "VERIFIED"
    assert report["findings"] == dict.fromkeys(PLANTED, 1)


def test_tamper_flips_one_bit_in_a_copy_and_the_audit_says_tampered(made: tuple[Path, str]) -> None:
    before = {path: path.read_bytes() for path in (made[0] / "archive").rglob("*") if path.is_file()}
    done = custody("tamper", "--dir", made[0])
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().splitlines()[-1].startswith("TAMPERED")
    assert {path: path.read_bytes() for path in before} == before


def test_a_unit_is_shown_with_its_story_and_at_an_earlier_position(made: tuple[Path, str]) -> None:
    now = json.loads(custody("show", "AYT-P01-T", "--dir", made[0], "--json").stdout)
    assert now["state"] == "opened"
    assert now["custodian"] == "commission AYT"
    accepted = [
        line["position"] for line in now["trail"] if line["source"] == "entry" and line["type"] == "HandoverAnswered"
    ]
    then = json.loads(custody("show", "AYT-P01-T", "--dir", made[0], "--at", str(accepted[1]), "--json").stdout)
    assert then["custodian"] == "courier courier-ayt"


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = custody("demo", "--dir", tmp_path)
    assert done.returncode == 64
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
