"""The keystore of a device: several persons' private keys in one file, each under its own PIN.

Who has a key here is not secret; what opens a key is.  A PIN protects a stolen file only as far as it is long: this is
no smart card, and nothing here counts wrong attempts.  How the file is sealed and written: ``keystore_file.py``.

Two processes never change one file at once (the second is refused), and each change starts from what the file says.

Refused: keystore-no-such-key and those of ``keystore_file.py``.  Misused: keystore-exists.
Unavailable: runner-active, keystore-unreadable, keystore-not-written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from custody.adapters.keystore_file import (
    COST,
    SALT_BYTES,
    Content,
    Cost,
    SealedKey,
    empty,
    read_content,
    seal,
    unseal,
    with_keys,
    write_content,
)
from custody.adapters.lock import held
from custody.core.entries.signing import keyid as keyid_of
from custody.core.entries.signing import public_bytes
from schemas.errors import Misused, Refused, Unavailable


@dataclass(frozen=True, slots=True)
class KeyName:
    """What is known of a key without its PIN: whose it is, for which role, and its public half (32 bytes)."""

    badge: str
    role: str
    keyid: str
    public: bytes


@dataclass(frozen=True, slots=True)
class NewKey:
    """A private key to be kept for a person in a role, and the PIN that will open it."""

    badge: str
    role: str
    private: Ed25519PrivateKey
    pin: str


class Keystore:
    """An open keystore file. ``draw`` gives that many fresh random bytes, for salts."""

    def __init__(self, path: Path, *, draw: Callable[[int], bytes] = os.urandom) -> None:
        """Open the file at ``path``; Unavailable if it cannot be read, Refused("keystore-format") if it is damaged."""
        self._path = path
        self._draw = draw
        self._load(read_content(path))

    @classmethod
    def create(
        cls, path: Path, *, domain: str, cost: Cost = COST, draw: Callable[[int], bytes] = os.urandom
    ) -> Keystore:
        """Make an empty keystore; Misused if there is one, Refused("keystore-cost") for a light cost in earnest."""
        content = empty(domain=domain, cost=cost)
        with _alone(path):
            if path.exists():
                raise Misused("keystore-exists", f"There is a keystore at {path.name} already.")
            write_content(path, content)
        return cls(path, draw=draw)

    def names(self) -> tuple[KeyName, ...]:
        """Return what is known of every key, in the order in which they were added."""
        return tuple(
            KeyName(badge=key.badge, role=key.role, keyid=keyid, public=bytes.fromhex(key.public))
            for keyid, key in self._keys.items()
        )

    def find(self, *, badge: str, role: str) -> KeyName:
        """Return the key of a person in a role; Refused("keystore-no-such-key") if it is not here."""
        for name in self.names():
            if (name.badge, name.role) == (badge, role):
                return name
        raise _no_such_key()

    def unlock(self, *, keyid: str, pin: str) -> Ed25519PrivateKey:
        """Return the private key; Refused("keystore-wrong-pin") says no more than that the PIN did not open it."""
        return unseal(_of(self._keys, keyid), pin=pin, content=self._content)

    def add(self, keys: Sequence[NewKey]) -> None:
        """Keep ``keys``, all or none; Refused("keystore-key-exists") for a key, or a person's role, that is here."""
        with _alone(self._path):
            self._load(read_content(self._path))
            self._replace((*self._content.keys, *(self._sealed(key) for key in keys)))

    def change_pin(self, *, keyid: str, pin: str, new_pin: str) -> None:
        """Seal the key under ``new_pin``; a copy of the old file, if somebody has one, still opens with ``pin``."""
        with _alone(self._path):
            self._load(read_content(self._path))
            old = _of(self._keys, keyid)
            private = unseal(old, pin=pin, content=self._content)
            new = self._sealed(NewKey(badge=old.badge, role=old.role, private=private, pin=new_pin))
            self._replace(tuple(new if key is old else key for key in self._content.keys))

    def remove(self, *, keyid: str) -> None:
        """Forget a key, without its PIN, which may be forgotten too; who may do so is for the caller to ask."""
        with _alone(self._path):
            self._load(read_content(self._path))
            old = _of(self._keys, keyid)
            self._replace(tuple(key for key in self._content.keys if key is not old))

    def _sealed(self, key: NewKey) -> SealedKey:
        try:
            blank = SealedKey(
                badge=key.badge,
                role=key.role,
                public=public_bytes(key.private).hex(),
                salt=self._draw(SALT_BYTES).hex(),
                sealed=bytes(48).hex(),
            )
        except ValidationError:
            raise Refused("keystore-format", f"{key.badge!r}, {key.role!r} is no badge code with a role.") from None
        return seal(blank, private=key.private, pin=key.pin, content=self._content)

    def _replace(self, keys: tuple[SealedKey, ...]) -> None:
        content = with_keys(self._content, keys)
        write_content(self._path, content)
        self._load(content)

    def _load(self, content: Content) -> None:
        self._content = content
        self._keys = {keyid_of(bytes.fromhex(key.public)): key for key in content.keys}


def _of(keys: dict[str, SealedKey], keyid: str) -> SealedKey:
    key = keys.get(keyid)
    if key is None:
        raise _no_such_key()
    return key


def _no_such_key() -> Refused:
    return Refused("keystore-no-such-key", "This device holds no such key.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        with held(path.with_name(path.name + ".lock")):
            yield
    except OSError as error:
        raise Unavailable("keystore-not-written", f"{path.name} cannot be locked: {error.strerror}.") from error
