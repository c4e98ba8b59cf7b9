"""A box at a gateway, through which a registrar and somebody who was given a one-time code reach each other.

Only a registrar of the election opens one, by a statement under the own key; so nobody fills a gateway with boxes. What lies in
it is sealed under the code (``enrolment_codes``), which no gateway learns.

Pure. Codes: box-statement, box-registrar, box-election.
"""

from __future__ import annotations

import binascii
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, ValidationError

from custody.core.authority.roster import Roster
from custody.core.entries.signing import keyid, public_bytes, sign, verify
from schemas.base import Strict
from schemas.errors import Refused
from schemas.identifiers import Digest, Timestamp
from schemas.receipts import Statement, format_statement, parse_statement, statement_pae
from schemas.strict_json import canonical

BOX_TYPE: Final = "application/vnd.custody.enrolment-box.v1+json"
_ROLE: Final = "registrar"


class EnrolmentBox(Strict):
    """What a registrar says of a box: whose election, its name, until when requests are taken, the sealed card in it."""

    format: Literal["custody/enrolment-box/v1"]
    election: Digest
    box: Digest
    until: Timestamp
    sealed: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]


def box_statement(*, election: str, box: str, until: str, sealed: bytes, private: Ed25519PrivateKey) -> bytes:
    """A box opened by whose key it is."""
    said = {"format": "custody/enrolment-box/v1", "election": election, "box": box, "until": until}
    text = binascii.b2a_base64(sealed, newline=False).decode("ascii")
    payload = canonical(EnrolmentBox.model_validate({**said, "sealed": text}).model_dump(mode="json"))
    signature = sign(private, statement_pae(payload, payload_type=BOX_TYPE))
    return format_statement(Statement(BOX_TYPE, payload, keyid(public_bytes(private)), signature))


def read_box(data: bytes, *, roster: Roster, election: str) -> EnrolmentBox:
    """The box of a statement. Refused unless a registrar of this election, whose key is valid, says so."""
    try:
        statement = parse_statement(data, payload_type=BOX_TYPE)
        said = EnrolmentBox.model_validate_json(statement.payload)
    except (Refused, ValidationError) as error:
        raise Refused("box-statement", "This is no registrar's statement about a box.") from error
    record = roster.get(statement.keyid)
    if record is None or record.role != _ROLE or record.revoked is not None:
        raise Refused("box-registrar", "Only a registrar of this election opens a box.")
    message = statement_pae(statement.payload, payload_type=BOX_TYPE)
    if not verify(public=record.public, message=message, signature=statement.sig):
        raise Refused("box-registrar", "The registrar's signature does not hold.")
    if said.election != election:
        raise Refused("box-election", "This box is of another election.")
    return said
