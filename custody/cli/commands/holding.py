"""``custody holding``: who uses this device, what they hold, what is due next, and whether a courier's mandate is valid.

From what the device itself knows: the log as of its last sync, and what was made and met on it since. It needs no PIN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from custody.cli.device_session import handset
from custody.cli.lines.spoken import Lang
from custody.core.authority.roster import KeyRecord
from custody.core.state.state import State
from custody.core.wording.messages import Message, message, render
from custody.courier.client import knowledge_of
from custody.embedded.directory import Directory
from schemas.errors import Misused
from schemas.identifiers import parse_timestamp


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("holding")(holding)


def holding(
    device: Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")],
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
    at: Annotated[str, typer.Option("--at", help="The mandate's day; default: the newest time that is known.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Lang = "en",
) -> None:
    """Who uses this device, what they hold, what is due next, and whether a mandate is valid."""
    held = handset(device, place=Directory(directory), pin_file=None)
    with held.outbox() as box:
        knowledge = knowledge_of(box)
        synced = box.synced_at()
    state = knowledge.state
    if not state.election:
        raise Misused("never-synced", "This device does not know the election yet: run custody sync on it once.")
    day = (parse_timestamp(at) if at else knowledge.newest)[:10]
    keys = [state.roster.get(name.keyid) for name in held.store.names() if name.role != "device"]
    uses = _users(held.badge, directory=directory)
    people = [key for key in keys if key is not None and (uses is None or key.badge in uses)]
    told = {
        "device": held.badge,
        "synced_at": synced,
        "people": [_person(key, state=state, day=day) for key in people],
        "units": list(_units(people, state=state)),
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    for line in _lines(told):
        typer.echo(render(line, language=lang))


def _users(badge: str, *, directory: Path) -> frozenset[str] | None:
    """Those who use a device of the demonstration, whose keystore holds everybody; None for a device of its own."""
    place = Directory(directory)
    if not place.demo_file.is_file():
        return None
    devices = place.demo().get("devices", {})
    return frozenset(who for who, used in devices.items() if used == badge) if badge in devices.values() else None


def _person(key: KeyRecord, *, state: State, day: str) -> dict[str, Any]:
    mandates = [one for one in state.registers.mandates.values() if key.person and one.courier == key.person]
    return {
        "badge": key.badge,
        "role": key.role,
        "office": key.office,
        "revoked": key.revoked is not None,
        "mandates": [
            {
                "consignments": list(one.consignments),
                "first_day": one.first_day,
                "last_day": one.last_day,
                "valid": one.ended is None and one.first_day <= day <= one.last_day,
                "why": _why_not(ended=one.ended is not None, days=(one.first_day, one.last_day), day=day),
            }
            for one in mandates
        ],
    }


def _why_not(*, ended: bool, days: tuple[str, str], day: str) -> str | None:
    """Why a mandate is not valid on a day; None where it is."""
    if ended:
        return "it was ended"
    first, last = days
    return f"{day} is before it" if day < first else f"{day} is after it" if day > last else None


def _units(people: Sequence[KeyRecord], *, state: State) -> Iterator[dict[str, Any]]:
    """The outermost units that these people hold, each with the deadline of the leg that is next."""
    parties = {str(key.party) for key in people if key.party is not None}
    for name in sorted(state.paths.units()):
        head = state.paths.head(name)
        if head is None or head.inside is not None or str(head.custodian) not in parties:
            continue
        dues = [
            leg.due
            for one in state.registers.consignments.values()
            if name in one.units
            for leg in one.legs
            if leg.due is not None
        ]
        due = min((due for due in dues if due[:19] > head.at[:19]), default=None)
        yield {"unit": name, "custodian": str(head.custodian), "state": head.state, "papers": head.papers, "due": due}


def _lines(told: dict[str, Any]) -> Iterator[Message]:
    synced = told["synced_at"] or message("holding.never")
    yield message("holding.device", device=told["device"], synced=synced)
    for one in told["people"]:
        person = message("event.signer", role=one["role"], office=one["office"], badge=one["badge"])
        yield message("holding.revoked", person=person) if one["revoked"] else message("holding.person", person=person)
        for row in one["mandates"]:
            valid = message("holding.valid") if row["valid"] else message("holding.not-valid")
            first, last, consignments = row["first_day"], row["last_day"], tuple(row["consignments"])
            yield message("holding.mandate", consignments=consignments, first=first, last=last, valid=valid)
    for row in told["units"]:
        state = message("state", state=row["state"])
        held = message("holding.unit", unit=row["unit"], state=state)
        yield message("holding.due", held=held, due=row["due"]) if row["due"] else held
    if not told["units"]:
        yield message("holding.nothing")
