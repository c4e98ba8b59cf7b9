"""An invitation: what a receiving device shows before an offer, so that the offer is for these keys and this meeting only.

It is no event and is not signed: it promises nothing. The offer repeats its nonce, and the receiver's device answers only to
a nonce that it gave itself. Canonical JSON (RFC 8785). Codes: invitation-form and those of the strict JSON.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from schemas import strict_json
from schemas.base import Strict
from schemas.errors import Refused
from schemas.identifiers import Digest, Nonce

FORMAT: Final = "custody/invitation/v1"
INVITATION_BYTES_MAX: Final = 4_096


class Invitation(Strict):
    """Receiving keys (whose holders may answer), the receiver's fresh nonce, and the election it is about."""

    format: Literal["custody/invitation/v1"]
    election: Digest
    keys: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=16)]
    nonce: Nonce


def format_invitation(invitation: Invitation) -> bytes:
    """The bytes that a receiving device shows."""
    return strict_json.canonical(invitation.model_dump(mode="json"))


def parse_invitation(data: bytes) -> Invitation:
    """Read an invitation; Refused("invitation-form") where it is none."""
    strict_json.parse_canonical(data, bytes_max=INVITATION_BYTES_MAX)
    try:
        return Invitation.model_validate_json(data)
    except ValidationError:
        raise Refused("invitation-form", "This is no invitation to a handover.") from None
