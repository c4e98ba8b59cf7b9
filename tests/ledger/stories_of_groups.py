"""Stories of what one person does again and again: one finding a place, person and cause, and one that follows it."""

from __future__ import annotations

from custody.core.findings import finding_id
from schemas.identifiers import unit_id
from tests.ledger.journeys import Journey
from tests.ledger.playing import CEC, Play
from tests.ledger.telling import tells


@tells("prepared", 111, 112, 113)
def what_one_officer_signs_alone_is_one_finding_until_each_of_it_is_settled(journey: Journey) -> None:
    play = journey.play
    orders = [_ordered(play, number=number) for number in (2, 3, 4)]
    alone = {finding_id(code="below-threshold", subject=unit, evidence=(event,)): event for event, unit in orders}
    first, second, last = sorted(alone)
    assert (play.only("below-threshold").id, play.only("below-threshold").count) == (first, 3)
    play.sign_late(alone[first], by="cec-2")
    play.act({"type": "FindingAcknowledged", "finding": last}, by=("duty-1",))
    rows = [(item.id, item.status, item.count) for item in play.findings]
    assert sorted(rows) == sorted([(first, "settled", 1), (second, "acknowledged", 2)])
    play.sign_late(alone[last], by="cec-2")
    play.sign_late(alone[second], by="cec-2")
    assert {item.status for item in play.findings} == {"settled"}


def _ordered(play: Play, *, number: int) -> tuple[str, str]:
    """An order to print, signed by one of two officers, and the unit that it is about."""
    run = unit_id(office="CEC", kind="batch", number=number)
    return play.act({"type": "PrintOrdered", "batch": run, "papers": 5}, by=CEC[:1], late=CEC[1:]), run
