"""The envelope around an event: DSSE 1.0.2 with one canonical form and nothing left to choice.

Signatures cover the pre-authentication encoding of the payload *bytes* (DSSE protocol, "PAE"), so a payload is verified
as received and parsed only then.  The envelope itself is canonical JSON (RFC 8785): exactly the fields ``payload``,
``payloadType`` and ``signatures`` of ``{keyid, sig}``, padded standard base64 without stray bits (RFC 4648 §4, §3.5),
signatures in strict order of keyid.  Any other spelling is refused, never rewritten: one event has one set of bytes.
Nothing here checks a signature or looks into a payload.  Written here and not taken from a package: those that read DSSE
accept several spellings of one envelope; tests hold the encoding beside that of ``securesystemslib``.

Codes: envelope-oversize, envelope-syntax (not a strict JSON object), envelope-field (a field missing, unknown or of the
wrong type), envelope-payload-type, envelope-payload-oversize, envelope-base64, envelope-signature-count,
envelope-keyid, envelope-signature-length, envelope-order, envelope-duplicate-keyid, envelope-not-canonical.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

from schemas import strict_json
from schemas.errors import Refused

PAYLOAD_TYPE: Final = "application/vnd.custody.event.v1+json"
PAYLOAD_BYTES_MAX: Final = 40_000
ENTRY_BYTES_MAX: Final = 65_535
SIGNATURES_MAX: Final = 16
SIGNATURE_BYTES: Final = 64

_HEAD: Final = b'{"payload":"'
_MIDDLE: Final = f'","payloadType":"{PAYLOAD_TYPE}","signatures":['.encode("ascii")
_TAIL: Final = b"]}"
_SIGNATURE: Final = rb'\{"keyid":"[0-9a-f]{64}","sig":"[A-Za-z0-9+/]{85}[AQgw]=="\}'
_SIGNATURES: Final = re.compile(rb"%b(?:,%b){0,%d}\]\}" % (_SIGNATURE, _SIGNATURE, SIGNATURES_MAX - 1))
_ROW_BYTES: Final = len('{"keyid":"","sig":""},') + 64 + 88
_KEYID: Final = re.compile(r"[0-9a-f]{64}")
_PAE_HEAD: Final = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} ".encode("ascii")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: ``keyid`` is the hex SHA-256 of the public key, ``sig`` the 64 bytes of Ed25519."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Payload bytes and the signatures over their PAE, in strict order of keyid."""

    payload: bytes
    signatures: tuple[Signature, ...]


def pae(payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of DSSE, with our payload type."""
    return b"%b%d %b" % (_PAE_HEAD, len(payload), payload)


def event_id(payload: bytes) -> str:
    """Return which fact this is: the hex SHA-256 of the PAE, whoever signed it."""
    return sha256(pae(payload)).hexdigest()


def entry_hash(entry: bytes) -> str:
    """Return which bytes these are: the hex Merkle leaf hash of RFC 6962 §2.1, SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).hexdigest()


def make_envelope(*, payload: bytes, signatures: Iterable[Signature]) -> Envelope:
    """Return the envelope of ``payload`` with ``signatures`` put in order; refuses what could not be formatted."""
    envelope = Envelope(payload, tuple(sorted(signatures, key=lambda signature: signature.keyid)))
    _check(envelope)
    return envelope


def format_envelope(envelope: Envelope) -> bytes:
    """Return the entry bytes of ``envelope``; refuses one that :func:`parse_envelope` would not give back."""
    _check(envelope)
    return _write(envelope)


def parse_envelope(entry: bytes) -> Envelope:
    """Return what ``entry`` holds; Refused("envelope-...") unless it is byte for byte the canonical form."""
    envelope = quick_envelope(entry)
    return define_envelope(entry) if envelope is None else envelope


def quick_envelope(entry: bytes) -> Envelope | None:
    """Return what ``entry`` holds where it is plainly in the canonical form; None where in any doubt.

    Every byte is accounted for: the beginning, base64 that reads and writes alike, the middle, and signatures to the end.
    """
    end = entry.find(_MIDDLE)
    start = end + len(_MIDDLE)
    is_framed = end >= 0 and len(entry) <= ENTRY_BYTES_MAX and entry.startswith(_HEAD)
    if not is_framed or _SIGNATURES.fullmatch(entry, start) is None:
        return None
    payload = _quick_payload(entry[len(_HEAD) : end])
    rows = entry[start:].decode("ascii")
    places = range(0, len(rows) - len(_TAIL), _ROW_BYTES)
    keyids = [rows[at + 10 : at + 74] for at in places]
    if payload is None or any(before >= after for before, after in pairwise(keyids)):
        return None
    sigs = [binascii.a2b_base64(rows[at + 83 : at + 171]) for at in places]
    return Envelope(payload, tuple(map(Signature, keyids, sigs)))


