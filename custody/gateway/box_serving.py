"""The routes of boxes of enrolment: a registrar opens one, whoever has the code looks into it and brings a request.

A box is named in the path by 64 hexadecimal digits that follow from the code; logs hold the route and not the name.
"""

from __future__ import annotations

import asyncio
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Request
from starlette.responses import Response

from custody.core.authority.enrolment_boxes import BOX_TYPE, read_box
from custody.gateway.bodies import Bodies, Kind
from custody.gateway.boxes import REQUEST_BYTES_MAX, BoxContent, Boxes
from custody.gateway.front_door import FrontDoor
from custody.gateway.guard import address_of
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds
from schemas.strict_json import canonical

_JSON: Final = "application/json"
OPENING: Final = Kind((_JSON, BOX_TYPE), 12_000)
BRINGING: Final = Kind(("application/octet-stream",), REQUEST_BYTES_MAX)
_NAME: Final = Path(pattern=r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxDesk:
    """What the routes are made of; ``clock`` as of the gateway."""

    door: FrontDoor
    boxes: Boxes
    bodies: Bodies
    clock: Callable[[], str]


def add_boxes(app: FastAPI, *, desk: BoxDesk, answers: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes."""
    known: dict[int | str, dict[str, Any]] = {
        **answers,
        200: {"content": {_JSON: {}}},
        404: answers[400],
        422: answers[400],
    }

    @app.put("/v1/enrolment/{box}", responses=known, openapi_extra=_body_of(OPENING))
    async def open_box(request: Request, *, box: Annotated[str, _NAME]) -> Response:
        """Open a box, or put another card into it: the body is a registrar's statement. Requests in it stay."""
        async with desk.bodies.read(request, kind=OPENING, sender=address_of(request.scope)) as body:
            ledger = desk.door.ledger
            said = read_box(body, roster=ledger.state.roster, election=ledger.election)
            if said.box != box:
                raise Refused("box-statement", "This statement is about another box.")
            return _shown(await asyncio.to_thread(desk.boxes.open, said, at=desk.clock()), at=desk.clock())

    @app.get("/v1/enrolment/{box}", responses=known)
    async def look_into_box(*, box: Annotated[str, _NAME]) -> Response:
        """What is in a box: the card and the requests, each sealed under the code, which this gateway does not know."""
        return _shown(await asyncio.to_thread(desk.boxes.look, box), at=desk.clock())

    @app.post("/v1/enrolment/{box}", responses=known, openapi_extra=_body_of(BRINGING))
    async def bring_request(request: Request, *, box: Annotated[str, _NAME]) -> Response:
        """Bring a sealed request; at most four, and none once the time of the code is over."""
        async with desk.bodies.read(request, kind=BRINGING, sender=address_of(request.scope)) as body:
            if not body:
                raise Misused("body-broken", "The request is empty.")
            text = binascii.b2a_base64(body, newline=False).decode("ascii")
            await asyncio.to_thread(desk.boxes.bring, box, text, at=desk.clock())
            return Response(canonical({"status": "kept"}), media_type=_JSON)


def _shown(content: BoxContent, *, at: str) -> Response:
    is_over = epoch_seconds(content.until) < epoch_seconds(at)
    said = {"over": is_over, "sealed": content.sealed, "requests": list(content.requests), "until": content.until}
    return Response(canonical(said), media_type=_JSON)


def _body_of(kind: Kind) -> dict[str, Any]:
    content = {name: {"schema": {"type": "string", "maxLength": kind.bytes_max}} for name in kind.types}
    return {"requestBody": {"required": True, "content": content}}
