"""The recount behind a broken seal: opened before three and an observer, counted, packed again, closed with a new seal."""

from __future__ import annotations

from collections.abc import Iterator

from custody.demo.journey import Way
from custody.demo.world import HOUR, MINUTE

_WATCHED = {"present": [{"role": "observer", "note": "present"}]}


def recounted(way: Way, *, pouch: str) -> Iterator[int]:
    """Nobody counts papers through a torn side; each step is an act of the commission, an observer beside it."""
    stage, packs = way.stage, list(way.stage.unit(pouch).contains)
    broken = stage.unit(pouch).seals[0].number
    yield stage.now + 40 * MINUTE
    opened = {"type": "ConsignmentOpened", "unit": pouch, "seals": stage.seals_found(pouch, condition="broken")}
    way.act({**opened, **_WATCHED}, by=way.commission)
    yield stage.now + 30 * MINUTE
    counts = [{"unit": pack, "papers": stage.unit(pack).papers} for pack in packs]
    count = {"type": "BallotsCounted", "occasion": "hold", "units": packs, "counts": counts}
    way.act({**count, **_WATCHED}, by=way.commission)
    yield stage.now + 10 * MINUTE
    papers = sum(stage.unit(pack).papers or 0 for pack in packs)
    again = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": packs, "papers": papers}
    way.act({**again, **_WATCHED}, by=way.commission)
    yield stage.now + 5 * MINUTE
    resealed = {"type": "SealReplaced", "unit": pouch, "removed": broken, "applied": stage.seal(pouch)["seal"]}
    way.act({**resealed, "reason": "found-broken", **_WATCHED}, by=way.commission)
    yield stage.now + 20 * HOUR
