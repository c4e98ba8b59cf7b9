"""The secrets of one deployment as files: which there are, whose each one is, and how they are made, once.

    <folder>/<owner>/<name>      0600, its owner's by number; the folders 0700, the top 0711

Passwords and PINs are random. Keystores are a demonstration's: their keys follow from the seed, so anybody can compute them,
and they are made under domains that end in ``.invalid`` only. What is there is never changed: a second run, also after a
crash in the first, adds what is missing and leaves the rest.

Not here: telling Kafka and PostgreSQL of the passwords (``installation``), and the keys of a real election (docs/operating.md).
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from custody.adapters.durable import make_folder, read_file, sync_folder
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.demo.people import Cast, cast_of
from custody.election.model import Election
from custody.election.reference import reference_election
from custody.sandbox.create import LOG_KEY, PIN, log_key_of
from schemas.errors import Misused, Unavailable

KAFKA_PASSWORD: Final = "kafka-password"  # noqa: S105 - the name of a file
POSTGRES_PASSWORD: Final = "postgres-password"  # noqa: S105 - the name of a file
PIN_FILE: Final = "pin"
KEYSTORE: Final = "keystore.json"
DEMO_FILE: Final = "demo.json"
_PASSWORD_BYTES: Final = 24
_BYTES_MAX: Final = 4_096


@dataclass(frozen=True, slots=True)
class Owner:
    """Who reads a folder of secrets: the container's user by number, and what it needs."""

    folder: str
    user: int
    kafka_user: str | None = None
    postgres_role: str | None = None
    badge: str | None = None
    """of the key in its keystore"""
    role: str = ""
    passwords: tuple[str, ...] = ()
    """further files that hold a random password"""


