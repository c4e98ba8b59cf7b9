"""Device chains: each device numbers and links every event made on it (design D12).

A number ahead waits; two events with one number, or a link that contradicts the chain, prove two histories of one device.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from custody.core.undo import Undoable


@dataclass(slots=True)
class Chain(Undoable):
    """One device: event ids with numbers 1..n without a gap, and those that arrived ahead (number -> event, its previous)."""

    events: list[str] = field(default_factory=list)
    ahead: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    """the numbers of what arrived ahead, in order: nobody looks at all of them to find the first or the last"""


@dataclass(frozen=True, slots=True)
class ChainGap:
    """The first number missing in a chain, and the first event beyond it."""

    missing: int
    ahead: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Two events that cannot both be in one chain."""

    first: str
    second: str


class DeviceChains(Undoable):
    """All devices by key id."""

    __slots__ = ("_chains", "_countersigned", "_gapped", "forked")

    def __init__(self) -> None:
        self._chains: dict[str, Chain] = {}
        self.forked: dict[str, Fork] = {}
        self._countersigned: dict[str, dict[str, int]] = {}
        self._gapped: dict[str, None] = {}
        """devices of which something arrived ahead of a missing number"""

    def add(self, device: str, *, number: int, event: str, previous: str | None) -> Fork | None:
        """Place an event in its device's chain; returns the proof when this event forks it for the first time."""
        chain = self._chains.setdefault(device, Chain())
        fork = self._place(chain, number=number, event=event, previous=previous)
        if fork is None:
            fork = self._pull(chain)
        if chain.ahead:
            self._gapped[device] = None
        else:
            self._gapped.pop(device, None)
        if fork is not None and device not in self.forked:
            self.forked[device] = fork
            return fork
        return None

    def note(self, device: str, *, number: int, countersigned: Iterable[str]) -> tuple[str, ...]:
        """Events that persons signed on a device before a number of its chain; returns those that are news."""
        news = []
        for event in countersigned:
            row = self._countersigned.setdefault(event, {})
            if number < row.get(device, number + 1):
                row[device] = number
                news.append(event)
        return tuple(news)

    def countersigned(self, event: str, *, device: str) -> int | None:
        """The number of a device's chain that says it had countersigned an event by then; None where none does."""
        return self._countersigned.get(event, {}).get(device)

    def countersigners(self, event: str) -> Mapping[str, int]:
        """The devices on which somebody countersigned an event, each with the number by which that was."""
        return self._countersigned.get(event, {})

    def end(self, device: str) -> tuple[int, str] | None:
        """The highest number of a device's chain that arrived, gap or not, and its event; None where nothing did."""
        chain = self._chains.get(device)
        if chain is None:
            return None
        if chain.numbers:
            return chain.numbers[-1], chain.ahead[chain.numbers[-1]][0]
        return (len(chain.events), chain.events[-1]) if chain.events else None

    def at(self, device: str, number: int) -> str | None:
        """The event at a number of a device's chain; None where the chain without a gap is shorter."""
        chain = self._chains.get(device)
        return chain.events[number - 1] if chain is not None and 0 < number <= len(chain.events) else None

    def placed(self, device: str, number: int) -> str | None:
        """The event that has a number in a device's chain, or arrived ahead with it; None where none does."""
        chain = self._chains.get(device)
        ahead = None if chain is None else chain.ahead.get(number)
        return self.at(device, number) if ahead is None else ahead[0]

    def length(self, device: str) -> int:
        """How long a device's chain is without a gap."""
        chain = self._chains.get(device)
        return 0 if chain is None else len(chain.events)

    def ahead(self, device: str, *, number: int) -> tuple[tuple[int, str, str | None], ...]:
        """What arrived ahead of a gap up to a number: its number, the event, and the one before it that it names."""
        chain = self._chains.get(device)
        if chain is None:
            return ()
        numbers = chain.numbers[: bisect_right(chain.numbers, number)]
        return tuple((place, *chain.ahead[place]) for place in numbers)

    def has_gap(self, device: str) -> bool:
        """Whether events of a device arrived ahead of a missing number."""
        return bool(self._chains[device].ahead)

    def awaits(self, device: str, *, number: int) -> bool:
        """Whether a device's chain has later numbers than this one and lacks it."""
        chain = self._chains.get(device)
        return chain is not None and bool(chain.numbers) and len(chain.events) < number < chain.numbers[-1]

    def gap(self, device: str) -> ChainGap | None:
        """The first number that a device's chain lacks and the first event beyond it; None where nothing arrived ahead."""
        chain = self._chains.get(device)
        if chain is None or not chain.ahead:
            return None
        return ChainGap(len(chain.events) + 1, chain.ahead[chain.numbers[0]][0])

    def gapped(self) -> Iterator[str]:
        """Devices with a gap, by key id."""
        return iter(self._gapped)

    def rows(self) -> list[tuple[str, int, int, bool]]:
        """(device, length of the chain, events ahead, forked) in key order."""
        return [
            (device, len(chain.events), len(chain.ahead), device in self.forked)
            for device, chain in sorted(self._chains.items())
        ]

    @staticmethod
    def _place(chain: Chain, *, number: int, event: str, previous: str | None) -> Fork | None:
        have = len(chain.events)
        if number <= have:
            known = chain.events[number - 1]
            return None if known == event else Fork(known, event)
        if number in chain.ahead:
            known = chain.ahead[number][0]
            return None if known == event else Fork(known, event)
        chain.ahead[number] = (event, previous)
        insort(chain.numbers, number)
        return None

    @staticmethod
    def _pull(chain: Chain) -> Fork | None:
        fork: Fork | None = None
        while (number := len(chain.events) + 1) in chain.ahead:
            event, previous = chain.ahead.pop(number)
            chain.numbers.pop(0)
            before = chain.events[-1] if chain.events else None
            if previous != before and fork is None:
                # The link names an event that has the number before: that one and the one recorded there make the proof.
                fork = Fork(before or event, previous or event)
            chain.events.append(event)
        return fork
