"""Ledgers over many logs that begin alike: a beginning that was folded before is copied, and only what follows is folded.

Tests try the same acts in hundreds of orders, or hundreds of attacks after the same journey. A state follows from the log alone
(G3: test_same_log_same_state folds everything again from nothing, and so does every fold of ``make soak``), so a copy of it is
as good as another fold; test_copies shows that it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate, takewhile
from typing import Any, Final

from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from tests.core.ledger.copies import copied

_SOAK: Final = bool(os.environ.get("CUSTODY_SOAK"))
_LINES: Final = 4
"""Logs that are remembered beside each other."""
_MARKS: Final = 12
"""States that are remembered along one log."""
_WORTH: Final = 3
"""Entries that must lie between two of them: a copy costs as much as folding so many."""
_CHECKS: Final = 8_192
"""Entries whose checked form is remembered."""

Apply = Callable[[Ledger, int], None]


@dataclass(slots=True)
class _Line:
    """A log as it was last folded, and states along it: (number of entries, the ledger then)."""

    names: Sequence[Any] = ()
    marks: list[tuple[int, Ledger]] = field(default_factory=list)


class Folds:
    """What was folded last."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []

    def fold(self, names: Sequence[Any], *, apply: Apply) -> Ledger:
        """A ledger of the caller's own over all entries; ``names`` tell them apart, ``apply`` takes the one at a place."""
        line, common = self._closest(names)
        marks = [mark for mark in line.marks if mark[0] <= common]
        start, ledger = (marks[-1][0], copied(marks[-1][1])) if marks else (0, Ledger.empty())
        done = start
        for place in range(start, len(names) + 1):
            if place == common and place - done >= _WORTH:
                marks.append((place, copied(ledger)))
            if place < len(names):
                apply(ledger, place)
        line.names, line.marks = names, marks[-_MARKS:]
        return ledger

    def _closest(self, names: Sequence[Any]) -> tuple[_Line, int]:
        """The remembered log that begins most like this one, now the newest, and how many entries they share."""
        shared = [(_in_common(line.names, names), line) for line in self._lines]
        common, line = max(shared, key=lambda pair: pair[0], default=(0, _Line()))
        if common < _WORTH or _SOAK:
            common, line = 0, _Line()
        self._lines = [*(other for other in self._lines if other is not line), line][-_LINES:]
        return line, common


def _in_common(one: Sequence[Any], two: Sequence[Any]) -> int:
    """How many entries two logs begin with that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))


@lru_cache(maxsize=1)
def folds() -> Folds:
    """Those of this process."""
    return Folds()


@lru_cache(maxsize=1)
def _checks() -> dict[bytes, Checked]:
    return {}


def checked_at(entry: bytes, *, position: int, ledger: Ledger) -> Checked:
    """An entry after the front door.

    Where the ledger knew all keys that signed, the next ledger that does says the same: a key's id is the hash of the key.
    """
    known = _checks()
    found = known.get(entry)
    if found is not None and all(ledger.public_key(key) is not None for key in (*found.valid, *found.invalid)):
        return replace(found, position=position)
    found = check_entry(entry, position=position, keys=ledger.public_key)
    if not found.unresolved and not _SOAK and len(known) < _CHECKS:
        known[entry] = found
    return found


def checked_along(log: Sequence[bytes]) -> list[Checked]:
    """Entries after the front door, each by the keys that the entries before it enrolled.

    An entry is known by all that stands before it, so that what several logs begin with is checked, and folded, once.
    """
    names = list(accumulate(log, lambda before, entry: sha256(before + entry).digest(), initial=b""))[1:]
    known = _checked_before()

    def apply(ledger: Ledger, place: int) -> None:
        known[names[place]] = checked_at(log[place], position=place, ledger=ledger)
        ledger.apply(known[names[place]])

    folds().fold(names, apply=apply)
    if not all(name in known for name in names):
        ledger = Ledger.empty()
        for place in range(len(log)):
            apply(ledger, place)
    found = [known[name] for name in names]
    if len(known) > _CHECKS:
        known.clear()
    return found


@lru_cache(maxsize=1)
def _checked_before() -> dict[bytes, Checked]:
    """Hash of an entry and all before it -> the entry after the front door."""
    return {}


def name_of(checked: Checked) -> tuple[Any, ...]:
    """All that a checked entry says, but for its position."""
    return checked.entry, checked.event_id, checked.valid, checked.unresolved, checked.fault
