"""The pouch office's own pouch: a sealed box of the CEC packed into it on the way, under a seal of the ministry."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.identifiers import seal_id, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC

MFA = ("mfa-1", "mfa-2")


def boxed(journey: Journey, *, number: int = 1, papers: int = 0) -> str:
    """All papers (or so many) in a sealed box, manifested and at the pouch office."""
    play, box = journey.play, unit_id(office=journey.code, kind="box", number=number)
    papers = papers or journey.papers
    journey.packs.append(journey.names.pack(number))
    pack = {"type": "UnitPacked", "unit": journey.packs[-1], "batch": journey.names.batch, "contents": []}
    play.act({**pack, "papers": papers}, by=CEC)
    play.act({**pack, "unit": box, "batch": None, "contents": journey.packs[-1:], "papers": papers}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(box)]}, by=CEC)
    if papers == journey.papers:
        journey.manifested([box], papers=papers)
        journey.over(CEC[:1], MFA[:1], units=[box])
    return box


def into_own_pouch(journey: Journey, *, box: str, more: Sequence[str] = (), by: Sequence[str] = MFA) -> str:
    """The box in the ministry's pouch, and its seal; returns the packing."""
    papers = sum(journey.play.unit(name).papers or 0 for name in (box, *more))
    act = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [box, *more], "papers": papers}
    packed = journey.play.act(act, by=by)
    seal = {"unit": journey.pouch, "seal": seal_id(issuer="MFA", number=1)}
    journey.play.act({"type": "SealsApplied", "seals": [seal]}, by=by)
    return packed
