"""``custody card``, ``code`` and ``scan``: a key for a phone, and a handover between a command line and a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer

from custody.cli.device_session import handset
from custody.cli.newcomers import check_badge, check_newcomer
from custody.cli.phone_codes import SCREEN_CHARS_MAX, codes_of, file_of
from custody.cli.telling import tell
from custody.core.ledger import Ledger
from custody.core.wording.messages import message
from custody.courier.client import PASSED_BYTES_MAX, knowledge_of
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from custody.embedded.named_files import check_writable, read_bytes, write_draft
from custody.paper.codes import blocks, picture, read_codes
from custody.paper.transport import Carried, format_frame, set_of
from custody.sandbox.keyring import Keyring
from schemas.base import Role
from schemas.errors import Misused
from schemas.names import did_you_mean
from schemas.strict_json import canonical

CARD_FORMAT: Final = "custody/person-card/v1"
Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
Device = Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")]
Out = Annotated[Path | None, typer.Option("--out", help="A file: .png for a picture, else the text of the codes.")]
_DEMO: Path = Path(".demo")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (card, code, scan):
        app.command(command.__name__)(command)


def card(
    badge: Annotated[str, typer.Option(help="The person's public badge code.")],
    role: Annotated[str, typer.Option(help="The role the key is for.")],
    office: Annotated[str, typer.Option(help="The office: a station's code, CEC or MFA.")],
    out: Out = None,
    person: Annotated[
        str, typer.Option("--person", help="The person tag from the registrars; the demonstration has its own.")
    ] = "",
    directory: Dir = _DEMO,
) -> None:
    """Make a registrar's card: a phone reads it, makes the person's key, and shows the request that registrars sign."""
    here = Directory(directory)
    with here.open_log() as log:
        ledger = folded(log)
    check_badge(badge, person=person)
    check_newcomer(badge, office=office, roster=ledger.state.roster, stations=ledger.state.registers.stations)
    tag = person or Keyring(here).tag(badge)
    data = canonical(card_of(ledger, badge=badge, role=role, office=office, person=tag))
    frames = set_of(Carried("B", data), chars_max=SCREEN_CHARS_MAX)
    codes = [format_frame(frames.frame(index)) for index in range(len(frames.bodies))]
    _show(codes, out=out, data=data)


def card_of(ledger: Ledger, *, badge: str, role: str, office: str, person: str) -> dict[str, Any]:
    """A registrar's card: whose key is to be made, of which election, and whose packs are believed. Misused("role-unknown")."""
    if role not in get_args(Role):
        raise Misused("role-unknown", f"{role!r} is no role.{did_you_mean(role, known=get_args(Role))}")
    gateways = [one.keyid for one in ledger.state.roster if one.role == "gateway" and one.revoked is None]
    named = {"badge": badge, "role": role, "office": office, "person": person}
    return {"format": CARD_FORMAT, "election": ledger.election, "gateways": gateways, **named}


def code(
    device: Device,
    file: Annotated[Path, typer.Argument(help="An invitation, an offer or an answer that this device made.")],
    out: Out = None,
    directory: Dir = _DEMO,
) -> None:
    """Show what a device made for the other one as a code, which a phone reads from the screen."""
    held = handset(device, place=Directory(directory), pin_file=None)
    with held.outbox() as box:
        codes = codes_of(read_bytes(file, bytes_max=PASSED_BYTES_MAX), box=box)
    _show(codes, out=out, data="\n".join(codes).encode())


def scan(
    device: Device,
    source: Annotated[Path, typer.Argument(help="A picture or PDF of codes, or a text file as a scanner types it.")],
    out: Annotated[Path, typer.Option("--out", help="The file that custody offer, answer or read takes.")],
    directory: Dir = _DEMO,
) -> None:
    """Make the file that a command takes of the codes that a phone showed."""
    check_writable(out)
    held = handset(device, place=Directory(directory), pin_file=None)
    is_text = source.suffix.lower() in (".txt", "")
    data = read_bytes(source, bytes_max=PASSED_BYTES_MAX)
    codes = data.decode("ascii", errors="replace").split("\n") if is_text else read_codes(source)
    with held.outbox() as box:
        made = file_of(filter(None, map(str.strip, codes)), box=box, knowledge=knowledge_of(box))
    write_draft(out, made)
    tell(message("done.scan-read", file=str(out)))


def _show(codes: list[str], *, out: Path | None, data: bytes) -> None:
    if out is None:
        typer.echo("\n".join(blocks(one) for one in codes))
        return
    check_writable(out)
    if out.suffix.lower() != ".png":
        write_draft(out, data)
        tell(message("done.written", file=str(out)))
        return
    if len(codes) != 1:
        raise Misused("codes-several", f"These are {len(codes)} codes: write them as text (--out NAME.txt).")
    picture(codes[0]).save(out)
    tell(message("done.drawn", file=str(out)))
