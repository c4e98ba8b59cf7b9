"""A portable proof that a log key signed two histories: two checkpoints of one size, two roots, and genesis, which pins the key.

    {"format": "custody/two-histories/v1", "genesis": <entry 0>, "notes": [<note>, <note>]}

Canonical JSON and a newline; entry and notes in base64.
Whoever knows the root needs nothing else: genesis has that event id, it names the log key, and the key signed both notes.

Codes: histories-form, histories-root, histories-none, and those of notes and checkpoints.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from custody.audit.pinned_log_key import read_genesis
from custody.audit.verdict import AuditFindings
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint
from custody.core.tlog.notes import NOTE_BYTES_MAX, VerifierKey
from schemas.envelope import ENTRY_BYTES_MAX
from schemas.errors import Refused
from schemas.strict_json import canonical, parse_canonical

PROOF_BYTES_MAX: Final = 4 * NOTE_BYTES_MAX + 2 * ENTRY_BYTES_MAX
_FORMAT: Final = "custody/two-histories/v1"
_FIELDS: Final = {"format", "genesis", "notes"}


@dataclass(frozen=True, slots=True)
class TwoHistories:
    """Two checkpoints of one log and one size, under one key, with two roots."""

    one: Checkpoint
    other: Checkpoint


def log_key(genesis: bytes, *, root: str) -> VerifierKey:
    """The log key that the genesis of this election pins; Refused("histories-root") for any other entry."""
    found = AuditFindings()
    read = read_genesis(genesis, root=root, log=0, evidence=found)
    if read is None or read.key is None or found.first_bad is not None or found.gaps:
        raise Refused("histories-root", "Its first entry does not open the election of this root.")
    return read.key


def format_histories(*, genesis: bytes, one: bytes, other: bytes) -> bytes:
    """The bytes of the file."""
    first, *notes = (b64encode(data).decode("ascii") for data in (genesis, one, other))
    return canonical({"format": _FORMAT, "genesis": first, "notes": notes}) + b"\n"


def verify_histories(data: bytes, *, root: str) -> TwoHistories:
    """What a file proves; Refused where it proves nothing."""
    genesis, notes = _parsed(data)
    key = log_key(genesis, root=root)
    one, other = (open_checkpoint(data=note, key=key) for note in notes)
    if one.size != other.size or one.root == other.root:
        raise Refused("histories-none", "Its checkpoints are not two roots for one size: they contradict nothing.")
    return TwoHistories(one, other)


def _parsed(data: bytes) -> tuple[bytes, tuple[bytes, bytes]]:
    value = parse_canonical(data.removesuffix(b"\n"), bytes_max=PROOF_BYTES_MAX)
    if not isinstance(value, dict) or set(value) != _FIELDS or value["format"] != _FORMAT:
        raise Refused("histories-form", "This is no proof of two histories.")
    notes, genesis = value["notes"], value["genesis"]
    texts = [one for one in (genesis, *notes) if isinstance(one, str)] if isinstance(notes, list) else []
    if len(texts) != 3 or not isinstance(notes, list) or len(notes) != 2:
        raise Refused("histories-form", "A proof of two histories has an entry and two notes.")
    try:
        first, one, other = (b64decode(text.encode("ascii"), validate=True) for text in texts)
    except (Base64Error, UnicodeEncodeError):
        raise Refused("histories-form", "Its entry and its notes are not in base64.") from None
    return first, (one, other)
