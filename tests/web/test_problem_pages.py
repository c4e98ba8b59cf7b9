"""What went wrong is told in the reader's language, and made once for all who are told the same."""

from __future__ import annotations

import asyncio
import re
from contextlib import AbstractContextManager

import httpx
import pytest

from custody.core.wording.error_words import ERRORS, words_of
from custody.core.wording.message_format import Language
from projections.stores.books import Books
from projections.web.app import make_app
from projections.web.models.languages import Tongue
from projections.web.models.problems import WORDS
from projections.web.serving.problem_pages import KEPT_MAX, ProblemPages
from projections.web.snapshots.books_pool import Shelf
from schemas.errors import Unavailable
from tests.web.pages import Page

LATIN = re.compile(r"[A-Za-z]{2,}")
CODES = (
    *("unknown-station", "unknown-path", "not-recorded-yet", "past-busy", "past-gone", "past-too-far", "books-moving"),
    *("live-busy", "not-well-formed", "unknown-parameter", "repeated-parameter", "read-only", "books-missing"),
    *("monitor-silent", "log-unreadable", "alarms-unreadable", "views-incomplete", "books-stopped"),
)


def opened() -> AbstractContextManager[Books]:
    raise Unavailable("books-missing", "There are no books that can be opened at this place.")


def asked(*requests: tuple[str, str]) -> list[httpx.Response]:
    app = make_app(Shelf(opened, mark=lambda: None))

    async def told() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://web") as client:
            return [await client.request(method, path) for method, path in requests]

    return asyncio.run(told())


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_what_a_page_says_of_an_error_is_in_its_language(language: str) -> None:
    answers = asked(
        ("GET", f"/{language}/stations/AYT"),
        ("GET", f"/{language}/nothing"),
        ("GET", f"/{language}/stations/x"),
        ("POST", f"/{language}/"),
    )
    assert [answer.status_code for answer in answers] == [503, 404, 422, 405]
    for answer in answers:
        (lead,) = re.findall(r'<p class="lead says">(.*?)</p>', answer.text)
        assert len(lead) > 10
        assert LATIN.findall(lead.replace("AAA", "")) == []
        assert 'lang="en"' not in Page(answer.text).text


def test_in_english_an_error_is_told_by_its_own_sentence() -> None:
    (answer,) = asked(("GET", "/en/nothing"))
    assert WORDS[404][1] in answer.text


@pytest.mark.parametrize("code", CODES)
def test_each_error_of_the_pages_has_words_of_its_own(code: str) -> None:
    assert words_of(code) != ERRORS["any"]


def test_a_page_that_tells_many_the_same_is_made_once_and_few_are_kept() -> None:
    made: list[tuple[str, Language]] = []

    def render(template: str, *, status: int, code: str, sentence: str, tongue: Tongue) -> str:
        made.append((code, tongue.language))
        return f"{template} {status} {code} {sentence} {tongue.language}"

    pages = ProblemPages(render)
    told = [pages.page(Tongue(language), status=503, code="past-busy", sentence="Later.") for language in ("en", "en")]
    assert (made, len(set(told))) == ([("past-busy", "en")], 1)
    assert pages.page(Tongue("ru"), status=503, code="past-busy", sentence="Later.") != told[0]
    for number in range(KEPT_MAX):
        pages.page(Tongue("en"), status=404, code="unknown-unit", sentence=f"There is no {number}.")
    pages.page(Tongue("en"), status=503, code="past-busy", sentence="Later.")
    assert made.count(("past-busy", "en")) == 2
