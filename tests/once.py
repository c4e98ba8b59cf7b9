"""What is made once in a run, by whichever worker needs it first, and read by all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """One and the same for all workers of a run, and new with each run."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def once(factory: pytest.TempPathFactory, name: str, *, make: Callable[[Path], None]) -> Path:
    """The folder of this name in the run's folder; ``make`` fills it, once, and others wait. Nobody may change what is in it.

    What a worker that failed or was killed left half made is made again.
    """
    folder = folder_of_the_run(factory)
    made, done = folder / name, folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            make(made)
            done.touch()
    return made
