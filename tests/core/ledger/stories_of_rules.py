"""Stories about rules that are data: how many papers a station is allocated, who sends papers on, how long papers are kept."""

from __future__ import annotations

from schemas.identifiers import epoch_seconds, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.telling import tells


@tells("prepared", 162)
def papers_are_allocated_by_a_cap_and_by_a_table(journey: Journey) -> None:
    play = journey.play
    run = unit_id(office="CEC", kind="batch", number=7)
    play.act({"type": "PrintOrdered", "batch": run, "papers": 5000}, by=CEC)
    printed = {"printed": 5000, "good": 5000, "waste": 0, "method": "counted", "serials": None}
    play.act({"type": "BallotsPrinted", "batch": run, **printed}, by=("printer-1", "cec-representative"))
    ruled(play, allocation={"method": "estimate-with-cap", "cap": 1000})
    rows = [(7, 1000 - play.allocated("AYT")), (8, 1)]
    for number, papers in rows:
        line = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=number), "papers": papers}
        play.act({"type": "BatchAllocated", "batch": run, "lines": [line]}, by=CEC)
    ruled(play, allocation={"method": "fixed", "shares": [{"station": "ROM", "papers": play.allocated("ROM") + 9}]})
    line = {"station": "ROM", "batch": unit_id(office="ROM", kind="batch", number=7), "papers": 8}
    play.act({"type": "BatchAllocated", "batch": run, "lines": [line]}, by=CEC)


@tells("opened", 163)
def papers_are_sent_on_though_rules_have_none_sent_on(journey: Journey) -> None:
    play = journey.play
    journey.count()
    ruled(play, resupply="none")
    package = unit_id(office="ROM", kind="pack", number=70)
    sent = {"type": "ResupplySent", "station": "ROM", "source": journey.names.stock, "package": package, "papers": 3}
    play.act(sent, by=journey.commission)


@tells("voted", 164)
def papers_are_destroyed_a_day_before_the_rules_have_them_destroyed(journey: Journey) -> None:
    play = journey.play
    ruled(play, disposal="keep-and-destroy", storage_days=1)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    play.act(journey.account(), by=journey.commission)
    closes = play.ledger.state.registers.hours["AYT"][1]
    play.stage.now = epoch_seconds(closes) + 3 * 3_600
    book = play.book("AYT")
    gone = {"from_boxes": book["in_boxes"], "cancelled": book["cancelled"], "method": "burned", "seals": []}
    play.act({"type": "Destroyed", "station": "AYT", "packages": [], **gone}, by=journey.commission)
