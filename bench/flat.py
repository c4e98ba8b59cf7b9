"""Whether an entry costs the same in a large election as in a small one: the front door and the fold, in processor time.

What is compared, in one run: the mean cost of an entry of the whole demonstration election (65 stations) with that of the same
election at eight times as many stations, played out act by act. The aim is a ratio of 0.8 at least.
"""

from __future__ import annotations

import itertools
import string
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from custody.adapters.reference import ReferenceStation, reference_stations
from custody.core.entries.admission import check_entry
from custody.core.entries.signing import verify_bulk
from custody.core.ledger import Ledger
from custody.demo.election import play, set_stage

TIMES = 8
_OFFICES = frozenset({"CEC", "MFA"})


def run() -> Iterator[tuple[str, float]]:
    """("flat", cost of an entry in the small election / in the large one)."""
    small, large = (_cost_us(_entries(times)) for times in (1, TIMES))
    yield "flat", small / large


def _cost_us(entries: Sequence[bytes]) -> float:
    ledger = Ledger.empty()
    begin_s = time.process_time()
    for position, entry in enumerate(entries):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key, verifier=verify_bulk))
    cost_us = (time.process_time() - begin_s) / len(entries) * 1e6
    print(f"flat: {len(entries):,} entries, {cost_us:,.0f} us of processor each")
    return cost_us


def _entries(times: int) -> list[bytes]:
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
