"""Errors as HTTP answers: one table from the tree of errors to a status, and the answer's form.

The body is RFC 9457 (application/problem+json) with ``code`` and ``sentence``, and with
what is withheld where that is why; the status is the one of the HTTP answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

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
RETRY_AFTER_S: Final = 2

STATUS: Final[Mapping[type[CustodyError], int]] = {
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
STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "body-broken": 400,
    "body-slow": 408,
    "body-oversize": 413,
    "body-lines": 413,
    "body-type": 415,
    "body-encoding": 415,
    "too-many": 429,
    "path-unknown": 404,
    "method": 405,
}
"""What HTTP itself has a status for."""
_RETRIED: Final = (429, 503, 504)


class TooMany(Refused):
    """A sender asks for more than his share; ``wait_s`` until he may ask again."""

    def __init__(self, sentence: str, *, wait_s: float) -> None:
        super().__init__("too-many", sentence)
        self.wait_s = wait_s


def status_of(error: CustodyError) -> int:
    """The HTTP status of an error."""
    kinds = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return STATUS_OF_CODE.get(error.code) or next(kinds, 500)


def problem(error: CustodyError, *, is_closing: bool = False) -> Response:
    """The answer; ``is_closing`` where the rest of a body was not read, so that the connection cannot go on."""
    status = status_of(error)
    headers = {"Connection": "close"} if is_closing else {}
    if status in _RETRIED:
        wait_s = error.wait_s if isinstance(error, TooMany) else RETRY_AFTER_S
        headers["Retry-After"] = str(math.ceil(wait_s))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    said: dict[str, Any] = {"code": error.code, "sentence": error.sentence}
    if isinstance(error, Withheld):
        rows = [{"position": position, "leaf_hash": leaf} for position, leaf in error.leaves]
        said |= {"until": error.until, "withheld": rows}
    body = canonical(said)
    return Response(body, status_code=status, media_type=PROBLEM_TYPE, headers=headers)
