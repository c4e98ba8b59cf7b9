"""The roster: which key belongs to which person in which role, from which position, and until when.

Everything here comes from the log (genesis, KeyEnrolled, KeyRevoked) and is asked for *as of a position*. It is not a list of
names: persons are HMAC tags, badges are public codes (design D13, D14).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from custody.core.parties import Party, party_of
from schemas.base import Role


@dataclass(frozen=True, slots=True)
class Revocation:
    """Where a key was revoked and the last device number its owner still vouches for."""

    position: int
    event: str
    vouched_number: int


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One enrolled key; ``person`` is "" for devices and services; ``enrolled`` is the position that enrolled it."""

    keyid: str
    public: bytes
    role: Role
    person: str
    badge: str
    office: str
    enrolled: int
    revoked: Revocation | None = None

    @property
    def party(self) -> Party | None:
        """The party this key's holder acts for, None for observers, devices and services."""
        return party_of(role=self.role, office=self.office, person=self.person, badge=self.badge)


def possession_message(*, election: str, person: str | None, role: str, keyid: str) -> bytes:
    """The bytes a new key signs to prove possession: tag, election id, person tag (or -), role, key id (design D13)."""
    return f"custody/key-enrolled/v1\n{election}\n{person or '-'}\n{role}\n{keyid}\n".encode()


class Roster:
    """All keys ever enrolled. A key is bound once: to one person and one role, for good."""

    def __init__(self) -> None:
        self._keys: dict[str, KeyRecord] = {}
        self._badges: dict[str, str] = {}
        self._roles: dict[str, set[tuple[Role, str]]] = {}

    def enrol(self, record: KeyRecord) -> bool:
        """Add a key; False when that key was enrolled before (a key has one role: the first binding stands)."""
        if record.keyid in self._keys:
            return False
        self._keys[record.keyid] = record
        self._badges.setdefault(record.badge, record.keyid)
        if record.person:
            self._roles.setdefault(record.person, set()).add((record.role, record.office))
        return True

    def revoke(self, keyid: str, *, revocation: Revocation) -> bool:
        """Revoke a key; False when it is unknown or already revoked (the first revocation stands)."""
        record = self._keys.get(keyid)
        if record is None or record.revoked is not None:
            return False
        self._keys[keyid] = replace(record, revoked=revocation)
        return True

    def get(self, keyid: str) -> KeyRecord | None:
        """The record of a key ever enrolled, revoked ones too."""
        return self._keys.get(keyid)

    def with_badge(self, badge: str) -> KeyRecord | None:
        """The first key enrolled under a public badge code."""
        key = self._badges.get(badge)
        return None if key is None else self._keys[key]

    def public_key(self, keyid: str) -> bytes | None:
        """The raw 32-byte public key of a key ever enrolled."""
        record = self._keys.get(keyid)
        return None if record is None else record.public

    def sits_on(self, *, person: str, office: str, roles: Sequence[Role] = ()) -> bool:
        """Whether a person was ever enrolled at a station in one of ``roles``; empty: in its commission or mission."""
        return any(
            where == office and (role in roles if roles else role not in ("courier", "observer"))
            for role, where in self._roles.get(person, ())
        )

    def party_of(self, keyid: str, *, before: int) -> Party | None:
        """The party for which the holder of a key acts that was enrolled before a position; None where there is none."""
        record = self._keys.get(keyid)
        return None if record is None or record.enrolled >= before else record.party

    def __iter__(self) -> Iterator[KeyRecord]:
        return iter(sorted(self._keys.values(), key=lambda record: record.keyid))
