"""A sealed box of the CEC in the pouch office's own pouch, under a seal of the ministry."""

from __future__ import annotations

from collections.abc import Sequence

from custody.demo.journey import Way
from custody.election.seals import nth_seal


def own_pouch(way: Way, *, boxes: Sequence[str]) -> str:
    """Two of the pouch office pack the boxes and seal the pouch; returns it."""
    pouch = way.names.pouch(1)
    papers = sum(way.stage.unit(box).papers or 0 for box in boxes)
    packed = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": list(boxes), "papers": papers}
    pair = way.stage.ministry[:2]
    way.act(packed, by=pair, where="capital")
    way.stage.ministry_seals_used += 1
    series, place = way.stage.election.rules.seal_series, way.stage.ministry_seals_used
    seal = {"unit": pouch, "seal": nth_seal(series, issuer="MFA", place=place)}
    way.act({"type": "SealsApplied", "seals": [seal]}, by=pair, where="capital")
    return pouch
