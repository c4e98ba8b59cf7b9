"""A witness of plays signs the time that the log tells it; every other witness signs its clock's, whatever it is told."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from custody.adapters.witness_client import WitnessClient
from custody.core.tlog.cosignatures import cosigned_at, parse_witness_key
from custody.core.tlog.notes import parse_note
from tests.witness.running import PIN, TestLog, home, running

PLAYED = 1_428_000_000


def asked(folder: Path, *, clock: str, told: int | None) -> tuple[int, int | None]:
    """The status, and the time that was signed for a log's first checkpoint."""
    log = TestLog("played.invalid/log")
    keys = home(folder, logs=[log])
    with running(folder, clock=clock) as witness:
        client = WitnessClient(f"http://127.0.0.1:{witness.port}", told=lambda: told)
        answer = client.add_checkpoint(log.submission(0, new=3))
        client.close()
    if answer.status != 200:
        return answer.status, None
    note = parse_note(log.note(log.text(3)).encode() + answer.body)
    (at,) = cosigned_at(note, keys=[parse_witness_key(keys.vkeys[0])]).values()
    return answer.status, at


def test_a_witness_of_plays_signs_the_time_it_is_told(tmp_path: Path) -> None:
    assert asked(tmp_path, clock="log", told=PLAYED) == (200, PLAYED)


def test_a_witness_of_plays_that_is_told_no_time_signs_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, clock="log", told=None) == (503, None)


def test_any_other_witness_signs_its_own_time(tmp_path: Path) -> None:
    before = int(time.time())
    status, at = asked(tmp_path, clock="wall", told=PLAYED)
    assert status == 200
    assert at is not None
    assert before <= at <= time.time()


@pytest.mark.parametrize("origin", ["elections.example.org/log", "played.invalid.example/log"])
def test_the_time_of_a_log_that_may_be_somebody_s_is_not_told(tmp_path: Path, origin: str) -> None:
    home(tmp_path, logs=[TestLog(origin)])
    words = ["witness", "--dir", str(tmp_path), "--logs", str(tmp_path / "logs"), "--clock", "log"]
    done = subprocess.run(
        [sys.executable, "-m", "custody.cli", *words, "--listen", "127.0.0.1:0"],
        env={"CUSTODY_WITNESS_PIN": PIN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 64
    assert "under .invalid" in done.stderr
