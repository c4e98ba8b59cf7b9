"""``custody enrol-code issue | check | list``: enrolment by a one-time code, at the registrar's machine.

A code is told to one person by a way that others do not share, and typed into the app. The gateway carries a sealed card one
way and sealed requests the other; only here is a request held against its code. What is taken becomes a request for
``custody act``.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final, Protocol

import typer

from custody.adapters.box_client import BoxClient
from custody.adapters.code_file import CodeFile
from custody.adapters.http import GatewayClient
from custody.cli.commands.phone import card_of
from custody.cli.newcomers import check_badge, check_newcomer
from custody.cli.telling import enrolling, in_words, tell
from custody.core.authority.coded_requests import CodedRequest, IssuedCode, check_request, read_request, rows_digest
from custody.core.authority.enrolment_boxes import box_statement, read_box
from custody.core.authority.enrolment_codes import (
    CODE_HOURS,
    NONCE_BYTES,
    SEALED_BYTES_MAX,
    box_of,
    grouped,
    new_code,
    seal,
    unseal,
)
from custody.core.ledger import Ledger
from custody.core.wording.messages import message
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from custody.embedded.named_files import read_bytes, write_draft
from custody.gateway.boxes import Boxes
from custody.sandbox.keyring import Keyring, read_pin
from schemas.errors import Misused, NotEstablished, Refused

Dir = Annotated[Path, typer.Option("--dir", help="The registrar's directory.")]
Gateway = Annotated[
    str | None, typer.Option("--gateway", help="The gateway's address, https://host; default: the directory's own.")
]
PlainHttp = Annotated[
    bool, typer.Option("--plain-http", help="Allow http to a gateway on another machine; anybody between can read it.")
]
PinFile = Annotated[
    Path | None,
    typer.Option("--pin-file", help="A file whose first line is the PIN (else CUSTODY_PIN, else the demo's)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_DEMO: Final = Path(".demo")


class BoxPort(Protocol):
    """Boxes, wherever they are."""

    def open(self, box: str, statement: bytes) -> None:
        """Open a box, or put another card into it."""

    def requests(self, box: str) -> list[bytes]:
        """The sealed requests in a box."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    codes = typer.Typer(help="One-time codes, by which somebody far away gets a key on a phone.", no_args_is_help=True)
    codes.command("issue")(issue)
    codes.command("check")(check)
    codes.command("list")(show)
    app.add_typer(codes, name="enrol-code")


def issue(
    badge: Annotated[str, typer.Option(help="The person's public badge code.")],
    role: Annotated[str, typer.Option(help="The role the key is for.")],
    office: Annotated[str, typer.Option(help="The office: a station's code, CEC or MFA.")],
    who: Annotated[str, typer.Option("--as", help="Badge of the registrar who issues it.")],
    person: Annotated[
        str, typer.Option("--person", help="The person tag from the registrars; the demonstration has its own.")
    ] = "",
    gateway: Gateway = None,
    plain_http: PlainHttp = False,
    directory: Dir = _DEMO,
    pin_file: PinFile = None,
) -> None:
    """Issue a code for one person, once, for 48 hours, and put the sealed card at the gateway.

    A code of the same person that was not used is withdrawn.
    """
    here, ring = Directory(directory), Keyring(Directory(directory), pin=read_pin(pin_file))
    ledger = _ledger(here)
    check_badge(badge, person=person)
    check_newcomer(badge, office=office, roster=ledger.state.roster, stations=ledger.state.registers.stations)
    card = card_of(ledger, badge=badge, role=role, office=office, person=person or ring.tag(badge))
    now = datetime.now(tz=UTC)
    made = IssuedCode(
        code=new_code(os.urandom),
        election=ledger.election,
        badge=badge,
        role=role,
        office=office,
        person=str(card["person"]),
        issued=now.isoformat(timespec="seconds"),
        expires=(now + timedelta(hours=CODE_HOURS)).isoformat(timespec="seconds"),
    )
    statement = _statement(made, said={"card": card, "until": made.expires}, ring=ring, who=who)
    codes = CodeFile(here.codes)
    codes.add(made)
    with _boxes(here, gateway=gateway, plain_http=plain_http, ledger=ledger) as boxes:
        boxes.open(box_of(made.code), statement)
    typer.echo(grouped(made.code))
    tell(message("done.code-for", badge=badge, until=made.expires), err=True)


