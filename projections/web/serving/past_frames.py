"""Frames between two processes about the past: a question and its answer, each as one frame of bytes.

A frame is the lengths of its head and of its body (four bytes each, big endian), the head in JSON, and the body as it is. Both
ends are this program, over a pair of sockets that nobody else can reach. Not here: who asks, and who answers.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import Any, Final

BYTES_MAX: Final = 256 * 1024 * 1024
"""No head and no body is longer: whoever says so is not understood."""
_LENGTHS: Final = struct.Struct(">II")

Fields = tuple[tuple[str, str], ...]
"""Header fields in their order, each a name and a value."""


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """One GET, by what its answer depends on."""

    number: int
    path: str
    query: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """The whole answer to the question of that number."""

    number: int
    status: int
    fields: Fields
    body: bytes


def question_bytes(asked: PastQuestion) -> bytes:
    """A question as it is sent."""
    return _frame([asked.number, asked.path, asked.query, asked.fields], body=b"")


def answer_bytes(answer: PastAnswer) -> bytes:
    """An answer as it is sent."""
    return _frame([answer.number, answer.status, answer.fields], body=answer.body)


async def read_question(reader: asyncio.StreamReader) -> PastQuestion:
    """The next question.  EOFError at the end, or where something else was said."""
    (number, path, query, fields), _ = await _read(reader)
    return PastQuestion(number, path, query, _fields(fields))


async def read_answer(reader: asyncio.StreamReader) -> PastAnswer:
    """The next answer.  EOFError at the end, or where something else was said."""
    (number, status, fields), body = await _read(reader)
    return PastAnswer(number, status, _fields(fields), body)


def _frame(head: list[Any], *, body: bytes) -> bytes:
    said = json.dumps(head).encode()
    return _LENGTHS.pack(len(said), len(body)) + said + body


async def _read(reader: asyncio.StreamReader) -> tuple[list[Any], bytes]:
    lengths = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    if max(lengths) > BYTES_MAX:
        raise EOFError("what was said is no frame")
    head, body = [await reader.readexactly(length) for length in lengths]
    return json.loads(head), body


def _fields(told: list[list[str]]) -> Fields:
    return tuple((name, value) for name, value in told)
