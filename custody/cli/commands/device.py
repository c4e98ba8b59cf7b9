"""A device and its outbox: ``custody enrol``, ``outbox``, ``sync``."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.http import GatewayClient
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import COST, LIGHT_COST
from custody.adapters.outbox import Outbox, OutboxEntry
from custody.adapters.tilefolder import TileFolder
from custody.cli.commands.play import gateway_key, now
from custody.cli.device_session import KEYSTORE_FILE, OUTBOX_FILE, PIN_RULE, asked_pin, handset, make_folder
from custody.cli.lines.spoken import Lang
from custody.cli.newcomers import PERSONS, check_badge, check_newcomer
from custody.cli.settings.bearer import TokenFileOption, bearer
from custody.cli.telling import enrolling, in_words, reply_line, tell, tell_wrong
from custody.core.authority.roster import possession_message
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.courier.proving import Proofs
from custody.courier.sync import SyncReport
from custody.courier.sync import sync as sync_outbox
from custody.embedded.directory import Directory
from custody.embedded.folding import catch_up, folded
from custody.embedded.named_files import check_writable, write_draft
from custody.embedded.signed_log import appendable
from custody.gateway.front_door import FrontDoor
from custody.gateway.served_log import ServedLog
from custody.sandbox.keyring import Keyring, read_pin
from schemas.demo_domain import is_demo_domain
from schemas.envelope import parse_envelope
from schemas.errors import Misused
from schemas.names import did_you_mean
from schemas.union import parse_event

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
Device = Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")]
PinFile = Annotated[
    Path | None, typer.Option("--pin-file", help="A file with the PIN (else CUSTODY_PIN, else it is asked for).")
]
_DEMO: Path = Path(".demo")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("enrol")(enrol)
    app.command("outbox")(outbox)
    app.command("sync")(sync)


def enrol(
    device: Annotated[Path, typer.Option("--device", help="The folder to make for the new device.")],
    badge: Annotated[str, typer.Option(help="The person's public badge code.")],
    role: Annotated[str, typer.Option(help=f"The role the key is for: {', '.join(PERSONS)}.")],
    office: Annotated[str, typer.Option(help="The office: a station's code, CEC or MFA.")],
    out: Annotated[Path, typer.Option("--out", help="The request for the registrars, a KeyEnrolled to be signed.")],
    person: Annotated[
        str, typer.Option("--person", help="The person tag from the registrars; the demonstration has its own.")
    ] = "",
    directory: Dir = _DEMO,
    pin_file: PinFile = None,
) -> None:
    """Make a device with a key for one person, and the request that the registrars sign.

    Its PIN has 6 to 64 letters, digits or signs of ASCII. The request is a KeyEnrolled for custody act; custody cosign takes
    what custody act made of it.
    """
    check_writable(out)
    if role not in PERSONS:
        told = f"{did_you_mean(role, known=PERSONS)} There are: {', '.join(PERSONS)}."
        raise Misused("role-unknown", f"{role!r} is no role of a person.{told}")
    check_badge(badge, person=person)
    here = Directory(directory)
    with here.open_log() as log:
        ledger = folded(log)
    check_newcomer(badge, office=office.upper(), roster=ledger.state.roster, stations=ledger.state.registers.stations)
    domain = ledger.state.opening().domain
    tag = person or Keyring(here).tag(badge)
    pin = read_pin(pin_file) or os.environ.get("CUSTODY_PIN")
    if pin is None:
        pin = asked_pin(message("ask.pin-new", badge=badge, rule=PIN_RULE), again=True)
    make_folder(device, badge=f"{badge}-device")
    try:
        keys = [(badge, role, tag), (f"{badge}-device", "device", None)]
        made = [NewKey(badge=name, role=part, private=Ed25519PrivateKey.generate(), pin=pin) for name, part, _ in keys]
        cost = LIGHT_COST if is_demo_domain(domain) else COST
        Keystore.create(device / KEYSTORE_FILE, domain=domain, cost=cost).add(made)
        Outbox.create(device / OUTBOX_FILE, badge=f"{badge}-device", key=keyid(public_bytes(made[1].private))).close()
        rows = [
            _row(key, tag=item[2], office=office.upper(), election=ledger.election)
            for key, item in zip(made, keys, strict=True)
        ]
        write_draft(out, (json.dumps({"type": "KeyEnrolled", "keys": rows}, indent=1) + "\n").encode())
    except BaseException:
        shutil.rmtree(device, ignore_errors=True)
        raise
    command = enrolling(out)
    tell(message("done.enrol-made", device=str(device), badge=badge, command=command))


def outbox(
    device: Device,
    directory: Dir = _DEMO,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Lang = "en",
) -> None:
    """What this device keeps, and how far each act has come."""
    held = handset(device, place=Directory(directory), pin_file=None)
    with held.outbox() as box:
        rows = [_kept(item) for item in box.kept() if item.source != "known"]
        synced = box.synced_at()
        evidence = box.evidence()
    pending = sum(row["status"] not in ("recorded", "proven") for row in rows)
    proven = sum(row["status"] == "proven" for row in rows)
    if as_json:
        found = [{"position": item.position, "sentence": item.sentence, "kept_at": item.kept_at} for item in evidence]
        said = {"device": held.badge, "pending": pending, "synced_at": synced, "entries": rows, "evidence": found}
        typer.echo(json.dumps(said))
        return
    for row in rows:
        typer.echo(_kept_line(row, language=lang))
    for item in evidence:
        tell(message("done.evidence-kept", told=in_words(item.sentence, code="sync-told"), since=item.kept_at))
    last = message(
        "outbox.last",
        device=held.badge,
        pending=pending,
        total=len(rows),
        synced=synced or message("holding.never"),
        proven=message("outbox.proven", proven=proven),
    )
    typer.echo(render(last, language=lang))


def _kept_line(row: dict[str, Any], *, language: Language) -> str:
    """An act that a device keeps: its id, what it is, where it comes from, and how far it has come."""
    kind = row["type"] if language == "en" else render(message("type", type=row["type"]), language=language)
    source = render(message("outbox.source", source=row["source"]), language=language)
    status = message("outbox.status", status=row["status"])
    if row["position"] is not None:
        place = message("label.position", position=row["position"], entries=row["position"] + 1)
        status = message("outbox.at", status=status, place=place)
    return f"{row['event'][:16]}  {kind:<24} {source:<9} {render(status, language=language)}"


def sync(
    device: Device,
    directory: Dir = _DEMO,
    pin_file: PinFile = None,
    gateway: Annotated[
        str | None, typer.Option("--gateway", help="A gateway's address, https://host; default: the directory's log.")
    ] = None,
    plain_http: Annotated[
        bool,
        typer.Option("--plain-http", help="Allow http to a gateway on another machine; anybody between can read it."),
    ] = False,
    token_file: TokenFileOption = None,
    lang: Lang = "en",
) -> None:
    """Send what this device keeps and learn what is new on the log."""
    here = Directory(directory)
    held = handset(device, place=here, pin_file=pin_file)
    if gateway is None:
        with appendable(here) as log, held.outbox() as box:
            door = FrontDoor(log, private=gateway_key(Keyring(here)))
            report = sync_outbox(box, submitter=door, proofs=own_proofs(here, door=door), at=now())
        catch_up(here)
    else:
        with GatewayClient(gateway, plain_allowed=plain_http, token=bearer(token_file)) as client, held.outbox() as box:
            report = sync_outbox(box, submitter=client, proofs=client.proof, at=now())
    _tell(report, language=lang)
    if report.differs or report.stripped or report.late:
        raise typer.Exit(1)
    if report.interrupted:
        raise typer.Exit(75)


def own_proofs(here: Directory, *, door: FrontDoor) -> Proofs:
    """Proofs out of the directory's own tiles; none where nothing was signed there yet."""
    served = ServedLog(TileFolder(here.tiles), door.position_of)

    def proof(name: str) -> bytes | None:
        try:
            return served.proof(name).body
        except Misused:
            return None

    return proof


