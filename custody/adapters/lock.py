"""One runner at a time: an advisory lock on a file (flock), which the kernel gives back when its holder dies.

It keeps two runners of one machine apart politely.  It is not what makes the books right: that is the guarded move of
the tracked position, which fences the second of two runners even where this lock does not reach.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import Unavailable


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on the file at ``path`` (made if missing, never removed) as long as the block runs.

    Unavailable("runner-active") at once if another process or another block holds it.
    """
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unavailable("runner-active", "Another program is doing this work already; only one may.") from error
        yield
