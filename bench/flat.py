"""Whether an entry costs the same late as early: the front door and the fold, in processor time.

What is compared, in one run:

    flat              the mean cost of an entry of the whole demonstration election (65 stations) with that of the same
                      election at eight times as many stations, played out act by act
    flat-last-tenth   the same of the last tenth of both, which are acts of the same kinds
    flat-statements   the first tenth of a log on which ten stations state figures again and again with its last tenth

The aim is a ratio of 0.8 at least. ``python -m bench.flat TIMES`` prints the first two for another size, 36 for 100,000 entries.
"""

from __future__ import annotations

import itertools
import string
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from custody.adapters.reference import ReferenceStation, reference_stations
from custody.cli.heap import expect_growth
from custody.core.entries.admission import check_entry
from custody.core.entries.signing import verify_bulk
from custody.core.ledger import Ledger
from custody.demo.election import play, set_stage
from tests.worlds import World

TIMES = 8
STATEMENTS = 22_000
_OFFICES = frozenset({"CEC", "MFA"})


def run() -> Iterator[tuple[str, float]]:
    """("flat", "flat-last-tenth", "flat-statements"; an early entry's cost / a late one's)."""
    yield from _compared(TIMES)
    costs = _costs_us(World().some(STATEMENTS))
    yield "flat-statements", _mean(costs[: STATEMENTS // 10]) / _mean(costs[-(STATEMENTS // 10) :])


def _compared(times: int) -> Iterator[tuple[str, float]]:
    small, large = (_costs_us(real_election(size)) for size in (1, times))
    yield "flat", _mean(small) / _mean(large)
    yield "flat-last-tenth", _mean(small[-(len(small) // 10) :]) / _mean(large[-(len(large) // 10) :])


def _costs_us(entries: Sequence[bytes]) -> list[float]:
    """What each entry costs, in microseconds of processor."""
    expect_growth()
    ledger, costs = Ledger.silent(earlier=lambda count: entries[:count]), []
    for position, entry in enumerate(entries):
        begin_s = time.process_time()
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key, verifier=verify_bulk))
        costs.append((time.process_time() - begin_s) * 1e6)
    tenth = len(costs) // 10
    last = f"{_mean(costs[-tenth:]):,.0f} in the last tenth"
    print(f"flat: {len(costs):,} entries, {_mean(costs):,.0f} us of processor each, {last}")
    return costs


def _mean(costs: Sequence[float]) -> float:
    return sum(costs) / len(costs)


def real_election(times: int) -> list[bytes]:
    """The entries of the demonstration election at so many times its stations."""
    stations = _stations(times)
    stage = set_stage(seed=1, stations=stations)
    for _ in play(stage, stations=stations, log_key="11" * 32):
        pass
    return stage.entries()


def _stations(times: int) -> tuple[ReferenceStation, ...]:
    """The stations of the demonstration, and as many more as it takes, under codes of their own."""
    own = tuple(reference_stations())
    taken = {station.code for station in own} | _OFFICES
    codes = ("".join(letters) for letters in itertools.product(string.ascii_uppercase, repeat=3))
    free = (code for code in codes if code not in taken)
    more = [replace(station, code=next(free)) for _ in range(times - 1) for station in own]
    return (*own, *more)


if __name__ == "__main__":
    for name, ratio in _compared(int(sys.argv[1])):
        print(f"ratio {name} {ratio:.2f}")
