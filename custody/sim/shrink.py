"""Shrinking: of a log on which a check fails, the fewest entries on which the same check still fails.

Delta debugging (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002): parts are left out, halves
first, then smaller ones, as long as the failure stays. The entries themselves are signed and stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Fails = Callable[[Sequence[bytes]], bool]


def shrink(entries: Sequence[bytes], *, fails: Fails, tries_max: int = 5_000) -> list[bytes]:
    """A short part of ``entries``, in order, on which ``fails`` still holds; none of them can be left out alone.

    ``fails(entries)`` must hold. After ``tries_max`` calls of ``fails`` the shortest part so far is returned.
    """
    kept, parts, tries = list(entries), 2, 0
    while len(kept) > 1 and tries < tries_max:
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            rest = [*kept[:start], *kept[start + size :]]
            tries += 1
            if rest and fails(rest):
                kept, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(len(kept), parts * 2)
    return kept
