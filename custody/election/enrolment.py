"""Enrolment after genesis, by the same files as the ceremony: requests for keys, acts of enrolment, officers' signatures.

A request is one row of ``KeyEnrolled``, of a person, a device or a service of the folder, with the key's proof of possession for
this election. An act is derived from the requests that it enrols, at most 64; so each officer makes it anew and signs only what
the folder and the requests give.

Not here: files and prompts (``custody.cli.commands.ceremony``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from custody.core.authority.roster import possession_message
from custody.core.entries.signing import keyid, public_bytes, sign, verify
from custody.election.model import Election
from schemas.authority import Enrolment
from schemas.base import Role, Strict
from schemas.errors import Refused
from schemas.identifiers import Digest
from schemas.strict_json import canonical, parse
from schemas.union import parse_event

ROWS_MAX: Final = 64
_REQUEST_MAX: Final = 16_000


class EnrolmentRequest(Strict):
    """What somebody of the folder brings: a key, whose it is, and its proof."""

    election: Digest
    key: Enrolment


@dataclass(frozen=True, slots=True)
class NewHolder:
    """Whose key it is: public code, role, office, and the person's tag; None for a device or a service."""

    badge: str
    role: Role
    office: str
    person: str | None


def enrolment_row(private: Ed25519PrivateKey, *, holder: NewHolder, election: str) -> dict[str, Any]:
    """A row of ``KeyEnrolled`` with its proof of possession."""
    public = public_bytes(private)
    statement = possession_message(election=election, person=holder.person, role=holder.role, keyid=keyid(public))
    named = {"public": public.hex(), "role": holder.role, "person": holder.person, "badge": holder.badge}
    return {**named, "office": holder.office, "proof": sign(private, statement).hex(), "next_key": None}


def holder_of(badge: str, *, election: Election, person: str | None) -> NewHolder | None:
    """Who a badge of the folder is; None where it is nobody's there, or an officer's of the root, whom genesis enrols."""
    found = election.by_badge.get(badge)
    if found is not None and badge not in election.root:
        return NewHolder(badge, found.role, found.office, None if not found.device else person)
    office = next((one.office for one in election.people if one.device == badge), None)
    return None if office is None else NewHolder(badge, "device", office, None)


def awaited(election: Election) -> tuple[str, ...]:
    """Everybody who is enrolled after genesis, in the order of the folder: devices before those who use them."""
    badges: dict[str, None] = {}
    for person in election.people:
        if person.device:
            badges.setdefault(person.device)
        if person.badge not in election.root:
            badges.setdefault(person.badge)
    return tuple(badges)


def format_enrolment(row: Mapping[str, Any], *, election: str) -> bytes:
    """The file of a request."""
    return canonical({"election": election, "key": dict(row)}) + b"\n"


def read_enrolment(data: bytes, *, badge: str, election: Election, root: str) -> EnrolmentRequest:
    """A request out of its file. Refused for what the folder does not say of this badge, or a key that did not prove itself."""
    try:
        parse(data, bytes_max=_REQUEST_MAX)
        said = EnrolmentRequest.model_validate_json(data)
    except (Refused, ValidationError) as error:
        raise Refused("enrolment-form", f"The request of {badge} is not what custody election key writes.") from error
    row, holder = said.key, holder_of(badge, election=election, person=said.key.person)
    if said.election != root:
        raise Refused("enrolment-election", f"The request of {badge} is for another election.")
    own = None if holder is None else (holder.badge, holder.role, holder.office, holder.person)
    if own != (row.badge, row.role, row.office, row.person):
        raise Refused("enrolment-other", f"The request of {badge} says something else of it than people.csv.")
    public = bytes.fromhex(row.public)
    statement = possession_message(election=root, person=row.person, role=row.role, keyid=keyid(public))
    if not verify(public=public, message=statement, signature=bytes.fromhex(row.proof)):
        raise Refused("enrolment-proof", f"The key in the request of {badge} does not prove itself.")
    return said


def act_of(requests: Sequence[EnrolmentRequest], *, signers: Sequence[Mapping[str, str]], at: str) -> bytes:
    """The payload that enrols these, byte for byte. Refused where it cannot stand on a log."""
    payload = canonical(
        {
            "type": "KeyEnrolled",
            "version": 1,
            "election": requests[0].election,
            "log": 0,
            "signers": [dict(row) for row in signers],
            "device": None,
            "seen": None,
            "at": at,
            "place": "CEC",
            "present": [],
            "codes": [],
            "commitments": {"contact": None, "documents": None, "photographs": None, "remark": None},
            "keys": [row.key.model_dump(mode="json") for row in requests],
        }
    )
    parse_event(payload)
    return payload
