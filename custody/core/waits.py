"""What is said of events that have waited too long for what they name: one finding for each event that keeps others waiting.

An event may wait for one that waits itself. At the end of that chain is what keeps them all waiting: an event that is not on the
log, or one that has no effect and whose own finding says why. They are listed together, the nearest first, whoever came first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.corrections import is_correction
from custody.core.excuses import HELD_BACK
from custody.core.findings import Draft
from custody.core.saying import Said, say
from custody.core.state import Record, State

_MISSING: Final = "predecessor-missing"
_NO_EFFECT: Final = (_MISSING, "below-threshold", "not-authorised", "unknown-key", *HELD_BACK)
"""Codes of findings about an event without effect: what follows it waits."""


def is_told(state: State, record: Record) -> bool:
    """Whether a finding that is not settled says already that an event waits."""
    return state.findings.tells(record.event_id, topic=f"waiting/{record.event_id}", code=_MISSING)


def tell_waits(state: State, due: Sequence[Record]) -> None:
    """Events that have waited too long: those nearest to what keeps them waiting first."""
    chains = {name: _chain(state, state.records[name]) for name in state.waiting}
    together: dict[str, list[str]] = {}
    for name, chain in chains.items():
        together.setdefault(chain[-1], []).append(name)
    for record in sorted(due, key=lambda record: (len(chains[record.event_id]), record.event_id)):
        root = chains[record.event_id][-1]
        _tell(state, record, others=(root, *together[root]))


def _chain(state: State, record: Record) -> tuple[str, ...]:
    """What an event waits for, what that waits for, and so on; at the end is what waits for nothing, or is not on the log.

    An answer goes by its offer, which waits for the same acts as it does.
    """
    names = [record.event_id]
    while names[-1] in state.waiting:
        awaited = _awaited(state, state.records[names[-1]])
        if not awaited:
            break
        names.append(awaited[-1])
    return tuple(names)


def _awaited(state: State, record: Record) -> tuple[str, ...]:
    return tuple(name for name in record.named() if name not in state.records or not state.records[name].order)


def _tell(state: State, record: Record, *, others: tuple[str, ...]) -> None:
    awaited = _awaited(state, record)
    draft = Draft(
        code=_MISSING,
        subject=record.refs[0][0],
        evidence=(*awaited[:1], record.event_id),
        sentence=_sentence(state, record, awaited=awaited),
        topic=f"waiting/{record.event_id}",
        units=tuple(unit for unit, _ in record.refs),
        # rules.md 19
        causes=tuple(name for name in others if _is_cause(state, name)),
    )
    state.raise_all((draft,), record=record)


def _is_cause(state: State, event: str) -> bool:
    finding = state.findings.opened_by(event)
    return finding is not None and finding.code in _NO_EFFECT


def _sentence(state: State, record: Record, *, awaited: tuple[str, ...]) -> Said:
    if not awaited and is_correction(record):
        return say("waiting.correction", type=record.type)
    known = [state.records[name] for name in awaited if name in state.records]
    if len(known) < len(awaited):
        return say("waiting.absent", type=record.type)
    acts = tuple(say("act.of", type=row.type, at=row.at) for row in known)
    return say("waiting.incomplete", type=record.type, acts=acts)
