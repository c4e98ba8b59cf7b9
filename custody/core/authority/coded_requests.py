"""Requests of enrolment that come with a one-time code, as a registrar's machine judges them: taken, or refused in words.

A code is for one person of one election, once, and for 48 hours. The tag of a request binds the person's key and the device's
to the code; each key proves itself besides, as in every enrolment.

Pure. Codes: one-time-request, one-time-election, one-time-nobody, one-time-other, one-time-wrong, one-time-expired,
one-time-used, one-time-person, one-time-device, one-time-proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from custody.core.authority.enrolment_codes import SEALED_BYTES_MAX, is_tag
from custody.core.authority.roster import Roster, possession_message
from custody.core.entries.signing import keyid, verify
from schemas.authority import Enrolment
from schemas.base import Strict
from schemas.errors import Refused
from schemas.identifiers import Digest, epoch_seconds
from schemas.strict_json import canonical, parse

_DEVICE: Final = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code as the registrar's machine keeps it, and whose it is; ``used``: the digest of the keys that it brought."""

    code: str
    election: str
    badge: str
    role: str
    office: str
    person: str
    issued: str
    expires: str
    used: str | None = None


class CodedRequest(Strict):
    """What a device brings: a person's key, its own where it is new, and the tag that binds both to the code."""

    type: Literal["KeyEnrolled"]
    election: Digest
    device: Digest
    tag: Digest
    keys: Annotated[tuple[Enrolment, ...], Field(min_length=1, max_length=2)]


def read_request(data: bytes) -> CodedRequest:
    """A request out of its bytes. Refused("one-time-request")."""
    try:
        parse(data, bytes_max=SEALED_BYTES_MAX)
        return CodedRequest.model_validate_json(data)
    except (Refused, ValidationError) as error:
        raise Refused("one-time-request", "This is no request that an app makes with a one-time code.") from error


def rows_digest(request: CodedRequest) -> str:
    """Which keys a request brings."""
    return sha256(canonical([row.model_dump(mode="json") for row in request.keys])).hexdigest()


def check_request(
    request: CodedRequest, *, issued: Sequence[IssuedCode], roster: Roster, election: str, at: str
) -> IssuedCode:
    """The code that a request may use. Refused, in words, for everything that the head of this page names."""
    if request.election != election:
        raise Refused("one-time-election", "This request is for another election.")
    found = _own_code(request, issued=issued)
    _check_rows(request, code=found, roster=roster)
    if found.used is not None and found.used != rows_digest(request):
        raise Refused("one-time-used", f"The code of {found.badge} was used already, for other keys; it counts once.")
    if found.used is None and epoch_seconds(found.expires) < epoch_seconds(at):
        raise Refused("one-time-expired", f"The code of {found.badge} is over since {found.expires}: issue a new one.")
    return found


def _own_code(request: CodedRequest, *, issued: Sequence[IssuedCode]) -> IssuedCode:
    """The newest code of the person whom the request names that its tag was made with."""
    badge = request.keys[0].badge
    person, device = keyid(bytes.fromhex(request.keys[0].public)), request.device
    held = [
        one
        for one in issued
        if is_tag(request.tag, code=one.code, election=request.election, person=person, device=device)
    ]
    own = [one for one in held if one.badge == badge]
    if own:
        return own[-1]
    if held:
        raise Refused(
            "one-time-other", f"The code is {held[0].badge}'s and the request is {badge}'s: nobody uses another's."
        )
    if not any(one.badge == badge for one in issued):
        raise Refused("one-time-nobody", f"No code was issued here for {badge}.")
    raise Refused(
        "one-time-wrong",
        f"The code of {badge} does not fit this request: another one was typed, or the keys were changed on the way.",
    )


def _check_rows(request: CodedRequest, *, code: IssuedCode, roster: Roster) -> None:
    person, *devices = request.keys
    if (person.role, person.office, person.person) != (code.role, code.office, code.person):
        raise Refused(
            "one-time-person", f"The request states another role, office or person than the code of {code.badge}."
        )
    for row in devices:
        if (row.role, row.person, keyid(bytes.fromhex(row.public))) != (_DEVICE, None, request.device):
            raise Refused("one-time-device", "The second key of the request is not its device's.")
    if not devices and (
        (known := roster.get(request.device)) is None or known.role != _DEVICE or known.revoked is not None
    ):
        raise Refused(
            "one-time-device",
            "The device of this request is not enrolled: enrol the person first whose request brings its key.",
        )
    for row in request.keys:
        public = bytes.fromhex(row.public)
        said = possession_message(election=request.election, person=row.person, role=row.role, keyid=keyid(public))
        if not verify(public=public, message=said, signature=bytes.fromhex(row.proof)):
            raise Refused("one-time-proof", f"The key of {row.badge} in the request does not prove itself.")
