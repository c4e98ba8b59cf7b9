"""The network between devices and log: what reaches the log, in which order and how often.

A device keeps what it made until a receipt tells it that the log has it (design D7); so every entry arrives at last,
perhaps late, perhaps more than once. Central devices have a network; phones and station devices may be without it for hours.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from custody.demo.world import HOUR, MINUTE, Submission
from custody.sim.population import Weather

_CENTRAL: Final = ("", "cec-device", "registry-device", "mfa-device", "printer-device")
_TRIES_MAX: Final = 20


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """An entry that arrives at a time (epoch seconds): at a gateway, or ``straight`` in the log; ``tries``: sent before."""

    at: int
    order: int
    entry: bytes = field(compare=False)
    tries: int = field(default=0, compare=False)
    urgent: bool = field(default=False, compare=False)
    """sent again at once where no receipt comes: nobody in the capital acts on before"""
    straight: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Network:
    """All that is under way, earliest first."""

    weather: Weather
    random: Random
    queue: list[Arrival] = field(default_factory=list)
    sent: int = 0

    def post(self, submissions: Sequence[Submission]) -> None:
        """Devices hand in what they made, when they can."""
        for submission in sorted(submissions):
            at = submission.recorded_at
            is_central = submission.device in _CENTRAL
            if not is_central and self.random.random() < self.weather.offline:
                at += self.random.randint(1, self.weather.offline_hours) * HOUR
            self._push(Arrival(at, self.sent, submission.entry, urgent=is_central))
            for share in (self.weather.duplicates, self.weather.crashes):
                if self.random.random() < share:
                    self.send(submission.entry, at=at + self.random.randint(1, 600) * MINUTE)

    def send(self, entry: bytes, *, at: int) -> None:
        """Put one entry on its way."""
        self._push(Arrival(at, self.sent, entry))

    def smuggle(self, entry: bytes, *, at: int) -> None:
        """Somebody writes into the log itself, past every gateway."""
        self._push(Arrival(at, self.sent, entry, straight=True))

    def again(self, arrival: Arrival) -> None:
        """No receipt came: the same bytes are sent again; given up after many tries, which the checks would show."""
        if arrival.tries < _TRIES_MAX:
            later = 1 if arrival.urgent else self.random.randint(1, 30) * MINUTE
            self._push(replace(arrival, at=arrival.at + later, order=self.sent, tries=arrival.tries + 1))

    def arrivals(self) -> Iterator[Arrival]:
        """Everything under way, as it arrives, and what is sent meanwhile."""
        while self.queue:
            yield heapq.heappop(self.queue)

    def _push(self, arrival: Arrival) -> None:
        heapq.heappush(self.queue, arrival)
        self.sent += 1
