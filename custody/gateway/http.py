"""The gateway over HTTP: signed events in, receipts and refusals out, and the log to read (docs/spec/http.md).

A thin shell: bodies are read up to their limits, entries go to the intake, answers become JSON. Every error has its one answer
(``problems``). There are no cookies, no cross-origin answers, and no page but the app's (``app_files``).
"""

from __future__ import annotations

import asyncio
import binascii
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from structlog.typing import FilteringBoundLogger

from custody.adapters.tilefolder import TileFolder
from custody.adapters.token_file import TokenFile
from custody.core.entries.receipts import SignedReply
from custody.core.tlog.tiles import format_bundle
from custody.gateway.app_files import app_routes, built_app
from custody.gateway.bodies import Bodies, Kind
from custody.gateway.box_serving import BoxDesk, add_boxes
from custody.gateway.boxes import Boxes
from custody.gateway.connections import Connections
from custody.gateway.figures import SERVICE, Figures
from custody.gateway.forwarded import Proxies
from custody.gateway.front_door import FrontDoor
from custody.gateway.guard import Guard, GuardParts, address_of, paid_of
from custody.gateway.intake import Intake, Taken
from custody.gateway.log_serving import LogAccess, add_served_log
from custody.gateway.problems import problem
from custody.gateway.reading import Entries, ReadRequest
from custody.gateway.served_log import ServedLog, newest_checkpoint
from custody.gateway.shares import Limits
from custody.gateway.watching import INTERVAL_S, Watch, Watching, no_alarms
from custody.gateway.writer import Writer
from custody.ports import Alarm, LogReader
from custody.serving.health import health_routes
from custody.serving.problems import PROBLEM_TYPE
from custody.serving.readiness import Readiness
from schemas.envelope import ENTRY_BYTES_MAX, entry_hash
from schemas.errors import CustodyError, Misused, OutcomeUnknown, Refused
from schemas.gateway import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    READ_ENTRIES_MAX,
    GatewayReplies,
    GatewayReply,
    LogStanding,
    Problem,
    WithheldProblem,
)

