"""One runner at a time: an advisory lock on a file (flock), which the kernel gives back when its holder dies.

It keeps two runners of one machine apart politely.  It is not what makes the books right: that is the guarded move of
the tracked position, which fences the second of two runners even where this lock does not reach.

The kernel's own lock and no file with a process id: nothing is left behind by whoever is killed, and nobody has to judge
whether a number that was left still means a process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.errors import Unavailable

_TRY_EVERY_MS: Final = 20


@contextmanager
def held(path: Path, *, wait_ms_max: int = 0) -> Iterator[None]:
    """Hold the lock on the file at ``path`` (made if missing, never removed) as long as the block runs.

    Unavailable("runner-active") if another process or another block holds it, and still does after ``wait_ms_max``.
    """
    with open(path, "ab", opener=_private) as file:
        for left_ms in range(wait_ms_max, -1, -_TRY_EVERY_MS):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if left_ms < _TRY_EVERY_MS:
                    sentence = "Another program is doing this work already; only one may."
                    raise Unavailable("runner-active", sentence) from error
                time.sleep(_TRY_EVERY_MS / 1000)
        yield


def _private(path: str, flags: int) -> int:
    """Open a lock's file, made for its owner's eyes only."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
