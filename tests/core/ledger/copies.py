"""A copy of a ledger: both go on from there, each by itself, and neither folds again what came before.

The theory is that of custody.core.undo: what can change in a state is an ``Undoable``, one of its kinds of containers, or the
tree; all else never changes and is shared. ``state_pictures`` refuses anything else, and test_copies shows that it is so.
"""

from __future__ import annotations

from typing import Any

from custody.core.ledger import Ledger
from custody.core.tlog.merkle import Tree
from custody.core.undo import Changes, Dict, List, Set, Undoable


def copied(ledger: Ledger) -> Ledger:
    """A ledger of its own with the same state."""
    made = Ledger.__new__(Ledger)
    made._changes = []
    made._kinds, made._meant = ledger._kinds, ledger._meant
    made._earlier, made._is_half_changed = None, False
    made._state = _Copying(made._changes).of(ledger.state)
    return made


class _Copying:
    """One copy in the making; a part that is held in several places stays one part."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._made: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        kind = type(value)
        if kind is Dict or kind is List or kind is Set or isinstance(value, Undoable) or kind is Tree:
            made = self._made.get(id(value))
            return self._of_part(value) if made is None else made
        return value

    def _of_part(self, value: Any) -> Any:
        kind: Any = type(value)
        made = kind.__new__(kind)
        self._made[id(value)] = made
        if kind is Dict:
            self._fill_dict(made, value)
        elif kind is List:
            made._changes = self._changes
            list.extend(made, map(self.of, value))
        elif kind is Set:
            made._changes = self._changes
            set.update(made, value)
        elif kind is Tree:
            made._rows = [bytearray(row) for row in value._rows]
        else:
            object.__setattr__(made, "_changes", self._changes)
            for name in kind.__slots__:
                object.__setattr__(made, name, self.of(getattr(value, name)))
            for name, item in getattr(value, "__dict__", {}).items():
                object.__setattr__(made, name, self.of(item))
        return made

    def _fill_dict(self, made: Any, value: Any) -> None:
        made._changes = self._changes
        made._next = value._next
        made._serials = None if value._serials is None else dict(value._serials)
        of = self.of
        dict.update(made, {key: of(item) for key, item in value.items()})
