"""The pinned log key, which alone speaks for a log: genesis pins it and the origin, and only what that key signed is signed.

Theory.  The event id of genesis is the election id, the one thing an auditor brings along (``--root``).  It pins the
payload of genesis, and with it the log key, domain, slug and number, from which the origin and the verifier key follow.
Without a root, a genesis that its own root threshold signed still speaks for itself: what disagrees with it is
tampering, but what agrees proves nothing.  ``log.vkey`` is only there for programs that know nothing of elections.

Not here: whether the entries have the root that the checkpoint states (``signed_tree``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custody.adapters.tilefolder import CHECKPOINT, VERIFIER_KEY
from custody.audit.verdict import AuditFindings
from custody.core.entries.admission import check_entry
from custody.core.ledger import FOLD_VERSION, Ledger
from custody.core.tlog.checkpoint import Checkpoint, check_second, origin_of, parse_checkpoint, second_of
from custody.core.tlog.notes import Note, VerifierKey, check_signature, parse_note
from custody.core.tlog.postquantum import PostquantumKey
from custody.core.wording.messages import Message, error_told, message
from schemas.authority import ElectionOpened
from schemas.envelope import PAYLOAD_BYTES_MAX, event_id, parse_envelope
from schemas.errors import Refused
from schemas.strict_json import parse_canonical
from schemas.union import parse_event

GENESIS: Final = "genesis"
"""How position 0 is named among the things that are missing."""


@dataclass(frozen=True, slots=True)
class GenesisAsFound:
    """Position 0 as found: the event id, and the key that may sign checkpoints (None where nothing pins one).

    ``is_judged``: the fold can run over this log.
    """

    election: str
    key: VerifierKey | None = None
    is_judged: bool = False
    second: PostquantumKey | None = None
    """the log's ML-DSA-44 key, by which it must have signed too; None: there is none"""


def read_genesis(entry: bytes, *, root: str | None, log: int, evidence: AuditFindings) -> GenesisAsFound | None:
    """What position 0 pins; None if it is no envelope at all.  ``root``: the event id that it must have, if given."""
    try:
        payload = parse_envelope(entry).payload
    except Refused as refused:
        if root is not None:
            evidence.contradict(message("audit.bad-not-event", code=refused.code), position=0)
        evidence.lack(GENESIS, sentence=message("audit.gap-not-event"))
        return None
    election = event_id(payload)
    if root is not None and election != root:
        evidence.contradict(message("audit.bad-root", election=election), position=0)
    event = _event(payload, evidence=evidence)
    if event is None:
        return GenesisAsFound(election)
    is_open = bool(_opened(entry).election)
    if not is_open:
        evidence.lack(GENESIS, sentence=message("audit.gap-not-signed"))
    key = _pinned_key(event, election=election, evidence=evidence) if is_open or election == root else None
    second = None if key is None else second_of(genesis=event, election=election)
    if event.log != log:
        evidence.lack(GENESIS, sentence=message("audit.gap-other-log", opens=event.log, log=log))
    return GenesisAsFound(election, key=key, is_judged=is_open, second=second)


def choose_key(
    genesis: GenesisAsFound | None, *, stated: VerifierKey | None, log: int, evidence: AuditFindings
) -> VerifierKey | None:
    """The key that must have signed the checkpoint: the pinned one; ``stated`` (log.vkey) only where nothing is pinned."""
    pinned = None if genesis is None else genesis.key
    if pinned is None:
        return stated
    if stated is not None and stated != pinned:
        reason = message("audit.bad-key", name=f"logs/{log}/{VERIFIER_KEY}")
        evidence.contradict(reason, position=0, log=log)
    return pinned


@dataclass(frozen=True, slots=True)
class StatedCheckpoint:
    """A checkpoint as it stands, and whether the log key signed it; ``note`` and ``key`` are None where nothing is signed."""

    checkpoint: Checkpoint
    is_signed: bool
    note: Note | None = None
    key: VerifierKey | None = None


