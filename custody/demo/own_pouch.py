"""A sealed box of the CEC in the pouch office's own pouch, under a seal of the ministry."""

from __future__ import annotations

from collections.abc import Sequence

from custody.demo.journey import Way
from schemas.identifiers import seal_id

_MFA = ("mfa-1", "mfa-2")


def own_pouch(way: Way, *, boxes: Sequence[str]) -> str:
    """Two of the pouch office pack the boxes and seal the pouch; returns it."""
    pouch = way.names.pouch(1)
    papers = sum(way.stage.unit(box).papers or 0 for box in boxes)
    packed = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": list(boxes), "papers": papers}
    way.act(packed, by=_MFA, where="capital")
    way.stage.ministry_seals_used += 1
    seal = {"unit": pouch, "seal": seal_id(issuer="MFA", number=way.stage.ministry_seals_used)}
    way.act({"type": "SealsApplied", "seals": [seal]}, by=_MFA, where="capital")
    return pouch