def _tell(report: SyncReport, *, language: Language) -> None:
    for reply in report.replies:
        tell(reply_line(reply))
    for sentence in (
        *report.late,
        *report.refused,
        *report.differs,
        *report.stripped,
        *filter(None, [report.interrupted, report.withheld]),
    ):
        tell_wrong(sentence, code="sync-told")
    known = sum(reply.status == "duplicate" for reply in report.replies)
    last = message(
        "sync.last",
        new=max(0, report.recorded - known),
        known=known,
        learned=report.learned,
        proven=report.proofs or "",
    )
    typer.echo(render(last, language=language))


def _row(key: NewKey, *, tag: str | None, office: str, election: str) -> dict[str, Any]:
    public = public_bytes(key.private)
    message = possession_message(election=election, person=tag, role=key.role, keyid=keyid(public))
    proof = sign(key.private, message).hex()
    named = {"public": public.hex(), "role": key.role, "person": tag, "badge": key.badge, "office": office}
    return {**named, "proof": proof, "next_key": None}


def _kept(item: OutboxEntry) -> dict[str, Any]:
    return {
        "event": item.event,
        "entry": item.entry_hash,
        "type": str(getattr(parse_event(parse_envelope(item.entry).payload), "type", "")),
        "source": item.source,
        "status": item.status,
        "position": item.position,
    }
