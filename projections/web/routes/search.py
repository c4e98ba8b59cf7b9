"""The search: one hit leads to its page, several are listed, and where nothing fits it is said what may have been meant."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from projections.web import pages
from projections.web.api import COMMON
from projections.web.models.languages import Spoken
from projections.web.models.search import SearchAnswer
from projections.web.serving.addresses import in_language
from projections.web.serving.parameters import HTML, check_query, desk_of
from projections.web.serving.search import TYPED_MAX, Search, Searched

Typed = Annotated[str, Query(max_length=TYPED_MAX, description="What somebody typed.", examples=["Анталья"])]
api: Final = APIRouter(prefix="/api/v1", responses=COMMON)
router: Final = APIRouter(include_in_schema=False)
_KEPT: Final = {"Cache-Control": "no-cache"}


def _searched(request: Request, typed: str) -> Searched:
    desk, names = desk_of(request), request.app.state.names.stations
    found: Searched = desk.asked(lambda books: Search(books, desk.found(books), names).of(typed))
    return found


def _answer(request: Request, typed: str) -> SearchAnswer:
    found = _searched(request, typed)
    return SearchAnswer(query=typed, hits=found.hits, meant=found.meant, sentence=found.sentence)


@api.get("/search", response_model=SearchAnswer)
def search(request: Request, *, q: Typed = "") -> Response:
    """Stations by any of their names, codes as people write them, positions, ids, badges; of now."""
    check_query(request)
    return Response(_answer(request, q).model_dump_json(), media_type="application/json", headers=_KEPT)


@router.get("/find.json")
def find_json(request: Request, *, q: Typed = "") -> Response:
    """What was found, as JSON."""
    return Response(_answer(request, q).model_dump_json(), media_type="application/json", headers=_KEPT)


@router.get("/find")
def find(request: Request, *, q: Typed = "", tongue: Spoken) -> Response:
    """From what somebody typed to the page of what is meant by it."""
    found = _searched(request, q)
    if len(found.hits) == 1:
        return RedirectResponse(in_language(found.hits[0].path, tongue.language), status_code=303)
    render = partial(pages.render, "find.html")
    values: dict[str, Any] = {"found": found, "typed": q, "tongue": tongue}
    return Response(render(**values), status_code=200 if found.hits else 404, media_type=HTML, headers=_KEPT)
