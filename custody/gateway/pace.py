"""Pace: the share of the machine's time that one sender may take for good, so that the next one finds it mostly free.

To be served in turn is not enough: who comes while another's work is going on waits for it, and both then share the processor.
So whoever has used some time at once goes on only as fast as a part of the time allows. Pure: time is an argument, in seconds of
any clock that does not go back. Who owes nothing any more is forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

LANES_MAX: Final = 16_384
_SWEPT_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Duty:
    """What part of the time is one lane's for good, and how many seconds of work at once."""

    part: float = 0.25
    at_once_s: float = 0.05


class Pace:
    """What every lane has used beyond its part."""

    def __init__(self, duty: Duty, *, lanes_max: int = LANES_MAX) -> None:
        self._duty = duty
        self._lanes_max = lanes_max
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._used)

    def spend(self, lane: str, *, cost_s: float, at_s: float) -> None:
        """The lane has used so many seconds of work."""
        used_s = self._now(lane, at_s=at_s) + cost_s
        self._used.pop(lane, None)
        self._used[lane] = (used_s, at_s)
        for _ in range(_SWEPT_AT_ONCE):
            oldest = next(iter(self._used))
            if oldest == lane or (self._now(oldest, at_s=at_s) > 0.0 and len(self._used) <= self._lanes_max):
                return
            del self._used[oldest]

    def wait_s(self, lane: str, *, at_s: float) -> float:
        """0.0, or the seconds until this lane may go on."""
        return max(0.0, self._now(lane, at_s=at_s) - self._duty.at_once_s) / self._duty.part

    def _now(self, lane: str, *, at_s: float) -> float:
        used_s, since_s = self._used.get(lane, (0.0, at_s))
        return max(0.0, used_s - (at_s - since_s) * self._duty.part)
