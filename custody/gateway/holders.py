"""The entry of the log that already has the signatures that somebody hands in again.

Anybody may read entries and hand in any part of their signatures: such an envelope is new bytes and says nothing new. For every
event the entries that brought something are kept, a few at most; an event that the ledger keeps no record of (of another
election) is remembered like any other. One thread at a time adds. Not here: whether a signature is valid (admission).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

HOLDERS_MAX: Final = 32
"""Entries kept for one event: more than it may have signers, of whom each can bring something new once."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An entry and the keys whose valid signatures it carries."""

    position: int
    entry: str
    keys: frozenset[str]


class Holders:
    """The entries of every event."""

    def __init__(self, below: Holders | None = None) -> None:
        """``below``: what is known already; what is added here is not added there."""
        self._below = below
        self._of: dict[str, tuple[Holder, ...]] = {}

    def add(self, event: str, *, holder: Holder) -> None:
        """An entry of this event, unless those before it have all that it has."""
        kept = self.of(event)
        if len(kept) < HOLDERS_MAX and not any(one.keys >= holder.keys for one in kept):
            self._of[event] = (*self._of.get(event, ()), holder)

    def of(self, event: str) -> tuple[Holder, ...]:
        """The entries of this event, in their order."""
        below = () if self._below is None else self._below.of(event)
        return (*below, *self._of.get(event, ()))

    def holding(self, event: str, *, keys: Iterable[str]) -> Holder | None:
        """The first entry with all these keys' signatures, else the one that brought the last of them; None if any is new."""
        wanted, kept = frozenset(keys), self.of(event)
        whole = next((one for one in kept if one.keys >= wanted), None)
        if whole is not None or not wanted:
            return whole
        first = _brought(kept)
        if not wanted <= first.keys():
            return None
        return max((first[key] for key in wanted), key=kept.index)


def _brought(kept: Iterable[Holder]) -> Mapping[str, Holder]:
    """Key -> the entry that brought its signature first."""
    found: dict[str, Holder] = {}
    for holder in kept:
        for key in holder.keys:
            found.setdefault(key, holder)
    return found
