"""One demonstration for all tests of a run, and the program that shows it, as real processes."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody.adapters.sqlite import SqliteLog
from tests.once import once

ENTRIES = 2_868
"""On the log of the demonstration."""
_MADE_WITHIN_S = 300
_ANSWERS_WITHIN_S = 60


@dataclass(frozen=True)
class Web:
    """A running ``custody web``."""

    url: str
    client: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One GET; names of headers with underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=sent)

    def json(self, path: str) -> dict[str, Any]:
        """The answer at a path, which must be there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return dict(response.json())


def shared_demo(factory: pytest.TempPathFactory) -> Path:
    """The directory of a demonstration, which nobody may change; the first worker that asks makes it, once in a run."""
    return once(factory, "demonstration", make=_make) / "d"


def printed(factory: pytest.TempPathFactory) -> str:
    """What the command printed that made it."""
    return (shared_demo(factory).parent / "printed.txt").read_text(encoding="utf-8")


def shared_entries(factory: pytest.TempPathFactory) -> list[bytes]:
    """The entries of its log: those of ``ceremony.played(1)`` (test_ceremony compares them)."""
    found: list[bytes] = []
    with SqliteLog.open(shared_demo(factory) / "log.sqlite") as log:
        while records := log.read(start=len(found), limit=500):
            found += [record.entry for record in records]
    return found


def _make(folder: Path) -> None:
    command = [sys.executable, "-m", "custody.cli", "demo", "--dir", str(folder / "d")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_MADE_WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout, encoding="utf-8")


@contextmanager
def running_web(*arguments: str, environment: dict[str, str] | None = None, complaints: str = "") -> Iterator[Web]:
    """``custody web`` on a free port of loopback; what it writes to stderr must fit ``complaints``, a pattern."""
    command = [sys.executable, "-m", "custody.cli", "web", *arguments, "--port", "0"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings | (environment or {})
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], _ANSWERS_WITHIN_S)
        line = process.stdout.readline() if ready else ""
        assert line.startswith("Pages: "), f"custody web did not start: {line}"
        url = line.split()[1].removesuffix("/")
        spoken = {"Accept-Language": "en"}
        with httpx.Client(base_url=url, timeout=60, trust_env=False, headers=spoken, follow_redirects=True) as client:
            yield Web(url, client)
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert re.fullmatch(complaints, errors), errors
    assert process.returncode == 0, process.returncode


def election_of(demo: Path) -> str:
    """The election id, from beside the books."""
    return (demo / "root.txt").read_text().strip()


def audit_of(demo: Path) -> dict[str, Any]:
    """What ``custody audit --json`` says of the demonstration's archive."""
    command = [
        sys.executable,
        "-m",
        "custody.cli",
        "audit",
        str(demo / "archive"),
        "--root",
        election_of(demo),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_MADE_WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
