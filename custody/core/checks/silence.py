"""Silence: which planned legs nobody has recorded by their deadlines, and how far the silence has gone. Pure.

    not-reported       so many hours after the deadline            silence_reported_hours
    overdue            so many hours after the deadline            silence_overdue_hours
    station-at-risk    so many hours before the station opens      silence_at_risk_hours; outward, once the deadline has passed

The hours are those of the rules in force when it is asked; on a closed log nothing is silent any more. Of the first two only the
further one is told: who was not heard of for twelve hours was not heard of for six. The third stands beside them. Used by the
monitor, which notes each step once (`OverdueNoted`); what its note means is for the ledger (`reports`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from custody.core.checks.case import STOPPED
from custody.core.state.legs import Leg, outstanding
from custody.core.state.moments import moment
from custody.core.state.registers import Consignment
from custody.core.state.state import State
from schemas.identifiers import epoch_seconds
from schemas.rules import Rules

_HOUR: Final = 3600
Step = Literal["not-reported", "overdue", "station-at-risk"]


@dataclass(frozen=True, slots=True)
class Silence:
    """One step of silence about one planned leg; ``since`` is when it was reached, in the offset of the deadline."""

    consignment: Consignment
    leg: int
    due: str
    step: Step
    since: str

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What is noted once: consignment, leg, deadline (epoch seconds), step."""
        return self.consignment.consignment, self.leg, epoch_seconds(self.due), self.step


def silences(state: State, *, now: int) -> Iterator[Silence]:
    """Every step of silence that was reached by ``now`` (epoch seconds) and stands, by consignment and leg."""
    if state.closed is not None:
        return
    rules = state.rules_now().rules
    for name, consignment in sorted(state.registers.consignments.items()):
        late = [leg for leg in consignment.legs if leg.due is not None and epoch_seconds(leg.due) <= now]
        if not late:
            continue
        opens = _opens(state, consignment)
        legs = state.legs(name)
        for leg in late:
            if leg.due is not None and unheard(state, legs, number=leg.number):
                for step, since in _reached(leg.due, opens=opens, rules=rules, now=now):
                    yield Silence(consignment, leg.number, leg.due, step, since)


def unheard(state: State, legs: Sequence[Leg], *, number: int) -> tuple[str, ...]:
    """The packages that nobody has recorded on a leg or beyond, without those whose loss or detention a finding tells already."""
    heads = {name: state.paths.head(name) for name in outstanding(legs, number=number)}
    return tuple(name for name, head in heads.items() if head is None or head.state not in STOPPED)


def _opens(state: State, consignment: Consignment) -> str | None:
    """When the station opens for voting, where the consignment is on its way to it."""
    stock = state.paths.head(state.registers.stations.get(consignment.station, ""))
    is_outward = consignment.direction == "out" and stock is not None and stock.book is not None
    return (stock.book.opens or None) if is_outward else None  # type: ignore[union-attr]


def _reached(due: str, *, opens: str | None, rules: Rules, now: int) -> Iterator[tuple[Step, str]]:
    deadline = epoch_seconds(due)
    overdue = deadline + rules.silence_overdue_hours * _HOUR
    reported = deadline + rules.silence_reported_hours * _HOUR
    if overdue <= now:
        yield "overdue", moment(overdue, like=due)
    elif reported <= now:
        yield "not-reported", moment(reported, like=due)
    if opens is not None:
        at_risk = max(deadline, epoch_seconds(opens) - rules.silence_at_risk_hours * _HOUR)
        if at_risk <= now:
            yield "station-at-risk", moment(at_risk, like=due)
