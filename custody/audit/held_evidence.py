"""Evidence of a log that is shown, held against an archive, as a file that anybody can verify elsewhere.

    {"format": "custody/held-against/v1", "check": <code>, "genesis": <entry 0>, "position": <n>,
     "ours": {"entry", "note", "proof"}, "theirs": {"entry", "note", "proof"}}

Canonical JSON and a newline; entries, notes and tlog-proofs in base64, null where there is none. Ours is always whole: the log
key that genesis pins signed that this entry stands at this position. What theirs shows depends on the check:

    two-histories       another entry at that position, signed by the same log key; where it is not given, its ``leaf`` hash
                        in its place, or a checkpoint by the same log key of the size of ours with another root
    forked-policy       the same, where one of the two sets who has to cosign
    stripped-signature  the same event with fewer signatures, as it is shown there
    edited-record       another entry, of which no signature says that it stands there
    withheld-event      their checkpoint covers that position, and the entry is not given
    truncated-tail      their checkpoint ends before that position

The first three with both proofs convict the log key; of the others the file proves what was signed, and what is shown is for
whoever looks there too to see. Codes: held-form, held-nothing, histories-root, and those of notes, checkpoints and proofs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from custody.audit.two_histories import log_key
from custody.core.tlog.checkpoint import open_checkpoint
from custody.core.tlog.entry_proofs import PROOF_BYTES_MAX, parse_proof
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.notes import NOTE_BYTES_MAX, VerifierKey
from custody.core.tlog.proofs import verify_inclusion
from schemas.authority import ElectionOpened, WitnessPolicySet
from schemas.envelope import ENTRY_BYTES_MAX, event_id, parse_envelope
from schemas.errors import Refused
from schemas.strict_json import canonical, parse_canonical
from schemas.union import parse_event

Check = Literal[
    "two-histories", "forked-policy", "stripped-signature", "edited-record", "withheld-event", "truncated-tail"
]
_CHECKS: Final[tuple[Check, ...]] = get_args(Check)
HELD_BYTES_MAX: Final = 2 * (3 * ENTRY_BYTES_MAX + 2 * (NOTE_BYTES_MAX + PROOF_BYTES_MAX))
FORMAT: Final = "custody/held-against/v1"
_FIELDS: Final = {"format", "check", "genesis", "position", "ours", "theirs"}
_PARTS: Final = {"entry", "note", "proof"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one side shows of a position: entry, signed checkpoint, and the proof that it stands there; None: nothing."""

    entry: bytes | None = None
    note: bytes | None = None
    proof: bytes | None = None
    leaf: bytes | None = None
    """the hash of an entry that is not given, of which there is a proof"""

    @property
    def hashed(self) -> bytes | None:
        """The leaf hash of the entry, given or not."""
        return self.leaf if self.entry is None else leaf_hash(self.entry)


@dataclass(frozen=True, slots=True)
class Held:
    """One difference: the check that found it, where, and what both sides show there."""

    check: Check
    genesis: bytes
    position: int
    ours: Shown
    theirs: Shown

    @property
    def is_conviction(self) -> bool:
        """Whether the log key signed both sides."""
        return self.theirs.proof is not None or self.check == "two-histories"


def format_held(held: Held) -> bytes:
    """The bytes of the file."""
    doc = {
        "format": FORMAT,
        "check": held.check,
        "genesis": b64encode(held.genesis).decode("ascii"),
        "position": held.position,
        "ours": _shown_doc(held.ours),
        "theirs": _shown_doc(held.theirs),
    }
    return canonical(doc) + b"\n"


def verify_held(data: bytes, *, root: str) -> Held:
    """What a file shows of the election of this root; Refused where it shows nothing."""
    held = _parsed(data)
    key = log_key(held.genesis, root=root)
    _check_proven(held.ours, key=key, position=held.position)
    if held.theirs.proof is not None:
        _check_proven(held.theirs, key=key, position=held.position)
    if not _SHOWS[held.check](held, key):
        raise Refused("held-nothing", f"What it holds is no {held.check}.")
    return held


def is_stripped(ours: bytes, theirs: bytes) -> bool:
    """Whether theirs is the same event with some of the signatures of ours."""
    try:
        mine, other = parse_envelope(ours), parse_envelope(theirs)
    except Refused:
        return False
    own, left = set(mine.signatures), set(other.signatures)
    return event_id(mine.payload) == event_id(other.payload) and left < own


