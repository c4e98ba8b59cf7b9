"""The date on a paper, held against what the log knows: it was not done after it was typed in, nor long before what it follows.

A date that contradicts that is said of the paper, once for each device on which papers are typed in; nothing is judged by it, and
nobody is a culprit by a slip of the pen. Papers and clocks may differ by a day.
"""

from __future__ import annotations

from typing import Final

from custody.core.authority.required_signatures import TRANSCRIBED
from custody.core.checks.case import Case, Stated
from custody.core.checks.log_time_limits import CONTRADICTION
from custody.core.state.finding_store import Draft
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import time_topic
from custody.core.wording.messages import Message, message
from schemas.identifiers import epoch_seconds

_TOLERATED_S: Final = 86_400


def check_paper_date(state: State, case: Case[Stated], *, record: RecordedEvent) -> tuple[Draft, ...]:
    """A paper that says it was done after it was typed in, or more than a day before what it follows."""
    sentence = misdated(state, record, done=case.event.at)
    if sentence is None:
        return ()
    clock = record.device
    return (case.draft(CONTRADICTION, subject=clock, sentence=sentence, topic=time_topic(clock)),)


def misdated(state: State, record: RecordedEvent, *, done: str) -> Message | None:
    """What a date on paper contradicts; None for an act that was made on a device."""
    if record.type != TRANSCRIBED:
        return None
    at, typed = epoch_seconds(done), epoch_seconds(record.at)
    # rules.md 187
    if not record.amiss and at - typed > _TOLERATED_S:
        off = duration((at - typed) // 60)
        return message("time.paper-after", type=record.stands_for, at=done, off=off, then=record.at)
    before = max(
        (_claimed(state, unit=unit, act=act) for unit, act in record.refs if act), default=("", 0), key=_second
    )
    if before[1] - at > _TOLERATED_S:
        off = duration((before[1] - at) // 60)
        return message("time.paper-before", type=record.stands_for, at=done, off=off, then=before[0])
    return None


def _claimed(state: State, *, unit: str, act: str) -> tuple[str, int]:
    """When the act before was done, as it claims and as epoch seconds; nothing where no clock can be believed."""
    record, snapshot = state.records.get(act), state.paths.snapshot(unit, act)
    if record is None or snapshot is None or record.amiss:
        return "", 0
    return min(((at, epoch_seconds(at)) for at in (record.at, snapshot.at)), key=_second)


def _second(row: tuple[str, int]) -> int:
    return row[1]
