"""Errors as HTTP answers: one table from the tree of errors to a status, and one form of the answer.

The body is RFC 9457 (application/problem+json) with ``code`` and ``sentence``; the status is the one of the HTTP answer.

Not here: errors that only one program knows, and what HTTP itself has a status for: each program adds its own to the table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from custody.core.wording.error_words import error_in
from custody.serving.languages import preferred
from schemas.errors import (
    Contradicted,
    CustodyError,
    Fenced,
    LogUnavailable,
    Misused,
    NotAdmitted,
    NotEstablished,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Withheld,
)
from schemas.strict_json import canonical

PROBLEM_TYPE: Final = "application/problem+json"

Statuses = Mapping[type[CustodyError], int]

STATUSES: Final[Statuses] = {
    Refused: 422,
    Misused: 400,
    NotEstablished: 404,
    Withheld: 403,
    NotAdmitted: 401,
    Contradicted: 500,
    Unavailable: 500,
    Fenced: 500,
    LogUnavailable: 503,
    OutcomeUnknown: 504,
}
"""Of a program that takes entries: 503 promises that nothing was taken, so a part of it that fails is a 500."""

STATUSES_READ_ONLY: Final[Statuses] = {**STATUSES, Unavailable: 503, Fenced: 503}
"""Of a program that only shows: whatever cannot be used now is asked for again."""


def status_of(error: CustodyError, *, statuses: Statuses) -> int:
    """The HTTP status of an error, by the nearest of its kinds; 500 for one that should reach nobody."""
    return next((statuses[kind] for kind in type(error).__mro__ if kind in statuses), 500)


def problem_headers(status: int, *, retry_after_s: float) -> dict[str, str]:
    """The headers of an answer that is a problem, whatever its form: nobody keeps it."""
    headers = {"Cache-Control": "no-store"}
    if status in {429, 503, 504}:
        headers["Retry-After"] = str(math.ceil(retry_after_s))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


class ProblemAnswer(Response):
    """A problem that is told in the language that the request asks for; English where it names none."""

    def __init__(self, doc: Mapping[str, Any], *, status: int, headers: Mapping[str, str]) -> None:
        told = {"Content-Language": "en", "Vary": "Accept-Language", **headers}
        super().__init__(canonical(dict(doc)), status_code=status, media_type=PROBLEM_TYPE, headers=told)
        self._doc = dict(doc)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - ASGI says so
        """Send it, told in the reader's language."""
        language = preferred(Headers(scope=scope).get("accept-language", "")) if scope["type"] == "http" else "en"
        if language != "en":
            said = error_in(str(self._doc["code"]), sentence=str(self._doc["sentence"]), language=language)
            self.body = canonical({**self._doc, "sentence": said})
            self.headers["Content-Length"] = str(len(self.body))
            self.headers["Content-Language"] = language
        await super().__call__(scope, receive, send)


def problem_answer(doc: Mapping[str, Any], *, status: int, headers: Mapping[str, str]) -> Response:
    """The answer for programs: ``doc`` has ``code``, ``sentence``, and whatever else this problem says."""
    return ProblemAnswer(doc, status=status, headers=headers)
