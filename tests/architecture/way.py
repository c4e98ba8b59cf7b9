"""``python -m tests.architecture.way``: the way of one entry through ``Ledger.apply``, in modules and changes of module.

The entry is the accepted answer of a handover, on a log on which everything before it has been applied. Counted are functions of
``custody.core``: which modules they are in, how many are called, and how often a call leads from one module into another.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

from custody.core.ledger import Ledger

CORE: Final = str(Path(__file__).parents[2] / "custody" / "core")
MODULES_MAX: Final = 20
CHANGES_MAX: Final = 100


@dataclass(slots=True)
class Way:
    """What was passed on the way: modules, functions, calls, and calls from one module into another."""

    modules: set[str] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    calls: int = 0
    changes: int = 0
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        """Called by the interpreter for each call and return."""
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(CORE):
            return
        self.modules.add(name)
        self.functions.add(
            (name, frame.f_code.co_qualname if hasattr(frame.f_code, "co_qualname") else frame.f_code.co_name)
        )
        self.calls += 1
        caller = frame.f_back
        while caller is not None and not caller.f_code.co_filename.startswith(CORE):
            caller = caller.f_back
        if caller is not None and caller.f_code.co_filename != name:
            self.changes += 1
            pair = (caller.f_code.co_filename[len(CORE) + 1 :], name[len(CORE) + 1 :])
            self.pairs[pair] = self.pairs.get(pair, 0) + 1


def way_of(ledger: Ledger, entry: Any) -> Way:
    """Apply one entry and note its way."""
    way = Way()
    sys.setprofile(way.note)
    try:
        ledger.apply(entry)
    finally:
        sys.setprofile(None)
    return way
