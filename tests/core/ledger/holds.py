"""What people do with a pouch whose seal is not whole: opened before three and an observer, counted, repacked, sealed anew."""

from __future__ import annotations

from tests.core.ledger.journeys import Journey

WATCHED = [{"role": "observer", "note": "present"}]


def opened_on_hold(journey: Journey) -> str:
    """Opened before three and an observer; its own seal is not whole, those inside are read."""
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    act = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": seals, "present": WATCHED}
    return journey.play.act(act, by=journey.commission)


def counted_on_hold(journey: Journey, *, wrong: int = 0, by: tuple[str, ...] = ()) -> str:
    """The packs that came out of it counted; ``wrong`` is added to the first figure."""
    papers = [journey.play.unit(pack).papers or 0 for pack in journey.packs]
    papers[0] += wrong
    counts = [{"unit": pack, "papers": figure} for pack, figure in zip(journey.packs, papers, strict=True)]
    act = {"type": "BallotsCounted", "occasion": "hold", "counts": counts, "units": journey.packs, "present": WATCHED}
    return journey.play.act(act, by=by or journey.commission)


def repacked(journey: Journey) -> str:
    """The packs back in the pouch."""
    act = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": journey.packs}
    return journey.play.act({**act, "papers": journey.papers}, by=journey.commission)


def resealed(journey: Journey) -> str:
    """A new seal, linked to the one that was not whole."""
    act = {"type": "SealReplaced", "unit": journey.pouch, "removed": journey.play.unit(journey.pouch).seals[0].number}
    applied = journey.play.stage.seal(journey.pouch)["seal"]
    return journey.play.act({**act, "applied": applied, "reason": "found-broken"}, by=journey.commission)
