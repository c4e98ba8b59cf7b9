"""Witnesses that keep to no form: too long, too slow, no HTTP, another address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from custody.adapters.witness_client import WitnessClient
from schemas.errors import Misused, Unavailable


class _Rude(BaseHTTPRequestHandler):
    """Answers that no client of a witness should have to bear."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        match self.path.split("/")[1]:
            case "large":
                self._begin(200, 10_000_000)
                self.wfile.write(b"x" * 1_000_000)
            case "away":
                self.send_response(307)
                self.send_header("Location", "http://127.0.0.1:1/add-checkpoint")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "drip":
                self._begin(200, 1_000)
                for _ in range(30):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    threading.Event().wait(0.05)
            case "broken":
                self.wfile.write(b"HTTP/9.9 what\r\n\r\n")
                self.close_connection = True

    def _begin(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True


@pytest.fixture(scope="module")
def rude() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Rude) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("manner", ["large", "drip", "broken"])
def test_answers_that_are_too_long_too_slow_or_no_http_are_silence(rude: str, manner: str) -> None:
    client = WitnessClient(f"{rude}/{manner}/", answer_s=0.4)
    with pytest.raises(Unavailable) as caught:
        client.add_checkpoint(b"old 0\n")
    client.close()
    assert caught.value.code == "witness-unreachable"


def test_nobody_is_followed_elsewhere_and_nobody_at_an_address_is_silence(rude: str) -> None:
    client = WitnessClient(f"{rude}/away", answer_s=2)
    assert client.add_checkpoint(b"old 0\n").status == 307
    client.close()
    nobody = WitnessClient("http://127.0.0.1:1", answer_s=0.4)
    with pytest.raises(Unavailable):
        nobody.add_checkpoint(b"old 0\n")
    nobody.close()


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "witness.invalid",
        "ftp://w.invalid",
        "http://w.invalid",
        "https://a@w.invalid",
        "https://w.invalid?x",
        "http://[::",
    ],
)
def test_an_address_that_is_none_or_would_be_asked_in_the_open_is_refused(prefix: str) -> None:
    with pytest.raises(Misused) as caught:
        WitnessClient(prefix)
    assert caught.value.code == "witness-address"
