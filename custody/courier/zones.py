"""Drafting what the clocks of a place show: whoever opens an election or a station states its zone, the rest is read up.

What was stated stays as it is. A zone that the installed edition does not have gets no offsets, which the ledger tells.
"""

from __future__ import annotations

from typing import Any

from custody.adapters.timezones import EDITION, offset_rows
from custody.core.evidence.standpoint import Standpoint


def read_zone(said: dict[str, Any], seen: Standpoint) -> None:  # noqa: ARG001 - one row of a table like any other
    """Edition and offsets of the zone that is stated, of the years around the vote."""
    day = str(said.get("voting_day") or said.get("opens") or "")
    zone = said.get("timezone")
    said.setdefault("tzdata", EDITION)
    if isinstance(zone, str) and day[:4].isascii() and day[:4].isdigit():
        said.setdefault("offsets", offset_rows(zone, year=int(day[:4])))
