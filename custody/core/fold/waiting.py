"""Events that wait too long for an event that they name: one finding for each event that keeps others waiting.

An event may wait for one that waits itself. At the end of that chain is what keeps them all waiting: an event that is not on the
log, or one that has no effect and whose own finding says why. They are listed together, the nearest first, whoever came first.
What the same persons signed at one place is one finding too, whatever each of it waits for (finding_causes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.checks.finding_causes import WAITS, by_signers
from custody.core.fold.corrections import is_correction
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import Message, message

HELD_BACK: Final = ("late-by-revoked-key", "revoked-key", "after-close")
"""Codes of findings whose event moves nothing before a decision."""
_MISSING: Final = "predecessor-missing"
_EARLY: Final = "not-in-state"
"""Code under which a replacement says that it waits for a loss (losses)."""
_NO_EFFECT: Final = (_MISSING, "below-threshold", "not-authorised", "unknown-key", *HELD_BACK)
"""Codes of findings about an event without effect: what follows it waits."""


def is_told(state: State, record: RecordedEvent) -> bool:
    """Whether a finding that is not settled says already that an event waits."""
    tells = state.findings.tells
    return tells(record.event_id, code=_MISSING) or tells(record.event_id, code=_EARLY)


def told_no_more(state: State, record: RecordedEvent, *, by: str) -> None:
    """An event waits no longer, because of ``by``: nothing says so of it any more."""
    state.findings.end(record.event_id, folder=WAITS, code=_MISSING, by=by)
    state.findings.unlist(record.event_id, code=_MISSING)


def tell_waits(state: State, due: Sequence[RecordedEvent]) -> None:
    """Events that have waited too long: those nearest to what keeps them waiting first."""
    ends = {record.event_id: _end(state, record.event_id) for record in due}
    for record in sorted(due, key=lambda record: (ends[record.event_id][1], record.event_id)):
        root, _ = ends[record.event_id]
        _tell(state, record, others=tuple(name for name in (root, state.wait_told.get(root)) if name is not None))
        state.wait_told[root] = record.event_id


def _end(state: State, event: str) -> tuple[str, int]:
    """What keeps an event waiting in the end, and over how many: what waits for nothing, or is not on the log.

    What it waits for may wait itself, and so on; an answer goes by its offer, which waits for the same acts as it does. The end
    is remembered for all on the way, and looked for again once it is judged or waits for something itself.
    """
    way: list[str] = []
    end, steps = event, 0
    while True:
        known, over = state.wait_ends.get(end, (end, 0))
        if known != end and _is_end(state, known):
            end, steps = known, over
            break
        if _is_end(state, end):
            break
        way.append(end)
        end = _awaited(state, state.records[end])[-1]
    for place, name in enumerate(reversed(way), start=1):
        state.wait_ends[name] = (end, steps + place)
        if name in state.wait_told:
            state.wait_told.setdefault(end, state.wait_told[name])
    return end, steps + len(way)


def _is_end(state: State, name: str) -> bool:
    record = state.records.get(name)
    if record is None:
        return True
    return not record.order and not (name in state.waiting and _awaited(state, record))


def _awaited(state: State, record: RecordedEvent) -> tuple[str, ...]:
    return tuple(name for name in record.dependencies() if name not in state.records or not state.records[name].order)


def _tell(state: State, record: RecordedEvent, *, others: tuple[str, ...]) -> None:
    awaited = _awaited(state, record)
    draft = Draft(
        code=_MISSING,
        subject=record.refs[0][0],
        evidence=(*awaited[:1], record.event_id),
        sentence=_sentence(state, record, awaited=awaited),
        units=tuple(unit for unit, _ in record.refs),
        # rules.md 19
        causes=tuple(name for name in others if _is_cause(state, name)),
    )
    state.raise_all((by_signers(state, record, draft=draft, folder=WAITS),), record=record)


def _is_cause(state: State, event: str) -> bool:
    finding = state.findings.opened_by(event)
    return finding is not None and finding.code in _NO_EFFECT


def _sentence(state: State, record: RecordedEvent, *, awaited: tuple[str, ...]) -> Message:
    if not awaited and is_correction(record):
        return message("waiting.correction", type=record.type)
    known = [state.records[name] for name in awaited if name in state.records]
    if len(known) < len(awaited):
        return message("waiting.absent", type=record.type)
    acts = tuple(message("act.of", type=row.type, at=row.at) for row in known)
    return message("waiting.incomplete", type=record.type, acts=acts)
