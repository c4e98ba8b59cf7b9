"""Publication of one log: the positions that a gateway withholds, and for how long, by the one predicate.

Not here: the predicate (``core.withholding``), and HTTP.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from custody.core.authority.withholding import tells, until
from custody.core.wording.outcomes import ACCOUNT, DIRECTION, ELECTION, STATION, UNIT, Outcome

NEEDED: Final = (STATION, ACCOUNT, DIRECTION, ELECTION)
"""The outcomes by which it is known; it takes ``unit`` for ``direction``, and no notice of others."""


class Publication:
    """Which positions of one log are withheld, by its outcomes up to :attr:`next`.

    One thread takes entries in, any thread asks.
    """

    def __init__(self) -> None:
        self.next = 0
        """The first position that was not taken in."""
        self._lock = Lock()
        self._stations: dict[str, Mapping[str, Any]] = {}
        self._accounts: dict[str, Mapping[str, Any]] = {}
        self._units: dict[str, bool] = {}
        self._positions: list[int] = []
        self._told: dict[int, tuple[str, str | None, tuple[str, ...], bool]] = {}
        self._is_closed = False

    def take(self, position: int, *, event: Any, outcomes: Iterable[Outcome]) -> None:
        """Take in the entry at ``position``: its event, None for what is none, and what it meant."""
        with self._lock:
            for outcome in outcomes:
                self._take_outcome(outcome)
            kind = str(getattr(event, "type", ""))
            act = getattr(event, "stands_for", None)
            stands_for = None if act is None else str(act.act)
            if tells(kind, stands_for=stands_for, goes_back=True):
                self._positions.append(position)
                self._told[position] = (
                    kind,
                    stands_for,
                    _there_before(event),
                    getattr(event, "direction", None) == "back",
                )
            self.next = position + 1

    def _take_outcome(self, outcome: Outcome) -> None:
        if outcome.kind == STATION.name:
            self._stations[outcome.subject] = STATION.doc_of(outcome)
        elif outcome.kind == ACCOUNT.name:
            self._accounts[outcome.subject] = ACCOUNT.doc_of(outcome)
        elif outcome.kind == UNIT.name:
            self._note(outcome.subject, direction=UNIT.doc_of(outcome)["direction"])
        elif outcome.kind == DIRECTION.name:
            self._note(outcome.subject, direction=DIRECTION.doc_of(outcome)["direction"])
        elif outcome.kind == ELECTION.name:
            self._is_closed = ELECTION.doc_of(outcome)["closed"]

    def _note(self, unit: str, *, direction: str | None) -> None:
        """What went back once goes on being told of as that, whatever a dispute makes of it."""
        self._units[unit] = direction == "back" or self._units.get(unit, False)

    def until(self) -> str | None:
        """Until when some positions are withheld; None where none is."""
        with self._lock:
            return until(self._stations, accounts=self._accounts, is_closed=self._is_closed)

    def withheld(self, *, start: int, stop: int) -> Sequence[int]:
        """The positions from ``start`` up to ``stop`` that hold figures from inside the boxes, in order."""
        with self._lock:
            found = self._positions[bisect_left(self._positions, start) : bisect_left(self._positions, stop)]
            return [position for position in found if self._tells(position)]

    def _tells(self, position: int) -> bool:
        kind, stands_for, units, is_said = self._told[position]
        # What is about units that nobody knows yet is taken for what goes back: their packing may still be on its way.
        goes_back = (
            is_said or self._units.keys().isdisjoint(units) or any(self._units.get(unit, True) for unit in units)
        )
        return tells(kind, stands_for=stands_for, goes_back=goes_back)


def _there_before(event: Any) -> tuple[str, ...]:
    """The units of an event but the one that a packing makes: nobody knows it before."""
    made = getattr(event, "unit", None) if getattr(event, "type", "") == "UnitPacked" else None
    refs = getattr(event, "units", ())
    return tuple(ref.unit for ref in refs if ref.unit != made or ref.previous is not None)
