"""The second verifier as a command: the exit codes of `custody audit`, and an account of what it did not judge."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.audit.cases import audited
from tests.verifier.asking import run
from tests.worlds import World

WORLD = World()
ROOT = WORLD.election


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return WORLD.archive(tmp_path / "archive", entries=WORLD.some(6))


def test_an_archive_as_exported_is_verified_and_it_says_what_was_not_judged(archive: Path) -> None:
    done = run(str(archive), "--root", ROOT, "--json")
    found, right = json.loads(done.stdout), audited(archive, root=ROOT).to_json()
    assert (done.returncode, done.stderr) == (0, "")
    same = ("verdict", "election", "logs", "entries", "events", "signatures", "first_bad", "missing")
    assert {name: found[name] for name in same} == {name: right[name] for name in same}
    assert set(found) == {*right, "not_judged"}
    assert any("rules" in line for line in found["not_judged"])
    assert (found["findings"], found["state_digest"]) == (None, None)


def test_what_was_tampered_with_ends_with_1_and_names_the_entry(archive: Path) -> None:
    bundle = archive / "logs/0/tile/entries/000.p/6"
    data = bytearray(bundle.read_bytes())
    data[-20] ^= 1
    bundle.write_bytes(data)
    done = run(str(archive), "--root", ROOT)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "TAMPERED")
    assert "entry 5:" in done.stdout


def test_without_a_root_or_with_a_link_in_it_nothing_is_established(archive: Path) -> None:
    done = run(str(archive), "--json")
    assert (done.returncode, json.loads(done.stdout)["missing"]) == (2, ["--root"])
    os.symlink("election.json", archive / "link")
    (archive / "pipe").mkdir()
    os.mkfifo(archive / "pipe" / "fifo")
    found = run(str(archive), "--root", ROOT, "--json")
    assert json.loads(found.stdout)["missing"] == sorted(gap.name for gap in audited(archive, root=ROOT).gaps)
    assert found.returncode == 2


def test_a_wrong_command_and_a_folder_that_is_none_are_no_verdicts(archive: Path, tmp_path: Path) -> None:
    assert run().returncode == 64
    assert run(str(archive), "--root", "no-root").returncode == 64
    assert run(str(archive), "--unknown").returncode == 64
    assert run(str(tmp_path / "missing"), "--root", ROOT).returncode == 65
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(str(empty), "--root", ROOT).returncode == 2


def test_a_unit_and_a_station_are_told_beside_the_verdict(archive: Path) -> None:
    done = run(str(archive), "--root", ROOT, "--json", "--unit", "AAT-S01-3", "--station", "AAT")
    found = json.loads(done.stdout)
    assert (done.returncode, found["station"]["station"], found["unit"]["unit"]) == (0, "AAT", "AAT-S01-3")
    assert found["unit"]["not_judged"]
