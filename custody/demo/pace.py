"""Pace of couriers of a rehearsal: when they set out and deliver, where a plan leaves less time than people usually take.

A consignment's *window* is open from the first day of its mandate until it is due, and while the mandate lasts. What people
usually do stays as it is where it fits; else the courier sets out in the morning of one of the window's last days, and travels
only as long as there is room. Where papers are due before they would usually be packed, everything is prepared so many days
earlier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from custody.election import dates
from custody.election.genesis import moment
from custody.election.model import Election, PlannedConsignment

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_LAST_DAYS: Final = 3
"""Of a long window, how many days before its end a courier sets out who cannot go when people usually do."""
_ROOM: Final = 0.7
"""What part of the time that is left before a deadline people use."""
_LONGEST_OUT: Final = 64 * _HOUR
"""From the usual start of a journey out to its latest usual delivery: the wait for the courier, travel, stops."""


@dataclass(frozen=True, slots=True)
class MandateTime:
    """From when until when a consignment can be carried, epoch seconds; ``morning`` of the first of its last days."""

    starts: int
    ends: int
    morning: int

    def sets_out(self, usual: int, *, longest: int, share: float, now: int = 0) -> int:
        """When the courier sets out who would usually do so then, and deliver at most ``longest`` seconds later.

        ``share`` from 0 to 1: how late in the morning; ``now``: before that nobody sets out.
        """
        if self.starts <= usual and usual + longest <= self.ends:
            return usual
        morning = max(now, self.morning)
        return morning + int(share * min(5 * _HOUR, max(self.ends - morning, 0) // 4))

    def part(self, now: int, *, longest: int) -> float:
        """What part of the usual times is left to somebody on the way, who usually takes ``longest`` seconds at most."""
        return min(1.0, max(_ROOM * (self.ends - now), _HOUR) / longest)


def window(planned: PlannedConsignment, *, due_zone: str, zone: str) -> MandateTime:
    """The window of a consignment: due by the clock of ``due_zone``, days by the commission's."""
    first, last = planned.days
    starts = moment(f"{first} 00:00", zone=zone)
    ends = min(moment(planned.due, zone=due_zone), moment(f"{last} 23:59", zone=zone))
    latest = max(first, dates.day(planned.due[:10], days=-_LAST_DAYS))
    return MandateTime(starts, ends, moment(f"{latest} 07:00", zone=zone))


def days_ahead(election: Election) -> int:
    """How many days earlier than usual everything is prepared, so that each consignment out can be carried when its plan says."""
    usual = moment(f"{dates.day(election.days[0], days=dates.TO_COURIER)} 07:00", zone=election.timezone)
    return max((_days(usual - row.morning) for row in _tight(election, usual=usual)), default=0)


def _tight(election: Election, *, usual: int) -> Iterable[MandateTime]:
    for planned in election.plan:
        if planned.direction == "out" and planned.station in election.by_station:
            zone = election.by_station[planned.station].timezone
            row = window(planned, due_zone=zone, zone=election.timezone)
            if usual + _LONGEST_OUT > row.ends:
                yield row


def _days(seconds: int) -> int:
    return max(0, -(-seconds // _DAY))
