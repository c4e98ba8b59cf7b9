"""Places that rival acts contest. Not here: how a dispute is found and decided (custody.core.fold.disputes)."""

from __future__ import annotations

from dataclasses import dataclass

Ref = tuple[str, str | None]
"""(unit, act it follows)"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places that the same rival acts contest: the acts that its finding names, and everybody who claimed the places by then."""

    places: tuple[Ref, ...]
    acts: tuple[str, ...]
    persons: frozenset[str]
