"""Receipts and refusals as signatures: made by a gateway's own key, checked by whoever submitted (design D10).

Pure. Which key is a gateway's is asked of the caller, who knows the roster. Not here: the statements' form (schemas.receipts)
and whether the log really holds what the receipt says (the submitter looks, courier.sync).

Codes: receipt-key (not a gateway's key), receipt-signature, receipt-other (about another entry or election) and statement-...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import keyid, public_bytes, sign, verify
from schemas.errors import Refused
from schemas.receipts import (
    RECEIPT_TYPE,
    REFUSAL_TYPE,
    Receipt,
    Refusal,
    Statement,
    format_statement,
    parse_statement,
    read_statement,
    statement_pae,
)
from schemas.strict_json import canonical

GatewayKeys = Callable[[str], bytes | None]
"""key id -> raw public key of a gateway, None where the key is no gateway's"""

Body = TypeVar("Body", Receipt, Refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedReply:
    """What a gateway says to one submitted entry.

    ``position`` is None where it was refused; then ``codes`` holds the one code and ``sentence`` says why. ``status`` is
    ``applied``, ``waiting``, ``disputed``, ``duplicate``, ``finding`` or ``refused``: what the entry meant when the gateway
    had read it; it may change later. ``statement`` is the signed receipt or refusal. ``event`` is the event id of what was
    recorded, empty for a refusal.
    """

    entry: str
    position: int | None
    status: str
    codes: tuple[str, ...]
    statement: bytes
    sentence: str = ""
    event: str = ""

    def line(self) -> str:
        """The reply in one line, as ``custody append`` prints it."""
        if self.position is None:
            return f"refused {self.codes[0]}"
        said = f"finding:{','.join(self.codes)}" if self.status == "finding" else self.status
        return f"recorded {self.position} {self.entry} {said}"


def sign_receipt(receipt: Receipt, *, private: Ed25519PrivateKey) -> bytes:
    """The receipt signed by a gateway's key."""
    return _sign(receipt, payload_type=RECEIPT_TYPE, private=private)


def sign_refusal(refusal: Refusal, *, private: Ed25519PrivateKey) -> bytes:
    """The refusal signed by a gateway's key."""
    return _sign(refusal, payload_type=REFUSAL_TYPE, private=private)


def open_receipt(data: bytes, *, gateways: GatewayKeys) -> Receipt:
    """The receipt in ``data``, once its signature was verified; Refused with a receipt- or statement- code."""
    return _open(data, payload_type=RECEIPT_TYPE, model=Receipt, gateways=gateways)


def open_refusal(data: bytes, *, gateways: GatewayKeys) -> Refusal:
    """The refusal in ``data``, once its signature was verified; Refused with a receipt- or statement- code."""
    return _open(data, payload_type=REFUSAL_TYPE, model=Refusal, gateways=gateways)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What a device handed in: of which election and log, which bytes (entry hash) and which event."""

    election: str
    origin: str
    entry: str
    event: str


def check_receipt(receipt: Receipt, *, asked: HandedIn) -> None:
    """Refused("receipt-other") unless the receipt is about exactly what was handed in; the sentence says what differs."""
    _check_same(receipt, asked=asked, what="receipt")
    if receipt.event != asked.event:
        raise Refused(
            "receipt-other", "The receipt is about another event than the one handed in; it counts for nothing."
        )


def check_refusal(refusal: Refusal, *, asked: HandedIn) -> None:
    """Refused("receipt-other") unless the refusal is about exactly what was handed in; the sentence says what differs."""
    _check_same(refusal, asked=asked, what="refusal")


def _check_same(body: Receipt | Refusal, *, asked: HandedIn, what: str) -> None:
    for field, named in (("election", "election"), ("origin", "log"), ("entry", "entry")):
        if getattr(body, field) != getattr(asked, field):
            sentence = f"The {what} is about another {named} than the one that was asked; it counts for nothing."
            raise Refused("receipt-other", sentence)


def _sign(body: Receipt | Refusal, *, payload_type: str, private: Ed25519PrivateKey) -> bytes:
    payload = canonical(body.model_dump(mode="json"))
    signature = sign(private, statement_pae(payload, payload_type=payload_type))
    return format_statement(Statement(payload_type, payload, keyid(public_bytes(private)), signature))


def _open(data: bytes, *, payload_type: str, model: type[Body], gateways: GatewayKeys) -> Body:
    statement = parse_statement(data, payload_type=payload_type)
    public = gateways(statement.keyid)
    if public is None:
        raise Refused("receipt-key", "The statement is signed by a key that is not a gateway's.")
    message = statement_pae(statement.payload, payload_type=payload_type)
    if not verify(public=public, message=message, signature=statement.sig):
        raise Refused("receipt-signature", "The signature on the statement does not verify.")
    return read_statement(statement.payload, model=model)
