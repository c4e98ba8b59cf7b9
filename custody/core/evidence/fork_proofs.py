"""Fork proofs: two signed events of one device that cannot both be in its chain, and that the device was enrolled (design D12).

A proof stands on its own: genesis, which the verifier pins by its event id; the decisions by which the device's key came to be
enrolled, and the keys of those who signed with it; and the two events. The verifier folds those decisions with the ledger's own
rules. Where a checkpoint of the log covers an entry, an inclusion proof shows that it was recorded.

It shows that whoever holds the device's key signed both, each with somebody enrolled: a device's key alone makes no history. It
does not show who was wronged by it, nor whether a key was revoked.
Format: docs/spec/fork-proofs.md. Codes: fork-proof-form, -root, -device, -events, -recorded, -absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

from custody.core.authority.roster import KeyRecord, Roster
from custody.core.entries.admission import check_entry
from custody.core.entries.signing import verify
from custody.core.ledger import Ledger
from custody.core.state.state import RecordedEvent, State
from custody.core.tlog.checkpoint import open_checkpoint, origin_of
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.proofs import inclusion_proof, verify_inclusion
from schemas.base import Common, DeviceMark, Event
from schemas.envelope import Envelope, Signature, event_id, pae, parse_envelope
from schemas.errors import Refused
from schemas.strict_json import canonical
from schemas.union import parse_event

FORMAT: Final = "custody/fork-proof/v1"
PROOF_BYTES_MAX: Final = 8_000_000
_ENTRIES_MAX: Final = 100
_FIELDS: Final = {"format", "device", "events", "entries", "checkpoint"}
_ALWAYS: Final = ("RulesSet", "RootChanged")
"""Decisions by which later enrolments are judged: they belong to the grounds."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, its position on the log, and its inclusion proof under the checkpoint (None: not covered)."""

    position: int
    entry: bytes
    proof: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class ForkProof:
    """``entries`` in order of position, genesis first; ``events`` are the positions of the two that contradict each other."""

    device: str
    events: tuple[int, int]
    entries: tuple[Placed, ...]
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows: the device's key id and badge, both events, and how many of its entries were recorded for certain."""

    election: str
    device: str
    badge: str
    events: tuple[tuple[str, Common], tuple[str, Common]]
    recorded: int
    entries: int

    def sentence(self) -> str:
        """In words."""
        (one, first), (two, second) = self.events
        numbers = sorted({mark.number for event in (first, second) if (mark := event.device) is not None})
        how = (
            f"with number {numbers[0]}"
            if len(numbers) == 1
            else f"with numbers {numbers[0]} and {numbers[1]}, whose link differs"
        )
        return (
            f"Device {self.badge} signed two events {how}: {type(first).__name__} of {first.at} ({one[:16]}) and "
            f"{type(second).__name__} of {second.at} ({two[:16]})."
        )


def format_proof(proof: ForkProof) -> bytes:
    """The one byte form: canonical JSON and a newline."""
    rows = [
        {
            "position": item.position,
            "entry": item.entry.decode(),
            "proof": None if item.proof is None else [node.hex() for node in item.proof],
        }
        for item in proof.entries
    ]
    content = {"format": FORMAT, "device": proof.device, "events": list(proof.events), "entries": rows}
    return (
        canonical({**content, "checkpoint": None if proof.checkpoint is None else proof.checkpoint.encode().hex()})
        + b"\n"
    )


