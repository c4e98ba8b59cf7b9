"""Outcomes: the changes that one entry made, as documents; stores and views know nothing else of the ledger.

An outcome is not an event: nobody signed it, anyone can derive it again from the log, and the same log gives the same
outcomes in the same order on any machine.  Stores and views know outcomes only; they never judge.

Of two outcomes with the same kind and subject the later one *replaces* the earlier one wherever the current state is
shown; both stay in the history.  Order is (position, ordinal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final = (
    "entry",
    "entry-status",
    "unit",
    "handover",
    "consignment",
    "tour",
    "account",
    "print",
    "finding",
    "finding-withdrawn",
    "station",
    "election",
)
"""The closed set of kinds.

entry              what one entry says and what became of it; subject is its own position as decimal digits
entry-status       what an earlier entry means from here on (it waited, a dispute suspended it, signatures completed it): status
                   and codes only; subject is that entry's position
unit               the state of one unit from here on, and the sentence that says what brought it there
handover           one offer and what came of it
consignment        what one station is sent, with its legs planned and recorded
tour               one courier's journey with several consignments: what is waiting, aboard, delivered, elsewhere, left behind
account            the ballot account of one station, as flat figures
print              one printing batch, as flat figures
finding            what disagrees with what
finding-withdrawn  a dispute suspended the act that had raised the finding
station, election  facts that the pages need beside the figures
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that one entry changed or showed."""

    position: int
    """Log position of the entry that caused it."""
    ordinal: int
    """0, 1, 2 ... within the position."""
    kind: str
    """One of :data:`KINDS`."""
    subject: str
    """What it is about: a unit, a station, a finding; see :data:`KINDS`."""
    doc: Mapping[str, Any]
    """The whole of it: strings, integers, booleans, None, lists and objects with string keys only."""
