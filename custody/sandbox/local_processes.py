"""The program's own services as processes of this machine: started with their settings, waited for, and ended together.

Not here: which services there are and what they are told (``local_cluster``).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from schemas.errors import Unavailable

READY_WITHIN_S: Final = 60
_STOPS_WITHIN_S: Final = 15
_ASK_EVERY_S: Final = 0.1
_LAST_WORDS: Final = 1_500
KEPT: Final = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONWARNINGS", "PYTHONPATH", "SSL_CERT_FILE")
"""What a process gets of this one's environment; none of it is a setting of ours."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: the words after ``custody``, its settings, and where it says whether it is ready."""

    name: str
    words: Sequence[str]
    settings: Mapping[str, str]
    health: str
    """host:port of /readyz"""


@dataclass(slots=True)
class Processes:
    """Running services; a context manager that ends them all, in the reverse of their order.  ``folder`` has their logs."""

    folder: Path
    _running: list[tuple[Service, subprocess.Popen[bytes]]] = field(default_factory=list)
    _files: ExitStack = field(default_factory=ExitStack)

    def start(self, service: Service) -> None:
        """Start a service; returns before it is ready."""
        log = self._files.enter_context(self.log_of(service).open("ab"))
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "custody.cli", *service.words],
            env={name: os.environ[name] for name in KEPT if name in os.environ} | dict(service.settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who end them in good order
        )
        self._running.append((service, process))

    @property
    def services(self) -> list[Service]:
        """The services that were started."""
        return [service for service, _ in self._running]

    def wait_ready(self) -> None:
        """Until every service says that it is ready; Unavailable with its last words if one ends, or after a minute."""
        deadline = time.monotonic() + READY_WITHIN_S
        for service, process in self._running:
            while not is_ready(service.health):
                if process.poll() is not None:
                    raise Unavailable("service-ended", f"The {service.name} ended: {self._last_words(service)}")
                if time.monotonic() > deadline:
                    raise Unavailable("service-silent", f"The {service.name} is not ready: {self._last_words(service)}")
                time.sleep(_ASK_EVERY_S)

    def check(self) -> None:
        """Unavailable if a service has ended."""
        for service, process in self._running:
            if process.poll() is not None:
                raise Unavailable("service-ended", f"The {service.name} ended: {self._last_words(service)}")

    def stop(self) -> None:
        """End all of them: asked first, and killed if they do not."""
        for _, process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOPS_WITHIN_S
        for _, process in reversed(self._running):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_STOPS_WITHIN_S)
        self._running.clear()
        self._files.close()

    def log_of(self, service: Service) -> Path:
        """The file of what a service says."""
        return self.folder / f"{service.name}.log"

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _last_words(self, service: Service) -> str:
        return self.log_of(service).read_text(errors="replace")[-_LAST_WORDS:].strip() or "it said nothing."


def is_ready(address: str) -> bool:
    """Whether the service whose health is asked at ``address`` says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_addresses(count: int) -> list[str]:
    """That many addresses of loopback that nobody uses now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
