"""The entries recorded last: a page, JSON, and a stream for who follows it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from projections.web import pages
from projections.web.api import COMMON
from projections.web.facts.recent import recent_answer
from projections.web.models.languages import Spoken
from projections.web.models.recent import RecentAnswer
from projections.web.serving.live import Live
from projections.web.serving.parameters import Question, check_query

STREAM: Final = "text/event-stream"
api: Final = APIRouter(prefix="/api/v1", responses=COMMON)
router: Final = APIRouter(include_in_schema=False)


@api.get("/recent", response_model=RecentAnswer)
def recent(ask: Question) -> Response:
    """The entries recorded last, the newest first; ``/api/v1/live`` streams them as they come in."""
    return ask.json(recent_answer)


@api.get("/live", include_in_schema=False)
async def live(
    request: Request, *, last_event_id: Annotated[str, Header(pattern=r"^[0-9]{0,15}$")] = ""
) -> StreamingResponse:
    """The entries as they come in (server-sent events)."""
    check_query(request)
    news: Live = request.app.state.live
    news.enter()
    since = int(last_event_id) if last_event_id else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(news.stream(since=since), media_type=STREAM, headers=headers)


@router.get("/live.json")
def live_json(ask: Question) -> Response:
    """What was recorded last, as JSON."""
    return ask.json(recent_answer)


@router.get("/live")
def live_page(ask: Question, *, tongue: Spoken) -> Response:
    """What was recorded last; it moves where there is a script."""
    return ask.page(
        lambda reading: pages.shown(
            "live.html", reading, page=recent_answer(reading), path="/live", kept={}, tongue=tongue
        ),
        language=tongue.language,
    )