def check(
    out: Annotated[Path, typer.Option("--out", help="The folder for requests that were taken, for custody act.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Requests that an app saved to a file; default: those at the gateway.")
    ] = None,
    who: Annotated[
        str, typer.Option("--as", help="Badge of the registrar who tells the gateway that a code is used.")
    ] = "",
    gateway: Gateway = None,
    plain_http: PlainHttp = False,
    directory: Dir = _DEMO,
    pin_file: PinFile = None,
) -> None:
    """Hold requests against their codes; those that fit are written for custody act, the others are refused in words.

    With --as whoever waits is told so on the phone. Ends with 65 where one was refused.
    """
    if not out.is_dir():
        raise Misused("file-unwritable", f"{out} is not a folder.")
    here = Directory(directory)
    codes, ledger = CodeFile(here.codes), _ledger(here)
    ring = Keyring(here, pin=read_pin(pin_file)) if who else None
    with _boxes(here, gateway=gateway, plain_http=plain_http, ledger=ledger) as boxes:
        brought = [SealedRequest(str(path), read_bytes(path, bytes_max=SEALED_BYTES_MAX)) for path in files or ()]
        judged = _judged(brought or list(_brought(codes.codes(), boxes=boxes)), issued=codes.codes(), ledger=ledger)
        for one, found in judged:
            if isinstance(found, Refused):
                _tell_refused(found, name=one.name)
            else:
                _take(found, out=out, codes=codes)
        if ring is not None:
            for issued, said in _told(judged, ledger=ledger):
                boxes.open(box_of(issued.code), _statement(issued, said=said, ring=ring, who=who))
    if any(isinstance(found, Refused) for _, found in judged):
        raise typer.Exit(65)


