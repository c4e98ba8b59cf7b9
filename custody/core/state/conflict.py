"""Places that rival acts contest. Not here: how a dispute is found and decided (custody.core.fold.disputes)."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.base import Act, Common, Report

Ref = tuple[str, str | None]
"""(unit, act it follows)"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places that the same rival acts contest: the acts that its finding names, and everybody who claimed the places by then."""

    places: tuple[Ref, ...]
    acts: tuple[str, ...]
    persons: frozenset[str]


def refs_of(event: Common) -> tuple[Ref, ...]:
    """Each unit that an event names, with the act that it follows or observed there."""
    if isinstance(event, Act):
        return tuple((ref.unit, ref.previous) for ref in event.units)
    return tuple((ref.unit, ref.observed) for ref in event.units) if isinstance(event, Report) else ()
