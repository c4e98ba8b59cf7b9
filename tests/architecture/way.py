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

from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, fold

CORE: Final = str(Path(__file__).parents[2] / "custody" / "core")


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


def way_of_an_answer() -> Way:
    """The way of the answer with which the mission's officer takes a pouch over from the courier, nothing amiss."""
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    journey.over((journey.courier,), journey.who("officer"))
    *before, answer = journey.play.log
    ledger = fold(before)
    return way_of(ledger, check_entry(answer, position=len(before), keys=ledger.public_key))


def main() -> None:
    """Print the figures, and the twenty pairs of modules between which the way changes most often."""
    way = way_of_an_answer()
    sys.stdout.write(
        f"{len(way.modules)} modules, {len(way.functions)} functions, {way.calls} calls, {way.changes} changes of module\n"
    )
    for (caller, called), count in sorted(way.pairs.items(), key=lambda row: (-row[1], row[0]))[:20]:
        sys.stdout.write(f"{count:5}  {caller} -> {called}\n")


if __name__ == "__main__":
    main()
