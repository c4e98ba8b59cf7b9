"""``custody act``, ``cosign``, ``append``, ``people``: anybody plays any scenario, honest or not, by script (docs/playing.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.cli.language import language_here
from custody.cli.lines.shown_back import show
from custody.cli.lines.spoken import Lang
from custody.cli.telling import in_words, reply_line, tell
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.courier.sign_act import id_of
from custody.embedded.directory import Directory
from custody.embedded.file_kinds import check_kind, kind_of
from custody.embedded.folding import catch_up, folded
from custody.embedded.named_files import check_writable, read_acts, read_envelope, write_bytes, write_draft
from custody.embedded.signed_log import appendable, check_whole
from custody.gateway.front_door import FrontDoor
from custody.sandbox.acting import Cue, play_act, play_cosign
from custody.sandbox.keyring import Keyring, read_pin
from schemas.envelope import parse_envelope
from schemas.errors import CustodyError, Misused

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
PinFile = Annotated[
    Path | None,
    typer.Option("--pin-file", help="A file whose first line is the PIN (else CUSTODY_PIN, else the demo's)."),
]
_DEMO: Path = Path(".demo")


_COLUMNS: Final = (
    message("people.badge"),
    message("people.role"),
    message("people.office"),
    message("people.device"),
    message("people.key"),
    message("people.person"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("act")(act)
    app.command("cosign")(cosign)
    app.command("append")(append)
    app.command("people")(people)


def act(
    file: Annotated[
        Path,
        typer.Argument(
            help="The event as JSON, or a list of events; state as much as you want; - reads standard input."
        ),
    ],
    signing: Annotated[
        list[str], typer.Option("--as", help="Badge of a person who signs; the first one's device makes it.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the signed envelope goes; for several a folder.")],
    directory: Dir = _DEMO,
    awaiting: Annotated[
        list[str] | None, typer.Option("--awaiting", help="Badge of a person listed who signs later.")
    ] = None,
    at: Annotated[str, typer.Option("--at", help="Claimed time; default: a minute after the newest one known.")] = "",
    pin_file: PinFile = None,
) -> None:
    """Fill in what the file leaves out, sign with the demonstration's keys, and write the envelope.

    A list of events is several acts in one go: their envelopes are 1.event, 2.event, ... in the folder --out. Each may say who
    signs it ("as", "awaiting": lists of badges) and when ("claimed"); else --as, --awaiting and --at hold for all.
    """
    said = read_acts(file)
    _check_once([*signing, *(awaiting or ())])
    usual = Cue(signing=signing, awaited=awaiting or (), at=at)
    check_whole(Directory(directory))
    ring = Keyring(Directory(directory), pin=read_pin(pin_file))
    if isinstance(said, dict):
        check_writable(out, read=(file,))
        _act(said, cue=usual, ring=ring, out=out)
        return
    if not out.is_dir():
        raise Misused("file-unwritable", f"{out} is not a folder, where the envelopes of several acts go.")
    for number, one in enumerate(said, start=1):
        try:
            _act(one, cue=_own(one, usual=usual), ring=ring, out=out / f"{number}.event")
        except CustodyError as error:
            told = f"Act {number} of {len(said)}, after {number - 1} that are signed: {error.sentence}"
            raise type(error)(error.code, told) from error


def _check_once(badges: list[str]) -> None:
    """Misused("person-twice") where somebody is named twice among those who sign."""
    twice = next((badge for place, badge in enumerate(badges) if badge in badges[:place]), None)
    if twice is not None:
        raise Misused(
            "person-twice", f"{twice} is named twice: each who signs is named once, in --as or in --awaiting."
        )


def _act(said: dict[str, Any], *, cue: Cue, ring: Keyring, out: Path) -> None:
    made = play_act(said, cue=cue, ring=ring, shown=show)
    write_draft(out, made.entry)
    kind = str(said["type"])
    tell(message("done.signed", event=made.event, kind=kind, type=kind, who=tuple(cue.signing), file=str(out)))


def _own(said: dict[str, Any], *, usual: Cue) -> Cue:
    """Who signs an act of several, and when, where it says so itself: ``as``, ``awaiting``, ``claimed``; taken out of it."""
    signing, awaited, at = said.pop("as", None), said.pop("awaiting", None), said.pop("claimed", None)
    for badges in (signing, awaited):
        if badges is not None and not (isinstance(badges, list) and all(isinstance(one, str) for one in badges)):
            raise Misused("act-people", '"as" and "awaiting" are lists of badges.')
    return Cue(signing=signing or usual.signing, awaited=awaited or usual.awaited, at=str(at or usual.at))


def cosign(
    envelope: Annotated[Path, typer.Argument(help="The envelope to sign.")],
    who: Annotated[str, typer.Option("--as", help="Badge of a listed person whose signature is missing.")],
    directory: Dir = _DEMO,
    out: Annotated[Path | None, typer.Option("--out", help="Where it goes; default: the same file.")] = None,
    pin_file: PinFile = None,
) -> None:
    """Add the signature of a person whom the event lists."""
    target = out or envelope
    check_writable(target)
    ring = Keyring(Directory(directory), pin=read_pin(pin_file))
    data = read_envelope(envelope)
    check_kind("cosign", path=envelope, data=data, who=who)
    _check_unsigned(data, who=who, ring=ring, path=envelope)
    signed = play_cosign(data, who=who, ring=ring, shown=show)
    write_draft(target, signed)
    tell(message("done.cosigned", event=id_of(signed), badge=who, file=str(target)))


def _check_unsigned(data: bytes, *, who: str, ring: Keyring, path: Path) -> None:
    """Misused("signed-already") where somebody would sign the same file twice."""
    if any(one.keyid == ring.name(who).keyid for one in parse_envelope(data).signatures):
        raise Misused("signed-already", f"{who} has signed {path} already.")


def append(
    files: Annotated[list[Path], typer.Argument(help="Signed envelopes, appended in this order.")],
    directory: Dir = _DEMO,
    receipts: Annotated[
        Path | None, typer.Option("--receipts", help="A folder for the signed receipts and refusals.")
    ] = None,
    pin_file: PinFile = None,
) -> None:
    """Put signed envelopes into the embedded log as a gateway would, and say what became of each."""
    if receipts is not None and not receipts.is_dir():
        raise Misused("file-unwritable", f"{receipts} is not a folder.")
    entries = [(path, read_envelope(path)) for path in files]
    for path, entry in entries:
        check_kind("append", path=path, data=entry)
    place = Directory(directory)
    ring = Keyring(place, pin=read_pin(pin_file))
    is_refused = False
    with appendable(place) as log:
        door = FrontDoor(log, private=gateway_key(ring))
        for path, entry in entries:
            reply = door.submit(entry, at=now())
            tell(reply_line(reply))
            if reply.position is None:
                is_refused = True
                foreign = render(message("done.foreign"), language=language_here()) if kind_of(entry) == "other" else ""
                told = in_words(reply.sentence, code=reply.codes[0])
                typer.echo(f"custody: {path}: {foreign}{told}", err=True)
            if receipts is not None:
                write_bytes(receipts / f"{path.stem}.receipt.json", reply.statement)
    catch_up(place)
    if is_refused:
        raise typer.Exit(65)


def people(
    directory: Dir = _DEMO,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Lang = "en",
) -> None:
    """Everybody whose key is in the demonstration's keystore: badge, role, office, device, key id, person tag."""
    place = Directory(directory)
    ring = Keyring(place)
    with place.open_log() as log:
        state = folded(log).state
    rows = [_person(ring, badge=name.badge, role=name.role, keyid=name.keyid, state=state) for name in ring.names()]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    typer.echo(_columns(*(render(name, language=lang) for name in _COLUMNS), language=lang))
    for row in rows:
        role = row["role"] if lang == "en" else render(message("role", role=row["role"]), language=lang)
        rest = (row["device"] or "-", row["key"][:16], (row["person"] or "-")[:16])
        typer.echo(_columns(row["badge"], role, row["office"] or "-", *rest, language=lang))


def _columns(*cells: str, language: Language) -> str:
    """A row of the table of people; the last cell takes what room there is."""
    widths = (24, 20 if language == "en" else 48, 7, 18, 17)
    return " ".join((*(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False)), cells[-1]))


def gateway_key(ring: Keyring) -> Any:
    """The receipt key of the demonstration's gateway."""
    name = next((name for name in ring.names() if name.role == "gateway"), None)
    if name is None:
        raise Misused("no-gateway", "The keystore holds no gateway's key, so nothing can be received here.")
    return ring.store.unlock(keyid=name.keyid, pin=ring.pin)


def now() -> str:
    """The clock of this machine, for what a gateway received; claimed times of acts never come from here."""
    return datetime.now(tz=UTC).isoformat(timespec="seconds")


def _person(ring: Keyring, *, badge: str, role: str, keyid: str, state: Any) -> dict[str, Any]:
    record = state.roster.get(keyid)
    return {
        "badge": badge,
        "role": role,
        "office": None if record is None else record.office,
        "key": keyid,
        "device": None if role == "device" else ring.settings.get("devices", {}).get(badge),
        "person": None if record is None or not record.person else record.person,
        "enrolled": record is not None,
        "revoked": record is not None and record.revoked is not None,
    }
