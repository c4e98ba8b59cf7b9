"""The standing bar, which moment of which log a page speaks of: the last entry, its claimed time, the root, and who cosigned."""

from __future__ import annotations

from datetime import UTC, datetime

from custody.core.wording.outcomes import ENTRY
from projections.web.models.lines import SeenWitnessDoc, StandingBarDoc
from projections.web.snapshots.snapshot import Snapshot


def standing_bar(reading: Snapshot) -> StandingBarDoc:
    """The standing bar of a page."""
    stop = reading.stop
    head = reading.live.ledger.head_at(stop)
    outcomes = reading.live.ledger.outcomes(start=stop - 1, stop=stop)
    at = next((ENTRY.doc_of(outcome)["at"] for outcome in outcomes if outcome.kind == ENTRY.name), None)
    seen = reading.seen
    return StandingBarDoc(
        position=stop - 1,
        at=at,
        root=None if head is None else head.root,
        signed=0 if seen is None else seen.signed,
        witnesses=() if seen is None else tuple(_witness(name, at=at) for name, at in seen.witnesses),
    )


def _witness(name: str, *, at: int) -> SeenWitnessDoc:
    return SeenWitnessDoc(name=name, at=datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
