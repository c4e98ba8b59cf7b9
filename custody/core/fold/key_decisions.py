"""Decisions about keys and root: rotation to a prepared key, and who may change the root.

Not here: enrolment and revocation (decisions), and how many must sign (signature_check, roots).
"""

from __future__ import annotations

from typing import Final

from custody.core.authority.roots import RootInForce
from custody.core.authority.roster import ROTATED, Revocation, possession_message
from custody.core.entries.signing import check_public_key, keyid, verify_bulk
from custody.core.fold.authority_told import tell_key
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message
from schemas.authority import KeyRevoked, KeyRotated, RootChanged
from schemas.errors import Refused
from schemas.roots import RootKey

BY_OFFICERS: Final = ("cec-officer", "registrar")
"""Roles that may enrol others: only the officers themselves may add to them, or take from them."""
_OFFICERS: Final = 2


def key_rotated(event: KeyRotated, *, record: RecordedEvent, state: State) -> Draft | None:
    """The key prepared at enrolment takes the place of the old one; any other changes nothing."""
    old, heir = state.roster.get(event.key), state.roster.heir(event, at=state.position)
    if old is None or heir is None or not state.roster.may_rotate(event.key):
        return record.draft("not-in-state", subject=event.key, sentence=message("rotated.cannot"))
    # rules.md 75
    if heir.keyid != old.next_key:
        sentence = message("rotated.none-prepared", badge=old.badge)
        if old.next_key:
            sentence = message("rotated.not-prepared", badge=old.badge)
        return record.draft("not-authorised", subject=event.key, sentence=sentence)
    revocation = Revocation(state.position, record.event_id, ROTATED)
    is_free = not is_bound(state, heir.keyid) and heir.next_key != heir.keyid and not is_used(state, heir.next_key)
    if (
        not is_free
        or not _is_possessed(event, state=state)
        or not state.roster.rotate(event.key, heir=heir, revocation=revocation)
    ):
        return record.draft("not-authorised", subject=event.key, sentence=message("rotated.unfit", badge=old.badge))
    tell_key(state, old.keyid)
    tell_key(state, heir.keyid)
    vouch(event, record=record, state=state)
    if old.keyid in state.roots[-1][1].keys:
        state.roots.append((state.position, state.roots[-1][1].with_heir(heir)))
    return None


def protected(event: KeyRevoked, *, record: RecordedEvent, state: State) -> Draft | None:
    """Keys of officers and registrars are revoked by officers only, and the root stays able to act; a draft where not."""
    known = state.roster.get(event.key)
    if known is None or known.role not in BY_OFFICERS:
        return None
    by = record.signed.get("acting", ())
    officers = {key.person for key in by if key.role == "cec-officer"}
    # rules.md 100
    if not state.root_of(record).is_met(by) and len(officers) < _OFFICERS:
        sentence = message("revoked.not-by-officers", badge=known.badge)
        return record.draft("not-authorised", subject=known.badge, sentence=sentence)
    root = state.roots[-1][1]
    usable = (state.roster.get(key) for key in sorted(root.keys) if key != known.keyid)
    persons = {key.person for key in usable if key is not None and key.revoked is None}
    # rules.md 101
    if known.keyid in root.keys and known.revoked is None and len(persons) < root.threshold:
        sentence = message("revoked.below-root", badge=known.badge, threshold=root.threshold, persons=len(persons))
        return record.draft("not-authorised", subject=known.badge, sentence=sentence)
    return None


def vouch(event: KeyRevoked | KeyRotated, *, record: RecordedEvent, state: State) -> None:
    """A revocation or rotation vouches for events of a device; one that nobody enrolled is told at once."""
    device = event.vouched_device or ""
    state.vouch(record.event_id, device=device, number=event.vouched_number)
    known = state.roster.get(device)
    # rules.md 106
    if device and (known is None or known.role != "device"):
        sentence = message("vouched.no-device", type=record.type, device=device[:16])
        draft = record.draft("unknown-key", subject=device, sentence=sentence)
        state.raise_all((draft,), record=record)


def is_bound(state: State, key: str) -> bool:
    """Whether a key signs checkpoints or cosigns them: it is the log's, or a log witness's by a policy that ever was."""
    # rules.md 102
    return key == keyid(bytes.fromhex(state.opening().log_key)) or key in state.witness_keys


def is_used(state: State, key: str) -> bool:
    """Whether a key has a place of its own, or is prepared for one."""
    return bool(key) and (state.roster.get(key) is not None or state.roster.is_prepared(key) or is_bound(state, key))


def _is_possessed(event: KeyRotated, *, state: State) -> bool:
    public, old = bytes.fromhex(event.public), state.roster.get(event.key)
    if old is None:
        return False
    statement = possession_message(
        election=state.election, person=old.person or None, role=old.role, keyid=keyid(public)
    )
    try:
        check_public_key(public)
    except Refused:
        return False
    return verify_bulk(public=public, message=statement, signature=bytes.fromhex(event.proof))


def root_changed(event: RootChanged, *, record: RecordedEvent, state: State) -> Draft | None:
    """Another root is in force from here on, if each of its keys is an officer's and its threshold can be met."""
    root = event.root
    strangers = sorted(key.badge for key in root.keys if not _is_officer(key, state=state))
    persons = {key.person for key in root.keys}
    fault: Message | None = None
    # rules.md 77
    if strangers:
        fault = message("root.no-officers", badges=tuple(strangers))
    elif len({key.public for key in root.keys}) != len(root.keys) or root.threshold > len(persons):
        fault = message("root.cannot-be-met", threshold=root.threshold, persons=len(persons))
    if fault is not None:
        return record.draft("not-in-state", subject=record.event_id, sentence=fault)
    state.roots.append((state.position, RootInForce.of(root, event=record.event_id)))
    return None


def _is_officer(key: RootKey, *, state: State) -> bool:
    known = state.roster.get(keyid(bytes.fromhex(key.public)))
    return (
        known is not None
        and known.revoked is None
        and (known.role, known.person, known.badge)
        == (
            "cec-officer",
            key.person,
            key.badge,
        )
    )