def parse_proof(data: bytes) -> ForkProof:
    """Read a proof; Refused("fork-proof-form") for anything else. It says nothing yet: see :func:`verify_proof`."""
    try:
        if len(data) > PROOF_BYTES_MAX:
            raise ValueError("size")
        proof = _read(json.loads(data))
        form = format_proof(proof)
    except (Refused, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise Refused("fork-proof-form", "The file is not a fork proof in its one form.") from None
    # Comparing with the one form leaves no second spelling: duplicate names, other numbers, white space.
    if form != data:
        raise Refused("fork-proof-form", "The fork proof is not in its one form.")
    return proof


class _ProofJson(TypedDict):
    """The form of a proof; whether what was read has it is found out by writing it again."""

    device: str
    events: list[int]
    entries: object
    checkpoint: str | None


def _read(value: object) -> ForkProof:
    if not isinstance(value, Mapping) or set(value) != _FIELDS or value["format"] != FORMAT:
        raise ValueError(FORMAT)
    stated = cast("_ProofJson", value)
    rows = stated["entries"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= _ENTRIES_MAX:
        raise ValueError("entries")
    entries = tuple(
        Placed(
            int(row["position"]),
            row["entry"].encode(),
            None if row["proof"] is None else tuple(bytes.fromhex(node) for node in row["proof"]),
        )
        for row in rows
    )
    first, second = stated["events"]
    note = stated["checkpoint"]
    return ForkProof(
        str(stated["device"]),
        (int(first), int(second)),
        entries,
        None if note is None else bytes.fromhex(note).decode(),
    )


def make_proof(entries: Sequence[bytes], *, ledger: Ledger, device: str, checkpoint: bytes | None) -> ForkProof:
    """The proof that a device forked, out of a whole log; Refused("fork-proof-absent") where its chain has no such pair.

    ``checkpoint`` is a signed note of the log, if there is one: it must be of these entries (else Refused).
    """
    state = ledger.state
    pair = _pair(entries, state=state, device=device)
    if pair is None:
        raise Refused("fork-proof-absent", "No two events of that device on this log contradict each other.")
    keys = [device, *(_signing(entries[position], state=state, device=device) for position in pair)]
    positions = sorted({0, *pair, *_grounds(entries, state=state, keys=keys)})
    size = 0
    if checkpoint is not None:
        size = open_checkpoint(data=checkpoint, key=_log_key(state)).size
    placed = tuple(_place(entries, state=state, position=position, size=size) for position in positions)
    return ForkProof(device, pair, placed, None if checkpoint is None else checkpoint.decode())


def _place(entries: Sequence[bytes], *, state: State, position: int, size: int) -> Placed:
    proof = inclusion_proof(nodes=state.tree.node, index=position, size=size) if position < size else None
    return Placed(position, entries[position], proof)


def _log_key(state: State) -> VerifierKey:
    name = origin_of(genesis=state.opening(), election=state.election)
    return VerifierKey(name=name, public=bytes.fromhex(state.opening().log_key))


def _pair(entries: Sequence[bytes], *, state: State, device: str) -> tuple[int, int] | None:
    """Positions of the first two events of a device that cannot both be in its chain."""
    made = [
        (position, name)
        for name, record in state.records.items()
        if record.device == device
        and state.is_made_on_device(record)
        and (position := _with_somebody(entries, state=state, record=record)) is not None
    ]
    marks = [(position, name, _mark(entries[position])) for position, name in sorted(made)]
    for place, (second, name, mark) in enumerate(marks):
        for first, other, before in marks[:place]:
            if _contradict((other, before), (name, mark)):
                return first, second
    return None


def _with_somebody(entries: Sequence[bytes], *, state: State, record: RecordedEvent) -> int | None:
    """The first entry of an event that its device and somebody with it have signed; None where no entry holds both."""
    places = sorted(set(record.signatures.values()))
    return next((place for place in places if _signing(entries[place], state=state, device=record.device)), None)


def _signing(entry: bytes, *, state: State, device: str) -> str:
    """Somebody's key with which an entry is signed beside that of the device; empty where there is none."""
    names = [item.keyid for item in parse_envelope(entry).signatures]
    others = (name for name in names if (row := state.roster.get(name)) is not None and row.role != "device")
    return next(others, "") if device in names else ""


def _mark(entry: bytes) -> DeviceMark | None:
    return parse_event(parse_envelope(entry).payload).device


def _contradict(one: tuple[str, DeviceMark | None], two: tuple[str, DeviceMark | None]) -> bool:
    """One number twice, or a number whose link is not the event with the number before."""
    (first, a), (second, b) = one, two
    if a is None or b is None or a.key != b.key or first == second:
        return False
    if a.number == b.number:
        return True
    (earlier, low), (_, high) = sorted((one, two), key=lambda item: 0 if item[1] is None else item[1].number)
    return low is not None and high is not None and low.number + 1 == high.number and high.previous != earlier


def _grounds(entries: Sequence[bytes], *, state: State, keys: Sequence[str]) -> set[int]:
    """Positions of the decisions by which these keys, and the keys that signed those, came to be enrolled."""
    found: set[int] = set()
    queue, done = list(keys), set[str]()
    while queue:
        name = queue.pop()
        record = state.roster.get(name)
        if name in done or record is None or record.enrolled < 0:
            continue
        done.add(name)
        decision = state.records.get(event_id(parse_envelope(entries[record.enrolled]).payload))
        if decision is not None:
            found |= {decision.position, *decision.signatures.values()}
            queue += [other for other in decision.signatures if other != name]
    last = max(found, default=0)
    for other in state.records.values():
        if other.type in _ALWAYS and other.in_force and other.position < last:
            found |= {other.position, *other.signatures.values()}
    return found


def verify_proof(proof: ForkProof, *, root: str) -> Proven:
    """Whether the proof holds in the election whose genesis has the event id ``root``; needs nothing else.

    Refused: fork-proof-root (another election), -device (not shown to be enrolled), -events (no contradiction, or not signed by
    the device), -recorded (an inclusion proof or the checkpoint is false).
    """
    ledger = Ledger.silent()
    for place, item in enumerate(proof.entries):
        ledger.apply(check_entry(item.entry, position=place, keys=ledger.public_key))
    if ledger.election != root:
        raise Refused("fork-proof-root", "The proof is of another election than the root that was given.")
    positions = [item.position for item in proof.entries]
    if positions != sorted(set(positions)) or positions[0] != 0 or proof.events[0] >= proof.events[1]:
        raise Refused("fork-proof-form", "The entries are not in order of position, from genesis on.")
    device = ledger.state.roster.get(proof.device)
    if device is None or device.role != "device":
        raise Refused("fork-proof-device", "Nothing in the proof shows that the device was enrolled.")
    by_position = {item.position: item.entry for item in proof.entries}
    if not set(proof.events) <= set(by_position):
        raise Refused("fork-proof-events", "The proof does not hold the two events that it names.")
    one, two = (
        _signed(by_position[at], roster=ledger.state.roster, device=proof.device, root=root) for at in proof.events
    )
    if not _contradict((one[0], one[1].device), (two[0], two[1].device)):
        raise Refused("fork-proof-events", "The two events do not contradict each other.")
    recorded = _recorded(proof, state=ledger.state)
    return Proven(root, proof.device, device.badge, (one, two), recorded, len(proof.entries))


def _signed(entry: bytes, *, roster: Roster, device: str, root: str) -> tuple[str, Common]:
    """The event of an entry that this device made in this election, and signed together with somebody."""
    try:
        envelope: Envelope = parse_envelope(entry)
        event = parse_event(envelope.payload)
    except Refused:
        raise Refused("fork-proof-events", "One of the two is no well-formed event.") from None
    signed = {
        item.keyid: row.role
        for item in envelope.signatures
        if (row := _by(item, roster=roster, payload=envelope.payload))
    }
    mark = event.device
    if (
        device not in signed
        or mark is None
        or mark.key != device
        or not isinstance(event, Event)
        or event.election != root
    ):
        raise Refused("fork-proof-events", "One of the two was not signed by the device, or is of another election.")
    listed = {signer.key for signer in event.signers}
    # rules.md 117
    if not any(role != "device" and key in listed for key, role in signed.items()):
        raise Refused(
            "fork-proof-events", "One of the two was signed by the device alone, or by nobody shown to be enrolled."
        )
    return event_id(envelope.payload), event


def _by(signature: Signature, *, roster: Roster, payload: bytes) -> KeyRecord | None:
    """The enrolled key that made a signature; None where it is not enrolled, or the signature false."""
    row = roster.get(signature.keyid)
    good = row is not None and verify(public=row.public, message=pae(payload), signature=signature.sig)
    return row if good else None


def _recorded(proof: ForkProof, *, state: State) -> int:
    """How many entries the checkpoint covers, each with a proof that holds."""
    proven = [item for item in proof.entries if item.proof is not None]
    if proof.checkpoint is None:
        if proven:
            raise Refused("fork-proof-recorded", "The proof says that entries were recorded, and has no checkpoint.")
        return 0
    try:
        checkpoint = open_checkpoint(data=proof.checkpoint.encode(), key=_log_key(state))
        for item in proven:
            verify_inclusion(
                leaf=leaf_hash(item.entry),
                index=item.position,
                size=checkpoint.size,
                proof=item.proof or (),
                root=checkpoint.root,
            )
    except Refused as refused:
        raise Refused(
            "fork-proof-recorded", f"The checkpoint does not hold what the proof says: {refused.sentence}"
        ) from None
    return len(proven)
