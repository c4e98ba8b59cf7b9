"""Whether somebody with valid keys can make the ledger slow: each hostile shape at its 5,000th entry, against honest entries.

Compared, in one run and in processor time of the fold: an entry of the shape after ``COUNT`` like it, and right after that an
honest one after as many or more, so that what else the machine does weighs on both. 1 is the cost of an honest entry; the aim
is 2 at most. ``python -m bench.hostile N [kind ...]`` plays other lengths.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Final

from bench.hostile_decisions import DECISIONS
from bench.hostile_disputes import DISPUTES
from bench.hostile_journeys import ON_THE_WAY
from bench.hostile_lives import LIVES
from bench.hostile_records import RECORDS
from bench.hostile_shapes import SHAPES, HostileElection, Shape, honest

ALL: Final = MappingProxyType({**SHAPES, **ON_THE_WAY, **LIVES, **DECISIONS, **RECORDS, **DISPUTES})
"""Kind -> how it is played."""
COUNT: Final = 5_000
_ROWS: Final = 8
_ROW: Final = 30


def run(count: int = COUNT, kinds: Sequence[str] = tuple(ALL)) -> Iterator[tuple[str, float]]:
    """("hostile-<kind>", cost of an entry of that shape / cost of an honest one, measured right after it)."""
    usual = _Played(honest, count=count)
    print(f"hostile: {count:,} entries each; an honest one costs the fold {usual.cost_us():,.0f} us")
    for kind in kinds:
        cost_us = _Played(ALL[kind], count=count).cost_us()
        yield f"hostile-{kind}", cost_us / usual.cost_us()


class _Played:
    """A ledger with so many entries of one shape, and the entries that follow."""

    def __init__(self, shape: Shape, *, count: int) -> None:
        self._stage = HostileElection()
        self._entries = shape(self._stage, count)
        for entry in islice(self._entries, count):
            self._stage.put(entry)

    def cost_us(self) -> float:
        """Processor time of the next entries, each; the cheapest of several rows of them, for other work disturbs the clock."""
        return min(_mean_us(self._stage, list(islice(self._entries, _ROW))) for _ in range(_ROWS))


def _mean_us(stage: HostileElection, entries: Sequence[bytes]) -> float:
    checked = []
    for entry in entries:
        checked.append(stage.checked(entry))
        stage.size += 1
    gc.collect()
    gc.disable()
    begin_s = time.process_time()
    for one in checked:
        stage.ledger.apply(one)
    spent_s = time.process_time() - begin_s
    gc.enable()
    return spent_s / len(checked) * 1e6


def main(arguments: Sequence[str]) -> None:
    """Print the figures of one length."""
    count = int(arguments[0]) if arguments else COUNT
    for name, ratio in run(count, tuple(arguments[1:]) or tuple(ALL)):
        print(f"ratio {name} {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
