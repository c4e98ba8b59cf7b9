"""A real gateway while somebody floods it: what it refuses, in which words, and who is answered all the same."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from custody.gateway.connections import Connections
from custody.gateway.desk import TurnTaker
from custody.gateway.forwarded import parse_proxies
from custody.gateway.limits import Rate
from custody.gateway.shares import Limits
from tests.gateway import plain_http
from tests.gateway.serving_gateway import Plan, Served, received, served_sqlite
from tests.gateway.test_http import ENTRIES, KEPT, PRIVATE, json_of, post, problem_of

HALF = b"POST /v1/events HTTP/1.1\r\nhost: x\r\nx: "
SLOW = b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
LOG = b"GET /v1/log HTTP/1.1\r\nhost: x\r\n\r\n"


def opened(at: Served, *, source: str = "127.0.0.1", data: bytes = b"") -> socket.socket:
    connection = socket.create_connection((at.host, at.port), timeout=20, source_address=(source, 0))
    connection.sendall(data)
    return connection


def test_an_honest_sender_is_answered_while_640_heads_are_half_sent(tmp_path: Path) -> None:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE) as (at, _), ExitStack() as stack:
        for number in range(640):
            stack.enter_context(opened(at, source=f"127.0.1.{number % 20 + 1}", data=HALF))
        assert post(at, ENTRIES[KEPT]).json()["status"] == "applied"


def test_even_where_all_of_them_are_of_his_own_address(tmp_path: Path) -> None:
    plan = Plan(connections=Connections(an_address=5))
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _), ExitStack() as stack:
        held = [stack.enter_context(opened(at, data=HALF)) for _ in range(20)]
        assert post(at, ENTRIES[KEPT]).json()["status"] == "applied"
        assert len(plan.connections) <= 5
        assert received(held[0]) == b""


def test_an_address_whose_connections_are_all_being_answered_is_told_to_wait(tmp_path: Path) -> None:
    plan = Plan(connections=Connections(an_address=3))
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _), ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(opened(at, source="127.0.0.2", data=SLOW))
        while b"held_bytes 3.0" not in at.raw(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"):
            pass
        with opened(at, source="127.0.0.2") as fourth:
            answer = received(fourth)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"Retry-After: 1\r\n" in answer
        assert b"too many connections" in answer
        assert plain_http.get(f"{at.url}/v1/log").status_code == 200


def test_bytes_of_one_address_are_looked_at_in_turn_with_those_of_others() -> None:
    async def run() -> list[str]:
        desk = TurnTaker()
        order: list[str] = []
        for number in range(3):
            desk.put(partial(order.append, f"flood {number}"), lane="flood")
        desk.put(partial(order.append, "honest"), lane="honest")
        while len(order) < 4:
            await asyncio.sleep(0)
        return order

    assert asyncio.run(run()) == ["flood 0", "honest", "flood 1", "flood 2"]


@pytest.mark.parametrize("coding", [b"", b"transfer-encoding: chunked\r\n"])
def test_a_batch_is_charged_before_it_is_read(tmp_path: Path, coding: bytes) -> None:
    plan = Plan(limits=Limits(address=Rate(per_second=0.001, burst=20)))
    length = b"content-length: 3\r\n" if coding else b"content-length: 4000000\r\n"
    head = (
        b"POST /v1/events/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n"
        + length
        + coding
        + b"\r\n"
    )
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _):
        plain_http.get(f"{at.url}/v1/log")
        answer = at.raw(head)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"retry-after: " in answer.lower()
        assert b"This address asks for more than its share; wait." in answer


@pytest.mark.parametrize(("trusted", "is_believed"), [("", False), ("127.0.0.1", True)])
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    tmp_path: Path,
    trusted: str,
    is_believed: bool,  # noqa: FBT001
) -> None:
    plan = Plan(limits=Limits(address=Rate(per_second=0.001, burst=15)), proxies=parse_proxies(trusted))
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _):
        codes = [post(at, b"x", **{"x-forwarded-for": f"198.51.100.{number}"}).status_code for number in range(3)]
        assert codes == ([422, 422, 422] if is_believed else [422, 429, 429])
        assert post(at, b"x", **{"x-forwarded-for": "198.51.100.1"}).status_code == 429


def test_a_device_goes_on_where_another_has_used_up_the_share_of_their_address(tmp_path: Path) -> None:
    plan = Plan(limits=Limits(address=Rate(per_second=0.001, burst=60)))
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, log):
        assert post(at, ENTRIES[KEPT]).json()["status"] == "applied"
        while post(at, b"rubbish").status_code == 422:
            pass
        assert problem_of(post(at, b"rubbish")) == (429, "too-many")
        assert [post(at, entry).status_code for entry in ENTRIES[KEPT + 1 : KEPT + 5]] == [200] * 4
        batch = b"\n".join(ENTRIES[KEPT + 5 : KEPT + 9])
        replies = json_of(post(at, batch, path="/v1/events/batch", kind="application/x-ndjson"))["replies"]
        assert {reply["status"] for reply in replies} == {"applied"}
        assert problem_of(post(at, b"rubbish")) == (429, "too-many")
        assert log.end() == KEPT + 9


def test_what_others_hold_leaves_room_for_an_event_of_everybody(tmp_path: Path) -> None:
    plan = Plan(held_bytes_max=100_000)
    head = b"POST /v1/events/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 99999\r\n\r\n"
    with (
        served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _),
        opened(at, source="127.0.0.2", data=head + bytes(99_000)),
    ):
        while "held_bytes 99000.0" not in plain_http.get(f"{at.url}/metrics").text:
            pass
        assert post(at, ENTRIES[KEPT]).json()["status"] == "applied"


def test_a_sender_who_does_not_read_his_answer_is_given_up(tmp_path: Path) -> None:
    long = [b"%d" % (number % 10) * 65_535 for number in range(40)]
    plan = Plan(unread_s=0.3)
    with served_sqlite(tmp_path, entries=[*ENTRIES[:KEPT], *long], private=PRIVATE, plan=plan) as (at, _):
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect((at.host, at.port))
            connection.sendall(b"GET /v1/entries?start=12&limit=40 HTTP/1.1\r\nhost: x\r\n\r\n" * 8)
            while not len(plan.connections):
                pass
            while len(plan.connections):
                pass
        assert plain_http.get(f"{at.url}/v1/log").status_code == 200
