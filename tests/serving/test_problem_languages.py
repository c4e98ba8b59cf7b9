"""A problem over HTTP is told in the language that the reader asks for, and in English to everybody else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from custody.gateway.problems import problem
from schemas.errors import Misused, Withheld


def answered(error: Any, *, accept: str | None) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and body of a problem as a server sends it."""
    sent: list[dict[str, Any]] = []
    headers = [] if accept is None else [(b"accept-language", accept.encode())]

    async def send(part: Any) -> None:
        sent.append(part)

    async def receive() -> Any:
        return {"type": "http.request"}

    asyncio.run(problem(error)({"type": "http", "headers": headers}, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = sent[1]["body"]
    assert told["content-length"] == str(len(body))
    return told, json.loads(body)


ERROR = Misused("path-unknown", "There is nothing at this path.")


@pytest.mark.parametrize("accept", [None, "", "en", "fr, de;q=0.5", "en;q=1, ru;q=0.5"])
def test_without_a_wish_a_problem_is_told_in_english_as_ever(accept: str | None) -> None:
    headers, said = answered(ERROR, accept=accept)
    assert said == {"code": "path-unknown", "sentence": "There is nothing at this path."}
    assert (headers["content-language"], headers["vary"]) == ("en", "Accept-Language")


@pytest.mark.parametrize(
    ("accept", "sentence"),
    [("ru-RU, en;q=0.5", "По этому адресу ничего нет."), ("kk", "Бұл мекенжайда ештеңе жоқ.")],
)
def test_a_reader_is_told_in_his_language_and_a_program_by_the_same_code(accept: str, sentence: str) -> None:
    headers, said = answered(ERROR, accept=accept)
    assert said == {"code": "path-unknown", "sentence": sentence}
    assert headers["content-language"] == accept[:2]


def test_what_else_a_problem_says_stays() -> None:
    error = Withheld("Withheld.", until="2015-04-26T20:00:00+03:00", leaves=((7, "ab"),))
    _, said = answered(error, accept="ru")
    assert (said["code"], said["withheld"][0]["position"]) == ("withheld", 7)
    assert said["sentence"] == "Записи закрыты до закрытия последнего участка."
