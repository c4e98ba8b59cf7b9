"""Witnessing: logged notes of log witnesses, the checkpoints that devices had seen, and claimed times held against both.

The ledger keeps the Merkle tree over its own entry hashes, so a note of another log or another history is seen at once. Until
there are log witnesses no note is cosigned, and nothing here says anything about times.

Not here: talking to log witnesses, and brackets along hash links (brackets).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import takewhile
from typing import Final

from custody.core.authority.witness_policy import Policy, fault_of
from custody.core.checks.finding_causes import FOREIGN, REGRESSED, by_device
from custody.core.checks.log_time_limits import is_of_a_play
from custody.core.entries.signing import keyid
from custody.core.fold.log_time import advance
from custody.core.fold.offers import prove_expired
from custody.core.fold.proven_days import tell as tell_days
from custody.core.fold.witnesses_told import heard, tell_witnesses
from custody.core.state.brackets import Cosigned, LoggedNote, covered_until, proven_since
from custody.core.state.finding_store import Draft
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import time_topic
from custody.core.tlog.checkpoint import Checkpoint, check_second, parse_checkpoint, second_of
from custody.core.tlog.cosignatures import cosigned_at
from custody.core.tlog.notes import Note, VerifierKey, check_signature, parse_note
from custody.core.wording.messages import Message, message
from schemas.authority import WitnessPolicySet
from schemas.base import Common, DeviceMark
from schemas.errors import Refused
from schemas.identifiers import epoch_seconds
from schemas.services import CheckpointWitnessed

_FOREIGN: Final = "foreign-checkpoint"
_MINUTE: Final = 60
_OPEN_MAX: Final = 64
"""How many notes that do not meet the policy by themselves are looked at together."""


@dataclass(frozen=True, slots=True)
class _Read:
    note: Note
    checkpoint: Checkpoint
    digest: str


def policy_set(event: WitnessPolicySet, *, record: RecordedEvent, state: State) -> Draft | None:
    """Other log witnesses are asked from here on, if any two of their quorums share one."""
    try:
        policy = Policy.of(event.witness_policy, event=record.event_id)
    except Refused as refused:
        sentence = message("policy.not-changed", why=fault_of(refused))
        return record.draft("not-in-state", subject=record.event_id, sentence=sentence)
    # rules.md 102
    taken = sorted(name for name, key in policy.keys.items() if _has_role(state, key.public))
    if taken:
        sentence = message("policy.key-of-another", names=tuple(taken))
        return record.draft("not-authorised", subject=record.event_id, sentence=sentence)
    state.ask_witnesses(policy, since=state.position)
    tell_witnesses(state)
    return None


def _has_role(state: State, public: bytes) -> bool:
    """Whether a log witness's key is the log's, or somebody else's by enrolment or preparation."""
    key = keyid(public)
    is_log = key == keyid(bytes.fromhex(state.opening().log_key))
    return is_log or state.roster.get(key) is not None or state.roster.is_prepared(key)


def witnessed(event: CheckpointWitnessed, *, record: RecordedEvent, state: State) -> Draft | None:
    """A cosigned checkpoint of this log is on the log; it proves times, and devices may name it."""
    try:
        read = _read(event.note)
    except Refused as refused:
        sentence = message("note.malformed", code=refused.code)
        return record.draft("malformed", subject=record.event_id, sentence=sentence)
    policy = state.policies[-1][1]
    fault = _disagrees(read, state=state)
    times: dict[str, int] = {}
    if fault is None:
        try:
            times = cosigned_at(read.note, keys=policy.keys.values())
        except Refused as refused:
            fault = message("note.false-signature", code=refused.code)
    # rules.md 80
    if fault is not None:
        return record.draft(_FOREIGN, subject=record.event_id, sentence=fault)
    names = {key.name: name for name, key in policy.keys.items()}
    cosigned = Cosigned(read.checkpoint.size, {names[name]: at for name, at in times.items()}, policy)
    if read.digest not in state.notes:
        state.notes[read.digest] = LoggedNote(record.event_id, state.position, cosigned)
        _open(state, note=state.notes[read.digest])
    heard(state, policy=policy, size=cosigned.size, times=dict(cosigned.times))
    tell_witnesses(state)
    proven = proven_since(policy, cosigned.times)
    for name in state.unseen.pop(read.digest, ()):
        state.findings.end(name, folder=FOREIGN, code=_FOREIGN, by=record.event_id)
        if proven is not None and state.records[name].seen == cosigned.size:
            state.bounds.see(name, since=proven)
    if proven is not None:
        advance(state, now=proven)
        _cover(state, note=state.notes[read.digest])
        prove_expired(state, proven=proven, by=record.event_id)
    _tell_bounds(state, by=record.event_id)
    return None


