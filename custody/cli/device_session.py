"""A device on the command line: its outbox, and the keys of the people who use it, each behind a PIN.

``--device`` names a device of the demonstration by its badge (outbox in the directory's ``devices/``, keys in the
demonstration's keystore), or a folder that ``custody enrol`` made: ``device.json``, ``keystore.json``, ``outbox.sqlite``, and
nothing else is needed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from custody.adapters.keystore import KeyName, Keystore
from custody.adapters.keystore_file import PIN_CHARACTERS_MAX, PIN_CHARACTERS_MIN
from custody.adapters.outbox import Outbox
from custody.cli.telling import in_language
from custody.core.wording.messages import Message, message
from custody.courier.knowledge import Knowledge
from custody.courier.sign_act import Crew
from custody.courier.signatories import Device, Signatory
from custody.embedded.directory import Directory
from custody.embedded.named_files import read_json
from custody.sandbox.acting import minute_after
from custody.sandbox.keyring import Keyring, read_pin
from schemas.base import Role
from schemas.demo_domain import is_demo_domain
from schemas.errors import Misused, Refused, Unavailable
from schemas.identifiers import parse_timestamp

DEVICE_FILE: Final = "device.json"
KEYSTORE_FILE: Final = "keystore.json"
OUTBOX_FILE: Final = "outbox.sqlite"
PIN_RULE: Final = message("ask.pin-rule", least=PIN_CHARACTERS_MIN, most=PIN_CHARACTERS_MAX)


@dataclass(frozen=True, slots=True)
class Handset:
    """One device: badge, keystore, outbox file, and the PIN that was given (None: ask)."""

    badge: str
    store: Keystore
    outbox_path: Path
    pin: str | None
    users: frozenset[str] | None = None
    """badges of those who use it, where its keystore holds others' keys too; None: all in the keystore"""

    @contextmanager
    def outbox(self) -> Iterator[Outbox]:
        """The device's outbox, made where it is missing; one made for a block that fails is taken away again."""
        is_new = not self.outbox_path.exists()
        self.outbox_path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with Outbox.create(self.outbox_path, badge=self.badge, key=self._device_name().keyid) as outbox:
                yield outbox
        except BaseException:
            if is_new:
                self.outbox_path.unlink(missing_ok=True)
            raise

    def name(self, badge: str) -> KeyName:
        """The key of somebody who uses this device; Misused where there is none."""
        own = [name for name in self.store.names() if name.role != "device" and self._is_user(name.badge)]
        found = [name for name in own if name.badge == badge]
        if len(found) != 1:
            used = ", ".join(dict.fromkeys(name.badge for name in own)) or "nobody"
            raise Misused("person-unknown", f"{badge} does not sign on {self.badge}; it is used by {used}.")
        return found[0]

    def _is_user(self, badge: str) -> bool:
        return self.users is None or badge in self.users

    def crew(self, badges: Sequence[str], *, knowledge: Knowledge) -> Crew:
        """Those who sign an act on this device, their keys unlocked; Refused("not-enrolled") for an unknown key."""
        device = self._device_name()
        private = self.store.unlock(keyid=device.keyid, pin=self._pin_of(self.badge))
        signing = [self._signatory(badge, knowledge=knowledge) for badge in badges]
        return Crew(signing=signing, device=Device(self.badge, private))

    def check_pin(self) -> None:
        """Refused("keystore-wrong-pin") where the PIN does not open the device's key: told where it is given, not later."""
        self.store.unlock(keyid=self._device_name().keyid, pin=self._pin_of(self.badge))

    def time(self, at: str, *, knowledge: Knowledge) -> str:
        """The claimed time: as stated; else this machine's clock, in a demonstration a minute after the newest known."""
        if at:
            return parse_timestamp(at)
        genesis = knowledge.state.genesis
        if genesis is not None and is_demo_domain(genesis.domain):
            return minute_after(knowledge.newest)
        return datetime.now(tz=UTC).astimezone().isoformat(timespec="seconds")

    def _signatory(self, badge: str, *, knowledge: Knowledge) -> Signatory:
        name = self.name(badge)
        record = knowledge.state.roster.get(name.keyid)
        if record is None:
            raise Refused(
                "not-enrolled",
                f"The log as this device knows it has not enrolled {badge}: run custody sync, then try again.",
            )
        role: Role = record.role
        private = self.store.unlock(keyid=name.keyid, pin=self._pin_of(badge))
        return Signatory(badge, role, record.office, record.person or None, private)

    def _device_name(self) -> KeyName:
        for name in self.store.names():
            if (name.badge, name.role) == (self.badge, "device"):
                return name
        raise Misused("device-unknown", f"The keystore holds no device called {self.badge}.")

    def _pin_of(self, badge: str) -> str:
        return self.pin if self.pin is not None else asked_pin(message("ask.pin", badge=badge))


def asked_pin(question: Message, *, again: bool = False) -> str:
    """The PIN as it is typed at a terminal, twice where it is a new one; Misused("pin-missing") where nobody can type it."""
    if not getattr(sys.stdin, "isatty", bool)():
        raise Misused("pin-missing", f"{question}: nobody can be asked here; state it with --pin-file or CUSTODY_PIN.")
    repeated = in_language(message("ask.pin-again")) if again else False
    return str(typer.prompt(in_language(question), hide_input=True, confirmation_prompt=repeated, err=True))


def handset(device: str, *, place: Directory, pin_file: Path | None) -> Handset:
    """The device that ``--device`` names; Misused where there is none, Refused where a PIN file does not open its key."""
    found = _handset(device, place=place, pin_file=pin_file)
    if pin_file is not None:
        found.check_pin()
    return found


def _handset(device: str, *, place: Directory, pin_file: Path | None) -> Handset:
    pin = read_pin(pin_file) or os.environ.get("CUSTODY_PIN")
    folder = Path(device)
    if (folder / DEVICE_FILE).is_file():
        settings = read_json(folder / DEVICE_FILE)
        return Handset(str(settings.get("badge")), Keystore(folder / KEYSTORE_FILE), folder / OUTBOX_FILE, pin)
    if not place.demo_file.is_file():
        raise Misused("device-unknown", f"{device} is no device: neither a folder that custody enrol made nor a badge.")
    ring = Keyring(place, pin=pin)
    ring.device(device)
    return Handset(device, ring.store, place.devices / f"{device}.sqlite", ring.pin, ring.users_of(device))


def make_folder(folder: Path, *, badge: str) -> None:
    """A new device's folder with its badge in it; Misused where something is there already."""
    if not folder.parent.is_dir():
        raise Misused("folder-missing", f"{folder} cannot be made: there is no folder {folder.parent}.")
    if folder.exists():
        raise Misused("device-exists", f"{folder} exists; a new device gets a folder of its own.")
    try:
        folder.mkdir(mode=0o700)
        (folder / DEVICE_FILE).write_text(json.dumps({"badge": badge}) + "\n", encoding="utf-8")
    except OSError as error:
        raise Unavailable("folder-not-made", f"{folder} cannot be made: {error.strerror}.") from error
