"""Parameters of a request: those that all routes share, each with its bounds, and nothing beside them.

In the API a parameter that is not described is refused: a program whose filter was not understood would take the answer for what
it is not. A page leaves it aside, for links that people share carry more than they were given; the page says what it shows. One
that comes twice is refused everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from custody.core.wording.message_format import Language
from projections.stores.moments import read_moment
from projections.web.facts.findings import Wanted
from projections.web.models.answers import Answer
from projections.web.models.problems import NotWellFormed
from projections.web.serving.addresses import takes_gzip
from projections.web.serving.responder import JSON, Inquiry, Responder, as_json
from projections.web.snapshots.snapshot import Snapshot
from schemas.identifiers import CONSIGNMENT_PATTERN, OFFICE_PATTERN, UNIT_PATTERN

LIMIT_DEFAULT: Final = 50
LIMIT_MAX: Final = 200
OFFSET_MAX: Final = 1_000_000
MOMENT_CHARACTERS_MAX: Final = 40
HTML: Final = "text/html; charset=utf-8"
API: Final = "/api/"
TAGS_CHARACTERS_MAX: Final = 2_000
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,15}")


def decimal(value: Any) -> Any:
    """A whole number as it is written everywhere here: digits only, no sign, no leading zero."""
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise ValueError("a whole number in decimal digits is asked for")
    return value


def moment(value: str) -> str:
    """A position, a day or a time; ValueError for anything else."""
    read_moment(value)
    return value


_Decimal = BeforeValidator(decimal)
decimal_number: Final = _Decimal
_MOMENT_DESCRIBED: Final[dict[str, Any]] = {
    "type": "string",
    "maxLength": MOMENT_CHARACTERS_MAX,
    "anyOf": [{"pattern": r"^(0|[1-9][0-9]{0,14}|[1-8][0-9]{15})$"}, {"format": "date"}, {"format": "date-time"}],
}
At = Annotated[
    Annotated[str, Field(max_length=MOMENT_CHARACTERS_MAX), AfterValidator(moment), WithJsonSchema(_MOMENT_DESCRIBED)]
    | None,
    Query(
        description="Answer as of the entry at this log position, or as of this time (RFC 3339).",
        examples=["1300", "2027-05-16T10:00:00+02:00"],
    ),
]
Limit = Annotated[
    int,
    Field(ge=1, le=LIMIT_MAX),
    _Decimal,
    Query(description="Give at most so many items.", examples=[LIMIT_DEFAULT]),
]
Offset = Annotated[
    int,
    Field(ge=0, le=OFFSET_MAX),
    _Decimal,
    Query(description="Leave out so many items first.", examples=[0]),
]
ByteOrderMark = Annotated[
    Literal["0", "1"],
    Query(description="1: begin with a byte order mark, as some spreadsheets need it.", examples=["1"]),
]
StationCode = Annotated[
    str, Path(pattern=OFFICE_PATTERN, description="Code of the station, three capital letters.", examples=["AAA"])
]
UnitCode = Annotated[
    str, Path(pattern=UNIT_PATTERN, description="Id of the unit, with its check character.", examples=["AAA-P01-2"])
]
ConsignmentCode = Annotated[
    str, Path(pattern=CONSIGNMENT_PATTERN, description="Id of the consignment.", examples=["AAA-C01-W"])
]
_CODE: Final = r"^[a-z]+(-[a-z]+)*$"
Status = Literal["open", "acknowledged", "settled", "adjudicated"]
Severity = Literal["serious", "attention", "information"]
_HASH: Final = r"^[0-9a-f]{64}$"
EntryPosition = Annotated[
    int, _Decimal, Path(ge=0, le=OFFSET_MAX, description="Position of the entry on the log.", examples=[0])
]
OfferHash = Annotated[str, Path(pattern=_HASH, description="Event id of the offer.", examples=["0" * 64])]
FindingHash = Annotated[str, Path(pattern=_HASH, description="Id of the finding.", examples=["0" * 64])]


def wanted(
    *,
    status: Annotated[Status | None, Query(description="Only findings of this status.", examples=["open"])] = None,
    severity: Annotated[Severity | None, Query(description="Only findings of this severity.")] = None,
    code: Annotated[str | None, Query(pattern=_CODE, max_length=40, description="Only findings of this code.")] = None,
    station: Annotated[
        str | None, Query(pattern=OFFICE_PATTERN, description="Only findings at this station.", examples=["AAA"])
    ] = None,
    unit: Annotated[
        str | None, Query(pattern=UNIT_PATTERN, description="Only findings about this unit.", examples=["AAA-P01-2"])
    ] = None,
) -> Wanted:
    """Which findings are asked for."""
    return Wanted(status=status, severity=severity, code=code, station=station, unit=unit)


Filter = Annotated[Wanted, Depends(wanted)]


def desk_of(request: Request) -> Responder:
    """Where a request is answered."""
    desk: Responder = request.app.state.desk
    return desk


class Ask:
    """One request: where, as of when, and what the reader has already."""

    def __init__(
        self,
        request: Request,
        *,
        at: At = None,
        if_none_match: Annotated[
            str,
            Header(
                max_length=TAGS_CHARACTERS_MAX,
                description="ETags that the reader has; 304 if one of them still holds.",
                examples=['"2807-0123456789abcdef0123456789abcdef"'],
            ),
        ] = "",
    ) -> None:
        """NotWellFormed if the query holds what the route does not describe; NotAdmitted for a token that opens nothing."""
        known = names_of(request)
        if request.url.path.startswith(API):
            check_query(request, known=known)
        asked = sorted((name, value) for name, value in request.query_params.items() if name in known)
        address = f"{request.url.path}?{urlencode(asked)}"
        self.request = request
        opened = request.app.state.tokens.admits(request.headers.get("authorization"))
        moment = None if at is None else read_moment(at)
        packed = takes_gzip(request.headers.get("accept-encoding", ""))
        self._asked = Inquiry(address=address, at=moment, has=if_none_match, opened=opened, packed=packed)
        self._desk = desk_of(request)
        self._offered: Mapping[Language, str] = request.app.state.languages

    def json(self, make: Callable[[Snapshot], Answer]) -> Response:
        """The answer as JSON."""
        return self._desk.answer(self._asked, lambda reading: as_json(make(reading), offered=self._offered))

    def page(self, make: Callable[[Snapshot], str], *, language: str) -> Response:
        """The answer as a page in a language, which its address names."""
        asked = replace(self._asked, address=f"{self._asked.address}#{language}")
        return self._desk.answer(asked, lambda reading: make(reading).encode(), media=HTML)

    def text(self, make: Callable[[Snapshot], str], *, media: str = JSON, language: str = "") -> Response:
        """The answer as a text of another kind; in a language, where it has one."""
        asked = replace(self._asked, address=f"{self._asked.address}#{language}") if language else self._asked
        return self._desk.answer(asked, lambda reading: make(reading).encode(), media=media)


Question = Annotated[Ask, Depends()]


def check_query(request: Request, *, known: Collection[str] | None = None) -> None:
    """Refuse a parameter that the route does not describe; one that comes twice was refused before (``serving.query``)."""
    described = names_of(request) if known is None else known
    if any(name not in described for name in request.query_params):
        raise NotWellFormed("unknown-parameter", "The query has a parameter that is not described here.")


def names_of(request: Request) -> frozenset[str]:
    """The names of the query parameters that the route of a request describes."""
    return frozenset(_names(request.scope["route"].dependant))


def _names(dependant: Any) -> set[str]:
    """The names of the query parameters of a route and all it depends on."""
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_names(inner) for inner in dependant.dependencies))
