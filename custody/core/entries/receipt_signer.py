"""Receipts by the thousand: what all receipts of one gateway share is written once, and libsodium signs them.

The bytes are those of :func:`custody.core.entries.receipts.sign_receipt`, which defines them: Ed25519 leaves a signer no choice,
and the form of a receipt has one spelling.  What this way has any doubt about goes that way.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign

from custody.core.entries.receipts import sign_receipt
from custody.core.entries.signing import SIGNATURE_BYTES, keyid, public_bytes
from schemas.receipts import RECEIPT_TYPE, Receipt, statement_pae
from schemas.strict_json import INTEGER_MAX, canonical

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_NOTHING: Final = "0" * 64
_POSITION: Final = b'"position":0'
"""Nothing within a text of JSON reads so: a quotation mark is escaped there."""
_TIMES_REMEMBERED_MAX: Final = 16

Times = tuple[str, str | None]
"""(received at, proof promised by)"""


class ReceiptSigner:
    """Signs the receipts of one gateway's key over one log; any thread may ask."""

    def __init__(self, *, election: str, origin: str, private: Ed25519PrivateKey) -> None:
        """``private`` is the gateway's receipt key."""
        public = public_bytes(private)
        self._election = election
        self._origin = origin
        self._private = private
        self._secret = private.private_bytes_raw() + public
        self._middle = f'","payloadType":"{RECEIPT_TYPE}","signatures":[{{"keyid":"{keyid(public)}","sig":"'.encode()
        self._known: dict[Times, tuple[bytes, bytes, bytes]] = {}

    def sign(self, *, position: int, entry: str, event: str, times: Times) -> bytes:
        """The signed receipt: these bytes and this event stand at this position."""
        if not _is_plain(position, entry=entry, event=event):
            return sign_receipt(self._receipt(position, entry=entry, event=event, times=times), private=self._private)
        first, before, after = self._known.get(times) or self._learn(times)
        payload = b'%b%b","event":"%b%b%d%b' % (first, entry.encode(), event.encode(), before, position, after)
        sig = crypto_sign(statement_pae(payload, payload_type=RECEIPT_TYPE), self._secret)[:SIGNATURE_BYTES]
        head, tail = b2a_base64(payload, newline=False), b2a_base64(sig, newline=False)
        return b'{"payload":"%b%b%b"}]}' % (head, self._middle, tail)

    def _receipt(self, position: int, *, entry: str, event: str, times: Times) -> Receipt:
        return Receipt(
            version=1,
            election=self._election,
            origin=self._origin,
            position=position,
            entry=entry,
            event=event,
            received_at=times[0],
            proof_promised_by=times[1],
        )

    def _learn(self, times: Times) -> tuple[bytes, bytes, bytes]:
        """What stands before the entry, between event and position, and behind it, in receipts of that moment."""
        receipt = self._receipt(0, entry=_NOTHING, event=_NOTHING, times=times)
        front, _, after = canonical(receipt.model_dump(mode="json")).partition(_POSITION)
        first, _, before = front.partition(_NOTHING.encode() + b'","event":"' + _NOTHING.encode())
        if len(self._known) >= _TIMES_REMEMBERED_MAX:
            self._known = {}
        found = self._known[times] = (first, before + _POSITION[:-1], after)
        return found


def _is_plain(position: int, *, entry: str, event: str) -> bool:
    is_number = type(position) is int and 0 <= position <= INTEGER_MAX
    return is_number and _NAME.fullmatch(entry) is not None and _NAME.fullmatch(event) is not None
