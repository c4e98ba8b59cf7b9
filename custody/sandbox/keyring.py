"""The people and devices of a demonstration's directory: their keys, and what the log says of each.

Keys come from the demonstration's keystore, roles and offices from the roster; whoever is not enrolled yet has what
``demo.json`` says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.durable import write_private
from custody.adapters.keystore import KeyName, Keystore, NewKey
from custody.adapters.outbox import Outbox
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid as keyid_of
from custody.core.entries.signing import public_bytes
from custody.core.state.state import State
from custody.courier.signatories import Device, Signatory
from custody.demo.people import person_tag
from custody.embedded.directory import Directory
from schemas.base import Role
from schemas.errors import Misused
from schemas.names import did_you_mean

NEXT: Final = "-next"
"""Ends the name of a key that is prepared to take the place of another; the badge on the log stays."""
_PIN_BYTES_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whose key is enrolled by an act that is being made."""

    key: NewKey
    office: str
    person: str
    device: str


class Keyring:
    """Everybody's keys in one directory; ``state`` is what is known of the log."""

    def __init__(self, place: Directory, *, pin: str | None = None) -> None:
        self.place = place
        self.settings = place.demo()
        self.store = Keystore(place.keystore)
        self._pin = pin or os.environ.get("CUSTODY_PIN") or str(self.settings.get("pin", ""))

    @property
    def seed(self) -> int:
        """The seed that the invented people's keys follow from."""
        return int(self.settings["seed"])

    @property
    def domain(self) -> str:
        """The demonstration's domain."""
        return str(self.settings["domain"])

    @property
    def pin(self) -> str:
        """What opens the keys."""
        return self._pin

    def names(self) -> tuple[KeyName, ...]:
        """Everybody's public side."""
        return self.store.names()

    def name(self, who: str) -> KeyName:
        """The key of a badge, or of ``badge/role`` where a person has several; Misused for an unknown one.

        ``badge-next`` is the key prepared to take the place of a badge's: kept elsewhere, here it follows from the seed.
        """
        badge, _, role = who.partition("/")
        if badge.endswith(NEXT) and not any(name.badge == badge for name in self.names()):
            public = public_bytes(self._next_key(badge))
            old = self.name(f"{badge.removesuffix(NEXT)}/{role}" if role else badge.removesuffix(NEXT))
            return KeyName(badge, old.role, keyid_of(public), public)
        found = [name for name in self.names() if name.badge == badge and role in ("", name.role)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Misused("person-ambiguous", f"{badge} has several keys: say {badge}/{found[0].role}.")
        told = did_you_mean(badge, known=[name.badge for name in self.names() if name.role != "device"])
        raise Misused("person-unknown", f"There is nobody called {who} here; custody people lists everybody.{told}")

    def signatory(self, who: str, *, state: State) -> Signatory:
        """Somebody with the key in hand."""
        name = self.name(who)
        private = self._unlock(name)
        role: Role = name.role  # type: ignore[assignment]  # a keystore's roles are what it was given
        person, office = self._standing(name, state=state)
        return Signatory(name.badge, role, office, person, private)

    def person(self, who: str, *, state: State) -> str | None:
        """The person tag of a badge."""
        return self._standing(self.name(who), state=state)[0]

    def device_of(self, who: str) -> str | None:
        """The badge of the device that a person uses, None for services."""
        devices: dict[str, str] = self.settings.get("devices", {})
        badge = self.name(who).badge
        while badge not in devices and badge.endswith(NEXT):
            badge = badge.removesuffix(NEXT)
        return devices.get(badge)

    def users_of(self, device: str) -> frozenset[str]:
        """The badges of those who use a device."""
        devices: dict[str, str] = self.settings.get("devices", {})
        return frozenset(badge for badge, used in devices.items() if used == device)

    def device(self, badge: str) -> Device:
        """A device with its key in hand; its place in the chain is for whoever makes the act."""
        return Device(badge, self._unlock(self._device_name(badge)))

    def _device_name(self, badge: str) -> KeyName:
        if badge.endswith(NEXT):
            return self.name(badge)
        name = next((name for name in self.names() if (name.badge, name.role) == (badge, "device")), None)
        if name is None:
            used = self.settings.get("devices", {}).get(badge)
            devices = [name.badge for name in self.names() if name.role == "device"]
            told = f" {badge} uses {used}." if used else did_you_mean(badge, known=devices)
            raise Misused("device-unknown", f"There is no device called {badge} here; custody people lists them.{told}")
        return name

    def _unlock(self, name: KeyName) -> Ed25519PrivateKey:
        if any(held.keyid == name.keyid for held in self.names()):
            return self.store.unlock(keyid=name.keyid, pin=self._pin)
        return self._next_key(name.badge)

    def _next_key(self, badge: str) -> Ed25519PrivateKey:
        return derive_demo_key(seed=self.seed, name=badge, domain=self.domain)

    def rotated(self, badge: str) -> None:
        """A device's prepared key takes the place of its old one: whoever used it uses the device with the new key."""
        devices: dict[str, str] = self.settings.setdefault("devices", {})
        devices.update({who: badge + NEXT for who, device in devices.items() if device == badge})
        self._write()

    def tag(self, badge: str) -> str:
        """The person tag of an invented person, whoever's badge it is."""
        known: dict[str, Any] = self.settings.get("people", {}).get(badge, {})
        return person_tag(self.seed, str(known.get("person", badge)))

    def usual_device(self, *, role: str, office: str, first: str) -> str:
        """The device that a newcomer uses: that of the office, a spare phone for a courier, else that of who enrols."""
        devices: dict[str, str] = self.settings.get("devices", {})
        usual = f"{office.lower()}-device"
        if role == "courier":
            return devices.get("courier-reserve", usual)
        return usual if usual in devices.values() else devices.get(self.name(first).badge, usual)

    def device_badge(self, key: str) -> str | None:
        """The badge of the device with this key id."""
        used = [self.name(f"{badge}/device") for badge in set(self.settings.get("devices", {}).values())]
        names = [*self.names(), *used]
        return next((name.badge for name in names if (name.keyid, name.role) == (key, "device")), None)

    def add(self, newcomers: Sequence[Newcomer]) -> None:
        """Keep newcomers' keys, and which device each one uses."""
        self.store.add([newcomer.key for newcomer in newcomers])
        people = self.settings.setdefault("people", {})
        devices = self.settings.setdefault("devices", {})
        for newcomer in newcomers:
            people[newcomer.key.badge] = {"office": newcomer.office, "person": newcomer.person}
            if newcomer.device:
                devices[newcomer.key.badge] = newcomer.device
        self._write()

    def _write(self) -> None:
        text = json.dumps(self.settings, indent=1) + "\n"
        write_private(self.place.demo_file, text.encode())

    @contextmanager
    def outbox(self, badge: str) -> Iterator[Outbox]:
        """The outbox of a device, made where it is missing; one that was made for a block that fails is taken away again."""
        path = self.place.devices / f"{badge}.sqlite"
        is_new = not path.exists()
        self.place.devices.mkdir(mode=0o700, exist_ok=True)
        name = self._device_name(badge)
        try:
            with Outbox.create(path, badge=badge, key=name.keyid) as outbox:
                yield outbox
        except BaseException:
            if is_new:
                path.unlink(missing_ok=True)
            raise

    @contextmanager
    def outbox_if_any(self, badge: str) -> Iterator[Outbox | None]:
        """The outbox of a device, or None where nothing was ever made on it."""
        path = self.place.devices / f"{badge}.sqlite"
        if not path.exists():
            yield None
            return
        with Outbox.open(path) as outbox:
            yield outbox

    def _standing(self, name: KeyName, *, state: State) -> tuple[str | None, str]:
        """(person tag, office)."""
        record = state.roster.get(name.keyid)
        if record is not None:
            return record.person or None, record.office
        if name.badge.endswith(NEXT):
            return self._standing(self.name(f"{name.badge.removesuffix(NEXT)}/{name.role}"), state=state)
        known: dict[str, Any] = self.settings.get("people", {}).get(name.badge, {})
        if name.role in ("device", "gateway", "checkpointer", "monitor"):
            return None, str(known.get("office", "CEC"))
        return self.tag(name.badge), str(known.get("office", "CEC"))


def read_pin(pin_file: Path | None) -> str | None:
    """The PIN in a file (first line), None where no file was named; a PIN is never an argument."""
    if pin_file is None:
        return None
    try:
        with pin_file.open("rb") as file:
            lines = file.read(_PIN_BYTES_MAX).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Misused("pin-file", f"The PIN cannot be read from {pin_file}.") from error
    if not lines:
        raise Misused("pin-file", f"{pin_file} is empty.")
    return lines[0]
