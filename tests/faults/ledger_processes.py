"""``custody ledger`` and its like as real processes, and a small election to feed them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from custody.adapters.memory import MemoryLog
from custody.adapters.reference import reference_stations
from custody.core.entries.signing import public_bytes
from custody.core.ledger import Ledger
from custody.core.wording.outcomes import Outcome
from custody.demo.election import play, set_stage
from custody.embedded.folding import reading_of
from custody.sandbox.create import log_key_of
from projections.stores.books import Books
from projections.stores.ports import row_of
from projections.views.all_views import VIEWS
from projections.views.view import replay

ROOT: Final = Path(__file__).parents[2]
WITHIN_S: Final = 60
SEED: Final = 1


@cache
def election(stations: int = 4) -> tuple[bytes, ...]:
    """The entries of a small election, genesis first."""
    chosen = reference_stations()[:stations]
    stage = set_stage(seed=SEED, stations=chosen)
    for _ in play(stage, stations=chosen, log_key=public_bytes(log_key_of(SEED)).hex()):
        pass
    return tuple(stage.entries())


def pure_fold(entries: Sequence[bytes]) -> tuple[list[Outcome], Ledger]:
    """The reference: every outcome of a log that holds these entries, and the ledger behind them."""
    log = MemoryLog.holding(entries)
    reading, ledger = reading_of(log)
    records = log.read(start=0, limit=len(entries))
    return [outcome for record in records for outcome in ledger.apply(reading.check(record))], ledger


def check_books(books: Books, *, entries: Sequence[bytes]) -> None:
    """The books are what the pure fold says of these entries: nothing left out, nothing doubled."""
    outcomes, ledger = pure_fold(entries)
    assert books.ledger.rows(start=0, stop=1_000_000) == [row_of(outcome) for outcome in outcomes]
    for view in VIEWS:
        assert books.views.rows(view.name) == replay(view, outcomes)
        assert books.views.head(view.name) == books.ledger.head()
    assert books.ledger.head().position == len(entries)
    assert books.ledger.head().state_digest == ledger.state_digest()
    assert books.views.parked() == []


def eventually(is_so: Callable[[], Any], *, what: str) -> Any:
    """What ``is_so`` gives as soon as it is true."""
    deadline = time.monotonic() + WITHIN_S
    while not (told := is_so()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return told


class Service:
    """One process; a context manager that ends it."""

    def __init__(self, *words: str, settings: dict[str, str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "custody.cli", *words],
            cwd=ROOT,
            env=inherited | {"CUSTODY_HEALTH_LISTEN": "127.0.0.1:0"} | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []
        self.text = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.text += line
            self.lines.append(json.loads(line) if line.startswith("{") else {"event": "not-json", "line": line})

    def event(self, name: str) -> dict[str, Any]:
        """The first log line of this name; waits for it."""
        found = eventually(lambda: [line for line in self.lines if line["event"] == name], what=f"{name}: {self.text}")
        return dict(found[0])

    def ready(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /readyz."""
        return _get(f"http://{self.event('started')['health']}/readyz")

    def wait_state(self, state: str) -> dict[str, Any]:
        """The body of /readyz once it says so."""
        eventually(lambda: self.ready()[1]["state"] == state, what=f"{state}: {self.text}")
        return self.ready()[1]

    def metric(self, name: str) -> float | None:
        """One figure, by name and labels as in the text format; None while there is none."""
        with urllib.request.urlopen(f"http://{self.event('started')['health']}/metrics", timeout=10) as answer:
            found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
        return None if found is None else float(found[1])

    def kill(self) -> None:
        """As the kernel kills."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WITHIN_S)

    def end(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        assert self.process.stderr is not None
        self.process.stderr.close()


def _get(address: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
