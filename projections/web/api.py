"""The query API: one read-only route for one question, under /api/v1, described in /openapi.json.

Routes find nothing themselves: the modules ``*_facts`` do, for the pages as well.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from custody.serving.problems import PROBLEM_TYPE
from projections.web.facts.accounts import account_answer, accounts, accounts_csv, totals_answer
from projections.web.facts.board import board_answer, station_rows
from projections.web.facts.consignments import (
    consignment_answer,
    consignments_of_station,
    handover_answer,
    handovers_of_station,
)
from projections.web.facts.findings import finding_answer, found
from projections.web.facts.paging import Paged
from projections.web.facts.stations import of_station, station_answer
from projections.web.facts.tours import tours
from projections.web.facts.units import all_units, trail_page, unit_answer, units_of_station
from projections.web.facts.witnesses import entry_answer, witnesses_answer
from projections.web.models import answers
from projections.web.models.problems import details
from projections.web.models.witnesses import EntryWitnessesAnswer, WitnessesAnswer
from projections.web.serving.parameters import (
    LIMIT_DEFAULT,
    ByteOrderMark,
    ConsignmentCode,
    EntryPosition,
    Filter,
    FindingHash,
    Limit,
    OfferHash,
    Offset,
    Question,
    StationCode,
    UnitCode,
)
from projections.web.snapshots.snapshot import standing_answer

CSV: Final = "text/csv"
ACCOUNTS_FILE: Final = "ballot-accounts.csv"
BOM: Final = "\ufeff"
"""What some spreadsheets need before the first byte, or they take Kazakh and Russian names for something else."""
_TAGS: Final = {
    "ETag": {"description": "Strong validator: address and position.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "Keep, and ask whether it still holds.", "schema": {"type": "string"}},
}


def _problem(description: str, *, status: int, code: str, sentence: str) -> dict[str, Any]:
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": details(status, code=code, sentence=sentence),
    }
    return {"description": description, "content": {PROBLEM_TYPE: content}}


COMMON: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The answer.", "headers": _TAGS},
    304: {"description": "What the reader has still holds.", "headers": _TAGS},
    400: _problem(
        "A parameter of the query comes twice.",
        status=400,
        code="repeated-parameter",
        sentence="A parameter of the query comes twice; each may come once.",
    ),
    401: _problem(
        "The token is unknown, expired or revoked.",
        status=401,
        code="token-not-valid",
        sentence="This token is unknown, expired or revoked; whoever issued it can issue another.",
    ),
    404: _problem(
        "It is not on this log, or was not by the position asked for.",
        status=404,
        code="unknown-station",
        sentence="There is no station XXX on this log.",
    ),
    422: _problem(
        "The request does not fit this description.",
        status=422,
        code="not-well-formed",
        sentence="limit: This number is too large: the most is 200.",
    ),
    503: _problem(
        "The books cannot be read now; ask again after Retry-After.",
        status=503,
        code="books-moving",
        sentence="The views are taking in new entries; ask again in a moment.",
    )
    | {"headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}},
}


class CsvResponse(Response):
    """Comma-separated values."""

    media_type = CSV


router: Final = APIRouter(prefix="/api/v1", responses=COMMON)


@router.get("/standing", response_model=answers.StandingAnswer)
def standing(ask: Question) -> Response:
    """How far the books have come, over which log, and what is wrong with them."""
    return ask.json(standing_answer)


@router.get("/board", response_model=answers.BoardAnswer)
def board(ask: Question) -> Response:
    """Papers, custody and findings of the whole election, and a row for each station."""
    return ask.json(board_answer)


@router.get("/witnesses", response_model=WitnessesAnswer)
def witnesses(ask: Question) -> Response:
    """The log witnesses: in which group each stands, how many entries it stands behind, and when it last cosigned."""
    return ask.json(witnesses_answer)


@router.get("/entries/{entry}/witnesses", response_model=EntryWitnessesAnswer)
def entry_witnesses(ask: Question, *, entry: EntryPosition) -> Response:
    """Who stands behind one entry: k of n log witnesses, from which groups, and whether they are enough."""
    return ask.json(lambda reading: entry_answer(reading, entry))


@router.get("/stations", response_model=answers.StationsPage)
def stations(ask: Question, *, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Stations by code, each as on the board."""
    return ask.json(Paged(answers.StationsPage, station_rows, offset=offset, limit=limit))


@router.get("/stations/{code}", response_model=answers.StationAnswer)
def station(ask: Question, *, code: StationCode) -> Response:
    """A station: its account, consignments, units and findings."""
    return ask.json(lambda reading: station_answer(reading, code))


