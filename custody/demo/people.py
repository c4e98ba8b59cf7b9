"""The invented people and devices of a rehearsal, their keys derived from the seed.

Badges are public codes: ``cec-1``, ``registrar-2``, ``mfa-1``, ``ayt-chair``, ``courier-ayt``. No names, and nobody real. The
keys are anybody's to compute, so ``custody.core.entries.demo_keys`` derives them only under a ``.invalid`` domain.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes
from custody.courier.signatories import Device, Signatory
from custody.election.model import DEMO, Election, Person
from custody.election.reference import reference_at
from schemas.base import Role

DOMAIN: Final = "kz-2015.invalid"
"""The domain of the reference election."""
SLUG: Final = "kz-2015"
_SERVICES: Final = ("gateway", "checkpointer", "monitor")


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody: signatories and devices by badge, and the device each person uses."""

    seed: int
    domain: str
    people: dict[str, Signatory]
    devices: dict[str, Device]
    device_of: dict[str, str]

    def signatory(self, badge: str, *, role: Role, office: str) -> Signatory:
        """An invented person of this seed; the tag stands for the registrars' HMAC over who it is."""
        private = derive_demo_key(seed=self.seed, name=badge, domain=self.domain)
        prepared = prepared_key(badge, seed=self.seed, domain=self.domain)
        return Signatory(badge, role, office, person_tag(self.seed, badge), private, prepared)

    def at_station(self, station: str) -> Iterator[str]:
        """Badges of a station's people."""
        return (badge for badge, person in self.people.items() if person.office == station)

    def nonce(self, what: str) -> str:
        """A receiver's nonce, 32 hex digits, fixed by the seed."""
        return hmac.digest(str(self.seed).encode(), f"nonce/{what}".encode(), "sha256").hex()[:32]


def prepared_key(badge: str, *, seed: int, domain: str) -> str:
    """The key id of the key that is prepared to take the place of a badge's, kept elsewhere; named ``badge-next``."""
    return keyid(public_bytes(derive_demo_key(seed=seed, name=f"{badge}-next", domain=domain)))


def person_tag(seed: int, badge: str) -> str:
    """HMAC-SHA256 of the person under the demonstration's election secret, 64 hex digits."""
    secret = hashlib.sha256(f"custody/demo-registry-secret/{seed}".encode()).digest()
    return hmac.digest(secret, badge.encode(), "sha256").hex()


def demo_domain(election: Election) -> str:
    """The domain of a rehearsal: the election's own under ``.invalid``, so that nobody takes its keys for real ones."""
    return election.domain if election.domain.endswith(DEMO) else election.domain + DEMO


def assemble(*, seed: int, stations: Sequence[ReferenceStation]) -> Cast:
    """All people and devices of the reference election at these stations."""
    return cast_of(reference_at(stations), seed=seed)


def cast_of(election: Election, *, seed: int) -> Cast:
    """All people and devices of an election."""
    cast = Cast(seed=seed, domain=demo_domain(election), people={}, devices={}, device_of={})
    for person in election.people:
        _add(cast, person)
    return cast


def _add(cast: Cast, person: Person) -> None:
    if person.role in _SERVICES:
        private = derive_demo_key(seed=cast.seed, name=person.badge, domain=cast.domain)
        prepared = prepared_key(person.badge, seed=cast.seed, domain=cast.domain)
        cast.people[person.badge] = Signatory(person.badge, person.role, person.office, None, private, prepared)
        return
    cast.people[person.badge] = cast.signatory(person.badge, role=person.role, office=person.office)
    cast.device_of[person.badge] = person.device
    if person.device not in cast.devices:
        private = derive_demo_key(seed=cast.seed, name=person.device, domain=cast.domain)
        prepared = prepared_key(person.device, seed=cast.seed, domain=cast.domain)
        cast.devices[person.device] = Device(person.device, private, next_key=prepared)
