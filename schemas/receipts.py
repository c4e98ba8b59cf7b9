"""Receipts and refusals: a gateway's answers to an entry, small statements signed by its own key.

A statement is DSSE 1.0.2 like an event, with a payload type of its own, so that no signature on one can pass for the other;
it has exactly one signature and one canonical form (RFC 8785), and anything else is refused. Verifying it is for
``custody.core.entries.receipts``.

A receipt promises: these bytes stand at this position of this log. It is no proof of that; who keeps it can show later that the
gateway said so (design D10). Codes: statement-oversize, statement-syntax, statement-form, statement-type, statement-value.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field, ValidationError

from schemas import strict_json
from schemas.base import Strict, VersionOne
from schemas.errors import Refused
from schemas.identifiers import Digest, Timestamp

RECEIPT_TYPE: Final = "application/vnd.custody.receipt.v1+json"
REFUSAL_TYPE: Final = "application/vnd.custody.refusal.v1+json"
STATEMENT_BYTES_MAX: Final = 4_096

_SIGNATURE_BYTES: Final = 64
_KEYID: Final = re.compile(r"[0-9a-f]{64}")
_POSITION_MAX: Final = 2**53 - 1

Origin = Annotated[str, Field(min_length=1, max_length=300, description="the log's origin, design D10")]
Position = Annotated[int, Field(ge=0, le=_POSITION_MAX, description="0-based position in the log")]


class Receipt(Strict):
    """The gateway read ``entry`` at ``position`` of the log. Times are the gateway's claim, with its zone offset.

    ``proof_promised_by``: until when an inclusion proof under a witnessed checkpoint will be there; null where the election
    names no log witnesses, so that nothing of the kind can be promised.
    """

    version: VersionOne
    election: Digest
    origin: Origin
    position: Position
    entry: Digest
    event: Digest
    received_at: Timestamp
    proof_promised_by: Timestamp | None


class Refusal(Strict):
    """The gateway did not append the bytes with this entry hash. ``judged_by`` is the last position it had read by then."""

    version: VersionOne
    election: Digest
    origin: Origin
    entry: Digest
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    judged_by: Position
    refused_at: Timestamp


@dataclass(frozen=True, slots=True)
class Statement:
    """Payload bytes, what they are, and the one signature over their pre-authentication encoding."""

    payload_type: str
    payload: bytes
    keyid: str
    sig: bytes


StatementModel = TypeVar("StatementModel", Receipt, Refusal)


def statement_pae(payload: bytes, *, payload_type: str) -> bytes:
    """What is signed: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type.encode("ascii"), len(payload), payload)


def format_statement(statement: Statement) -> bytes:
    """The canonical bytes of a signed statement."""
    signature = {"keyid": statement.keyid, "sig": _base64(statement.sig)}
    envelope = {"payload": _base64(statement.payload), "payloadType": statement.payload_type, "signatures": [signature]}
    return strict_json.canonical(envelope)


def parse_statement(data: bytes, *, payload_type: str) -> Statement:
    """Take a statement apart; Refused("statement-...") unless it is the canonical form of one of this type."""
    if len(data) > STATEMENT_BYTES_MAX:
        raise Refused("statement-oversize", f"A statement of a gateway has at most {STATEMENT_BYTES_MAX} bytes.")
    try:
        value = strict_json.parse_canonical(data, bytes_max=STATEMENT_BYTES_MAX)
    except Refused as error:
        raise Refused("statement-syntax", f"The statement is not strict canonical JSON ({error.code}).") from None
    fields = _fields(value, names=("payload", "payloadType", "signatures"))
    if fields["payloadType"] != payload_type:
        raise Refused("statement-type", f"The payload type is not {payload_type}.")
    signatures = fields["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise _form()
    signed = _fields(signatures[0], names=("keyid", "sig"))
    keyid, sig = str(signed["keyid"]), _bytes(signed["sig"])
    if _KEYID.fullmatch(keyid) is None or len(sig) != _SIGNATURE_BYTES:
        raise _form()
    return Statement(payload_type, _bytes(fields["payload"]), keyid, sig)


def read_statement(payload: bytes, *, model: type[StatementModel]) -> StatementModel:
    """What verified payload bytes say; Refused("statement-value") where a field is missing, unknown or out of form."""
    try:
        strict_json.parse_canonical(payload, bytes_max=STATEMENT_BYTES_MAX)
        return model.model_validate_json(payload)
    except (Refused, ValidationError) as error:
        raise Refused("statement-value", f"The statement is not a well-formed {model.__name__.lower()}.") from error


def _fields(value: Any, *, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or sorted(value) != sorted(names):
        raise _form()
    return value


def _bytes(text: Any) -> bytes:
    try:
        data = binascii.a2b_base64(text, strict_mode=True) if isinstance(text, str) else b""
    except ValueError:
        raise _form() from None
    if not data or _base64(data) != text:
        raise _form()
    return data


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _form() -> Refused:
    return Refused("statement-form", "The bytes are not one statement with one signature in the canonical form.")