def define_envelope(entry: bytes) -> Envelope:
    """Return or refuse what :func:`parse_envelope` does: its definition, and the only place that names a code."""
    if len(entry) > ENTRY_BYTES_MAX:
        raise Refused("envelope-oversize", f"An entry has at most {ENTRY_BYTES_MAX} bytes.")
    try:
        value = strict_json.parse(entry, bytes_max=ENTRY_BYTES_MAX)
    except Refused as error:
        raise Refused("envelope-syntax", f"The envelope is not strict JSON ({error.code}).") from None
    envelope = _from_json(value)
    _check(envelope)
    if _write(envelope) != entry:
        raise Refused("envelope-not-canonical", "The envelope is valid, but not in its one canonical form.")
    return envelope


def _quick_payload(text: bytes) -> bytes | None:
    try:
        payload = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    # Each group of four characters stands for other bytes than any other, but for stray bits in the last.
    last = binascii.b2a_base64(payload[-(len(payload) % 3 or 3) :], newline=False)
    return payload if len(payload) <= PAYLOAD_BYTES_MAX and last == text[-4:] else None


def _write(envelope: Envelope) -> bytes:
    signatures = b",".join(
        b'{"keyid":"%b","sig":"%b"}' % (one.keyid.encode("ascii"), binascii.b2a_base64(one.sig, newline=False))
        for one in envelope.signatures
    )
    return b"".join((_HEAD, binascii.b2a_base64(envelope.payload, newline=False), _MIDDLE, signatures, _TAIL))


def _check(envelope: Envelope) -> None:
    if len(envelope.payload) > PAYLOAD_BYTES_MAX:
        raise Refused("envelope-payload-oversize", f"A payload has at most {PAYLOAD_BYTES_MAX} bytes.")
    if not 1 <= len(envelope.signatures) <= SIGNATURES_MAX:
        raise Refused("envelope-signature-count", f"An envelope carries 1 to {SIGNATURES_MAX} signatures.")
    for one in envelope.signatures:
        if _KEYID.fullmatch(one.keyid) is None:
            raise Refused("envelope-keyid", "A keyid is 64 lower-case hex digits.")
        if len(one.sig) != SIGNATURE_BYTES:
            raise Refused("envelope-signature-length", f"A signature of Ed25519 has {SIGNATURE_BYTES} bytes.")
    for before, after in pairwise(envelope.signatures):
        if before.keyid == after.keyid:
            raise Refused("envelope-duplicate-keyid", "One key signs an envelope once.")
        if before.keyid > after.keyid:
            raise Refused("envelope-order", "Signatures are not in order of keyid.")


def _from_json(value: strict_json.JsonValue) -> Envelope:
    fields = _fields(value, names={"payload", "payloadType", "signatures"})
    listed = fields["signatures"]
    if not isinstance(listed, list):
        raise Refused("envelope-field", "The signatures are not a list.")
    if fields["payloadType"] != PAYLOAD_TYPE:
        raise Refused("envelope-payload-type", f"The payload type is not {PAYLOAD_TYPE}.")
    return Envelope(_from_base64(fields["payload"]), tuple(_signature(one) for one in listed))


def _signature(value: strict_json.JsonValue) -> Signature:
    fields = _fields(value, names={"keyid", "sig"})
    keyid = fields["keyid"]
    if not isinstance(keyid, str):
        raise Refused("envelope-field", "A keyid is not text.")
    return Signature(keyid, _from_base64(fields["sig"]))


def _fields(value: strict_json.JsonValue, *, names: set[str]) -> dict[str, strict_json.JsonValue]:
    if not isinstance(value, dict) or value.keys() != names:
        raise Refused("envelope-field", f"Exactly these fields are admitted here: {', '.join(sorted(names))}.")
    return value


def _from_base64(text: strict_json.JsonValue) -> bytes:
    if not isinstance(text, str):
        raise Refused("envelope-field", "What should be base64 is not text.")
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise Refused("envelope-base64", "This is not standard base64 with padding.") from None
    if binascii.b2a_base64(data, newline=False).decode("ascii") != text:
        raise Refused("envelope-base64", "The base64 has stray bits.")
    return data
