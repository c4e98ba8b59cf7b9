"""Closing a log: what still waits becomes a finding, and what comes later moves nothing.

Decided upon all the same: findings, and what the log was waiting for when it was closed (an event that others follow, a number
missing in a device's chain), for that settles what the closing made a finding. LogSucceeded closes a log too, and says where
the election goes on.
"""

from __future__ import annotations

from typing import Final

from custody.core.checks.finding_causes import HELD, by_signers
from custody.core.checks.opened_boxes import CODE, topic_of, unopened
from custody.core.fold.genesis import tell_election
from custody.core.fold.log_time import expire
from custody.core.fold.offers import expire_offers
from custody.core.state.finding_store import KEPT, Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import message
from schemas.authority import LogClosed, LogSucceeded

_STILL: Final = ("FindingAcknowledged", "FindingAdjudicated", "CheckpointWitnessed", "LogSucceeded")
"""Types that are judged after the closing."""


def log_closed(event: LogClosed, *, record: RecordedEvent, state: State) -> Draft | None:  # noqa: ARG001 - one row of a table like any other
    """Nothing moves on this log any more."""
    if state.closed is not None:
        return record.draft("not-in-state", subject=record.event_id, sentence=message("log.closed-before"))
    _close(state, record)
    return None


def log_succeeded(event: LogSucceeded, *, record: RecordedEvent, state: State) -> Draft | None:
    """The election goes on in another log, from the entries that this event names."""
    if state.succeeded is not None:
        return record.draft("not-in-state", subject=record.event_id, sentence=message("log.succeeded-before"))
    # rules.md 86
    if event.size > state.tree.size or state.tree.root(event.size).hex() != event.root:
        sentence = message("log.other-root", size=event.size)
        return record.draft("foreign-checkpoint", subject=record.event_id, sentence=sentence)
    state.succeeded = record.event_id
    if state.closed is None:
        _close(state, record)
    return None


def _close(state: State, record: RecordedEvent) -> None:
    # rules.md 84
    state.closed = (state.position, record.event_id)
    tell_election(state)
    state.raise_all(_unopened(state, record), record=record)
    expire_all(state)
    expire_offers(state, now=state.log_time or 0, limit=0)


def _unopened(state: State, record: RecordedEvent) -> tuple[Draft, ...]:
    """A draft for each station whose ballot boxes are still sealed, unless its account was told of it."""
    found, told = [], set[str]()
    books = [(station, unit) for station, row in sorted(state.registers.books.items()) for unit in row.values()]
    for station, unit in books:
        stock = state.paths.head(unit)
        # rules.md 120
        if stock is None or stock.book is None or not stock.book.boxes:
            continue
        topic = topic_of(stock)
        if topic in told or state.findings.on_topic(topic):
            continue
        told.add(topic)
        sentence = unopened(station, book=stock.book)
        evidence = tuple(dict.fromkeys(event for _, event in stock.book.boxes[:KEPT]))
        units = (*(box for box, _ in stock.book.boxes[:KEPT]), unit)
        if sentence is not None:
            draft = Draft(
                code=CODE,
                subject=station,
                evidence=(*evidence, record.event_id),
                sentence=sentence,
                topic=topic,
                station=station,
                units=units,
            )
            found.append(draft)
    return tuple(found)


def expire_all(state: State) -> None:
    """On a closed log nothing waits: it is a finding at once."""
    if state.closed is not None:
        expire(state, now=state.log_time or 0, limit=0)


def is_too_late(state: State, record: RecordedEvent) -> bool:
    """Whether an event was first recorded after the closing and is none that is judged all the same; then it is a finding."""
    if state.closed is None or record.position <= state.closed[0] or record.event_id in state.excused:
        return False
    if record.type in _STILL or record.is_awaited:
        return False
    # rules.md 85
    units = tuple(unit for unit, _ in record.refs)
    sentence = message("after-close", type=record.type, at=record.at)
    draft = Draft(
        code="after-close",
        subject=min(units, default=record.event_id),
        evidence=(state.closed[1], record.event_id),
        sentence=sentence,
        units=units,
    )
    state.raise_all((by_signers(state, record, draft=draft, folder=HELD),), record=record)
    state.mark(record, "finding")
    return True


def is_awaited(state: State, record: RecordedEvent) -> bool:
    """Whether something on the log was waiting for an event: what follows it, or the number that its device left out."""
    return record.event_id in state.waiters or state.devices.awaits(record.device, number=record.number)
