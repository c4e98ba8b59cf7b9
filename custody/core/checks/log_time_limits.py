"""Limits of one claim: how far it may bring the time of the log, and which claims of devices it leans on (domain.md §10).

Where no log witnesses prove times, the time of the log goes on with what a monitor or a checkpointer claims. One claim brings it

    to two hours beyond the time of the log, or
    to 48 hours beyond the newest claim of a device that contradicts neither its chain nor the time of the log,

whichever is later; before there is any, the claimed time of genesis stands for the time of the log. A later claim moves nothing
and is ``time-contradiction``. A service that was away catches up in several notes (``steps``).

A device's claim contradicts its chain if it is earlier than the number before on that device, or than the opening of the log, by
more than the minutes of the rules; the number before contradicts it instead where it was further ahead than an election may stand
still. A claim contradicts the time of the log if it is that far ahead of the time of the log and of what every other device
claims. Either is said of the clock: no mandate, deadline or order is judged by it, whichever of the two came first.

Not here: what falls due (log_time), times that log witnesses prove (witnessing), and the decision that sets the time (restarts).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.state.finding_store import Draft
from custody.core.state.moments import moment
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import time_topic
from custody.core.wording.messages import Message, message
from schemas.base import DeviceMark
from schemas.demo_domain import is_demo_domain
from schemas.identifiers import epoch_seconds, local_date

CONTRADICTION: Final = "time-contradiction"
SKEW: Final = "clock-skew"
"""Code of what is said of an act that claims to be earlier than what it follows, made on another device."""
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_STEP_S: Final = 2 * _HOUR
"""How far a claim may go beyond the time of the log where no device claims more."""
_BEYOND_DEVICES_S: Final = 48 * _HOUR
"""How far a claim may go beyond the newest good claim of a device."""
_PAUSE_S: Final = 31 * _DAY
"""How long an election may stand still: a device's claim that is further ahead is not leaned on."""
_TOLD_S: Final = 366 * _DAY
"""A claim that is further ahead than this is told, of the clock: the log may have stood still for less, and blames nobody."""


def base(state: State) -> int:
    """The time of the log, epoch seconds; before there is any, the claimed time of genesis."""
    return epoch_seconds(state.opening().at) if state.log_time is None else state.log_time


def latest(state: State) -> int:
    """The latest moment, epoch seconds, to which one claim may bring the time of the log now."""
    # rules.md 107
    own, newest = base(state) + _STEP_S, state.device_times.newest
    return own if newest is None else max(own, newest + _BEYOND_DEVICES_S)


def steps(state: State, *, now: int) -> Iterator[int]:
    """The claims, earliest first, that bring the time of the log to ``now`` one after the other."""
    limit = latest(state)
    while limit < now:
        yield limit
        limit += _STEP_S
    yield now


def is_too_far(state: State, *, at: str) -> bool:
    """Whether a service claims a moment that the time of the log cannot have reached, where no log witnesses prove times."""
    return state.policies[-1][1].quorum is None and epoch_seconds(at) > latest(state)


def is_good(state: State, record: RecordedEvent, *, key: str, at: int) -> bool:
    """Whether a service's claim may be the time of the log; one that is too far ahead is a finding."""
    limit = latest(state)
    if at <= limit:
        return True
    badge = _badge(state, key)
    sentence = message("time.beyond-log", type=record.type, at=record.at, who=badge, latest=moment(limit))
    # rules.md 108
    _tell(state, record, clock=key, sentence=sentence, evidence=(record.event_id,))
    return False


def is_of_a_play(state: State, *, proven: int) -> bool:
    """Whether a proven time (epoch seconds) shows only that a play claims other times than today's: nobody's claim is held to it.

    So it is of a log under ``.invalid`` where it lies further beyond every claim on the log than an election may stand still.
    """
    opened = epoch_seconds(state.opening().at)
    newest = opened if state.device_times.newest is None else state.device_times.newest
    # rules.md 171
    return is_demo_domain(state.opening().domain) and proven - newest > _PAUSE_S


def note_claim(state: State, record: RecordedEvent, *, mark: DeviceMark) -> None:
    """The claimed time of an event, by the clock of its device: kept if it contradicts neither chain nor time of the log."""
    key = state.roster.get(mark.key)
    if key is None or key.role != "device" or key.revoked is not None or mark.key in state.devices.forked:
        return
    at = epoch_seconds(record.at)
    if _is_before_genesis(state, record):
        opened = state.opening().at
        sentence = message("time.before-genesis", type=record.type, at=record.at, opened=opened)
        _tell(state, record, clock=mark.key, sentence=sentence, evidence=(record.event_id,))
        _put_amiss(state, record, by=record)
    # rules.md 109
    if _is_out_of_turn(state, record, mark=mark) or record.amiss:
        return
    others = state.device_times.of_others(mark.key)
    ahead = at - (base(state) if others is None else max(base(state), others))
    if ahead <= _PAUSE_S:
        state.device_times.keep(mark.key, at=at)
        return
    _put_amiss(state, record, by=record)
    if ahead > _TOLD_S:
        sentence = message("time.far-ahead", type=record.type, at=record.at, off=duration(ahead // 60))
        _tell(state, record, clock=mark.key, sentence=sentence, evidence=(record.event_id,))


def _is_before_genesis(state: State, record: RecordedEvent) -> bool:
    """Whether it claims to be made before the log was opened, whose own date the voting day does not contradict."""
    opened = state.opening().at
    is_true = local_date(opened) <= state.opening().voting_day
    return is_true and epoch_seconds(opened) - epoch_seconds(record.at) > record.rules.rules.clock_skew_minutes * 60


def _put_amiss(state: State, record: RecordedEvent, *, by: RecordedEvent) -> None:
    """Nothing is judged by this claim; what was judged by it before is settled by what showed that it cannot be believed."""
    if not record.amiss:
        record.amiss = True
        # rules.md 131
        state.findings.settle_dated(record.event_id, by=by.event_id)
        for name in state.leaned.pop(record.event_id, ()):
            state.findings.settle_dated(name, by=by.event_id, code=SKEW)


def _is_out_of_turn(state: State, record: RecordedEvent, *, mark: DeviceMark) -> bool:
    """Whether it is claimed to be earlier than the number before on its device, or later than the number after."""
    row = state.seen.get(mark.key, {})
    pairs = [
        (row.get(mark.number - 1, (None, 0))[0], record.event_id),
        (record.event_id, row.get(mark.number + 1, (None, 0))[0]),
    ]
    found = False
    for first, second in pairs:
        if first is None or second is None:
            continue
        before, after = state.records[first], state.records[second]
        back_s = epoch_seconds(before.at) - epoch_seconds(after.at)
        if back_s > after.rules.rules.clock_skew_minutes * 60:
            found = True
            if _is_before_genesis(state, after):
                continue
            _put_amiss(state, before if back_s > _PAUSE_S else after, by=record)
            off = duration(back_s // 60)
            sentence = message("time.before-own", type=after.type, at=after.at, off=off, then=before.at)
            _tell(state, after, clock=mark.key, sentence=sentence, evidence=(first, second))
    return found


def _badge(state: State, keyid: str) -> str:
    key = state.roster.get(keyid)
    return keyid[:16] if key is None else key.badge


def _tell(state: State, record: RecordedEvent, *, clock: str, sentence: Message, evidence: tuple[str, ...]) -> None:
    """One finding for each clock; what else it contradicts is listed under it."""
    draft = Draft(code=CONTRADICTION, subject=clock, evidence=evidence, sentence=sentence, topic=time_topic(clock))
    state.raise_all((draft,), record=record)
