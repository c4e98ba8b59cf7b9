"""Ratios measured before, by the commit at which they were: what a new figure is to be held against.

Each was measured with little else running (load average 2 at most), on 2 virtual cores, as ``python -m bench <name>`` does
(the audit with 8,000 entries).  A ratio is of two things in one run, so another machine of the kind gives about the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

EARLIER: Final[Mapping[str, Sequence[tuple[str, float]]]] = {
    "audit": (("a4081ad", 0.25),),
    "ledger": (("a4081ad", 0.17),),
    "postgres ledger-store": (("a4081ad", 1.10),),
    "postgres views": (("a4081ad", 0.63),),
    "kafka rebuild": (("a4081ad", 0.08),),
    "admission": (("03e74ed", 0.34), ("a4081ad", 0.20)),
    "admission latency": (("a4081ad", 0.48),),
}
"""Name of the line -> (commit, ratio), oldest first."""