LOG_END: Final = "Custody-Log-End"
EVENT: Final = Kind(("application/json", "application/vnd.dsse.envelope.v1+json"), ENTRY_BYTES_MAX)
BATCH: Final = Kind(("application/x-ndjson",), BATCH_BYTES_MAX)
STOP_S_MAX: Final = 100.0
JSON_TYPE: Final = "application/json"
_KEYS: Final = r"^[0-9a-f]{64}(,[0-9a-f]{64}){0,15}$"
_NUMBER: Final = r"^(0|[1-9][0-9]{0,15})$"
_LIMIT: Final = Query(
    pattern=_NUMBER, json_schema_extra={"pattern": r"^([1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-6])$"}
)
"""Described as exactly what is answered; what is a number and beyond is told as such (``log-range``)."""
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": about, "content": {PROBLEM_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, about in (
        (400, "The request is not as it must be."),
        (408, "The body came too slowly."),
        (413, "The body is too large."),
        (415, "The content type or coding is not taken."),
        (429, "More than this sender's share: wait as Retry-After says."),
        (503, "Nothing was taken: wait as Retry-After says, and send it again."),
        (504, "It may have been taken: send the identical bytes again."),
    )
}
_CLOSED: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "The token is unknown, expired or revoked.", "content": _PROBLEMS[400]["content"]},
    403: {
        "description": "Withheld until the last station has closed.",
        "content": {PROBLEM_TYPE: {"schema": WithheldProblem.model_json_schema()}},
    },
}
_FAILED: Final = Alarm("gateway-failed", "The gateway's writer has stopped; restart it.")
_ANSWERS: Final = _PROBLEMS | {422: {"description": "Refused, under the gateway's key.", "model": GatewayReply}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a gateway is made of. ``reader`` is another access to the door's log; ``clock`` says now, RFC 3339."""

    door: FrontDoor
    reader: LogReader
    clock: Callable[[], str]
    journal: FilteringBoundLogger
    watch: Watch = no_alarms
    watch_interval_s: float = INTERVAL_S
    limits: Limits = field(default_factory=Limits)
    bodies: Bodies = field(default_factory=Bodies)
    tokens: TokenFile = field(default_factory=TokenFile.none)
    proxies: Proxies = field(default_factory=Proxies)
    connections: Connections = field(default_factory=Connections)
    tiles: Path | None = None
    """The checkpointer's folder, which this gateway serves; None: it serves none."""
    boxes: Boxes = field(default_factory=Boxes)


def make_app(setting: Setting) -> FastAPI:
    """The application; its writer and its watch run as long as it does (ASGI lifespan)."""
    writer = Writer(setting.door, clock=setting.clock)
    watching = Watching(setting.watch, interval_s=setting.watch_interval_s)
    intake = Intake(setting.door, writer=writer, watching=watching, limits=setting.limits)
    figures = _figures(writer, watching=watching, setting=setting)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(watching.start)
        writer.start()
        yield
        watching.stop()
        await asyncio.to_thread(writer.stop, wait_s=STOP_S_MAX)
        intake.close()

    app = FastAPI(
        title="Gateway", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    _handle_errors(app)
    _add_writing(app, intake=intake, figures=figures, setting=setting)
    entries = Entries(setting.reader, publication=setting.door.publication, follow_soon=writer.follow_soon)
    _add_reading(app, intake=intake, setting=setting, entries=entries)
    _add_device_pack(app, intake=intake, setting=setting, writer=writer)
    desk = BoxDesk(door=setting.door, boxes=setting.boxes, bodies=setting.bodies, clock=setting.clock)
    add_boxes(app, desk=desk, answers=_PROBLEMS)
    if setting.tiles is not None:
        served = ServedLog(TileFolder(setting.tiles), setting.door.position_of)
        add_served_log(app, log=served, access=LogAccess(entries, _admits(setting.tokens), intake.read))
    app.router.routes.extend(app_routes(built_app()))
    app.router.routes.extend(
        health_routes(
            lambda: _readiness(writer, watching=watching, door=setting.door),
            registry=figures.registry,
            failure=lambda: _FAILED if writer.failed else None,
        )
    )
    watched = GuardParts(
        shares=intake.shares,
        figures=figures,
        journal=setting.journal,
        proxies=setting.proxies,
        at_once=setting.connections.an_address,
    )
    app.add_middleware(Guard, watched=watched)
    return app


def _admits(tokens: TokenFile) -> Callable[[Mapping[str, str]], bool]:
    return lambda headers: tokens.admits(headers.get("authorization"))


def _figures(writer: Writer, *, watching: Watching, setting: Setting) -> Figures:
    figures = Figures()
    figures.gauge("waiting_entries", about="Entries in the queue.", read=lambda: writer.waiting)
    figures.gauge("alarms", about="Alarms about the log.", read=lambda: len(watching.alarms))
    figures.gauge("log_read", about="Position up to which the log was read.", read=lambda: setting.door.position)
    figures.gauge("held_bytes", about="Bytes of bodies under way.", read=lambda: setting.bodies.held_bytes)
    return figures


def _readiness(writer: Writer, *, watching: Watching, door: FrontDoor) -> Readiness:
    trouble = [] if writer.trouble is None else [Alarm(writer.trouble.code, writer.trouble.sentence)]
    reasons = [*watching.alarms, *trouble]
    state = "not-ready" if reasons else "taking"
    return Readiness(SERVICE, state, not reasons, reasons, door.position)


def _add_writing(app: FastAPI, *, intake: Intake, figures: Figures, setting: Setting) -> None:
    bodies = setting.bodies

    async def taken(entries: Sequence[bytes], *, request: Request) -> list[Taken]:
        def vouch(key: str) -> None:
            if request.client is not None:
                setting.connections.vouch((request.client.host, request.client.port), key=key)

        scope = request.scope
        answers = await intake.take(entries, address=address_of(scope), paid=paid_of(scope), vouch=vouch)
        for answer in answers:
            figures.entries.labels(_status(answer)).inc()
        return answers

    @app.post("/v1/events", response_model=GatewayReply, responses=_ANSWERS, openapi_extra=_body_of(EVENT))
    async def submit_event(request: Request) -> Response:
        """Submit one signed event: the body is its envelope, byte for byte. 422 with the same body is a signed refusal."""
        async with bodies.read(request, kind=EVENT, sender=address_of(request.scope)) as body:
            (answer,) = await taken([body], request=request)
            if not isinstance(answer, SignedReply):
                return problem(answer)
            return _json(_doc(answer, entry=body), status=200 if answer.position is not None else 422)

    @app.post("/v1/events/batch", response_model=GatewayReplies, responses=_PROBLEMS, openapi_extra=_body_of(BATCH))
    async def submit_batch(request: Request) -> Response:
        """Submit signed events, one envelope a line, taken in this order; one reply for each, whatever became of it."""
        async with bodies.read(request, kind=BATCH, sender=address_of(request.scope)) as body:
            lines = _lines(body)
            answers = await taken(lines, request=request)
            reply = next((item for item in answers if isinstance(item, SignedReply)), None)
            if reply is None and isinstance(answers[0], CustodyError):
                return problem(answers[0])
            docs = [_doc(answer, entry=line) for answer, line in zip(answers, lines, strict=True)]
            return _json({"replies": docs}, status=200)


def _add_reading(app: FastAPI, *, intake: Intake, setting: Setting, entries: Entries) -> None:
    reader = setting.reader

    @app.get("/v1/entries", responses=_PROBLEMS | _CLOSED | {200: {"content": {"application/octet-stream": {}}}})
    async def read_entries(
        request: Request, *, start: Annotated[str, Query(pattern=_NUMBER)], limit: Annotated[str, _LIMIT]
    ) -> Response:
        """Entries from ``start`` on, as a C2SP entry bundle: each after its length, two bytes big-endian.

        403 where one of them is withheld until the last station has closed, unless a token (Authorization: Bearer) opens it.
        """
        if not 1 <= int(limit) <= READ_ENTRIES_MAX:
            raise Misused("log-range", f"At most {READ_ENTRIES_MAX} entries are read at a time, and one at least.")
        is_open = await asyncio.to_thread(setting.tokens.admits, request.headers.get("authorization"))
        asked = ReadRequest(start=int(start), limit=int(limit), is_open=is_open)
        records, end = await entries.read(asked, in_turn=partial(intake.read, address=address_of(request.scope)))
        bundle = format_bundle([record.entry for record in records])
        return Response(bundle, media_type="application/octet-stream", headers={LOG_END: str(end)})

    @app.get("/v1/log", response_model=LogStanding, responses=_PROBLEMS)
    async def describe_log(request: Request) -> Response:
        """Which log this is, and where it ends."""
        end = await intake.read(reader.end, address=address_of(request.scope))
        door = setting.door
        return _json({"election": door.ledger.election, "origin": door.origin, "end": end}, status=200)


def _add_device_pack(app: FastAPI, *, intake: Intake, setting: Setting, writer: Writer) -> None:
    @app.get("/v1/device-pack", responses=_PROBLEMS | {200: {"content": {JSON_TYPE: {}}}})
    async def read_device_pack(request: Request, *, keys: Annotated[str, Query(pattern=_KEYS)]) -> Response:
        """What the devices of these keys (at most 16) need to know, as a statement that this gateway signed."""
        note = None if setting.tiles is None else await asyncio.to_thread(newest_checkpoint, TileFolder(setting.tiles))
        look = partial(setting.door.device_pack, keys=keys.split(","), at=setting.clock(), checkpoint=note)
        data = await intake.look(partial(writer.ask, look), address=address_of(request.scope))
        return Response(data, media_type=JSON_TYPE)


def _handle_errors(app: FastAPI) -> None:
    async def custody_error(_: Request, error: Exception) -> Response:
        known = error if isinstance(error, CustodyError) else Misused("query", "The query is not as it must be.")
        return problem(known, is_closing=known.code.startswith("body-"))

    async def http_error(_: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            answer = problem(Misused("method", "This path does not take this method."), is_closing=True)
            answer.headers.update(error.headers or {})  # Allow (RFC 9110, 15.5.6)
            return answer
        return problem(Misused("path-unknown", "There is nothing at this path."), is_closing=True)

    app.add_exception_handler(CustodyError, custody_error)
    app.add_exception_handler(RequestValidationError, custody_error)
    app.add_exception_handler(HTTPException, http_error)


def _lines(body: bytes) -> list[bytes]:
    lines = body.removesuffix(b"\n").split(b"\n")
    if len(lines) > BATCH_ENTRIES_MAX:
        raise Refused("body-lines", f"A batch has at most {BATCH_ENTRIES_MAX} lines.")
    return lines


def _status(answer: Taken) -> str:
    if isinstance(answer, SignedReply):
        return answer.status
    return "unknown" if isinstance(answer, OutcomeUnknown) else "not-taken"


def _doc(answer: Taken, *, entry: bytes) -> dict[str, Any]:
    if not isinstance(answer, SignedReply):
        said = {"codes": [answer.code], "sentence": answer.sentence, "statement": None}
        return {"entry": entry_hash(entry), "event": None, "position": None, "status": _status(answer), **said}
    return {
        "entry": answer.entry,
        "event": answer.event or None,
        "position": answer.position,
        "status": answer.status,
        "codes": list(answer.codes),
        "sentence": answer.sentence,
        "statement": binascii.b2a_base64(answer.statement, newline=False).decode("ascii"),
    }


def _json(value: dict[str, Any], *, status: int) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), status_code=status, media_type="application/json")


def _body_of(kind: Kind) -> dict[str, Any]:
    content = {name: {"schema": {"type": "string", "maxLength": kind.bytes_max}} for name in kind.types}
    return {"requestBody": {"required": True, "content": content}}
