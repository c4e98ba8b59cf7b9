"""Dues: whether anything on the log waits or falls due, so that its time has to run on (domain.md §10). Pure.

    an event that waits, an open offer, a gap in a device's chain       until a finding tells it
    a planned leg with a deadline, of which somebody was not heard yet  until it is overdue in the time of the log

Used by the monitor, which signs ``HeartbeatNoted`` while it is so, at the moments given here.

Not here: what becomes of what is due (log_time, silence).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

from custody.core.checks.log_time_limits import base, latest, steps
from custody.core.checks.silence import unheard
from custody.core.fold.offers import OPEN
from custody.core.fold.waiting import is_told
from custody.core.state.registers import Consignment
from custody.core.state.state import State
from custody.core.state.topics import gap_topic
from schemas.identifiers import epoch_seconds

_HOUR: Final = 3600
_MOMENTS_MAX: Final = 48
"""How many hourly notes are made at once by a monitor that was away."""


def is_anything_due(state: State) -> bool:
    """Whether something waits for the time of the log to go on."""
    return state.closed is None and bool(state.election) and any(_dues(state))


def moments_due(state: State, *, now: int, noted: Collection[int], idle: int | None) -> tuple[int, ...]:
    """The moments, epoch seconds, that the monitor's hourly notes have to claim by ``now``, earliest first.

    ``noted`` are moments that such notes on the log claim already; ``idle`` is the newest of the monitor's own that the ledger
    did not apply: then it makes no more than one an hour.
    """
    hour = now // _HOUR * _HOUR
    if hour <= base(state) or not is_anything_due(state):
        return ()
    if state.policies[-1][1].quorum is not None:
        return () if hour in noted else (hour,)
    if idle is not None and idle > base(state):
        return () if idle >= hour or latest(state) < hour else (hour,)
    return tuple(_unnoted(moment, noted=noted) for moment in islice(steps(state, now=hour), _MOMENTS_MAX))


def _unnoted(moment: int, *, noted: Collection[int]) -> int:
    """A moment that no note claims: after the time of the log was set back, those of before have to be told apart."""
    while moment in noted:
        moment -= 1
    return moment


def _dues(state: State) -> Iterator[bool]:
    for name in state.waiting:
        yield not is_told(state, state.records[name])
    for offer in state.registers.offers.values():
        yield offer.state in OPEN and not offer.is_told
    for device in state.devices.gapped():
        told = state.findings.on_topic(gap_topic(device))
        yield all(finding.status == "settled" for finding in told)
    for name, consignment in state.registers.consignments.items():
        yield _is_awaited(state, name, consignment=consignment)


def _is_awaited(state: State, name: str, *, consignment: Consignment) -> bool:
    """Whether a leg of a consignment has a deadline that is not long past, and somebody was not heard of on it."""
    long_past = base(state) - state.rules_now().rules.silence_overdue_hours * _HOUR
    dated = [leg.number for leg in consignment.legs if leg.due is not None and epoch_seconds(leg.due) >= long_past]
    if not dated:
        return False
    legs = state.legs(name)
    return any(unheard(state, legs, number=number) for number in dated)