OWNERS: Final[Sequence[Owner]] = (
    Owner("kafka", 1000, passwords=("broker-password", "admin-password")),
    Owner("postgres", 999, passwords=("password",)),
    Owner("gateway-1", 10001, kafka_user="gateway-1", badge="gateway-1", role="gateway"),
    Owner("gateway-2", 10002, kafka_user="gateway-2", badge="gateway-2", role="gateway"),
    Owner("ledger", 10003, kafka_user="ledger", postgres_role="ledger"),
    Owner("checkpointer", 10004, kafka_user="checkpointer", badge=LOG_KEY, role="log"),
    Owner("monitor", 10005, kafka_user="monitor", postgres_role="monitor", badge="monitor-1", role="monitor"),
    Owner("web", 10006, postgres_role="web"),
    Owner("desk", 10007, kafka_user="auditor", postgres_role="auditor"),
)
PEOPLE: Final = "desk"
"""Whose folder has the demonstration's people and devices."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The folder of all secrets; nothing is read by making one."""

    folder: Path

    def read(self, owner: str, name: str) -> str:
        """One secret; Unavailable if it cannot be read."""
        path = self.folder / owner / name
        try:
            return read_file(path, bytes_max=_BYTES_MAX).decode("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable("secret-unreadable", f"The secret {owner}/{name} cannot be read.") from error

    def kafka_passwords(self) -> dict[str, str]:
        """User of Kafka -> password, the superuser ``admin`` not among them."""
        return {one.kafka_user: self.read(one.folder, KAFKA_PASSWORD) for one in OWNERS if one.kafka_user}

    def postgres_passwords(self) -> dict[str, str]:
        """Role of PostgreSQL -> password, the superuser not among them."""
        return {one.postgres_role: self.read(one.folder, POSTGRES_PASSWORD) for one in OWNERS if one.postgres_role}


def files_of(owner: Owner) -> tuple[str, ...]:
    """The names of an owner's files."""
    names = list(owner.passwords)
    names += [KAFKA_PASSWORD] if owner.kafka_user else []
    names += [POSTGRES_PASSWORD] if owner.postgres_role else []
    names += [PIN_FILE, KEYSTORE] if owner.badge else []
    return (*names, KEYSTORE, DEMO_FILE) if owner.folder == PEOPLE else tuple(names)


def make_secrets(folder: Path, *, seed: int, election: Election | None = None) -> Iterator[str]:
    """Make what is missing for an election (None: the reference one); yields the path of each file made, from ``folder``.

    Each file belongs to its owner's number where this process may give files away (root), and to its own user otherwise.
    Misused for a folder made with another seed, Unavailable where the disk refuses.
    """
    try:
        make_folder(folder)
        folder.chmod(0o711)
        cast = cast_of(election or reference_election(), seed=seed)
        lacking = [one.badge for one in OWNERS if one.badge not in (None, LOG_KEY, *cast.people)]
        if lacking:
            told = f"people.csv has no service {', '.join(map(str, lacking))}, which this deployment runs."
            raise Misused("services-few", f"{told} Nothing was changed.")
        made = _make_all(folder, cast=cast)
        yield from (f"{owner.folder}/{name}" for owner, name in made)
    except OSError as error:
        raise Unavailable("secrets-not-made", f"Secrets cannot be made in {folder}: {error.strerror}.") from error


def _make_all(folder: Path, *, cast: Cast) -> list[tuple[Owner, str]]:
    made = []
    _check_seed(folder / PEOPLE / DEMO_FILE, cast=cast)
    for owner in OWNERS:
        place = folder / owner.folder
        place.mkdir(mode=0o700, exist_ok=True)
        for name in files_of(owner):
            if not (place / name).exists():
                _make(place / name, owner=owner, cast=cast)
                made.append((owner, name))
        _give(place, owner=owner)
    sync_folder(folder)
    return made


def _make(path: Path, *, owner: Owner, cast: Cast) -> None:
    if path.name == KEYSTORE:
        _make_keystore(path, owner=owner, cast=cast)
    elif path.name == DEMO_FILE:
        said = {"seed": cast.seed, "domain": cast.domain, "pin": PIN, "devices": dict(sorted(cast.device_of.items()))}
        _write(path, json.dumps(said, indent=1) + "\n")
    else:
        _write(path, secrets.token_urlsafe(_PASSWORD_BYTES) + "\n")


def _make_keystore(path: Path, *, owner: Owner, cast: Cast) -> None:
    """As a whole beside its place, then renamed: a crash leaves no keystore without its key."""
    beside = path.with_name("keystore.new")
    beside.unlink(missing_ok=True)
    Keystore.create(beside, domain=cast.domain, cost=LIGHT_COST).add(_keys(path, owner=owner, cast=cast))
    beside.with_name(beside.name + ".lock").unlink(missing_ok=True)
    beside.replace(path)


def _keys(path: Path, *, owner: Owner, cast: Cast) -> list[NewKey]:
    if owner.badge is None:
        people = [NewKey(badge=one.badge, role=one.role, private=one.private, pin=PIN) for one in cast.people.values()]
        devices = cast.devices.values()
        return people + [NewKey(badge=one.badge, role="device", private=one.private, pin=PIN) for one in devices]
    private = log_key_of(cast.seed, domain=cast.domain) if owner.badge == LOG_KEY else cast.people[owner.badge].private
    pin = path.with_name(PIN_FILE).read_text(encoding="ascii").strip()
    return [NewKey(badge=owner.badge, role=owner.role, private=private, pin=pin)]


def _write(path: Path, text: str) -> None:
    """A file for its owner's eyes only, whole and durable when it returns."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _give(place: Path, *, owner: Owner) -> None:
    """The folder and what is in it to the owner, the folder last: until then nobody else can look into it."""
    if os.geteuid() == 0:
        for path in (*(place / name for name in files_of(owner)), place):
            os.chown(path, owner.user, owner.user)
    sync_folder(place)


def _check_seed(demo: Path, *, cast: Cast) -> None:
    if demo.exists():
        settings: Mapping[str, object] = json.loads(demo.read_text(encoding="utf-8"))
        if (settings.get("seed"), settings.get("domain")) != (cast.seed, cast.domain):
            raise Misused("other-seed", "These secrets were made for another seed or domain; nothing was changed.")
