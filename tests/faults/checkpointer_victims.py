"""Forks checkpointers of a growing log and kills each at its next durable step; what each signed goes to standard output.

    python -m tests.faults.checkpointer_victims FOLDER

One process imports everything once, then forks: a victim ends itself by SIGKILL right before its n-th fsync, rename or signature,
n = 1, 2, ... until it comes to its end; then the log grows, and it begins anew. Beside the victim's own tree the log may end
anywhere. A line for each signature: ``signed <size> <root>``; for each victim: ``killed <n>`` or ``whole <size>``.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from consumers.checkpointer import checkpointing
from custody.adapters.memory import MemoryLog
from custody.core.tlog.checkpoint import parse_checkpoint
from tests.consumers.test_checkpointer import KEY, ORIGIN, log_of, some_entries

SIZES = (1, 255, 256, 300, 520)
STEPS_MAX = 200


class Deadly:
    """Counts steps, and ends the process before the one that is named."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*words, **named)

        return counted


class TellingKey:
    """The log key, which says what it signs."""

    def __init__(self, deadly: Deadly) -> None:
        self.sign = deadly(self._sign)

    def public_key(self) -> Any:
        return KEY.public_key()

    def _sign(self, message: bytes) -> bytes:
        found = parse_checkpoint(message.decode())
        os.write(1, f"signed {found.size} {found.root.hex()}\n".encode())
        return KEY.sign(message)


def work(folder: Path, *, log: MemoryLog, number: int) -> None:
    """What a victim does: checkpoints of the log, as far as it gets."""
    deadly = Deadly(number)
    os.fsync = deadly(os.fsync)
    os.replace = deadly(os.replace)
    os.rename = deadly(os.rename)
    Path.replace = deadly(Path.replace)  # type: ignore[method-assign]
    shutil.rmtree = deadly(shutil.rmtree)  # type: ignore[assignment]
    key: Any = TellingKey(deadly)
    with checkpointing(
        log=log, folder=folder / "public", state=folder / "private" / "signed", origin=ORIGIN, key=key
    ) as checkpointer:
        checkpointer.step()


def victim(folder: Path, *, log: MemoryLog, number: int) -> bool:
    """Fork one; whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work(folder, log=log, number=number)
        except BaseException as error:  # noqa: BLE001 - a child must not go on as its parent
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit("a victim ended by itself")
    return os.WIFSIGNALED(status)


def main(folder: Path) -> None:
    """All victims, one after the other, over one folder: what one left is what the next finds."""
    for size in SIZES:
        log = log_of(some_entries(size))
        for number in range(1, STEPS_MAX):
            was_killed = victim(folder, log=log, number=number)
            said = f"killed {number}" if was_killed else f"whole {size}"
            os.write(1, f"{said}\n".encode())
            if not was_killed:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
