"""Facts made of the books at one state, shared by all who ask while they stay so, in whatever language and form.

A fact that was made while the books moved may be of two positions. It is kept under the state in which it was begun, whoever uses
it looks afterwards whether the books still stand there (``Responder``), and books only go forward: nobody is given it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

T = TypeVar("T")
KEPT_MAX: Final = 128
"""Facts of one state; those not used for longest go first."""


class KeptFacts:
    """The facts of one state."""

    def __init__(self, state: Hashable = None) -> None:
        """Nothing is made yet.  ``state`` is what they belong to: others are asked for where it differs."""
        self.state = state
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key, made if need be; two who ask at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return made
