"""Keys of a demonstration that nobody's device holds, as ``custody act`` plays them: prepared keys, the log's key, log witnesses.

All of them follow from the seed, so anybody can compute them; nothing here is used in earnest.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from custody.core.authority.roster import possession_message
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes, sign
from custody.core.tlog.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from custody.core.tlog.cosignatures import WitnessKey, cosign, format_witness_key
from custody.core.tlog.notes import Note, VerifierKey, format_note, parse_note, sign_text
from custody.courier.knowledge import Knowledge
from custody.sandbox.keyring import NEXT, Keyring
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds, parse_timestamp

LOG_KEY: Final = "log-key"
_QUORUM: Final = "quorum"


def rotation(said: dict[str, Any], *, ring: Keyring, knowledge: Knowledge) -> str | None:
    """``"key": BADGE`` is rotated to the key prepared for it; returns the badge of a device that is rotated."""
    badge, state = str(said.get("key")), knowledge.state
    if not any(name.badge == badge.partition("/")[0].removesuffix(NEXT) for name in ring.names()):
        return None
    old = ring.name(badge)
    new = ring.name(f"{old.badge}{NEXT}/{old.role}")
    record = state.roster.get(old.keyid)
    person = None if record is None else record.person or None
    message = possession_message(election=state.election, person=person, role=old.role, keyid=new.keyid)
    said["key"] = old.keyid
    said.setdefault("public", new.public.hex())
    said.setdefault("proof", sign(ring.signatory(new.badge, state=state).private, message).hex())
    said.setdefault("next_key", ring.name(f"{new.badge}{NEXT}/{old.role}").keyid)
    device = old.badge if old.role == "device" else ring.device_of(old.badge)
    vouch(said, device=device, ring=ring, knowledge=knowledge)
    return old.badge if old.role == "device" else None


def vouch(said: dict[str, Any], *, device: str | None, ring: Keyring, knowledge: Knowledge) -> None:
    """Everything that is known of a device's chain is vouched for, where nothing else is stated."""
    if device is None:
        said.setdefault("vouched_device", None)
        said.setdefault("vouched_number", 0)
        return
    key = ring.name(f"{device}/device").keyid
    said.setdefault("vouched_device", key)
    said.setdefault("vouched_number", knowledge.chains.get(key, (0, ""))[0])


def root(said: dict[str, Any], *, ring: Keyring, knowledge: Knowledge) -> None:
    """Officers of a new root by badge."""
    stated = said.get("root")
    if isinstance(stated, dict) and isinstance(stated.get("keys"), list):
        keys = [_root_key(row, ring=ring, knowledge=knowledge) for row in stated["keys"]]
        said["root"] = {**stated, "keys": keys}


def _root_key(row: Any, *, ring: Keyring, knowledge: Knowledge) -> Any:
    if not isinstance(row, str):
        return row
    name = ring.name(row)
    record = knowledge.state.roster.get(name.keyid)
    badge = name.badge if record is None else record.badge
    return {"public": name.public.hex(), "person": ring.person(row, state=knowledge.state), "badge": badge}


def policy(said: dict[str, Any], *, ring: Keyring) -> None:
    """``{"witnesses": [NAME...], "threshold": N}``: invented log witnesses, of whom so many must cosign."""
    stated = said.get("witness_policy")
    if isinstance(stated, dict) and "threshold" in stated:
        names = [str(name) for name in stated.get("witnesses", ())]
        witnesses = [{"name": name, "vkey": format_witness_key(_witness(name, ring=ring))} for name in names]
        group = {"name": _QUORUM, "threshold": stated["threshold"], "members": names}
        said["witness_policy"] = {"witnesses": witnesses, "groups": [group], "quorum": _QUORUM}


def note(said: dict[str, Any], *, ring: Keyring, knowledge: Knowledge) -> None:
    """``{"cosigned": {NAME: TIME}}``: a checkpoint (``size``: default all that is on the log), signed as it would be."""
    stated = said.get("note")
    if not isinstance(stated, dict):
        return
    size = stated.get("size", knowledge.recorded)
    state = knowledge.state
    if not isinstance(size, int) or not 0 < size <= state.tree.size:
        raise Misused(
            "note-size", f"The log has {knowledge.recorded} entries; a checkpoint covers 1 to so many of them."
        )
    text = format_checkpoint(
        Checkpoint(state.origin, size, bytes.fromhex(stated.get("root", state.tree.root(size).hex())))
    )
    private = derive_demo_key(seed=ring.seed, name=LOG_KEY, domain=ring.domain)
    lines = [sign_text(text=text, key=VerifierKey(state.origin, public_bytes(private)), sign=private.sign)]
    for name, at in dict(stated.get("cosigned", {})).items():
        signer = derive_demo_key(seed=ring.seed, name=_badge(name), domain=ring.domain)
        when = epoch_seconds(parse_timestamp(at))
        lines.append(cosign(text=text, at=when, key=_witness(name, ring=ring), sign=signer.sign))
    said["note"] = b64encode(format_note(Note(text, tuple(lines)))).decode("ascii")


def seen_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """What a device that holds the note of a CheckpointWitnessed says that it had seen."""
    try:
        data = b64decode(str(event.get("note", "")), validate=True)
        checkpoint = parse_checkpoint(parse_note(data).text)
    except (ValueError, Refused):
        raise Misused("seen-reference", "The file is not that of a CheckpointWitnessed with a checkpoint.") from None
    return {"origin": checkpoint.origin, "size": checkpoint.size, "note": sha256(data).hexdigest()}


def _witness(name: str, *, ring: Keyring) -> WitnessKey:
    private = derive_demo_key(seed=ring.seed, name=_badge(name), domain=ring.domain)
    return WitnessKey(name=f"{name}.{ring.domain}", public=public_bytes(private))


def _badge(name: str) -> str:
    return f"witness/{name}"