def read_stated(data: bytes, *, key: VerifierKey | None, log: int, evidence: AuditFindings) -> StatedCheckpoint | None:
    """Read a checkpoint and check who signed it; None if it is not in its form (which the survey has named too)."""
    name = f"logs/{log}/{CHECKPOINT}"
    try:
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
    except Refused as refused:
        evidence.lack(name, sentence=error_told(refused))
        return None
    if key is None:
        evidence.lack(name, sentence=message("audit.gap-no-key"))
        return StatedCheckpoint(checkpoint, is_signed=False)
    try:
        check_signature(note=note, key=key)
    except Refused as refused:
        _unsigned(note, refused=refused, key=key, log=log, evidence=evidence)
        return StatedCheckpoint(checkpoint, is_signed=False)
    if checkpoint.origin != key.name:
        evidence.contradict(message("audit.bad-origin", name=name), position=0, log=log)
    return StatedCheckpoint(checkpoint, is_signed=True, note=note, key=key)


def check_second_line(
    stated: StatedCheckpoint, *, second: PostquantumKey | None, log: int, evidence: AuditFindings
) -> None:
    """Where genesis pins an ML-DSA-44 key, the checkpoint must be signed by that key too."""
    # docs/spec/audit.md A27
    if second is None or stated.note is None:
        return
    try:
        check_second(note=stated.note, key=second)
    except Refused as refused:
        evidence.lack(f"logs/{log}/{CHECKPOINT}", sentence=error_told(refused))


def _unsigned(note: Note, *, refused: Refused, key: VerifierKey, log: int, evidence: AuditFindings) -> None:
    """No good signature by the log key.  Another key under the log's own name is more than a missing signature."""
    name = f"logs/{log}/{CHECKPOINT}"
    if refused.code == "note-signature-missing" and any(line.name == key.name for line in note.signatures):
        evidence.contradict(message("audit.bad-other-key", name=name), position=0, log=log)
    evidence.lack(name, sentence=error_told(refused))


def _event(payload: bytes, *, evidence: AuditFindings) -> ElectionOpened | None:
    """Genesis as an event that this program can judge, or None and why."""
    try:
        event = parse_event(payload)
    except Refused as refused:
        version = _fold_version(payload)
        known = version is None or version == FOLD_VERSION
        sentence = message("audit.gap-malformed", code=refused.code) if known else _upgrade(version)
        evidence.lack(GENESIS, sentence=sentence)
        return None
    if not isinstance(event, ElectionOpened):
        evidence.lack(GENESIS, sentence=message("audit.gap-no-opening", name=event.__class__.__name__))
        return None
    if event.fold_version != FOLD_VERSION:
        evidence.lack(GENESIS, sentence=_upgrade(event.fold_version))
        return None
    return event


def _fold_version(payload: bytes) -> int | None:
    """What a genesis of a later version says of itself, where its canonical form at least is the same."""
    try:
        value = parse_canonical(payload, bytes_max=PAYLOAD_BYTES_MAX)
    except Refused:
        return None
    version = value.get("fold_version") if isinstance(value, dict) else None
    return version if isinstance(version, int) else None


def _upgrade(version: int | None) -> Message:
    return message("audit.gap-upgrade", version=str(version), known=FOLD_VERSION)


def _opened(entry: bytes) -> Ledger:
    ledger = Ledger.silent()
    ledger.apply(check_entry(entry, position=0, keys=ledger.public_key))
    return ledger


def _pinned_key(event: ElectionOpened, *, election: str, evidence: AuditFindings) -> VerifierKey | None:
    try:
        name = origin_of(genesis=event, election=election)
    except Refused as refused:
        evidence.lack(GENESIS, sentence=error_told(refused))
        return None
    return VerifierKey(name=name, public=bytes.fromhex(event.log_key))