@router.get("/stations/{code}/account", response_model=answers.AccountAnswer)
def station_account(ask: Question, *, code: StationCode) -> Response:
    """The ballot account of a station, as figures and as double entry."""
    return ask.json(lambda reading: account_answer(reading, code))


@router.get("/stations/{code}/units", response_model=answers.UnitsPage)
def station_units(ask: Question, *, code: StationCode, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """The units of a station, by id."""
    return ask.json(Paged(answers.UnitsPage, of_station(units_of_station, code), offset=offset, limit=limit))


@router.get("/stations/{code}/consignments", response_model=answers.ConsignmentsPage)
def station_consignments(
    ask: Question, *, code: StationCode, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0
) -> Response:
    """The consignments to and from a station with their legs, by id."""
    items = of_station(consignments_of_station, code)
    return ask.json(Paged(answers.ConsignmentsPage, items, offset=offset, limit=limit))


@router.get("/stations/{code}/handovers", response_model=answers.HandoversPage)
def station_handovers(
    ask: Question, *, code: StationCode, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0
) -> Response:
    """The handovers of what belongs to a station, in the order in which they last changed."""
    return ask.json(Paged(answers.HandoversPage, of_station(handovers_of_station, code), offset=offset, limit=limit))


@router.get("/units", response_model=answers.UnitsPage)
def units(ask: Question, *, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """All units, by id; those of no station too."""
    return ask.json(Paged(answers.UnitsPage, all_units, offset=offset, limit=limit))


@router.get("/units/{unit}", response_model=answers.UnitAnswer)
def unit(ask: Question, *, unit: UnitCode) -> Response:
    """A unit: who holds it and on what basis, its story and its findings."""
    return ask.json(lambda reading: unit_answer(reading, unit))


@router.get("/units/{unit}/trail", response_model=answers.TrailPage)
def unit_trail(ask: Question, *, unit: UnitCode, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """The story of a unit, in log order."""
    return ask.json(lambda reading: trail_page(reading, unit, offset=offset, limit=limit))


@router.get("/accounts", response_model=answers.AccountsPage)
def station_accounts(ask: Question, *, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """The ballot accounts of all stations, by station."""
    return ask.json(Paged(answers.AccountsPage, accounts, offset=offset, limit=limit))


@router.get("/accounts/totals", response_model=answers.TotalsAnswer)
def account_totals(ask: Question) -> Response:
    """The papers of the whole election: printed, and the sums of all accounts."""
    return ask.json(totals_answer)


@router.get(
    "/accounts.csv",
    response_class=CsvResponse,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
def accounts_as_csv(ask: Question, *, bom: ByteOrderMark = "0") -> Response:
    """The ballot accounts of all stations for a spreadsheet (RFC 4180); no cell can be taken for a formula."""
    mark = BOM if bom == "1" else ""
    response = ask.text(lambda reading: mark + accounts_csv(reading), media=f"{CSV}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{ACCOUNTS_FILE}"'
    return response


@router.get("/consignments/{consignment}", response_model=answers.ConsignmentAnswer)
def consignment(ask: Question, *, consignment: ConsignmentCode) -> Response:
    """A consignment with its planned legs, each beside what was recorded of it."""
    return ask.json(lambda reading: consignment_answer(reading, consignment))


@router.get("/tours", response_model=answers.ToursPage)
def all_tours(ask: Question, *, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Tours: what each courier with several consignments has aboard, and what was delivered."""
    return ask.json(Paged(answers.ToursPage, tours, offset=offset, limit=limit))


@router.get("/handovers/{offer}", response_model=answers.HandoverAnswer)
def handover(ask: Question, *, offer: OfferHash) -> Response:
    """A handover by the event id of its offer, with the state of both signatures."""
    return ask.json(lambda reading: handover_answer(reading, offer))


@router.get("/findings", response_model=answers.FindingsPage)
def all_findings(ask: Question, *, wanted: Filter, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Findings: unsettled before settled, the gravest first, then in the order in which they were raised."""
    return ask.json(Paged(answers.FindingsPage, lambda reading: found(reading, wanted), offset=offset, limit=limit))


@router.get("/findings/{finding}", response_model=answers.FindingAnswer)
def finding(ask: Question, *, finding: FindingHash) -> Response:
    """A finding: what disagrees with what, where the evidence is, and what would settle it."""
    return ask.json(lambda reading: finding_answer(reading, finding))
