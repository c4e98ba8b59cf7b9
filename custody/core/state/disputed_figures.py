"""Disputed figures: what acts state that a dispute keeps out of force, so that it stays shown, marked.

The theory. A dispute steps a unit back to its last undisputed act; who holds it follows from that act alone. Figures are another
matter: a count or an account that is out of force because of a dispute is still what a commission signed, and an empty page would
say that nobody did. So of the disputed acts on each unit one is *shown*: the one with most statements of figures before it and by
it (an act that only moves the unit states none), of several the one whose id comes first. That is a property of the set of acts,
not of their order of arrival. An act that is set aside, in error or without effect shows nothing.

Not here: which acts are disputed (disputes, effects), and how the figures are told (outcome_figures).
"""

from __future__ import annotations

from custody.core.state.units import Book, PrintRun, Unit
from custody.core.undo import Undoable

Figures = tuple[int | None, int | None, Book | None, PrintRun | None]


class Suspended(Undoable):
    """Of each unit: the disputed acts that have a snapshot, and the one among them whose figures are shown."""

    __slots__ = ("_acts", "_shown", "_statements")

    def __init__(self) -> None:
        self._acts: dict[str, dict[str, None]] = {}
        self._shown: dict[str, str] = {}
        """unit -> the act shown; absent where nobody looked since the last of them went"""
        self._statements: dict[str, dict[str, int]] = {}
        """unit -> act -> how many acts up to it stated figures"""

    def keep(self, snapshot: Unit, *, before: Unit | None) -> None:
        """An act was judged good: it states figures if the unit after it has others than the unit before it."""
        row = self._statements.setdefault(snapshot.unit, {})
        known = 0 if before is None else row.get(before.act, 0)
        states = before is None or figures_of(before) != figures_of(snapshot)
        row[snapshot.act] = known + 1 if states else known

    def add(self, unit: str, *, act: str) -> bool:
        """An act is disputed; returns whether another act is shown from here on."""
        shown = self.shown(unit)
        self._acts.setdefault(unit, {})[act] = None
        if shown is not None and self._rank(unit, shown) <= self._rank(unit, act):
            return False
        self._shown[unit] = act
        return True

    def discard(self, unit: str, *, act: str) -> bool:
        """An act is disputed no more; returns whether it was the one shown."""
        row = self._acts.get(unit)
        if row is None or act not in row:
            return False
        del row[act]
        return self._shown.get(unit) == act and bool(self._shown.pop(unit))

    def shown(self, unit: str) -> str | None:
        """The disputed act whose figures are shown, None where no act on the unit is disputed."""
        row = self._acts.get(unit)
        if not row:
            return None
        if unit not in self._shown:
            self._shown[unit] = min(row, key=lambda act: self._rank(unit, act))
        return self._shown[unit]

    def _rank(self, unit: str, act: str) -> tuple[int, str]:
        return -self._statements[unit][act], act


def figures_of(snapshot: Unit) -> Figures:
    """What a snapshot says in figures."""
    return snapshot.papers, snapshot.counted, snapshot.book, snapshot.run
