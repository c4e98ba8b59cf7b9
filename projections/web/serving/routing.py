"""Before a route is asked: the language is taken off the path, old addresses lead on, a page gives the form that is asked for.

Works on the scope of one request (ASGI); what addresses mean is in ``addresses``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from projections.web.models.languages import preferred_by
from projections.web.serving.addresses import SPOKEN_KEY, form_of, is_page, moved, place_of, twin

_SAFE: Final = "/?&=%#+:,~"


class AddressReader:
    """Takes the language off the path of a request, leads to the address that a page has, and answers with the form asked for.

    A language that the election does not speak leads to one that it does.
    """

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute]) -> None:
        """``routes``: those of the pages, to know which forms a page has."""
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        place = place_of(scope["path"])
        if place.language not in scope["app"].state.languages:
            place = replace(place, language=None)
        scope.update({"path": place.path, "raw_path": quote(place.path).encode(), SPOKEN_KEY: place.language})
        form = self._form(scope) if scope["method"] == "GET" and is_page(place.path) else ""
        if form:
            scope["path"] = twin(place.path, form)
        elif scope["method"] == "GET":
            request = Request(scope)
            to = moved(place, query=request.url.query, prefers=lambda: preferred_by(request))
            if to is not None:
                await _led(to)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _form(self, scope: Scope) -> str:
        """The ending of the form that is asked for, where the page has it; empty for the page itself."""
        form = form_of(Headers(scope=scope).get("accept", ""))
        asked = {**scope, "path": twin(scope["path"], form)}
        has = form and any(_gives(route, asked, form=form) for route in self._routes)
        return form if has else ""


def _gives(route: BaseRoute, asked: Scope, *, form: str) -> bool:
    """Whether a route is one for this form of a page, and answers what is asked."""
    return str(getattr(route, "path", "")).endswith(form) and route.matches(asked)[0] is Match.FULL


def _led(to: str) -> Response:
    """On to another address; to which, may differ by what the reader's browser asks for."""
    headers = {"Location": quote(to, safe=_SAFE), "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    return Response(status_code=307, headers=headers)
