"""What every program that answers over HTTP does alike."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from custody.ports import Alarm
from custody.serving.health import health_routes
from custody.serving.listening import address_of, bound
from custody.serving.problems import STATUSES, STATUSES_READ_ONLY, problem_headers, status_of
from custody.serving.readiness import Readiness
from schemas.errors import CustodyError, Exhausted, LogUnavailable, Misused, Refused, Unavailable, Withheld


def answered(path: str, *, readiness: Readiness, failed: Alarm | None = None) -> Response:
    async def awaited() -> Readiness:
        return readiness

    routes = health_routes(awaited, registry=CollectorRegistry(), failure=lambda: failed)
    (route,) = (route for route in routes if route.path == path)
    response: Response = asyncio.run(route.endpoint(None))
    return response


READY = Readiness("web", "answering", is_ready=True, position=7)


def test_a_process_that_lives_says_no_more_than_that() -> None:
    response = answered("/healthz", readiness=Readiness("web", "waiting", is_ready=False))
    assert (response.status_code, response.body) == (200, b'{"alive":true}')


def test_a_process_to_be_restarted_says_why() -> None:
    response = answered("/healthz", readiness=READY, failed=Alarm("writer-stopped", "It has stopped."))
    assert response.status_code == 503
    assert json.loads(bytes(response.body)) == {
        "alive": False,
        "reasons": [{"code": "writer-stopped", "sentence": "It has stopped."}],
    }


def test_readiness_may_be_awaited_and_keeps_its_shape() -> None:
    response = answered("/readyz", readiness=READY)
    assert response.status_code == 200
    assert set(json.loads(bytes(response.body))) == {"service", "ready", "state", "position", "reasons"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nobody_keeps_what_a_program_says_of_itself(path: str) -> None:
    assert answered(path, readiness=READY).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "listen", ["", "8000", ":8000", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:８０", "127.0.0.1:-1"]
)
def test_what_is_no_address_is_the_callers_mistake(listen: str) -> None:
    with pytest.raises(Misused) as caught, bound(listen):
        pass
    assert caught.value.code == "listen-address"


def test_an_address_that_is_taken_is_told_with_its_port() -> None:
    with bound("127.0.0.1:0") as first:
        address = address_of(first)
        with pytest.raises(Unavailable) as caught, bound("127.0.0.1:0", port=first.getsockname()[1]):
            pass
    assert caught.value.code == "listen-taken"
    assert address in caught.value.sentence


def test_an_answer_is_not_held_back_by_the_system() -> None:
    with bound("127.0.0.1:0") as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("error", "writing", "reading"),
    [
        (Refused("a", "b"), 422, 422),
        (Withheld("b", until="now", leaves=()), 403, 403),  # the nearest kind: it is a NotEstablished too
        (LogUnavailable("a", "b"), 503, 503),
        (Unavailable("a", "b"), 500, 503),  # a gateway's 503 promises that nothing was taken
        (Exhausted(position=1), 500, 500),
    ],
)
def test_one_table_gives_every_error_its_status(error: CustodyError, writing: int, reading: int) -> None:
    assert status_of(error, statuses=STATUSES) == writing
    assert status_of(error, statuses=STATUSES_READ_ONLY) == reading


@pytest.mark.parametrize(("status", "wait"), [(429, "3"), (503, "3"), (504, "3"), (404, None), (500, None)])
def test_only_what_helps_to_wait_for_says_how_long(status: int, wait: str | None) -> None:
    assert problem_headers(status, retry_after_s=2.1).get("Retry-After") == wait


def test_no_problem_is_kept_by_those_between() -> None:
    assert problem_headers(404, retry_after_s=1)["Cache-Control"] == "no-store"