def _read(encoded: str) -> _Read:
    try:
        data = b64decode(encoded.encode("ascii"), validate=True)
    except Base64Error:
        raise Refused("note-base64", "The note is not in base64.") from None
    note = parse_note(data)
    return _Read(note, parse_checkpoint(note.text), sha256(data).hexdigest())


def _disagrees(read: _Read, *, state: State) -> Message | None:
    """What a note says that this log cannot have said, or None."""
    found = read.checkpoint
    if found.origin != state.origin:
        return message("note.other-log", origin=found.origin, own=state.origin)
    try:
        key = VerifierKey(name=state.origin, public=bytes.fromhex(state.opening().log_key))
        check_signature(note=read.note, key=key)
        _check_second(read, state=state)
    except Refused as refused:
        return message("note.false-signature", code=refused.code)
    if found.size > state.tree.size:
        return message("note.too-large", size=found.size, own=state.tree.size)
    if found.root != state.tree.root(found.size):
        return message("note.other-history", size=found.size)
    return None


def _check_second(read: _Read, *, state: State) -> None:
    """A second line of the log's is not asked for on the log, and proves no time; a false one is nobody's note. Refused."""
    second = second_of(genesis=state.opening(), election=state.election)
    # docs/spec/c2sp.md 26
    if second is not None and second.key_id in {
        line.key_id for line in read.note.signatures if line.name == second.name
    }:
        check_second(note=read.note, key=second)


def bound(state: State, record: RecordedEvent, *, mark: DeviceMark | None) -> None:
    """An event is on the log: the note that its device had seen, and all that it names, were there before it."""
    note = state.notes.get(record.seen_note)
    is_known = note is not None and note.cosigned.size == record.seen
    since = proven_since(note.cosigned.policy, note.cosigned.times) if note is not None and is_known else None
    is_open = bool(record.seen_note) and note is None
    state.bounds.enter(record.event_id, links=_links(record, mark=mark), since=since, is_open=is_open)


def look_at_seen(state: State, record: RecordedEvent, *, event: Common) -> None:
    """What a device says it had seen, against the log and against its own event before; and the time it claims."""
    remember(state, record, event=event)
    seen = event.seen
    if seen is None:
        return
    known = state.notes.get(seen.note)
    fault: Message | None = None
    if seen.origin != state.origin:
        fault = message("seen.other-log", type=record.type, origin=seen.origin, own=state.origin)
    elif known is None:
        fault = message("seen.not-on-log", type=record.type, size=seen.size)
        state.unseen.setdefault(seen.note, {})[record.event_id] = None
    elif known.cosigned.size != seen.size:
        fault = message("seen.other-size", type=record.type, size=seen.size, own=known.cosigned.size)
    # rules.md 81
    if fault is not None:
        draft = _draft(record, code=_FOREIGN, sentence=fault)
        draft = by_device(state, record, draft=draft, folder=FOREIGN)
        state.raise_all((draft,), record=record)
    elif known is not None:
        since = proven_since(known.cosigned.policy, known.cosigned.times)
        if since is not None and not is_of_a_play(state, proven=since):
            _compare(state, record, by=known, late_s=since - epoch_seconds(record.at), when=since)


