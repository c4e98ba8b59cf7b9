"""Memory: what an entry of a real election leaves behind in the process that folds it.

The demonstration election at eight times its stations, 22,000 entries, is folded by a process of its own that keeps nothing
else and puts nothing into words, as an audit does. What is told is the growth of its resident memory an entry, after a first
small fold that has loaded all modules. The ratio is the aim of 2,000 bytes to that.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from bench.flat import TIMES, real_election
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger

AIM_BYTES: Final = 2_000
_BEFORE: Final = 600
"""Entries folded before anything is measured."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def run() -> Iterator[tuple[str, float]]:
    """("memory", the aim / bytes an entry)."""
    with tempfile.TemporaryDirectory(prefix="custody-bench-") as place:
        log = Path(place) / "log"
        log.write_bytes(b"\n".join(real_election(TIMES)))
        done = subprocess.run(
            [sys.executable, "-m", "bench.memory", str(log)], check=True, capture_output=True, text=True
        )
    size = int(done.stdout)
    print(f"memory: {size:,} bytes an entry of a real election at {TIMES} times its stations")
    yield "memory", AIM_BYTES / size


def _folded(entries: Sequence[bytes] | Iterator[bytes]) -> tuple[Ledger, int]:
    ledger, size = Ledger.silent(earlier=_not_again), 0
    for entry in entries:
        ledger.apply(check_entry(entry.rstrip(b"\n"), position=size, keys=ledger.public_key, verifier=_believe))
        size += 1
    return ledger, size


def _not_again(count: int) -> Iterator[bytes]:
    raise RuntimeError(f"an entry after {count} of the demonstration's cannot be judged")


def _believe(**_: object) -> bool:
    return True


def _resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _bytes_an_entry(log: Path) -> int:
    with log.open("rb") as lines:
        _folded(islice(lines, _BEFORE))
    before = _resident()
    with log.open("rb") as lines:
        ledger, size = _folded(lines)
    grown = _resident() - before
    return grown // size if ledger.election else 0


if __name__ == "__main__":
    print(_bytes_an_entry(Path(sys.argv[1])))
