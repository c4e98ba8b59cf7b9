"""What very many ask for is answered from memory for a moment; what few ask for never, nor what a token opens."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio
import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from projections.web.serving.crowd import FRESH_MAX_S, FRESH_S, HOT, SHARE, STALE_S, HotAddresses


@dataclass
class Desk:
    """Counts how often it is asked, and answers with that."""

    asked: int = 0
    cache: str = "public, no-cache"
    time_s: float = 0.0
    cost_s: float = 0.0
    slow: list[anyio.Event] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        body = str(self.asked)
        for event in self.slow:
            await event.wait()
        self.time_s += self.cost_s
        headers = {"ETag": f'"{body}"', "Cache-Control": self.cache, "X-Own": "1"}
        await Response(body, headers=headers)(scope, receive, send)


async def ask(crowd: HotAddresses, path: str = "/en/", **headers: str) -> tuple[int, str]:
    sent: list[Message] = []
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": raw}

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await crowd(scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def crowd_over(desk: Desk) -> HotAddresses:
    return HotAddresses(desk, clock=lambda: desk.time_s)


def test_few_are_answered_anew_each_time(desk: Desk) -> None:
    crowd = crowd_over(desk)

    async def few() -> None:
        for _ in range(HOT):
            await ask(crowd)
        desk.time_s += 2.5
        for _ in range(HOT):
            await ask(crowd)

    anyio.run(few)
    assert desk.asked == 2 * HOT


def test_many_get_the_same_for_a_moment_and_the_next_one_after_it(desk: Desk) -> None:
    crowd = crowd_over(desk)
    told: list[tuple[int, str]] = []

    async def many() -> None:
        for _ in range(HOT + 1):
            await ask(crowd)
        told.extend([await ask(crowd) for _ in range(50)])
        told.append(await ask(crowd, If_None_Match=f'"{HOT + 1}"'))
        told.append(await ask(crowd, path="/ru/"))
        desk.time_s += FRESH_S
        told.append(await ask(crowd))

    anyio.run(many)
    assert told[:50] == [(200, str(HOT + 1))] * 50
    assert told[50:] == [(304, ""), (200, str(HOT + 2)), (200, str(HOT + 3))]


def test_while_one_has_it_made_the_others_get_what_is_there_but_nothing_old(desk: Desk) -> None:
    crowd = crowd_over(desk)
    told: list[tuple[int, str]] = []

    async def many() -> None:
        for _ in range(HOT + 1):
            await ask(crowd)
        event = anyio.Event()
        desk.slow = [event]
        async with anyio.create_task_group() as group:
            desk.time_s += FRESH_S
            group.start_soon(ask, crowd)
            await anyio.lowlevel.checkpoint()
            told.append(await ask(crowd))
            desk.time_s += STALE_S
            desk.slow = []
            group.start_soon(asked)
            await anyio.lowlevel.checkpoint()
            event.set()

    async def asked() -> None:
        told.append(await ask(crowd))

    anyio.run(many)
    assert told == [(200, str(HOT + 1)), (200, str(HOT + 2))]
    assert desk.asked == HOT + 2


def test_who_asks_for_what_is_being_made_waits_for_that(desk: Desk) -> None:
    crowd = crowd_over(desk)
    told: list[tuple[int, str]] = []
    event = anyio.Event()
    desk.slow = [event]

    async def asked(**headers: str) -> None:
        told.append(await ask(crowd, **headers))

    async def together() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(asked)
            await anyio.lowlevel.checkpoint()
            event.set()
        told.append(await ask(crowd))

    anyio.run(together)
    assert told == [(200, "1"), (200, "1"), (200, "2")]


def test_who_waits_for_what_is_not_for_everybody_is_answered_alone(desk: Desk) -> None:
    crowd = crowd_over(desk)
    desk.cache = "private, no-store"
    told: list[tuple[int, str]] = []
    event = anyio.Event()
    desk.slow = [event]

    async def asked() -> None:
        told.append(await ask(crowd))

    async def together() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(asked)
            await anyio.lowlevel.checkpoint()
            event.set()

    anyio.run(together)
    assert sorted(told) == [(200, "1"), (200, "2")]


def test_what_takes_long_to_make_is_given_for_longer_but_not_for_long(desk: Desk) -> None:
    crowd = crowd_over(desk)

    async def many(later_s: float) -> int:
        """How often it is made for very many, so much later."""
        desk.time_s += later_s
        before = desk.asked
        for _ in range(2 * HOT):
            await ask(crowd)
        return desk.asked - before

    async def times() -> list[int]:
        await many(0)
        desk.cost_s = 2 * FRESH_S * SHARE
        made = [await many(FRESH_S), await many(1.5 * FRESH_S)]
        desk.cost_s = 3 * FRESH_MAX_S * SHARE
        made += [await many(FRESH_S), await many(0.5 * FRESH_MAX_S), await many(0.45 * FRESH_MAX_S)]
        desk.cost_s = 0.0
        return [*made, await many(0.1 * FRESH_MAX_S)]

    assert anyio.run(times) == [1, 0, 1, 0, 0, 1]


def test_readers_with_other_browsers_get_the_same_bytes(desk: Desk) -> None:
    crowd = crowd_over(desk)

    async def many() -> None:
        for number in range(HOT + 1):
            await ask(crowd, Accept_Language=f"x-{number}", Accept="text/html;q=0.9,*/*")
        await ask(crowd, Accept="text/html", Accept_Encoding="br;q=0.5")
        assert desk.asked == HOT + 1
        await ask(crowd, Accept_Encoding="gzip")
        await ask(crowd, Accept="application/json")
        assert desk.asked == HOT + 3

    anyio.run(many)


def test_what_is_for_one_reader_alone_is_never_kept(desk: Desk) -> None:
    crowd = crowd_over(desk)

    async def many() -> None:
        for _ in range(2 * HOT):
            await ask(crowd, Authorization="Bearer x")
        desk.cache = "private, no-store"
        for _ in range(2 * HOT):
            await ask(crowd)

    anyio.run(many)
    assert desk.asked == 4 * HOT
