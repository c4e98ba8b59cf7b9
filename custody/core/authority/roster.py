"""The roster: which key belongs to which person in which role, from which position, and until when.

Everything here comes from the log (genesis, KeyEnrolled, KeyRotated, KeyRevoked) and is asked for *as of a position*. It is not a
list of names: persons are HMAC tags, badges are public codes (design D13, D14).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from custody.core.authority.parties import Party, party_of
from custody.core.entries.signing import keyid as keyid_of
from custody.core.undo import Undoable
from schemas.authority import KeyRotated
from schemas.base import Role

ROTATED: Final = "rotated"
"""Why a key counts no longer that another one took the place of; the other reasons are those of KeyRevoked."""
_OWNER_STAYS: Final = ("lost", "stolen", ROTATED)


@dataclass(frozen=True, slots=True)
class Revocation:
    """Where a key ceased to count and why; what its owner still vouches for is in ``vouching``, by the event."""

    position: int
    event: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class KeyRecord:
    """One enrolled key; ``person`` is "" for devices and services; ``enrolled`` is the position that enrolled it.

    A record is itself, and equals no other: a roster holds one of each key, and puts another in its place when it is revoked.
    """

    keyid: str
    public: bytes
    role: Role
    person: str
    badge: str
    office: str
    enrolled: int
    revoked: Revocation | None = None
    next_key: str = ""
    """key id prepared to take its place, "" where none was"""
    earlier: tuple[str, ...] = ()
    """key ids whose place it took, oldest first"""
    serves: str = ""
    """of the head of a mission that several stations share: the station for which an act was signed; else empty"""

    @property
    def party(self) -> Party | None:
        """The party this key's holder acts for, None for observers, devices and services."""
        return party_of(role=self.role, office=self.office, person=self.person, badge=self.badge)


def possession_message(*, election: str, person: str | None, role: str, keyid: str) -> bytes:
    """The bytes a new key signs to prove possession: tag, election id, person tag (or -), role, key id (design D13)."""
    return f"custody/key-enrolled/v1\n{election}\n{person or '-'}\n{role}\n{keyid}\n".encode()


class Roster(Undoable):
    """All keys ever enrolled. A key is bound once: to one person and one role, for good."""

    __slots__ = ("_badges", "_couriers", "_firsts", "_keys", "_prepared", "_roles", "_rotated")

    def __init__(self) -> None:
        self._keys: dict[str, KeyRecord] = {}
        self._badges: dict[str, str] = {}
        self._couriers: dict[str, tuple[str, str]] = {}
        """person -> of the courier's keys the first by key id, and the badge"""
        self._firsts: dict[str, str] = {}
        """person -> of all keys of the person the first by key id"""
        self._roles: dict[str, set[tuple[Role, str]]] = {}
        self._rotated: set[str] = set()
        self._prepared: set[str] = set()

    def enrol(self, record: KeyRecord) -> bool:
        """Add a key; False when that key was enrolled before (a key has one role: the first binding stands)."""
        if record.keyid in self._keys:
            return False
        self._keys[record.keyid] = record
        self._badges.setdefault(record.badge, record.keyid)
        if record.next_key:
            self._prepared.add(record.next_key)
        if record.role == "courier":
            own = (record.keyid, record.badge)
            self._couriers[record.person] = min(own, self._couriers.get(record.person, own))
        if record.person:
            self._firsts[record.person] = min(record.keyid, self._firsts.get(record.person, record.keyid))
            self._roles.setdefault(record.person, set()).add((record.role, record.office))
        return True

    def revoke(self, keyid: str, *, revocation: Revocation) -> bool:
        """Revoke a key; False when it is unknown or already revoked (the first revocation stands, a rotation is none)."""
        record = self._keys.get(keyid)
        if record is None or (record.revoked is not None and record.revoked.reason != ROTATED):
            return False
        self._keys[keyid] = replace(record, revoked=revocation)
        return True

    def heir(self, event: KeyRotated, *, at: int) -> KeyRecord | None:
        """The record that the new key of a rotation would have; None where the old key is unknown."""
        old, public = self._keys.get(event.key), bytes.fromhex(event.public)
        if old is None:
            return None
        return replace(
            old,
            keyid=keyid_of(public),
            public=public,
            enrolled=at,
            revoked=None,
            next_key=event.next_key or "",
            earlier=(*old.earlier, old.keyid),
        )

    def may_rotate(self, keyid: str) -> bool:
        """Whether a key's owner may still put the prepared key in its place: once, and not after leaving office."""
        record = self._keys.get(keyid)
        if record is None or keyid in self._rotated:
            return False
        return record.revoked is None or record.revoked.reason in _OWNER_STAYS

    def rotate(self, keyid: str, *, heir: KeyRecord, revocation: Revocation) -> bool:
        """The heir takes the place of a key, which is revoked if it was not; False when the heir was enrolled before."""
        if not self.enrol(heir):
            return False
        self._rotated.add(keyid)
        self._badges[heir.badge] = heir.keyid
        if self._keys[keyid].revoked is None:
            self._keys[keyid] = replace(self._keys[keyid], revoked=revocation)
        return True

    def is_prepared(self, keyid: str) -> bool:
        """Whether a key was prepared to take the place of one that is enrolled."""
        return keyid in self._prepared

    def get(self, keyid: str) -> KeyRecord | None:
        """The record of a key ever enrolled, revoked ones too."""
        return self._keys.get(keyid)

    def with_badge(self, badge: str) -> KeyRecord | None:
        """The first key enrolled under a public badge code, or the one that took its place."""
        key = self._badges.get(badge)
        return None if key is None else self._keys[key]

    def courier_badge(self, person: str) -> str | None:
        """The public badge of a courier by tag; None where no key of the person is enrolled as a courier's."""
        known = self._couriers.get(person)
        return None if known is None else known[1]

    def first_of(self, person: str) -> KeyRecord | None:
        """The first key by key id that was enrolled for a person, by tag; None where there is none."""
        return self._keys.get(self._firsts.get(person, ""))

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

    def has_held(self, roles: Sequence[Role], *, person: str) -> bool:
        """Whether a person was ever enrolled in one of these roles, in whatever office."""
        return any(role in roles for role, _ in self._roles.get(person, ()))

    def party_of(self, keyid: str, *, before: int) -> Party | None:
        """The party for which the holder of a key acts that was enrolled before a position; None where there is none."""
        record = self._keys.get(keyid)
        return None if record is None or record.enrolled >= before else record.party

    def __iter__(self) -> Iterator[KeyRecord]:
        return iter(sorted(self._keys.values(), key=lambda record: record.keyid))
