"""Errors that only the pages and the query API know, and the sentences for a request that is not as it is described.

The table of statuses and the form of the answer are those of every program (``custody.serving.problems``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from custody.serving.problems import STATUSES_READ_ONLY, Statuses
from projections.stores.moments import FORM
from schemas.errors import CustodyError

RETRY_AFTER_S: Final = 1
"""Books that move stand still again in a moment."""


class Absent(CustodyError):
    """What was asked for is not on this log."""


class NotWellFormed(CustodyError):
    """The request does not fit its description in OpenAPI."""


class Busy(CustodyError):
    """More of a costly kind is asked for than is answered at a time; nothing is wrong with the books."""


class Shut(CustodyError):
    """What was asked for is there, and is not given before its time."""


STATUSES: Final[Statuses] = {**STATUSES_READ_ONLY, Absent: 404, NotWellFormed: 422, Busy: 503, Shut: 403}

WORDS: Final[Mapping[int, tuple[str, str]]] = {
    404: ("unknown-path", "There is nothing at this address."),
    405: ("read-only", "Only GET and HEAD are answered here: this program shows and changes nothing."),
    500: ("internal", "This program failed; what it shows elsewhere is not touched by that."),
}
"""HTTP status -> code and sentence, where no error of ours carries them."""

_TITLES: Final[Mapping[int, str]] = {422: "Unprocessable Content"}
"""Status -> its name in RFC 9110, where versions of Python differ."""
_STATION: Final = "The code of a station is three capital letters, as AAA."
_UNIT: Final = "The id of a unit is a station, a letter, a number and a check character, as AAA-P01-2."
_HEX: Final = "64 hexadecimal digits in lower case"
_FORMS: Final[Mapping[tuple[str, str], str]] = {
    ("path", "code"): _STATION,
    ("query", "station"): _STATION,
    ("path", "unit"): _UNIT,
    ("query", "unit"): _UNIT,
    ("path", "consignment"): "The id of a consignment is a station, C, a number and a check character, as AAA-C01-W.",
    ("path", "offer"): f"An offer is named by its event id: {_HEX}.",
    ("path", "finding"): f"A finding is named by its id: {_HEX}.",
    ("query", "at"): f"at: what is asked for is {FORM}.",
    ("query", "code"): "The code of a finding is small letters and hyphens, as seal-condition.",
}
"""Place and name of a parameter -> how it is written, where a pattern would tell most readers nothing."""


def details(status: int, *, code: str, sentence: str) -> dict[str, str | int]:
    """A problem in the form of RFC 9457; ``code`` and ``sentence`` are what every program of this project gives."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": sentence,
        "code": code,
        "sentence": sentence,
    }


def not_well_formed(place: Sequence[int | str], *, said: str) -> str:
    """The sentence for a parameter that is not as it is described; ``said`` is what the check said of it."""
    where, name = str(place[0]), str(place[-1])
    return _FORMS.get((where, name)) or f"{name}: {said}."
