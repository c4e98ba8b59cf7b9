"""Invented log witnesses, prepared keys and cosigned notes for plays."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.authority.roster import possession_message
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.tlog.checkpoint import Checkpoint, format_checkpoint
from custody.core.tlog.cosignatures import WitnessKey, cosign, format_witness_key
from custody.core.tlog.notes import Note, VerifierKey, format_note, sign_text
from custody.courier.signatories import Device, Signatory
from schemas.identifiers import epoch_seconds
from tests.core.ledger.playing import LOG_PRIVATE, Partial, Play

NAMES = ("alpha", "beta", "gamma")


def witness(name: str) -> tuple[WitnessKey, Ed25519PrivateKey]:
    """A log witness and its private key."""
    private = derive_demo_key(seed=7, name=f"witness/{name}", domain="kz-2015.invalid")
    return WitnessKey(f"{name}.invalid", public_bytes(private)), private


def policy(names: Sequence[str] = NAMES, *, threshold: int = 2) -> Partial:
    """So many of these witnesses."""
    witnesses = [{"name": name, "vkey": format_witness_key(witness(name)[0])} for name in names]
    groups = [{"name": "quorum", "threshold": threshold, "members": list(names)}]
    return {"witnesses": witnesses, "groups": groups, "quorum": "quorum"}


def policy_set(names: Sequence[str] = NAMES, *, threshold: int = 2) -> Partial:
    """The event that asks them from here on."""
    return {"type": "WitnessPolicySet", "witness_policy": policy(names, threshold=threshold)}


def note_bytes(play: Play, cosigned: Mapping[str, int], *, size: int | None = None, **told: Any) -> bytes:
    """A checkpoint of the play's log, cosigned at these times (epoch seconds)."""
    tree, origin = play.ledger.state.tree, told.get("origin", play.ledger.state.origin)
    covered = tree.size if size is None else size
    root = told.get("root", tree.root(min(covered, tree.size)))
    text = format_checkpoint(Checkpoint(origin, covered, root))
    lines = [sign_text(text=text, key=VerifierKey(origin, public_bytes(LOG_PRIVATE)), sign=LOG_PRIVATE.sign)]
    for name, at in cosigned.items():
        key, private = witness(name)
        lines.append(cosign(text=text, at=at, key=key, sign=private.sign))
    return format_note(Note(text, tuple(lines)))


def noted(data: bytes) -> Partial:
    """The checkpointer's event about a note."""
    return {"type": "CheckpointWitnessed", "note": b64encode(data).decode(), "device": None}


def seen(play: Play, data: bytes, *, size: int) -> Partial:
    """What a device that holds the note says it has seen."""
    return {"origin": play.ledger.state.origin, "size": size, "note": sha256(data).hexdigest()}


def witnessed(play: Play, cosigned: Mapping[str, int]) -> Partial:
    """Log a cosigned note of everything so far; returns what devices then say they have seen."""
    size, data = len(play.log), note_bytes(play, cosigned)
    play.act(noted(data), by=("checkpointer-1",))
    return seen(play, data, size=size)


def now(play: Play, *, minutes: int = 0) -> int:
    """The play's claimed time, so many minutes on."""
    return play.stage.now + minutes * 60


def at(moment: str) -> int:
    """Seconds of a moment."""
    return epoch_seconds(moment)


def heir(play: Play, badge: str) -> Signatory:
    """A person with the key prepared at enrolment, which nobody's device holds."""
    old = play.stage.cast.people[badge]
    private = derive_demo_key(seed=play.stage.cast.seed, name=f"{badge}-next", domain=play.stage.cast.domain)
    return Signatory(f"{badge}-next", old.role, old.office, old.person, private)


def rotation(play: Play, old: Signatory | Device, new: Ed25519PrivateKey, *, vouched: int = 99) -> Partial:
    """The event by which a key takes the place of another."""
    person, role = (old.person, old.role) if isinstance(old, Signatory) else (None, "device")
    public = public_bytes(new)
    message = possession_message(election=play.ledger.election, person=person, role=role, keyid=keyid(public))
    return {
        "type": "KeyRotated",
        "key": old.key,
        "public": public.hex(),
        "proof": sign(new, message).hex(),
        "next_key": None,
        "vouched_number": vouched,
    }


def rotated(play: Play, badge: str, *, vouched: int = 99, also: Sequence[str] = ()) -> str:
    """Somebody's prepared key takes the place of the old one; from here on it is the one they sign with."""
    new = heir(play, badge)
    event = rotation(play, play.stage.cast.people[badge], new.private, vouched=vouched)
    play.stage.cast.people[new.badge] = new
    play.stage.cast.device_of[new.badge] = play.stage.cast.device_of[badge]
    return play.act(event, by=(new.badge, *also))
