"""The demonstration's election on a log that asks no log witnesses, as an installation opens it that runs none."""

from __future__ import annotations

from functools import cache

from custody.adapters.reference import reference_stations
from custody.core.entries.signing import public_bytes
from custody.demo.election import play, stage_of
from custody.election.reference import reference_election
from custody.sandbox.create import log_key_of


@cache
def unwitnessed_entries() -> tuple[bytes, ...]:
    """Its entries in the order of their recording; the first of them are those of ``open_election.prepared(1)``."""
    stations = reference_stations()
    stage = stage_of(reference_election(), seed=1)
    for _ in play(stage, stations=stations, log_key=public_bytes(log_key_of(1)).hex()):
        pass
    return tuple(stage.entries())
