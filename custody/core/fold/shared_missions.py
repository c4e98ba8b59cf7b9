"""Missions that several stations share: for which of them the head of one signs an act.

Not here: which stations share a mission (registers), and who may hold what (parties).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from custody.core.authority.roster import KeyRecord
from custody.core.authority.stand_ins import HEAD
from custody.core.state.registers import Registers
from schemas.base import AtStation, Common


def seated_at(event: Common, *, registers: Registers) -> Callable[[KeyRecord], KeyRecord]:
    """A key as it counts on an event: a head of mission's for the station of the event, where that shares the mission."""
    station = event.station if isinstance(event, AtStation) else ""

    def seated(record: KeyRecord) -> KeyRecord:
        is_away = bool(station) and record.role == HEAD and record.office != station
        if is_away and registers.serves(record.office, station=station):
            return replace(record, serves=station)
        return record

    return seated
