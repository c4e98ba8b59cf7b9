"""A gateway's signed receipt against the log: does it promise a position that holds something else?

    custody evidence export  writes what a device kept        {"format": "custody/evidence/v1", "receipts": [base64, ...]}
    custody evidence verify  compares each receipt with a log; or, without one, with the other receipts of the same gateway

Pure. Whoever verifies takes the gateway's key from the log's own roster or from a source of their own, so that the file alone
can accuse nobody.
Codes: evidence-form, evidence-not-proven, and those of receipts.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.entries.receipts import open_receipt
from custody.core.entries.signing import keyid
from custody.core.state.state import State
from custody.core.wording.numbers import at_position
from schemas.envelope import entry_hash
from schemas.errors import Refused
from schemas.receipts import RECEIPT_TYPE, Receipt, parse_statement, read_statement
from schemas.strict_json import canonical, parse_canonical

EVIDENCE_BYTES_MAX: Final = 8 * 1024 * 1024
FORMAT: Final = "custody/evidence/v1"
_Place = tuple[str, str, str, int]
"""(key id, election, log, position)"""


@dataclass(frozen=True, slots=True)
class Falsified:
    """A receipt, the badge of the gateway whose key signed it, and the hash of what the log holds at its position instead.

    ``revoked``: the position at which the log revoked that key; None where it did not.
    """

    receipt: Receipt
    gateway: str
    shown: str
    revoked: int | None = None

    def sentence(self) -> str:
        """What is proven, in words."""
        told = (
            f"entry {self.receipt.entry[:16]} stands at {at_position(self.receipt.position)}; "
            f"the log holds {self.shown[:16]} there."
        )
        if self.revoked is None:
            return f"{self.gateway} signed that {told}"
        # Who has had a stolen key may sign with any date: the key is proven, and not the gateway.
        since = at_position(self.revoked)
        return (
            f"The key of {self.gateway}, revoked at {since}, signed that {told} Whoever had the key may have signed it."
        )


def format_evidence(statements: Sequence[bytes]) -> bytes:
    """Receipts as one file, in canonical JSON and a newline."""
    receipts = [b64encode(one).decode("ascii") for one in statements]
    return canonical({"format": FORMAT, "receipts": receipts}) + b"\n"


def parse_evidence(data: bytes) -> tuple[bytes, ...]:
    """The receipts in a file; Refused("evidence-form") unless it is the one form of such a file."""
    try:
        value = parse_canonical(data.removesuffix(b"\n"), bytes_max=EVIDENCE_BYTES_MAX)
        rows = value.get("receipts") if isinstance(value, dict) else None
        texts = [row for row in rows if isinstance(row, str)] if isinstance(rows, list) else []
        found = tuple(b64decode(text.encode("ascii"), validate=True) for text in texts)
    except (Refused, Base64Error, UnicodeEncodeError):
        raise _form() from None
    if not found or format_evidence(found) != data:
        raise _form()
    return found


def verify_false_receipt(statement: bytes, *, state: State, entry_at: Callable[[int], bytes | None]) -> Falsified:
    """What a receipt and the log prove together; ``entry_at`` gives what a position holds, None behind the log's end.

    Refused("evidence-not-proven") where the log holds what the receipt says, or does not reach so far; receipt- codes where it
    is no receipt of this log's by one of its gateways.
    """
    signer = state.roster.get(parse_statement(statement, payload_type=RECEIPT_TYPE).keyid)
    public = signer.public if signer is not None and signer.role == "gateway" else None
    receipt = open_receipt(statement, gateways=lambda _: public)
    if (receipt.election, receipt.origin) != (state.election, state.origin):
        raise Refused(
            "receipt-other", "The receipt is about another election or log: it proves nothing about this one."
        )
    entry = entry_at(receipt.position)
    if entry is None or entry_hash(entry) == receipt.entry:
        why = "is not reached by this log" if entry is None else "holds what the receipt says"
        told = f"{at_position(receipt.position).capitalize()} {why}: nothing is proven."
        raise Refused("evidence-not-proven", told)
    revoked = None if signer is None or signer.revoked is None else signer.revoked.position
    return Falsified(receipt, "" if signer is None else signer.badge, entry_hash(entry), revoked=revoked)


@dataclass(frozen=True, slots=True)
class ReceiptConflict:
    """Two receipts by one gateway's key for one position of one log, and for different entries: one of them is false."""

    one: Receipt
    other: Receipt

    def sentence(self) -> str:
        """What is proven, in words."""
        at = at_position(self.one.position)
        entries = f"entry {self.one.entry[:16]} and entry {self.other.entry[:16]}"
        return f"The gateway signed that {entries} both stand at {at} of {self.one.origin}."


def receipt_conflicts(statements: Sequence[bytes], *, public: bytes) -> tuple[ReceiptConflict, ...]:
    """The receipts that contradict each other, each with the first for its position; ``public`` is the gateway's raw key.

    Receipts of other keys, and what is no receipt, prove nothing here and are passed over.
    """
    first: dict[tuple[str, str, int], Receipt] = {}
    found: dict[tuple[str, str, int, str], ReceiptConflict] = {}
    for receipt in _receipts(statements, public=public):
        place = (receipt.election, receipt.origin, receipt.position)
        one = first.setdefault(place, receipt)
        if one.entry != receipt.entry:
            found.setdefault((*place, receipt.entry), ReceiptConflict(one, receipt))
    return tuple(found.values())


def counterparts(statements: Sequence[bytes], *, of: Sequence[bytes]) -> tuple[bytes, ...]:
    """Of ``statements`` those beside which ``of`` has one by that key for that position and another entry, all unverified."""
    entries: dict[_Place | None, set[str]] = {}
    for place, entry in map(claim, of):
        entries.setdefault(place, set()).add(entry)
    claims = ((one, *claim(one)) for one in statements)
    return tuple(one for one, place, entry in claims if place is not None and entries.get(place, set()) - {entry})


def _receipts(statements: Sequence[bytes], *, public: bytes) -> Iterator[Receipt]:
    name = keyid(public)
    for one in statements:
        try:
            yield open_receipt(one, gateways=lambda key: public if key == name else None)
        except Refused:
            continue


def claim(statement: bytes) -> tuple[_Place | None, str]:
    """((key, election, log, position), entry) of a receipt; (None, "") for what is none. Nothing is verified."""
    try:
        signed = parse_statement(statement, payload_type=RECEIPT_TYPE)
        receipt = read_statement(signed.payload, model=Receipt)
    except Refused:
        return None, ""
    return (signed.keyid, receipt.election, receipt.origin, receipt.position), receipt.entry


def _form() -> Refused:
    return Refused("evidence-form", "The file is no evidence as custody evidence export writes it.")
