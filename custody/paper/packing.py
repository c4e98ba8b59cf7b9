"""Signed acts packed for codes: the payload as it is, each signature with the public key that made it (transport.md).

The envelope around an act is base64 in JSON, which compression can do little about; since it has one form only, it is made
anew from its parts, byte for byte. Where the public key of a signature is known it takes the place of its key id, which is
its hash: so a sheet of paper carries what its signatures are checked with, at no cost.

    act        length of the payload (2 bytes), payload, number of signatures (1 byte), signatures
    signature  0 key id (32 bytes) or 1 public key (32 bytes), signature (64 bytes)

Codes: packing-form, and those of the envelope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from custody.core.entries.admission import KeyLookup
from custody.core.entries.signing import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, keyid, verify
from schemas.envelope import Envelope, Signature, event_id, format_envelope, pae, parse_envelope
from schemas.errors import Refused

ACTS_MAX: Final = 32
_KEY_ID, _PUBLIC_KEY = 0, 1
_SIGNED_BYTES: Final = 1 + PUBLIC_KEY_BYTES + SIGNATURE_BYTES


@dataclass(frozen=True, slots=True)
class PackedAct:
    """An act as it came: the bytes of its envelope, and the public keys that came with it by key id."""

    entry: bytes
    keys: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        """What was signed."""
        return parse_envelope(self.entry).payload

    @property
    def event_id(self) -> str:
        """Which act this is."""
        return event_id(self.payload)

    def with_keys(self, lookup: KeyLookup) -> PackedAct:
        """The same act, with the public keys that are known of signers whose keys did not come with it."""
        names = (one.keyid for one in parse_envelope(self.entry).signatures if one.keyid not in self.keys)
        known = {name: public for name in names if (public := lookup(name)) is not None and keyid(public) == name}
        return PackedAct(self.entry, {**self.keys, **known})

    def matches(self) -> dict[str, bool]:
        """Key id -> whether its signature matches its public key, of all signatures whose key is known."""
        envelope = parse_envelope(self.entry)
        message = pae(envelope.payload)
        return {
            one.keyid: verify(public=self.keys[one.keyid], message=message, signature=one.sig)
            for one in envelope.signatures
            if one.keyid in self.keys
        }

    @property
    def unchecked(self) -> int:
        """How many signatures are by keys that are not known here."""
        return sum(one.keyid not in self.keys for one in parse_envelope(self.entry).signatures)


def pack(acts: Sequence[PackedAct]) -> bytes:
    """Acts one after the other; Refused("envelope-...") for what is no envelope."""
    if not 1 <= len(acts) <= ACTS_MAX:
        raise Refused("packing-form", f"One set of codes carries 1 to {ACTS_MAX} acts.")
    return b"".join(_packed(act) for act in acts)


def unpack(data: bytes) -> tuple[PackedAct, ...]:
    """The acts that were packed, in their order; Refused("packing-form", "envelope-...")."""
    acts: list[PackedAct] = []
    rest = data
    while rest or not acts:
        act, rest = _unpacked(rest)
        acts.append(act)
        if len(acts) > ACTS_MAX:
            raise _malformed()
    if pack(acts) != data:  # transport.md T12
        raise _malformed()
    return tuple(acts)


def _packed(act: PackedAct) -> bytes:
    envelope = parse_envelope(act.entry)
    signatures = b"".join(_signed(one, public=act.keys.get(one.keyid)) for one in envelope.signatures)
    head = len(envelope.payload).to_bytes(2)
    return head + envelope.payload + bytes([len(envelope.signatures)]) + signatures


def _signed(signature: Signature, *, public: bytes | None) -> bytes:
    if public is None:
        return bytes([_KEY_ID]) + bytes.fromhex(signature.keyid) + signature.sig
    if keyid(public) != signature.keyid:
        raise _malformed()
    return bytes([_PUBLIC_KEY]) + public + signature.sig


def _unpacked(data: bytes) -> tuple[PackedAct, bytes]:
    """The first act of the bytes, and the rest of them."""
    length = int.from_bytes(data[:2])
    payload, count = data[2 : 2 + length], int.from_bytes(data[2 + length : 3 + length])
    end = 3 + length + count * _SIGNED_BYTES
    if len(data) < end or not count:
        raise _malformed()
    keys: dict[str, bytes] = {}
    signatures = []
    for at in range(3 + length, end, _SIGNED_BYTES):
        how, key, sig = data[at], data[at + 1 : at + 33], data[at + 33 : at + _SIGNED_BYTES]
        if how not in (_KEY_ID, _PUBLIC_KEY):
            raise _malformed()
        name = key.hex() if how == _KEY_ID else keyid(key)
        keys |= {name: key} if how == _PUBLIC_KEY else {}
        signatures.append(Signature(name, sig))
    entry = format_envelope(Envelope(payload, tuple(signatures)))
    return PackedAct(entry, keys), data[end:]


def _malformed() -> Refused:
    return Refused("packing-form", "What these codes carry are no signed acts.")
