"""Kafka and PostgreSQL for the tests: started once per run by whichever worker needs them first, ended with the run.

An address in the environment wins: CUSTODY_TEST_KAFKA (the JSON that ``custody dev kafka`` prints) and
CUSTODY_TEST_POSTGRES (the JSON that ``custody dev postgres`` prints).
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

_ANSWERS_WITHIN_S = 240
"""Kafka's jars may have to be fetched first."""


def shared(name: str, *, folder: Path, words: tuple[str, ...]) -> dict[str, Any]:
    """What ``custody dev <words>`` prints; the first caller of the run starts it, and it ends with the run.

    ``folder`` is one and the same for all workers of the run.
    """
    given = os.environ.get(f"CUSTODY_TEST_{name.upper()}")
    if given:
        return dict(json.loads(given))
    told = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(_start(words, folder=folder))
    return dict(json.loads(told.read_text()))


def _start(words: tuple[str, ...], *, folder: Path) -> str:
    run = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    command = [sys.executable, "-m", "custody.cli", "dev", *words, "--parent", str(run)]
    with (folder / f"{words[0]}.err").open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, start_new_session=True)
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _ANSWERS_WITHIN_S)
    line = process.stdout.readline().decode() if ready else ""
    process.stdout.close()
    process.returncode = process.returncode if line else process.poll()
    if not line:
        raise RuntimeError(f"custody dev {' '.join(words)} did not start: {(folder / f'{words[0]}.err').read_text()}")
    process.returncode = 0  # it goes on without this worker, and ends with the run
    return line
