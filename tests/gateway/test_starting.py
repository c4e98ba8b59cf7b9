"""A gateway whose log does not answer yet waits, says so, and begins when it answers."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from consumers.journal import journal
from custody.gateway.starting import begun
from custody.serving.listening import bound
from schemas.errors import LogUnavailable, NotEstablished
from tests.gateway import plain_http
from tests.gateway.process_gateway import GATEWAYS, GatewayWorld, gateway_process, key_settings

SILENT = LogUnavailable("log-not-reached", "Kafka does not answer.")


class Log:
    """Answers after so many attempts, or ends with another error."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)

    def begin(self) -> str:
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer
        return "begun"


def test_it_waits_longer_each_time_and_answers_meanwhile(tmp_path: Path) -> None:
    log = Log(*[SILENT] * 7, None)
    waits: list[float] = []
    with bound("127.0.0.1:0") as listener, (tmp_path / "lines").open("w", encoding="utf-8") as lines:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def wait(seconds: float) -> None:
            waits.append(seconds)
            ready = plain_http.get(f"{url}/readyz", timeout=10)
            assert (ready.status_code, "log-not-reached" in ready.text) == (503, True)
            assert plain_http.get(f"{url}/healthz", timeout=10).status_code == 200
            handed_in = plain_http.post(f"{url}/v1/events", content=b"{}", timeout=10)
            assert (handed_in.status_code, handed_in.json()["code"]) == (503, "log-not-reached")
            assert int(handed_in.headers["retry-after"]) > 0

        assert begun(log.begin, sockets=[listener], log=journal("gateway", stream=lines), wait=wait) == "begun"
        with socket.create_connection(listener.getsockname()[:2], timeout=5):
            pass  # it still listens, for the gateway itself
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert (tmp_path / "lines").read_text().count('"waiting"') == 7


@pytest.mark.parametrize(
    "error",
    [
        LogUnavailable("log-password", "Kafka does not accept this user's name and password."),
        NotEstablished("no-genesis", "The log does not begin with the opening of an election."),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_what_waiting_does_not_mend_ends_it(error: Exception, before: int, tmp_path: Path) -> None:
    log = Log(*[SILENT] * before, error)
    with (
        bound("127.0.0.1:0") as listener,
        (tmp_path / "lines").open("w", encoding="utf-8") as lines,
        pytest.raises(type(error)),
    ):
        begun(log.begin, sockets=[listener], log=journal("gateway", stream=lines), wait=lambda _: None)


def test_the_command_waits_for_brokers_that_do_not_answer(tmp_path: Path) -> None:
    with bound("127.0.0.1:0") as nobody, bound("127.0.0.1:0") as taken:
        port = taken.getsockname()[1]
        taken.close()
        settings = key_settings(GatewayWorld().keystore(tmp_path), badge=GATEWAYS[0]) | {
            "CUSTODY_KAFKA_BOOTSTRAP": f"127.0.0.1:{nobody.getsockname()[1]}",
            "CUSTODY_KAFKA_TOPIC": "log",
            "CUSTODY_KAFKA_REQUEST_TIMEOUT_MS": "1000",
        }
        arguments = ("--health", f"127.0.0.1:{port}")
        with gateway_process(tmp_path, settings=settings, arguments=arguments) as gateway:
            while not any(line["event"] == "waiting" for line in gateway.said()):
                assert gateway.process.poll() is None, gateway.lines.read_text()
            ready = plain_http.get(f"http://127.0.0.1:{port}/readyz", timeout=20)
            assert (ready.status_code, "log-not-reached" in ready.text) == (503, True)
            gateway.process.send_signal(signal.SIGTERM)
            gateway.process.wait(30)
