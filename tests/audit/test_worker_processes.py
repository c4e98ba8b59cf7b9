"""However an audit ends, its worker processes end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 20.0
PROGRAM = """
import multiprocessing
import signal
from custody.audit.workers import Batch, look_at_all

def without_end():
    place = 0
    while True:
        yield Batch(place, [b"x" * 1000] * 100, {})
        place += 1

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may ignore it, and it is inherited
    for batch, looks in look_at_all(without_end(), workers=2):
        if batch.position == 10:
            print(*[child.pid for child in multiprocessing.active_children()], flush=True)
"""


def is_gone(pid: int) -> bool:
    """Ended, whether or not whoever inherited it has taken note already."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return False  # a system without /proc, or it ended this moment: asked again


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_an_audit_that_was_ended(tmp_path: Path, way: signal.Signals) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(program)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert len(workers) == 2
        # As a terminal does it: Ctrl-C goes to the whole group; the other two to one process only.
        os.killpg(process.pid, way) if way is signal.SIGINT else process.send_signal(way)
        try:
            process.wait(SECONDS_MAX)
        finally:
            process.kill()  # an ended one is left alone
        said = process.stderr.read()
    end = time.monotonic() + SECONDS_MAX
    while not all(is_gone(pid) for pid in workers):
        assert time.monotonic() < end, "a worker is still there"
        time.sleep(0.05)
    assert said.count("Traceback") == (way is signal.SIGINT)
