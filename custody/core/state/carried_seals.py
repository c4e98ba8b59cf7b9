"""Seals that stations carry over from the election that this one follows: registered by the openings in force that name them.

Not here: whether the earlier log says so of them (``custody.core.evidence.carried_over``).
"""

from __future__ import annotations

from custody.core.state.registers import Registers


def carry_over(registers: Registers, station: str, *, act: str) -> None:
    """An opening came into force: the seals that it names are at its station."""
    for seal in _named(registers, station):
        registers.carried.setdefault(seal, {})[act] = station


def carry_back(registers: Registers, station: str, *, act: str) -> None:
    """An opening is in force no longer."""
    for seal in _named(registers, station):
        rows = registers.carried.get(seal, {})
        rows.pop(act, None)
        if not rows:
            registers.carried.pop(seal, None)


def _named(registers: Registers, station: str) -> tuple[str, ...]:
    opening = registers.openings.get(station)
    return () if opening is None or opening.carried is None else opening.carried.seals
