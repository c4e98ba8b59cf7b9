"""The application: routes, errors in one form, and the headers that every answer carries.

Read-only: GET and HEAD, no cookie, no login, nothing written.  The API may be read by scripts of any origin, for what it gives is
public and the same for everybody; pages may not be framed or read across origins, and load nothing but their own stylesheet.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from custody.adapters.token_file import TokenFile
from custody.ports import Alarm
from custody.serving import query
from custody.serving.health import health_routes
from custody.serving.problems import problem_answer, problem_headers, status_of
from custody.serving.query import is_repeated
from custody.serving.readiness import Readiness
from projections.web import api, pages
from projections.web.models.answers import ProblemDetails
from projections.web.models.languages import asked_for, first_of, offered_of, spoken_in
from projections.web.models.problems import RETRY_AFTER_S, STATUSES, WORDS, Busy, details, not_well_formed
from projections.web.routes import docs, feeds, figures, lists, live, search, things, verify
from projections.web.serving.addresses import SPOKEN_KEY, is_page, place_of
from projections.web.serving.crowd import TOLD_KEY, HotAddresses
from projections.web.serving.live import Live
from projections.web.serving.metrics import WebMetrics
from projections.web.serving.parameters import HTML
from projections.web.serving.past_answers import MakeApp
from projections.web.serving.past_process import PastProcess, PastRequests
from projections.web.serving.problem_pages import ProblemPages
from projections.web.serving.record import Record
from projections.web.serving.responder import Responder
from projections.web.serving.routing import AddressReader
from projections.web.snapshots.books_pool import Shelf
from schemas.election_names import NO_NAMES, ElectionNames
from schemas.errors import CustodyError
from schemas.faults import words_of

_HEALTH_THREADS: Final = 2
"""Threads that answer for health and for nothing else: readers of pages never hold them up."""
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPTED: Final = frozenset({"/", "/live", "/verify"})
"""Pages to which a script of this site adds something."""
_WITH_SCRIPT: Final = f"{_POLICY}; script-src 'self'; connect-src 'self'"
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
SERVICE: Final = "web"
_APIS: Final = (figures.api, lists.api, search.api, live.api, api.router)
_PAGES: Final = (
    feeds.router,
    lists.router,
    search.router,
    live.router,
    verify.router,
    figures.router,
    docs.router,
    things.router,
    pages.router,
)
_LOG: Final = logging.getLogger("uvicorn.error")
"""The server's own lines on stderr."""
CLOSED: Final = {"Cross-Origin-Resource-Policy": "same-origin"}
_DESCRIPTION: Final = (
    "Who holds what, what happened to it, and what disagrees with what, as the views of one election's log tell it. "
    "Every answer names the election, the log, the position and the digest of the state. The views prove nothing by "
    "themselves: `custody audit` replays the log and compares the digest."
)


