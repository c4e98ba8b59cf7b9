"""A trail: events that followed each other, each linked to the one before, so that adding one costs no more after many.

Snapshots of a unit share the trail that they have in common. Not here: which events belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Final

LOOKED_BACK: Final = 64
"""How many events of a trail are looked at in search of a cause; those before them are too far back."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The newest event of a trail and the trail before it. Two trails of the same events are equal."""

    event: str
    before: Trail | None = None

    def __iter__(self) -> Iterator[str]:
        """Events, the newest first."""
        trail: Trail | None = self
        while trail is not None:
            yield trail.event
            trail = trail.before

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trail) and all(one == two for one, two in zip_longest(self, other))

    def __hash__(self) -> int:
        return hash(self.event)

    def __repr__(self) -> str:
        return f"Trail({', '.join(self)})"


def newest(trail: Trail | None, *, most: int) -> tuple[str, ...]:
    """The newest events of a trail, so many at most, the oldest of them first."""
    return () if trail is None else tuple(islice(trail, most))[::-1]
