"""Backoff, the wait of whoever tries again: twice as long after each failure in a row, up to a bound.

Not here: what is tried, after which errors, how often, and the waiting itself: they belong to each loop.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """A wait of ``first_ms`` after the first failure, and never more than ``most_ms``."""

    first_ms: int
    most_ms: int

    def wait_ms(self, failures: int) -> int:
        """The wait after so many failures in a row, one at least."""
        wait = self.first_ms
        for _ in range(failures - 1):
            if wait >= self.most_ms:
                break
            wait *= 2
        return min(wait, self.most_ms)
