"""The facts of a finding's own page: the events that disagree, side by side, and what else is found at the same station."""

from __future__ import annotations

from typing import Final

from projections.web.facts.entries import entries_at
from projections.web.facts.findings import SHOWN_MAX, Wanted, finding_answer, found
from projections.web.models.things import FindingPage
from projections.web.snapshots.snapshot import Snapshot

EVENTS_MAX: Final = 8


def finding_page(reading: Snapshot, identity: str) -> FindingPage:
    """A finding by its id; Absent."""
    finding = finding_answer(reading, identity).finding
    first = [reading.found.events.get(event, ()) for event in (one.event for one in finding.evidence)]
    positions = sorted({positions[0] for positions in first if positions and positions[0] < reading.stop})
    beside = found(reading, Wanted(station=finding.station)) if finding.station else ()
    return FindingPage(
        **reading.common(),
        finding=finding,
        events=entries_at(reading, positions[:EVENTS_MAX]),
        beside=tuple(one for one in beside[:SHOWN_MAX] if one.id != identity),
    )