def make_app(
    shelf: Shelf,
    *,
    tokens: TokenFile | None = None,
    names: ElectionNames = NO_NAMES,
    record: Record | None = None,
    past: MakeApp | None = None,
) -> FastAPI:
    """The application over the books on a shelf; the shelf is closed when it ends. ``tokens`` open what is withheld.

    ``names``: what election, stations and parties are called by language; the pages offer the languages of these, or all
    of the catalogue where there are none. ``record``: the archive that can be taken away. ``past`` makes the same application in
    a process of its own, which answers about the past; None: that is answered here.
    """
    metrics = WebMetrics()
    elsewhere = None if past is None else PastProcess(past)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        pages.prepare()
        yield
        if elsewhere is not None:
            await elsewhere.end()
        shelf.close()

    app = FastAPI(
        title="Ballot custody: queries",
        version="1",
        summary="Read-only queries over one election's chain of custody.",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=life,
        redirect_slashes=False,  # it would send readers to whatever host the request named
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.desk = Responder(shelf, metrics=metrics, languages=spoken_in(names))
    app.state.live = Live(app.state.desk, offered=offered_of(names.languages))
    app.state.tokens = tokens or TokenFile.none()
    app.state.names = names
    app.state.record = record
    app.state.problem_pages = ProblemPages(pages.render)
    app.state.languages = offered_of(names.languages)
    app.state.first_language = first_of(names.languages)
    _add_health(app, metrics=metrics)
    for router in (*_APIS, *_PAGES):
        app.include_router(router)
    _describe(app)
    _add_errors(app)
    if elsewhere is not None:
        app.add_middleware(PastRequests, past=elsewhere, refused=_busy)
    app.add_middleware(AddressReader, routes=[route for router in _PAGES for route in router.routes])
    app.add_middleware(_Shell, metrics=metrics)
    app.add_middleware(HotAddresses, count=metrics.count)
    return app


def _add_health(app: FastAPI, *, metrics: WebMetrics) -> None:
    own_threads: list[CapacityLimiter] = []  # made by the first question, for a limiter belongs to a running loop

    async def readiness() -> Readiness:
        if not own_threads:
            own_threads.append(CapacityLimiter(_HEALTH_THREADS))
        try:
            standing = await to_thread.run_sync(app.state.desk.standing, limiter=own_threads[0])
        except CustodyError as error:
            return Readiness(SERVICE, "not-ready", is_ready=False, alarms=(Alarm(error.code, error.sentence),))
        return Readiness(SERVICE, "answering", is_ready=True, position=standing.position)

    for route in health_routes(readiness, registry=metrics.registry):
        app.add_api_route(route.path, route.endpoint, include_in_schema=False)


def _describe(app: FastAPI) -> None:
    """OpenAPI with the form of problems in it, which no route has as its answer."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        described = made()
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", ProblemDetails.model_json_schema())
        return described

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(CustodyError)
    def ours(request: Request, error: CustodyError) -> Response:
        return told(request, status=status_of(error, statuses=STATUSES), code=error.code, sentence=error.sentence)

    @app.exception_handler(RequestValidationError)
    def not_described(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        sentence = not_well_formed(first["loc"], said=words_of(first))
        return told(request, status=422, code="not-well-formed", sentence=sentence)

    @app.exception_handler(HTTPException)
    def of_the_server(request: Request, error: HTTPException) -> Response:
        code, sentence = WORDS.get(error.status_code, ("refused", "This request is not answered."))
        response = told(request, status=error.status_code, code=code, sentence=sentence)
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = "GET, HEAD"
        return response


def told(request: Request, *, status: int, code: str, sentence: str) -> Response:
    """A problem: a page for whoever asked for a page, application/problem+json for all others."""
    headers = problem_headers(status, retry_after_s=RETRY_AFTER_S)
    if is_page(request.url.path):
        problems: ProblemPages = request.app.state.problem_pages
        body = problems.page(asked_for(request), status=status, code=code, sentence=sentence)
        return Response(body, status_code=status, media_type=HTML, headers=headers)
    return problem_answer(details(status, code=code, sentence=sentence), status=status, headers=headers)


async def _refusing_twice(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
    response = told(Request(scope), status=query.STATUS, code=query.CODE, sentence=query.SENTENCE)
    await response(scope, receive, send)


def _busy(error: Busy) -> ASGIApp:
    """An application that tells whoever asks that something costly is asked for too often."""

    async def tells(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        status = status_of(error, statuses=STATUSES)
        response = told(Request(scope), status=status, code=error.code, sentence=error.sentence)
        await response(scope, receive, send)

    return tells


def _route(scope: Scope) -> str:
    """The route by its template, which names nobody."""
    return str(getattr(scope.get("route"), "path", "other"))


def _what(error: Exception) -> str:
    """What failed and where in this program; never the text, which may hold what is on the log."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{where}"


class _Shell:
    """Around every answer: HEAD as GET without the body, the headers, the figures, and words for what failed."""

    def __init__(self, app: ASGIApp, *, metrics: WebMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        place = place_of(scope["path"])
        scope = {**scope, "method": "GET" if head else scope["method"], SPOKEN_KEY: place.language}
        began = time.perf_counter()
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if place.path in _SCRIPTED:
                    headers["Content-Security-Policy"] = _WITH_SCRIPT
                headers.update(OPEN if scope["path"].startswith("/api/") else CLOSED)
            elif head:
                message = {**message, "body": b""}
            await send(message)

        app = _refusing_twice if is_repeated(scope) else self._app
        try:
            await app(scope, receive, sent)
        except Exception as error:  # the last line of defence: one answer fails, the others go on
            _LOG.error("%s failed: %s", _route(scope), _what(error))
            if status:
                raise  # half an answer went out already: the connection is closed
            code, sentence = WORDS[500]
            await told(Request(scope), status=500, code=code, sentence=sentence)(scope, receive, sent)
        finally:
            route = _route(scope)
            scope.get(TOLD_KEY, {})["route"] = route
            self._metrics.count(route, status=status or 500, seconds=time.perf_counter() - began)
