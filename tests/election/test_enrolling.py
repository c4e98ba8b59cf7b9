"""Enrolling everybody after genesis, each with a keystore of their own: requests, acts, officers' signatures, resumed at will."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.cli.commands.ceremony import WAITING
from custody.election.enrolment import awaited
from custody.election.reading import read_election
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from tests.election.conftest import Command, Ended

OFFICERS = ("cec-1", "cec-2", "cec-3")
PEOPLE = ("registrar-1", "cec-device", "aaa-chair", "aaa-device", "monitor-1")


@pytest.fixture
def opened(custody: Command, folder: Path) -> Command:
    """An election that two of three officers opened."""
    table = ("--ceremony", "table")
    for badge in (*OFFICERS, "log"):
        assert custody("election", "key", str(folder), *table, "--keystore", f"own-{badge}", "--as", badge).code == 0
    assert step(custody, folder).code == WAITING
    for badge in OFFICERS[:2]:
        own = ("--keystore", f"own-{badge}", "--as", badge, "--words", words(custody, folder))
        assert custody("election", "sign", str(folder), *table, *own).code == 0
    assert step(custody, folder).code == 0
    return custody


def words(custody: Command, folder: Path) -> str:
    """The eight words as the clerk's screen shows them."""
    return next(line for line in step(custody, folder).out.splitlines() if line.startswith("WORDS")).split(None, 1)[1]


def step(custody: Command, folder: Path) -> Ended:
    return custody("election", "open", str(folder), "--ceremony", "table", "--dir", "D")


def key(custody: Command, folder: Path, badge: str) -> Ended:
    return custody("election", "key", str(folder), "--ceremony", "table", "--keystore", f"own-{badge}", "--as", badge)


def sign(custody: Command, folder: Path, badge: str) -> Ended:
    return custody("election", "sign", str(folder), "--ceremony", "table", "--keystore", f"own-{badge}", "--as", badge)


def enrolled() -> set[str]:
    with Directory(Path("D")).open_log() as log:
        ledger = folded(log)
    assert list(ledger.state.findings) == []
    return {record.badge for record in ledger.state.roster} - set(OFFICERS)


def test_everybody_brings_a_key_and_the_officers_who_opened_sign(opened: Command, folder: Path) -> None:
    for badge in PEOPLE:
        first, again = key(opened, folder, badge), key(opened, folder, badge)
        assert (first.code, again.code, first.out) == (0, 0, again.out)
    waiting = step(opened, folder)
    assert (waiting.code, "awaited of cec-1, cec-2" in waiting.out, enrolled()) == (WAITING, True, set())
    assert "5 keys: " in sign(opened, folder, "cec-1").out
    assert sign(opened, folder, "cec-1").out == ""
    assert (step(opened, folder).code, enrolled()) == (WAITING, set())
    assert sign(opened, folder, "cec-2").code == 0
    done = step(opened, folder)
    total = len(awaited(read_election(folder)))
    assert (done.code, f"ENROLLED  5 of {total}" in done.out, enrolled()) == (0, True, set(PEOPLE))
    assert step(opened, folder).out == done.out
    assert key(opened, folder, "bbb-chair").code == 0
    assert (step(opened, folder).code, sign(opened, folder, "cec-1").code) == (WAITING, 0)
    assert (sign(opened, folder, "cec-2").code, step(opened, folder).code) == (0, 0)
    assert enrolled() == {*PEOPLE, "bbb-chair"}


def test_a_stranger_another_key_and_an_altered_request_enrol_nobody(opened: Command, folder: Path) -> None:
    assert "neither in the root nor in people.csv" in key(opened, folder, "nobody-1").err
    assert key(opened, folder, "aaa-chair").code == 0
    Path("own-aaa-chair").rename("elsewhere")
    assert "brought a key already" in key(opened, folder, "aaa-chair").err
    assert step(opened, folder).code == WAITING
    request = Path("table/enrolments/aaa-chair.json")
    said = json.loads(request.read_text())
    said["key"]["role"] = "secretary"
    request.write_text(json.dumps(said, sort_keys=True, separators=(",", ":")) + "\n")
    told = sign(opened, folder, "cec-1")
    assert (told.code != 0, "says something else of it than people.csv" in told.err) == (True, True)
    assert enrolled() == set()


def test_nobody_is_enrolled_before_genesis(custody: Command, folder: Path) -> None:
    assert "the election is not opened yet" in key(custody, folder, "registrar-1").err
