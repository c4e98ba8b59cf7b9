"""The process in which the past is made: the same application, asked over one socket by the server that began it.

It ends when the other end of the socket is closed: as the server ends, or is killed. It only reads, so nothing is lost then. Not
here: who begins it, and how far it gives way (``past_process``).
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from urllib.parse import quote

from fastapi import FastAPI
from starlette.types import Message, Scope

from projections.web.serving.past_frames import PastAnswer, PastQuestion, answer_bytes, read_question

MakeApp = Callable[[], FastAPI]
"""Makes the application from what both processes can reach; must be picklable."""


def answer_past(asked: socket.socket, make: MakeApp) -> None:
    """Answer the questions that come, until the other end is closed; never returns."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a terminal tells all at once; the server ends this by closing its end
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s: %(message)s")
    asyncio.run(_answering(asked, make()))


async def _answering(asked: socket.socket, app: FastAPI) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=asked)
    under_way: set[asyncio.Task[None]] = set()  # as many as the server asks at a time
    async with app.router.lifespan_context(app):
        try:
            while True:
                task = asyncio.create_task(_one(app, await read_question(reader), writer=writer))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        except (EOFError, OSError):
            os._exit(0)  # at once: threads that make a past state would be waited for


async def _one(app: FastAPI, asked: PastQuestion, *, writer: asyncio.StreamWriter) -> None:
    said: list[Message] = []

    async def receive() -> Message:
        if said:
            await asyncio.Event().wait()  # the reader stays
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    try:
        await app(_scope(asked), receive, send)
    finally:
        writer.write(answer_bytes(_whole(asked.number, said)))


def _scope(asked: PastQuestion) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": asked.path,
        "raw_path": quote(asked.path).encode(),
        "root_path": "",
        "query_string": asked.query.encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in asked.fields],
        "client": None,
        "server": None,
    }


def _whole(number: int, said: list[Message]) -> PastAnswer:
    """What the application said as one answer; 500 where it did not come to an end."""
    if len(said) < 2 or said[-1].get("more_body"):
        return PastAnswer(number, 500, (), b"")
    fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in said[0]["headers"])
    body = b"".join(message.get("body", b"") for message in said[1:])
    return PastAnswer(number, said[0]["status"], fields, body)
