"""Verify this yourself: the page, the program that the reader's browser runs, and the record to take away.

    /verify                        five checks in the reader's browser, with counts; commands to do the same at home
    /record/SHA256SUMS, /record/…  the files of the archive      /record.zip   all of them in one
    /logs/0/checkpoint, …          the log as C2SP tlog-tiles

What is withheld is refused with until when, and counted on the page.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from projections.web import pages
from projections.web.facts.record import verify_answer, withheld_in
from projections.web.models.languages import Spoken
from projections.web.models.problems import Absent, Shut
from projections.web.models.record import RecordFiles
from projections.web.serving.parameters import Question, desk_of
from projections.web.serving.record import Record, entries_in
from projections.web.serving.responder import Inquiry
from projections.web.snapshots.snapshot import Snapshot, withheld_until

BYTES: Final = "application/octet-stream"
_SOON: Final = {"Cache-Control": "no-cache"}
router: Final = APIRouter(include_in_schema=False)


def _record(request: Request) -> Record:
    record: Record | None = request.app.state.record
    if record is None or not record.paths():
        raise Absent("no-archive", "There is no archive beside these pages.")
    return record


def _files(request: Request) -> RecordFiles:
    record: Record | None = request.app.state.record
    if record is None or not record.paths():
        return RecordFiles(entries=None, files=0, size_bytes=0)
    return RecordFiles(entries=record.entries(), files=len(record.paths()), size_bytes=record.size_bytes())


@router.get("/verify.json")
def verify_json(request: Request, ask: Question) -> Response:
    """What there is to verify, as JSON."""
    files = _files(request)
    return ask.json(lambda reading: verify_answer(reading, files))


@router.get("/verify")
def verify(request: Request, ask: Question, *, tongue: Spoken) -> Response:
    """The page."""
    files = _files(request)
    values: dict[str, Any] = {"path": "/verify", "kept": {}, "tongue": tongue}

    def made(reading: Snapshot) -> str:
        answer = verify_answer(reading, files)
        program = sha256(pages.static_bytes(pages.VERIFIER)).hexdigest()
        return pages.shown("verify.html", reading, page=answer, program=program, **values)

    return ask.page(made, language=f"{tongue.language}-{files}")


@router.get("/record.zip")
def record_zip(request: Request) -> Response:
    """The whole archive in one file."""
    record = _record(request)
    size = record.entries() or 0
    _check(request, positions=range(size))
    body = record.zipped()
    if body is None:
        raise Absent("archive-too-large", "The archive is too large for one file; take its files one by one.")
    headers = {"Content-Disposition": 'attachment; filename="archive.zip"', **_SOON}
    return Response(body, media_type="application/zip", headers=headers)


@router.get("/record/{path:path}")
def record_file(request: Request, path: str) -> Response:
    """One file of the archive."""
    return _file(request, path=path)


@router.get("/logs/0/{path:path}")
def log_file(request: Request, path: str) -> Response:
    """One file of the log in it."""
    return _file(request, path=f"logs/0/{path}")


def _file(request: Request, *, path: str) -> Response:
    body = _record(request).read(path)
    if body is None:
        raise Absent("unknown-path", "There is no such file in the archive.")
    positions = entries_in(path)
    if positions is not None:
        _check(request, positions=positions)
    return Response(body, media_type=BYTES, headers=_SOON)


def _check(request: Request, *, positions: range) -> None:
    """Shut while some of the entries at these positions are withheld from this reader."""
    opened = request.app.state.tokens.admits(request.headers.get("authorization"))

    def counted(reading: Snapshot) -> bytes:
        count = withheld_in(reading, positions)
        return f"{count} {withheld_until(reading.live) or ''}".encode()

    address = f"withheld#{positions.start}-{positions.stop}"
    answer = desk_of(request).answer(Inquiry(address=address, at=None, has="", opened=opened), counted)
    count, _, until = bytes(answer.body).decode().partition(" ")
    if int(count):
        raise Shut(
            "withheld", f"{count} of these entries are withheld until {until}: they hold figures from inside the boxes."
        )