@dataclass(frozen=True, slots=True)
class SealedRequest:
    """A request that waits to be judged; from a box also the code that it opened under, and the SHA-256 of what was sealed."""

    name: str
    data: bytes
    code: IssuedCode | None = None
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A request, and the code that it fits."""

    request: CodedRequest
    code: IssuedCode


def _judged(
    brought: Sequence[SealedRequest], *, issued: Sequence[IssuedCode], ledger: Ledger
) -> list[tuple[SealedRequest, AdmittedRequest | Refused]]:
    """Each request with its code, or why it is refused; two devices that come with one code are refused both."""
    found = [(one, _taken(one.data, issued=issued, ledger=ledger)) for one in brought]
    keys: dict[str, set[str]] = defaultdict(set)
    for _, one in found:
        if isinstance(one, AdmittedRequest):
            keys[one.code.code].add(rows_digest(one.request))
    return [
        (by, _twice(one) if isinstance(one, AdmittedRequest) and len(keys[one.code.code]) > 1 else one)
        for by, one in found
    ]


def _told(
    judged: Sequence[tuple[SealedRequest, AdmittedRequest | Refused]], *, ledger: Ledger
) -> Iterator[tuple[IssuedCode, dict[str, Any]]]:
    """What the box of each code says from now on: used, and for which request; or which requests were refused, and why."""
    refused: dict[IssuedCode, list[dict[str, str]]] = defaultdict(list)
    for by, found in judged:
        if isinstance(found, AdmittedRequest):
            yield found.code, {"used": True} | ({"taken": by.sealed} if by.sealed else {})
        elif by.code is not None:
            refused[by.code].append({"code": found.code, "request": by.sealed})
    for code, rows in refused.items():
        card = card_of(ledger, badge=code.badge, role=code.role, office=code.office, person=code.person)
        # http.md 39
        yield code, {"card": card, "refused": rows, "until": code.expires}


def _taken(data: bytes, *, issued: Sequence[IssuedCode], ledger: Ledger) -> AdmittedRequest | Refused:
    try:
        request = read_request(data)
        known = ledger.state.roster
        return AdmittedRequest(
            request, check_request(request, issued=issued, roster=known, election=ledger.election, at=_now())
        )
    except Refused as error:
        return error


def _twice(found: AdmittedRequest) -> Refused:
    badge = found.code.badge
    return Refused(
        "one-time-twice",
        f"Two devices came with the code of {badge}: somebody else has it. Call {badge}, issue a new one.",
    )


def show(directory: Dir = _DEMO, as_json: AsJson = False) -> None:
    """Every code that was issued here: for whom, until when, and whether it was used; never the code."""
    rows = [{**asdict(one), "code": None} for one in CodeFile(Directory(directory).codes).codes()]
    if as_json:
        typer.echo(json.dumps([{name: value for name, value in row.items() if name != "code"} for row in rows]))
        return
    for row in rows:
        state = "used" if row["used"] else "over" if str(row["expires"]) < _now() else "open"
        until = str(row["expires"])
        tell(message("done.code-row", badge=f"{row['badge']:<24}", state=state, until=until))
    if not rows:
        tell(message("done.no-code"))


def _tell_refused(error: Refused, *, name: str) -> None:
    told = in_words(error.sentence, code=error.code)
    tell(message("done.code-refused", code=error.code, name=name, told=told))


def _take(found: AdmittedRequest, *, out: Path, codes: CodeFile) -> None:
    target = out / f"{found.code.badge}.request.json"
    rows = [row.model_dump(mode="json") for row in found.request.keys]
    codes.use(found.code.code, digest=rows_digest(found.request))
    write_draft(target, (json.dumps({"type": "KeyEnrolled", "keys": rows}, indent=1) + "\n").encode())
    tell(message("done.code-taken", badge=found.code.badge, file=str(target), command=enrolling(target)))


def _brought(issued: tuple[IssuedCode, ...], *, boxes: BoxPort) -> Iterator[SealedRequest]:
    """Requests in the boxes of codes that were not used; what does not open under its code is told and left."""
    for code in (one for one in issued if one.used is None):
        try:
            found = boxes.requests(box_of(code.code))
        except NotEstablished:
            continue
        for number, sealed in enumerate(found, start=1):
            name = str(message("done.code-request", number=number, badge=code.badge))
            try:
                request = unseal(sealed, code=code.code, content="request")
            except Refused as error:
                _tell_refused(error, name=name)
                continue
            yield SealedRequest(name, json.dumps(request).encode(), code, sha256(sealed).hexdigest())


def _statement(code: IssuedCode, *, said: Mapping[str, Any], ring: Keyring, who: str) -> bytes:
    private = ring.store.unlock(keyid=ring.name(who).keyid, pin=ring.pin)
    sealed = seal(said, code=code.code, content="card", nonce=os.urandom(NONCE_BYTES))
    return box_statement(
        election=code.election, box=box_of(code.code), until=code.expires, sealed=sealed, private=private
    )


class _OwnBoxes:
    """The boxes that a gateway on this machine keeps in the same directory."""

    def __init__(self, boxes: Boxes, *, ledger: Ledger) -> None:
        self._boxes = boxes
        self._ledger = ledger

    def open(self, box: str, statement: bytes) -> None:  # noqa: ARG002 - the statement names it
        """See BoxPort."""
        said = read_box(statement, roster=self._ledger.state.roster, election=self._ledger.election)
        self._boxes.open(said, at=_now())

    def requests(self, box: str) -> list[bytes]:
        """See BoxPort."""
        return [b64decode(row) for row in self._boxes.look(box).requests]


@contextmanager
def _boxes(here: Directory, *, gateway: str | None, plain_http: bool, ledger: Ledger) -> Iterator[BoxPort]:
    if gateway is None:
        yield _OwnBoxes(Boxes(here.boxes), ledger=ledger)
        return
    with GatewayClient(gateway, plain_allowed=plain_http) as client:
        yield BoxClient(client)


def _ledger(here: Directory) -> Ledger:
    with here.open_log() as log:
        return folded(log)


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
