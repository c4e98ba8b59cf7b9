"""Errors as the gateway answers them: what HTTP itself has a status for, senders who ask too much, and what is withheld.

The table of statuses and the form of the answer are those of every program (``custody.serving.problems``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from custody.serving import problems
from custody.serving.problems import STATUSES, problem_answer, problem_headers
from schemas.errors import CustodyError, Refused, Withheld

RETRY_AFTER_S: Final = 2

STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "body-broken": 400,
    "body-slow": 408,
    "body-oversize": 413,
    "body-lines": 413,
    "body-type": 415,
    "body-encoding": 415,
    "box-full": 429,
    "box-over": 410,
    "boxes-many": 503,
    "too-many": 429,
    "path-unknown": 404,
    "method": 405,
}
"""What HTTP itself has a status for."""


class TooMany(Refused):
    """A sender asks for more than his share; ``wait_s`` until he may ask again."""

    def __init__(self, sentence: str, *, wait_s: float) -> None:
        super().__init__("too-many", sentence)
        self.wait_s = wait_s


def status_of(error: CustodyError) -> int:
    """The HTTP status of an error."""
    return STATUS_OF_CODE.get(error.code) or problems.status_of(error, statuses=STATUSES)


def problem(error: CustodyError, *, is_closing: bool = False) -> Response:
    """The answer; ``is_closing`` where the rest of a body was not read, so that the connection cannot go on."""
    status = status_of(error)
    wait_s = error.wait_s if isinstance(error, TooMany) else RETRY_AFTER_S
    headers = problem_headers(status, retry_after_s=wait_s) | ({"Connection": "close"} if is_closing else {})
    doc: dict[str, Any] = {"code": error.code, "sentence": error.sentence}
    if isinstance(error, Withheld):
        rows = [{"position": position, "leaf_hash": leaf} for position, leaf in error.leaves]
        doc |= {"until": error.until, "withheld": rows}
    return problem_answer(doc, status=status, headers=headers)
