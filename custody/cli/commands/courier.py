"""The courier's client: ``custody invite``, ``offer``, ``answer``, ``refuse``, ``read``, ``seals``, ``count``.

All of it works offline: the device knows the log as of its last sync, and what it made and met since.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from custody.adapters.outbox import Outbox
from custody.cli.commands import device as device_commands
from custody.cli.device_session import handset
from custody.cli.language import language_here
from custody.cli.lines.shown_back import confirm
from custody.cli.stated_looks import StatedLook, seal_found
from custody.cli.telling import tell
from custody.core.wording.messages import Message, message
from custody.courier import client
from custody.courier.client import PASSED_BYTES_MAX, Phone, knowledge_of
from custody.courier.disclosing import Committed, committed
from custody.courier.giving import check_giver
from custody.courier.knowledge import Knowledge
from custody.courier.sign_act import make_act
from custody.courier.signatories import Device as Signing
from custody.embedded.directory import Directory
from custody.embedded.file_kinds import check_kind
from custody.embedded.named_files import check_writable, read_bytes, write_draft
from custody.paper.eight import numbers_of, words_in
from schemas.envelope import parse_envelope
from schemas.errors import Misused
from schemas.invitation import format_invitation, parse_invitation
from schemas.names import unit_name
from schemas.union import parse_event

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
Device = Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")]
Who = Annotated[list[str], typer.Option("--as", help="Badge of a person who signs.")]
Out = Annotated[Path, typer.Option("--out", help="The file for the other device.")]
At = Annotated[
    str, typer.Option("--at", help="Claimed time; default: the clock, in a demonstration a minute after the newest.")
]
PinFile = Annotated[
    Path | None, typer.Option("--pin-file", help="A file with the PIN (else CUSTODY_PIN, else it is asked for).")
]
Seals = Annotated[
    list[str] | None, typer.Option("--seal", help="A seal as found: UNIT:SEAL:intact|broken|missing|altered.")
]
Unread = Annotated[bool, typer.Option("--unread", help="Nobody read the seals: so it is signed, and found later.")]
_DEMO: Path = Path(".demo")


def register(app: typer.Typer) -> None:
    """Add the commands, and those of the device itself."""
    device_commands.register(app)
    for command in (invite, offer, answer, refuse, read, seals, count, disclose):
        app.command(command.__name__)(command)


def invite(device: Device, who: Who, out: Out, directory: Dir = _DEMO, pin_file: PinFile = None) -> None:
    """Show the giver who will receive here, with a fresh nonce."""
    check_writable(out)
    phone = handset(device, place=Directory(directory), pin_file=pin_file)
    with phone.outbox() as box:
        election = _known(box).state.election
        keys = [phone.name(badge).keyid for badge in who]
        invitation = client.invite(box, keys=keys, election=election, draw=os.urandom)
    write_draft(out, format_invitation(invitation))
    tell(message("done.invitation", who=tuple(who), file=str(out)))


def offer(
    device: Device,
    who: Who,
    to: Annotated[Path, typer.Option("--to", help="The receiver's invitation.")],
    unit: Annotated[list[str], typer.Option("--unit", help="A unit that is offered, as it is carried.")],
    out: Out,
    mode: Annotated[str, typer.Option(help="hand, cabin, hold, captain, road, mission-staff or storage.")] = "hand",
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Offer units to whoever invited. Nothing changes hands before the answer is read."""
    check_writable(out, read=(to,))
    units = [unit_name(one) for one in unit]
    shown = read_bytes(to, bytes_max=PASSED_BYTES_MAX)
    check_kind("offer", path=to, data=shown)
    invitation = parse_invitation(shown)
    held = handset(device, place=Directory(directory), pin_file=pin_file)
    with held.outbox() as box:
        knowledge = _known(box)
        phone = Phone(box, held.crew(who, knowledge=knowledge), held.time(at, knowledge=knowledge))
        check_giver(units, to=invitation.keys, crew=phone.crew, state=knowledge.state)
        made, passed = client.offer(phone, invitation=invitation, said={"units": units, "mode": mode}, shown=confirm)
    write_draft(out, passed)
    tell(message("done.offered", units=tuple(units), file=str(out), event=made.event[:16]))


