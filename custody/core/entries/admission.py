"""The front door: from the bytes at a position to a checked entry: what they are, and whose signatures over them are valid.

Pure and independent of the ledger's state but for one question, "which public key has this key id?", so that it can run beside
the fold or in other processes. Bytes are verified first and parsed afterwards (design D1). Whether a signer was entitled to sign
is for the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from custody.core.entries.signing import Verifier, verify
from custody.core.entries.signing import keyid as keyid_of
from custody.core.entries.unrepresentable import (
    UNREPRESENTABLE,
    Unrepresentable,
    is_representation,
    parse_unrepresentable,
)
from schemas.authority import ElectionOpened, KeyEnrolled, KeyRotated
from schemas.base import Common
from schemas.envelope import Envelope, entry_hash, event_id, pae, parse_envelope
from schemas.errors import Refused
from schemas.union import parse_event

KeyLookup = Callable[[str], bytes | None]
"""key id -> raw public key, None where no such key is known"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One entry after the front door.

    ``event`` and ``event_id`` are None where ``fault`` (a stable code) says why the bytes are no event. ``valid``: listed keys
    whose signature verifies; ``unresolved``: listed keys that signed but are not known; ``invalid``: listed keys whose signature
    does not verify; ``unlisted``: keys that signed and are not listed.
    """

    position: int
    entry: str
    event_id: str | None = None
    event: Common | None = None
    valid: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    fault: str | None = None
    instead: Unrepresentable | None = None
    """what the position holds instead of an entry, where ``fault`` is UNREPRESENTABLE"""


def check_entry(entry: bytes, *, position: int, keys: KeyLookup, verifier: Verifier = verify) -> Checked:
    """Check the bytes at a position; never raises on their content."""
    digest = entry_hash(entry)
    if is_representation(entry):
        return Checked(position=position, entry=digest, fault=UNREPRESENTABLE, instead=parse_unrepresentable(entry))
    try:
        envelope = parse_envelope(entry)
        event = parse_event(envelope.payload)
    except Refused as refused:
        return Checked(position=position, entry=digest, fault=refused.code)
    return check_signatures(envelope, event=event, position=position, keys=keys, digest=digest, verifier=verifier)


def check_signatures(
    envelope: Envelope, *, event: Common, position: int, keys: KeyLookup, digest: str, verifier: Verifier = verify
) -> Checked:
    """Sort the envelope's signatures by what they are worth."""
    own = root_keys(event) | announced_keys(event)
    listed = {signer.key for signer in event.signers}
    message = pae(envelope.payload)
    sorted_keys: dict[str, list[str]] = {"valid": [], "unresolved": [], "invalid": [], "unlisted": []}
    for signature in envelope.signatures:
        if signature.keyid not in listed:
            sorted_keys["unlisted"].append(signature.keyid)
            continue
        public = own.get(signature.keyid) or keys(signature.keyid)
        if public is None:
            sorted_keys["unresolved"].append(signature.keyid)
        elif verifier(public=public, message=message, signature=signature.sig):
            sorted_keys["valid"].append(signature.keyid)
        else:
            sorted_keys["invalid"].append(signature.keyid)
    return Checked(
        position=position,
        entry=digest,
        event_id=event_id(envelope.payload),
        event=event,
        valid=tuple(sorted_keys["valid"]),
        unresolved=tuple(sorted_keys["unresolved"]),
        invalid=tuple(sorted_keys["invalid"]),
        unlisted=tuple(sorted_keys["unlisted"]),
    )


def root_keys(event: Common) -> dict[str, bytes]:
    """The keys that genesis itself names; nothing for any other event."""
    if not isinstance(event, ElectionOpened):
        return {}
    return {keyid_of(raw): raw for raw in (bytes.fromhex(key.public) for key in event.root.keys)}


def announced_keys(event: Common | None) -> dict[str, bytes]:
    """The new key that a rotation itself names; nothing for any other event. Whether it was prepared is for the ledger."""
    if not isinstance(event, KeyRotated):
        return {}
    raw = bytes.fromhex(event.public)
    return {keyid_of(raw): raw}


def enrolled_keys(events: Iterable[Common]) -> dict[str, bytes]:
    """All public keys that events enrol, by key id: enough to verify ahead of the fold (a key id is its key's hash)."""
    found: dict[str, bytes] = {}
    for event in events:
        found.update(root_keys(event) | announced_keys(event))
        if isinstance(event, KeyEnrolled):
            for key in event.keys:
                raw = bytes.fromhex(key.public)
                found[keyid_of(raw)] = raw
    return found


def admit(entry: bytes, *, keys: KeyLookup) -> Checked:
    """What a gateway does before it appends: well-formed, no signature that is unlisted or false, one valid at least.

    Raises ``Refused``: a front-door code, ``signature-unlisted``, ``signature-invalid`` or ``signature-unknown`` (no valid
    signature of a key ever enrolled).
    """
    checked = check_entry(entry, position=-1, keys=keys)
    check_admissible(checked, entry=entry)
    return checked


def check_admissible(checked: Checked, *, entry: bytes, is_expected: Callable[[str], bool] = lambda key: False) -> None:
    """Refuse what :func:`admit` refuses, of bytes that were checked already.

    ``is_expected`` tells of the new key of a rotation whether it was prepared: any other could be anybody's.
    """
    if checked.fault is not None:
        parse_event(parse_envelope(entry).payload)
        raise Refused(checked.fault, "The bytes are no signed event.")
    if checked.unlisted:
        raise Refused("signature-unlisted", "The envelope carries a signature of a key that the payload does not list.")
    if checked.invalid:
        raise Refused("signature-invalid", "A signature does not verify against the payload and its key.")
    strangers = {key for key in announced_keys(checked.event) if not is_expected(key)}
    if strangers.issuperset(checked.valid):
        raise Refused("signature-unknown", "No signature is by a key that this log ever enrolled.")
