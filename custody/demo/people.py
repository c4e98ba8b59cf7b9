"""The invented people and devices of the demonstration, their keys derived from the seed.

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
from schemas.base import Role

DOMAIN: Final = "kz-2015.invalid"
SLUG: Final = "kz-2015"

_CENTRAL: Final[Sequence[tuple[str, Role, str, str]]] = (
    ("cec-1", "cec-officer", "CEC", "cec-device"),
    ("cec-2", "cec-officer", "CEC", "cec-device"),
    ("cec-3", "cec-officer", "CEC", "cec-device"),
    ("registrar-1", "registrar", "CEC", "registry-device"),
    ("registrar-2", "registrar", "CEC", "registry-device"),
    ("cec-representative", "cec-representative", "CEC", "printer-device"),
    ("duty-1", "duty-officer", "CEC", "cec-device"),
    ("printer-1", "printer", "PRN", "printer-device"),
    ("mfa-1", "pouch-office", "MFA", "mfa-device"),
    ("mfa-2", "pouch-office", "MFA", "mfa-device"),
    ("courier-reserve", "courier", "MFA", "phone-reserve"),
    ("observer-1", "observer", "CEC", "registry-device"),
)
_COMMISSION: Final[Sequence[tuple[str, Role]]] = (
    ("chair", "chair"),
    ("secretary", "secretary"),
    ("member", "member"),
    ("issuer", "issuing-member"),
    ("officer", "mission-officer"),
    ("head", "head-of-mission"),
)
_SERVICES: Final[Sequence[tuple[str, Role]]] = (
    ("monitor-1", "monitor"),
    ("checkpointer-1", "checkpointer"),
    ("gateway-1", "gateway"),
    ("gateway-2", "gateway"),
)


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


def assemble(*, seed: int, stations: Sequence[ReferenceStation], domain: str = DOMAIN) -> Cast:
    """All people and devices of an election at these stations."""
    cast = Cast(seed=seed, domain=domain, people={}, devices={}, device_of={})
    for badge, role, office, device in _CENTRAL:
        _add(cast, badge=badge, role=role, office=office, device=device)
    for badge, role in _SERVICES:
        private = derive_demo_key(seed=seed, name=badge, domain=domain)
        prepared = prepared_key(badge, seed=seed, domain=domain)
        cast.people[badge] = Signatory(badge, role, "CEC", None, private, prepared)
    for station in stations:
        code = station.code.lower()
        for name, role in _COMMISSION:
            _add(cast, badge=f"{code}-{name}", role=role, office=station.code, device=f"{code}-device")
        _add(cast, badge=f"courier-{code}", role="courier", office="MFA", device=f"phone-{code}")
    return cast


def _add(cast: Cast, *, badge: str, role: Role, office: str, device: str) -> None:
    cast.people[badge] = cast.signatory(badge, role=role, office=office)
    cast.device_of[badge] = device
    if device not in cast.devices:
        private = derive_demo_key(seed=cast.seed, name=device, domain=cast.domain)
        prepared = prepared_key(device, seed=cast.seed, domain=cast.domain)
        cast.devices[device] = Device(device, private, next_key=prepared)
