"""Vouching: which events of a revoked key its owner still stands for.

The theory. A revocation names a device and a number of its chain. Vouched for are the *events* that stood at the numbers up to
that one when the revocation was recorded, not the numbers: whoever has the key can sign another event under an old number. A
number that was still missing then may be filled later, if the hash links fit. Where a later event stood already, links lead
down from it: it names the event before it, that one names the one before, and nothing else fits. Beyond the last one that
stood, an event fits that names it as the one before, and so on up to the vouched number; the first to come fills the number.
What arrives before its link is there is held back quietly, until it fits, or another one does, or the gap in the chain is told.

Of one device, only the first sixteen revocations may vouch for what is missing; any more vouch for what stood.

Not here: the chains themselves (device_chains), and whose signatures count (signature_check).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from custody.core.authority.device_chains import DeviceChains
from custody.core.undo import Undoable

Pledge = Literal["vouched", "open", "beyond"]
"""What the owner of a revoked key says of an event: stands for it, may yet, does not."""


OPEN_MAX: Final = 16
"""How many revocations may vouch for numbers of one device that are still missing."""


@dataclass(slots=True, kw_only=True)
class Vouched(Undoable):
    """What one revocation vouches for: the first ``stood`` events of the chain, and ``known`` ones above (number -> event)."""

    device: str
    number: int
    stood: int
    known: dict[int, str] = field(default_factory=dict)
    linked: dict[int, str] = field(default_factory=dict)
    """missing number -> the event that the links of later ones demand there"""
    held: dict[int, dict[str, str | None]] = field(default_factory=dict)
    """missing number -> events that came for it, each with the one before that it names"""
    highest: int = 0
    """the highest number at which an event is known"""
    fresh: dict[str, int] = field(default_factory=dict)
    """events held back of which nothing was told yet, each with its number"""
    late: dict[str, None] = field(default_factory=dict)
    """events held back that were told as late, the gap before them having been told"""


class Vouchings(Undoable):
    """What all revocations vouch for, by the event that revoked and by device."""

    __slots__ = ("_on", "_rows")

    def __init__(self) -> None:
        self._rows: dict[str, Vouched] = {}
        self._on: dict[str, list[str]] = {}

    def open(self, revocation: str, *, device: str, number: int, chains: DeviceChains) -> None:
        """A revocation is recorded: what stands in the device's chain now is what is vouched for."""
        stood = min(chains.length(device), number)
        row = Vouched(device=device, number=number, stood=stood, highest=stood)
        self._rows[revocation] = row
        if stood == number:
            return
        # rules.md 98
        if len(self._on.get(device, ())) == OPEN_MAX:
            row.number = stood
            return
        self._on.setdefault(device, []).append(revocation)
        for place, event, previous in chains.ahead(device, number=number):
            _accept(row, event, number=place, previous=previous)

    def place(self, event: str, *, device: str, number: int, previous: str | None, chains: DeviceChains) -> list[str]:
        """An event of a device comes after a revocation; returns the others about which that says something."""
        news: list[str] = []
        for revocation in self._on.get(device, ()):
            row = self._rows[revocation]
            if row.stood < number <= row.number and number not in row.known:
                row.held.setdefault(number, {})[event] = previous
                if event not in row.late:
                    row.fresh[event] = number
                news += _fill(row, number, device=device, chains=chains)
        if device in self._on and not chains.has_gap(device):
            news += self.tell_gap(device)
        return [name for name in dict.fromkeys(news) if name != event]

    def pledge(self, revocation: str, *, event: str, device: str, number: int, chains: DeviceChains) -> Pledge:
        """What a revocation says of an event with this place in the chain of its device."""
        row = self._rows.get(revocation)
        if row is None or device != row.device or number > row.number:
            return "beyond"
        known = chains.at(device, number) if number <= row.stood else row.known.get(number)
        if known is not None:
            return "vouched" if known == event else "beyond"
        # rules.md 98
        return "open" if event in row.held.get(number, {}) and event not in row.late else "beyond"

    def tell_gap(self, device: str) -> list[str]:
        """A gap in a device's chain was told: what was held back for its sake is late; returns those events."""
        found: dict[str, None] = {}
        for row in (self._rows[name] for name in self._on.get(device, ())):
            news = sorted(row.fresh, key=row.fresh.__getitem__)
            row.fresh.clear()
            row.late.update(dict.fromkeys(news))
            found.update(dict.fromkeys(news))
        return list(found)


def _fill(row: Vouched, number: int, *, device: str, chains: DeviceChains) -> list[str]:
    """Let what came for a number fill it if its links fit, and then what was held back next to it."""
    news: list[str] = []
    queue = [number]
    while queue:
        place = queue.pop()
        events = row.held.get(place)
        if not events or place in row.known:
            continue
        fitting = _fitting(row, place, device=device, chains=chains)
        if fitting is None:
            continue
        news += events
        for event in events:
            row.fresh.pop(event, None)
        if fitting in events:
            _accept(row, fitting, number=place, previous=events[fitting])
            queue += [place - 1, place + 1]
        for event in [name for name in events if name != fitting]:
            del events[event]
        row.held.pop(place, None)
    return news


def _fitting(row: Vouched, number: int, *, device: str, chains: DeviceChains) -> str | None:
    """The event that the links demand at a missing number, "" where none that came fits; None where that is not known yet."""
    if number in row.linked:
        return row.linked[number]
    if row.highest > number:
        return None
    if number == 1:
        before: str | None = None
    elif number - 1 <= row.stood:
        before = chains.at(device, number - 1)
    elif number - 1 in row.known:
        before = row.known[number - 1]
    else:
        return None
    return next((event for event, previous in row.held[number].items() if previous == before), "")


def _accept(row: Vouched, event: str, *, number: int, previous: str | None) -> None:
    row.known[number] = event
    row.highest = max(row.highest, number)
    if previous is not None and number - 1 > row.stood:
        row.linked.setdefault(number - 1, previous)
