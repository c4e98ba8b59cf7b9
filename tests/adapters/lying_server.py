"""A small real HTTP server on loopback that answers as a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """An answer; ``raw`` instead of everything else is sent as it is, and the connection is closed."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@contextmanager
def lying(answer: Callable[[Asked], Said]) -> Iterator[str]:
    """Its URL while inside."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _answer(self, body: bytes) -> None:
            said = answer(Asked(self.command, self.path, body, dict(self.headers.items())))
            if said.raw is not None:
                self.wfile.write(said.raw)
                self.close_connection = True
                return
            self.send_response(said.status)
            headers = {"content-type": said.content_type, "content-length": str(len(said.body)), **said.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