def sets_policy(entry: bytes) -> bool:
    """Whether an entry says who has to cosign."""
    try:
        return isinstance(parse_event(parse_envelope(entry).payload), ElectionOpened | WitnessPolicySet)
    except Refused:
        return False


def _check_proven(shown: Shown, *, key: VerifierKey, position: int) -> None:
    """Refused unless the log key signed that this entry stands at this position."""
    leaf = shown.hashed
    if leaf is None or shown.proof is None:
        raise Refused("held-form", "It has no proof of the entry that was signed.")
    proof = parse_proof(shown.proof)
    if proof.index != position:
        raise Refused("held-form", "Its proof is of another position.")
    found = open_checkpoint(data=proof.note, key=key)
    verify_inclusion(leaf=leaf, index=position, size=found.size, proof=proof.hashes, root=found.root)


def _differs(held: Held, _: VerifierKey) -> bool:
    return held.theirs.entry is not None and held.ours.entry not in (None, held.theirs.entry)


def _both_signed(held: Held, key: VerifierKey) -> bool:
    return held.theirs.proof is not None and _differs(held, key)


def _two_histories(held: Held, key: VerifierKey) -> bool:
    if held.theirs.entry is not None or held.ours.entry is None:
        return _both_signed(held, key)
    if held.theirs.proof is not None:
        return held.theirs.leaf != held.ours.hashed
    return _have_two_roots(held, key=key)


def _have_two_roots(held: Held, *, key: VerifierKey) -> bool:
    if held.ours.note is None or held.theirs.note is None:
        return False
    ours, theirs = (open_checkpoint(data=note, key=key) for note in (held.ours.note, held.theirs.note))
    return ours.size == theirs.size and ours.root != theirs.root


def _forked(held: Held, key: VerifierKey) -> bool:
    return _both_signed(held, key) and any(sets_policy(one.entry or b"") for one in (held.ours, held.theirs))


def _stripped(held: Held, _: VerifierKey) -> bool:
    return is_stripped(held.ours.entry or b"", held.theirs.entry or b"")


def _withheld(held: Held, key: VerifierKey) -> bool:
    return held.theirs.entry is None and _size(held, key) > held.position


def _truncated(held: Held, key: VerifierKey) -> bool:
    """A topic has no checkpoint: then the file proves what was signed, and nothing about what is shown."""
    return held.theirs.entry is None and (held.theirs.note is None or _size(held, key) <= held.position)


def _size(held: Held, key: VerifierKey) -> int:
    """The size of the checkpoint that they show; Refused where they show none."""
    if held.theirs.note is None:
        raise Refused("held-form", "It has no checkpoint of what is shown.")
    return open_checkpoint(data=held.theirs.note, key=key).size


_SHOWS: Final = {
    "two-histories": _two_histories,
    "forked-policy": _forked,
    "stripped-signature": _stripped,
    "edited-record": _differs,
    "withheld-event": _withheld,
    "truncated-tail": _truncated,
}


def _shown_doc(shown: Shown) -> dict[str, str | None]:
    parts = {"entry": shown.entry, "note": shown.note, "proof": shown.proof}
    parts |= {} if shown.leaf is None else {"leaf": shown.leaf}
    return {name: None if part is None else b64encode(part).decode("ascii") for name, part in parts.items()}


def _parsed(data: bytes) -> Held:
    doc = parse_canonical(data.removesuffix(b"\n"), bytes_max=HELD_BYTES_MAX)
    if not isinstance(doc, dict) or set(doc) != _FIELDS or doc["format"] != FORMAT:
        raise Refused("held-form", "This is no evidence of a log held against an archive.")
    genesis, position = _bytes(doc["genesis"]), doc["position"]
    check = next((one for one in _CHECKS if one == doc["check"]), None)
    if check is None or genesis is None or type(position) is not int or position < 0:
        raise Refused("held-form", "It has no genesis, no position, or a check that is not known.")
    return Held(check, genesis, position, _shown(doc["ours"]), _shown(doc["theirs"]))


def _shown(doc: Any) -> Shown:
    if not isinstance(doc, Mapping) or set(doc) - {"leaf"} != _PARTS:
        raise Refused("held-form", "A side has an entry, a note and a proof.")
    return Shown(**{name: _bytes(part) for name, part in doc.items()})


def _bytes(text: Any) -> bytes | None:
    if text is None:
        return None
    try:
        return b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, Base64Error, UnicodeEncodeError):
        raise Refused("held-form", "Something in it is not in base64.") from None
