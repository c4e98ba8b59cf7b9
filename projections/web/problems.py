"""From errors to HTTP: one table, and one form, application/problem+json (RFC 9457) with ``code`` and ``sentence``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.errors import CustodyError, Fenced, LogUnavailable, Misused, Refused, Unavailable

PROBLEM: Final = "application/problem+json"
RETRY_AFTER_S: Final = 1


class Absent(CustodyError):
    """What was asked for is not on this log."""


class NotWellFormed(CustodyError):
    """The request does not fit its description in OpenAPI."""


STATUSES: Final[Mapping[type[CustodyError], int]] = {
    Absent: 404,
    NotWellFormed: 422,
    Refused: 422,
    Misused: 404,
    Unavailable: 503,
    LogUnavailable: 503,
    Fenced: 503,
}

WORDS: Final[Mapping[int, tuple[str, str]]] = {
    404: ("unknown-path", "There is nothing at this address."),
    405: ("read-only", "Only GET and HEAD are answered here: this program shows and changes nothing."),
    500: ("internal", "This program failed; what it shows elsewhere is not touched by that."),
}
"""HTTP status -> code and sentence, where no error of ours carries them."""


def status_of(error: CustodyError) -> int:
    """The HTTP status of an error; 500 for one that should not reach a reader."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)
