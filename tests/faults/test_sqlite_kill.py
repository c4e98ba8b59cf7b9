"""Kill -9 of a writing process at random points: every entry whose append returned is in the log."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Final

from custody.adapters.sqlite import SqliteLog
from tests.contracts.log_contract import read_all

ROOT: Final = Path(__file__).parents[2]
RUNS: Final = 2_000 if os.environ.get("CUSTODY_SOAK") else 100

CHILD: Final = """
import sys
from pathlib import Path
from random import Random
from custody.adapters.sqlite import SqliteLog
run, choice = int(sys.argv[2]), Random(int(sys.argv[2]))
with SqliteLog.create(Path(sys.argv[1])) as log:
    for batch in range(10_000):
        names = [f"{run} {batch} {n} ".encode() for n in range(1 + batch % 5)]
        log.append([name + choice.randbytes(choice.randint(0, 4_000)) for name in names])
        print(batch, flush=True)
"""


def acknowledged_before_the_kill(path: Path, run: int) -> int:
    """Start a writer, kill it after a random time, and give the number of batches that it said were kept."""
    choice = random.Random(run)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, path, str(run)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline() if choice.random() < 0.9 else b""
        sleep(choice.random() * 0.03)
        child.send_signal(signal.SIGKILL)
        told = first + child.stdout.read()
        assert child.wait() == -signal.SIGKILL, child.stderr and child.stderr.read()
    return told.count(b"\n")


def test_no_acknowledged_entry_is_lost_by_killing_the_writer_at_random_points(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    kept = 0
    for run in range(RUNS):
        batches = acknowledged_before_the_kill(path, run)
        with SqliteLog.create(path) as log:
            records = log.read(start=kept, limit=1_000_000)
            kept = log.end()
        found = [tuple(int(word) for word in record.entry.split(maxsplit=3)[:3]) for record in records]
        whole = [(run, batch, number) for batch in range(len(found)) for number in range(1 + batch % 5)]
        assert found == whole[: len(found)], "order, and nothing twice"
        assert len(found) in {sum(1 + batch % 5 for batch in range(n)) for n in (batches, batches + 1)}, "whole batches"
    with SqliteLog.open(path) as log:
        assert len(read_all(log, limit=5_000)) == kept
