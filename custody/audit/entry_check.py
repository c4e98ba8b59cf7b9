"""Looking at entries one by one: leaf hash, envelope, canonical payload, signatures; nothing that needs the ledger.

This is the part of the front door (``custody.core.entries.admission``) that takes the time and can run in any process.  What it
says about an entry is small and plain, because it may have to pass between processes; the event itself is read again
from the payload where the fold runs.  Signatures are checked by libsodium: the verdict is that of ``signing.verify`` by
design D3, at twice the speed.  Whoever asks has some entries checked by both libraries, and hears where they differ.

Not here: whether a key was enrolled by then, and what the event says (``replay``).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Final, NamedTuple

from custody.core.entries.signing import Verifier, verify, verify_bulk
from custody.core.entries.unrepresentable import UNREPRESENTABLE, is_representation
from custody.core.tlog.merkle import leaf_hash
from schemas.envelope import PAYLOAD_BYTES_MAX, Envelope, event_id, pae, parse_envelope
from schemas.errors import Refused
from schemas.quick_json import quick_object
from schemas.strict_json import parse_canonical

NOT_AN_EVENT: Final = "event-type"


class EntryCheck(NamedTuple):
    """One entry: its leaf hash and, unless ``fault`` (a stable code) says why not, its payload and event id.

    ``signatures``: (key id, True valid | False false | None key not given), in the order of the envelope.  ``differing``: the
    key ids about whose signatures the two libraries do not agree; empty where only one was asked.
    """

    leaf: bytes
    fault: str | None
    type_name: str
    payload: bytes
    event_id: str
    signatures: tuple[tuple[str, bool | None], ...]
    differing: tuple[str, ...] = ()


def look(
    entries: Sequence[bytes], *, keys: Mapping[str, bytes], twice: Container[int] = (), second: Verifier = verify
) -> list[EntryCheck]:
    """Look at entries; ``keys`` are public keys by key id. Never raises on content.

    The signatures of entries at the places ``twice`` are checked by ``second`` as well.
    """
    return [_look(entry, keys=keys, second=second if place in twice else None) for place, entry in enumerate(entries)]


def _look(entry: bytes, *, keys: Mapping[str, bytes], second: Verifier | None) -> EntryCheck:
    leaf = leaf_hash(entry)
    if is_representation(entry):
        return _faulty(leaf, UNREPRESENTABLE)
    try:
        envelope = parse_envelope(entry)
        type_name = type_of(envelope.payload)
    except Refused as refused:
        return _faulty(leaf, refused.code)
    if type_name is None:
        return _faulty(leaf, NOT_AN_EVENT)
    name, found = event_id(envelope.payload), _verify(envelope, keys=keys, verifier=verify_bulk)
    if second is None:
        return EntryCheck(leaf, None, type_name, envelope.payload, name, found)
    pairs = zip(found, _verify(envelope, keys=keys, verifier=second), strict=True)
    differing = tuple(one[0] for one, other in pairs if one != other)
    return EntryCheck(leaf, None, type_name, envelope.payload, name, found, differing)


def _faulty(leaf: bytes, code: str) -> EntryCheck:
    return EntryCheck(leaf, code, "", b"", "", ())


def type_of(payload: bytes) -> str | None:
    """The type that a canonical payload names, None where it names none; Refused("json-...") for any other payload.

    What the quick way leaves to the event's model (``schemas.quick_json``) comes out where the event is read again.
    """
    quick = quick_object(payload, bytes_max=PAYLOAD_BYTES_MAX)
    if quick is not None and isinstance(named := quick.get("type"), str):
        return named
    value = parse_canonical(payload, bytes_max=PAYLOAD_BYTES_MAX)
    named = value.get("type") if isinstance(value, dict) else None
    return named if isinstance(named, str) else None


def _verify(
    envelope: Envelope, *, keys: Mapping[str, bytes], verifier: Verifier
) -> tuple[tuple[str, bool | None], ...]:
    message = pae(envelope.payload)
    found: list[tuple[str, bool | None]] = []
    for one in envelope.signatures:
        public = keys.get(one.keyid)
        good = None if public is None else verifier(public=public, message=message, signature=one.sig)
        found.append((one.keyid, good))
    return tuple(found)
