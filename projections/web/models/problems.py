"""From errors to HTTP: one table, and one form, application/problem+json (RFC 9457) with ``code`` and ``sentence``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from projections.stores.moments import FORM
from schemas.errors import CustodyError, Fenced, LogUnavailable, Misused, NotAdmitted, Refused, Unavailable

PROBLEM: Final = "application/problem+json"
RETRY_AFTER_S: Final = 1


class Absent(CustodyError):
    """What was asked for is not on this log."""


class NotWellFormed(CustodyError):
    """The request does not fit its description in OpenAPI."""


class Busy(CustodyError):
    """More of a costly kind is asked for than is answered at a time; nothing is wrong with the books."""


STATUSES: Final[Mapping[type[CustodyError], int]] = {
    Absent: 404,
    NotWellFormed: 422,
    NotAdmitted: 401,
    Busy: 503,
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

_STATION: Final = "The code of a station is three capital letters, as AYT."
_UNIT: Final = "The id of a unit is a station, a letter, a number and a check character, as AYT-P01-T."
_HEX: Final = "64 hexadecimal digits in lower case"
_FORMS: Final[Mapping[tuple[str, str], str]] = {
    ("path", "code"): _STATION,
    ("query", "station"): _STATION,
    ("path", "unit"): _UNIT,
    ("query", "unit"): _UNIT,
    ("path", "consignment"): "The id of a consignment is a station, C, a number and a check character, as AYT-C01-U.",
    ("path", "offer"): f"An offer is named by its event id: {_HEX}.",
    ("path", "finding"): f"A finding is named by its id: {_HEX}.",
    ("query", "at"): f"at: what is asked for is {FORM}.",
    ("query", "code"): "The code of a finding is small letters and hyphens, as seal-condition.",
}
"""Place and name of a parameter -> how it is written, where a pattern would tell most readers nothing."""


def not_well_formed(place: Sequence[int | str], *, said: str) -> str:
    """The sentence for a parameter that is not as it is described; ``said`` is what the check said of it."""
    where, name = str(place[0]), str(place[-1])
    return _FORMS.get((where, name)) or f"{name}: {said}."


def status_of(error: CustodyError) -> int:
    """The HTTP status of an error; 500 for one that should not reach a reader."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)