def remember(state: State, record: RecordedEvent, *, event: Common) -> None:
    """Numbers of a device that follow each other: the later one has seen as much as the earlier one, in whatever order."""
    if not state.is_made_on_device(record):
        return
    size = 0 if event.seen is None else event.seen.size
    row = state.seen.setdefault(record.device, {})
    row.setdefault(record.number, (record.event_id, size))
    for earlier in (record.number - 1, record.number):
        first, second = row.get(earlier), row.get(earlier + 1)
        # rules.md 82
        if first is None or second is None or second[1] >= first[1]:
            continue
        later = state.records[second[0]]
        key = state.roster.get(record.device)
        who = record.device[:16] if key is None else key.badge
        sentence = (
            message("seen.regressed", device=who, number=earlier, before=first[1], after=second[1])
            if second[1]
            else message("seen.regressed-to-none", device=who, number=earlier, before=first[1])
        )
        draft = Draft(code="seen-regressed", subject=record.device, evidence=(first[0], second[0]), sentence=sentence)
        state.raise_all((by_device(state, later, draft=draft, folder=REGRESSED),), record=later)


def _open(state: State, *, note: LoggedNote) -> None:
    """Keep a note that covers events which none bounds yet; the newest ones, where they do not meet the policy by themselves."""
    first = state.records[state.uncovered[0]].position if state.uncovered else state.position
    if note.cosigned.size > first:
        state.open_notes.append(note)
    if len(state.open_notes) > _OPEN_MAX:
        state.open_notes.pop(0)


def _cover(state: State, *, note: LoggedNote) -> None:
    """Events that are bounded by a note for the first time: what they claim is not later than that."""
    under = tuple(takewhile(lambda name: state.records[name].position < note.cosigned.size, state.uncovered))
    if not under:
        return
    cosigned = [known.cosigned for known in (*state.open_notes, note)]
    left: list[str] = []
    for name in under:
        record = state.records[name]
        until = covered_until(record.position, notes=cosigned)
        if until is None:
            left.append(name)
            continue
        record.covered_at_s = until
        state.bounds.cover(name, until=until)
        if name in state.registers.offers:
            state.offers_covered.add(name, since=until)
        _compare(state, record, by=note, late_s=epoch_seconds(record.at) - until, when=until)
    state.uncovered[: len(under)] = left
    first = state.records[state.uncovered[0]].position if state.uncovered else state.position
    state.open_notes = [known for known in state.open_notes if known.cosigned.size > first]


def _compare(state: State, record: RecordedEvent, *, by: LoggedNote, late_s: int, when: int) -> None:
    """A claimed time on the wrong side of a bound, by so many seconds."""
    # rules.md 83
    if late_s <= record.rules.rules.clock_skew_minutes * _MINUTE:
        return
    moment = datetime.fromtimestamp(when, tz=UTC).isoformat()
    off = duration(late_s // _MINUTE)
    sentence = (
        message("time.before-seen", type=record.type, at=record.at, off=off, moment=moment)
        if epoch_seconds(record.at) < when
        else message("time.after-covered", type=record.type, at=record.at, off=off, moment=moment)
    )
    clock = record.device or min((key.keyid for key in record.signed.get("service", ())), default="")
    topic = time_topic(clock) if clock else ""
    draft = _draft(record, code="time-contradiction", sentence=sentence, topic=topic, evidence=(by.event,))
    state.raise_all((draft,), record=record)


def _draft(
    record: RecordedEvent, *, code: str, sentence: Message, topic: str = "", evidence: tuple[str, ...] = ()
) -> Draft:
    units = tuple(unit for unit, _ in record.refs)
    return Draft(
        code=code,
        subject=min(units, default=record.device or record.event_id),
        evidence=(record.event_id, *evidence),
        sentence=sentence,
        topic=topic,
        units=units,
    )


def _tell_bounds(state: State, *, by: str) -> None:
    """A note was judged: bounds are passed on, and what depends on those that changed is told anew."""
    state.bounds.pass_on()
    for topic in state.bounds.changed_topics():
        tell_days(state, topic=topic, by=by)
        state.findings.tell_again(topic)


def _links(record: RecordedEvent, *, mark: DeviceMark | None) -> Iterator[str]:
    """The hashes of events that an event names: each was made before it."""
    yield from (previous for _, previous in record.refs if previous is not None)
    yield from (name for name in (record.offer, record.about) if name is not None)
    if mark is not None and mark.previous is not None:
        yield mark.previous
