"""Findings that several units keep open together: packages not shown, counts that differ, contents of a pouch found open.

Each unit carries the topics that it keeps open (``Unit.pending``); the act after which the last unit has dropped a topic settles
the finding. Whether it is settled follows from the units as they stand, so it does not depend on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.state.state import State
from custody.core.state.topics import COUNT, seal_topic
from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message


def note(state: State, units: Iterable[Unit]) -> tuple[str, ...]:
    """Remember who keeps what open; returns the topics."""
    topics: dict[str, None] = {}
    for unit in units:
        for topic in unit.pending:
            topics[topic] = None
            state.registers.pending.setdefault(topic, {})[unit.unit] = None
    return tuple(topics)


def refresh(state: State, topics: Iterable[str], *, by: str) -> None:
    """Settle what no unit keeps open any more, reopen what one does again, and say counts with all their figures."""
    for topic in dict.fromkeys(topics):
        heads = [head for unit in state.registers.pending[topic] if (head := state.paths.head(unit)) is not None]
        kept = any(topic in head.pending for head in heads)
        if kept:
            cleared = state.registers.cleared.pop(topic, None)
            if cleared is not None:
                state.findings.reopen(topic, settled_by=cleared)
        elif state.findings.unsettled(topic) is not None:
            state.findings.settle_topic(topic, by=by)
            state.registers.cleared[topic] = by
        finding = state.findings.unsettled(topic)
        if kept and finding is not None and topic.startswith(COUNT):
            state.findings.amend(finding.id, sentence=said(heads), by=by)


def said(units: Sequence[Unit]) -> Message:
    """Counts that differ from what was declared, each unit with all of its counts; the total where there are several."""
    rows = [unit for unit in units if unit.miscounted]
    parts = [_counts(unit) for unit in sorted(rows, key=lambda unit: unit.unit)]
    last = [unit.tallies[-1] for unit in rows if unit.papers]
    if len(last) > 1:
        declared, counted = (sum(pair[place] for pair in last) for place in (0, 1))
        differs = message("counts.total", declared=declared, counted=counted)
        parts.append(message("counts.total-agrees") if declared == counted else differs)
    return message("counts", parts=tuple(parts))


def _counts(unit: Unit) -> Message:
    rows = enumerate(unit.tallies, start=unit.counts - len(unit.tallies) + 1)
    counts = tuple(message("counts.one", counted=counted, number=number) for number, (_, counted) in rows)
    declared = unit.tallies[-1][0]
    if unit.sent_from:
        # rules.md 142
        return message(
            "counts.sent-on",
            unit=unit.unit,
            source=unit.sent_from,
            station=unit.station,
            declared=declared,
            counts=counts,
        )
    return message("counts.of-unit", unit=unit.unit, declared=declared, counts=counts)


def without(unit: Unit, *, prefixes: Sequence[str]) -> tuple[str, ...]:
    """What a unit keeps open but for topics that begin so."""
    return tuple(topic for topic in unit.pending if not topic.startswith(tuple(prefixes)))


def together(*rows: Iterable[str]) -> tuple[str, ...]:
    """Topics of several rows, each once."""
    return tuple(dict.fromkeys(topic for row in rows for topic in row))


def handed_down(outer: Unit, *, broken: Iterable[str]) -> tuple[str, ...]:
    """What a unit that is opened leaves to its contents: what it kept open itself, and its broken seal."""
    seal = (seal_topic(outer.unit),) if outer.hold or outer.unit in broken else ()
    return together(outer.pending, seal)