def answer(
    device: Device,
    who: Who,
    file: Annotated[Path, typer.Argument(help="The giver's offer.")],
    out: Out,
    intact: Annotated[
        bool, typer.Option("--intact", help="All packages shown, all visible seals read and intact.")
    ] = False,
    seal: Seals = None,
    unread: Unread = False,
    packages: Annotated[int | None, typer.Option(help="Packages shown; --intact says all of them.")] = None,
    papers: Annotated[int | None, typer.Option(help="Papers, only if counted here and now.")] = None,
    reservation: Annotated[
        list[str] | None, typer.Option("--reservation", help="Accept with this reservation (a code).")
    ] = None,
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Accept an offer, after looking at packages and seals: say --intact, or each seal with --seal and the --packages."""
    if intact and packages is not None:
        told = "--intact says that all packages were shown: leave --packages out, or state each seal with --seal."
        raise Misused("packages-twice", told)
    found = StatedLook(intact=intact, seals=seal or (), unread=unread, packages=packages, papers=papers).found()
    result = "accepted with reservation" if reservation else "accepted"
    said = {"result": result, "found": found, "codes": reservation or []}
    _answer(device, who=who, file=file, out=out, said=said, directory=directory, at=at, pin_file=pin_file)


def refuse(
    device: Device,
    who: Who,
    file: Annotated[Path, typer.Argument(help="The giver's offer.")],
    code: Annotated[list[str], typer.Option("--code", help="Why, as a code: package-missing, seal-broken, ...")],
    out: Out,
    packages: Annotated[int, typer.Option(help="Packages shown: 0 says that the giver had none.")],
    seal: Seals = None,
    intact: Annotated[bool, typer.Option("--intact", help="All visible seals read and intact.")] = False,
    unread: Unread = False,
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Refuse an offer: nothing changes hands, and the refusal is kept, with what was shown and how the seals were."""
    is_unread = unread or not (packages or intact or seal)
    found = StatedLook(intact=intact, seals=seal or (), unread=is_unread, packages=packages).found()
    said = {"result": "refused", "found": found, "codes": code}
    _answer(device, who=who, file=file, out=out, said=said, directory=directory, at=at, pin_file=pin_file)


def read(
    device: Device,
    file: Annotated[Path, typer.Argument(help="An offer or an answer from the other device.")],
    directory: Dir = _DEMO,
) -> None:
    """Look at an offer before answering it, or read the answer: then the pouch changes hands."""
    held = handset(device, place=Directory(directory), pin_file=None)
    data = read_bytes(file, bytes_max=PASSED_BYTES_MAX)
    check_kind("read", path=file, data=data)
    _, entry = client.read_passed(data)
    with held.outbox() as box:
        if _is_answer(entry):
            seen = client.read_answer(box, data=data)
            units, result = tuple(ref.unit for ref in seen.event.units), seen.event.result
            tell(message("done.answer-read", result=result, who=tuple(seen.receiving_signers), units=units))
            _tell_words(seen.words)
            tell(message("done.refused-by") if result == "refused" else message("done.both-signed"))
            return
        offered, _ = client.read_offer(box, data=data)
        declared = offered.event.declared
        units = tuple(ref.unit for ref in offered.event.units)
        tell(message("done.offer-read", who=tuple(offered.releasing_signers), units=units))
        seals = tuple(declared.seals) or message("done.no-seals")
        stated = _papers(declared.papers)
        tell(message("done.declared", packages=declared.packages, papers=stated, seals=seals))


def _papers(declared: int | None) -> Message:
    return message("done.papers-unstated") if declared is None else message("done.papers", papers=declared)


def seals(
    device: Device,
    who: Who,
    unit: Annotated[list[str], typer.Option("--unit", help="A unit that was looked at.")],
    intact: Annotated[bool, typer.Option("--intact", help="All its visible seals read and intact.")] = False,
    seal: Seals = None,
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Say how the seals were found on the way."""
    if intact == bool(seal):
        raise Misused("seals-stated", "Say --intact, or each seal as found with --seal, and not both.")
    found: Any = "intact" if intact else [seal_found(text) for text in seal or ()]
    said = {"type": "SealsChecked", "units": [unit_name(one) for one in unit], "seals": found}
    _make(device, who=who, said=said, directory=directory, at=at, pin_file=pin_file)


def count(
    device: Device,
    who: Who,
    counted: Annotated[list[str], typer.Option("--unit", help="A unit and the papers counted in it: AAA-K01-5=441.")],
    hold: Annotated[
        bool, typer.Option("--hold", help="A recount of units put on hold, not a count into the stock.")
    ] = False,
    seal: Seals = None,
    intact: Annotated[bool, typer.Option("--intact", help="All visible seals on them read and intact.")] = False,
    unread: Unread = False,
    number: Annotated[
        int | None, typer.Option(help="Which count of them it is; where this device knows them it follows.")
    ] = None,
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Say how many papers were counted, by those who sign; and how the seals on what was counted were, where it has any."""
    rows = [_count(text) for text in counted]
    said: dict[str, Any] = {"type": "BallotsCounted", "occasion": "hold" if hold else "receipt", "counts": rows}
    if intact or seal or unread:
        said["seals"] = StatedLook(intact=intact, seals=seal or (), unread=unread, packages=0).found()["seals"]
    if number is not None:
        said["number"] = number
    _make(device, who=who, said=said, directory=directory, at=at, pin_file=pin_file)


def disclose(
    device: Device,
    who: Who,
    event: Annotated[
        str, typer.Argument(help="The first digits of the event's id; default: all that this device can open.")
    ] = "",
    directory: Dir = _DEMO,
    at: At = "",
    pin_file: PinFile = None,
) -> None:
    """Open the local times that this device committed to on the way, once the units have arrived."""
    held = handset(device, place=Directory(directory), pin_file=pin_file)
    with held.outbox() as box:
        crew = held.crew(who, knowledge=_known(box))
        for one in _to_open(box, device=crew.device, event=event):
            knowledge = _known(box)
            when = held.time(at, knowledge=knowledge)
            made = make_act(one.said(), crew=crew, knowledge=knowledge, outbox=box, at=when, shown=confirm)
            tell(message("done.disclosed", event=made.event, who=tuple(who), content=one.content))


def _to_open(box: Outbox, *, device: Signing | None, event: str) -> list[Committed]:
    """The local times to open; Misused where there is none, or its units are on the way yet."""
    kept = [item.entry for item in box.kept()]
    found = [] if device is None else list(committed(kept, device=device, knowledge=_known(box)))
    found = [one for one in found if one.event.startswith(event)]
    arrived = [one for one in found if not one.is_under_way]
    if not found:
        named = f" in the event {event}" if event else ""
        raise Misused("nothing-to-open", f"This device has committed to no local time{named} that is not open yet.")
    if not arrived:
        raise Misused(
            "still-on-the-way", "The units are on the way yet: a local time is opened once they have arrived."
        )
    return arrived


def _answer(
    device: str,
    *,
    who: list[str],
    file: Path,
    out: Path,
    said: dict[str, Any],
    directory: Path,
    at: str,
    pin_file: Path | None,
) -> None:
    check_writable(out, read=(file,))
    held = handset(device, place=Directory(directory), pin_file=pin_file)
    data = read_bytes(file, bytes_max=PASSED_BYTES_MAX)
    check_kind("refuse" if said["result"] == "refused" else "answer", path=file, data=data)
    with held.outbox() as box:
        offered, knowledge = client.read_offer(box, data=data)
        phone = Phone(box, held.crew(who, knowledge=knowledge), held.time(at, knowledge=knowledge))
        made, words = client.answer(phone, read=offered, knowledge=knowledge, said=said, shown=confirm)
    write_draft(out, made.entry)
    tell(message("done.answered", result=str(said["result"]), file=str(out)))
    _tell_words(words)


def _tell_words(words: Sequence[str]) -> None:
    """The comparison words, in the list of the language, with the numbers that they have in every list."""
    shown = words_in(words, language=language_here())
    tell(message("done.words", words=" ".join(shown), numbers=" ".join(map(str, numbers_of(words)))))


def _make(
    device: str, *, who: list[str], said: dict[str, Any], directory: Path, at: str, pin_file: Path | None
) -> None:
    held = handset(device, place=Directory(directory), pin_file=pin_file)
    with held.outbox() as box:
        knowledge = _known(box)
        crew, when = held.crew(who, knowledge=knowledge), held.time(at, knowledge=knowledge)
        made = make_act(said, crew=crew, knowledge=knowledge, outbox=box, at=when, shown=confirm)
    kind = str(said["type"])
    tell(message("done.signed-saved", event=made.event, kind=kind, type=kind, who=tuple(who)))


def _known(box: Outbox) -> Knowledge:
    knowledge = knowledge_of(box)
    if not knowledge.state.election:
        raise Misused("never-synced", "This device does not know the election yet: run custody sync on it once.")
    return knowledge


def _count(text: str) -> dict[str, Any]:
    unit, _, papers = text.partition("=")
    if not papers.isascii() or not papers.isdigit() or len(papers) > 9:
        raise Misused("count-form", f"{text} is not a unit and its papers: UNIT=NUMBER, like AAA-K01=441.")
    return {"unit": unit_name(unit), "papers": int(papers)}


def _is_answer(entry: bytes) -> bool:
    return getattr(parse_event(parse_envelope(entry).payload), "type", "") == "HandoverAnswered"
