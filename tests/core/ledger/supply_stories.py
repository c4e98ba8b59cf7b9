"""Stories about papers on other ways: shortage and resupply, replacement, destruction, serial numbers that split."""

from __future__ import annotations

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.supplies import RESERVE_RUN, Resupply, declare, destroy, replace, reserve_run
from tests.core.ledger.telling import tells


@tells("opened", 57, 58)
def a_declared_shortage_is_settled_by_papers_sent_on_which_are_counted_as_sent(journey: Journey) -> None:
    journey.count()
    reserve_run(journey)
    declare(journey, papers=20)
    resupply = Resupply(to=journey)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    resupply.received(papers=19)
    counts = [{"unit": resupply.package, "papers": 20}]
    journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)


@tells("opened", 142)
def what_one_station_sends_on_and_another_counts_differently_stands_at_both(journey: Journey) -> None:
    journey.count()
    resupply = Resupply(to=Journey(journey.play, "ROM"), source=journey)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    resupply.received(papers=19)
    (finding,) = journey.play.findings
    assert (finding.code, finding.doc()["stations"]) == ("quantity-mismatch", ["ROM", "AYT"])


@tells("prepared", 56)
def serial_numbers_split_with_the_papers(journey: Journey) -> None:
    play = journey.play
    reserve_run(journey, papers=20, serials=(1, 20))
    batch = unit_id(office="AYT", kind="batch", number=6)
    line = {"station": "AYT", "batch": batch, "papers": 10, "serials": {"first": 1, "last": 10}}
    play.act({"type": "BatchAllocated", "batch": RESERVE_RUN, "lines": [line]}, by=CEC)
    for number, (first, last) in enumerate(((1, 5), (5, 9), (10, 11)), start=41):
        pack = {"type": "UnitPacked", "unit": unit_id(office="AYT", kind="pack", number=number), "batch": batch}
        serials = {"first": first, "last": last}
        play.act({**pack, "contents": [], "papers": 5, "serials": serials}, by=CEC)


@tells("under-way", 61, 62)
def what_is_replaced_never_counts_again_and_its_seals_and_numbers_are_blocked(journey: Journey) -> None:
    play, seal = journey.play, journey.play.unit(journey.pouch).seals[0].number
    reserve_run(journey, serials=(5001, 5500))
    numbers = {"first": 5001, "last": 5000 + journey.papers}
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, serials=numbers)
    journey.offer((journey.courier,), journey.commission)
    pack = {"type": "UnitPacked", "unit": unit_id(office="AYT", kind="pack", number=41), "contents": []}
    batch = unit_id(office="AYT", kind="batch", number=5)
    play.act({**pack, "batch": batch, "papers": 10, "serials": {"first": 5001, "last": 5010}}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [{"unit": pack["unit"], "seal": seal}]}, by=CEC)


@tells("voted", 59, 60)
def papers_are_destroyed_only_where_the_rules_keep_them_and_as_many_as_there_are(journey: Journey) -> None:
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    journey.play.act(journey.account(), by=journey.commission)
    destroy(journey, packages=[], from_boxes=1, cancelled=22)
    kept = [{"station": "AYT", "disposal": "keep-and-destroy"}]
    ruled(journey.play, disposal_exceptions=kept)
    destroy(journey, packages=[], from_boxes=journey.papers - 24, cancelled=0)


@tells("voted", 40, 45, 141)
def a_shortage_told_at_opening_is_settled_by_an_account_that_shows_unused_papers(journey: Journey) -> None:
    journey.stated(stage="opening", voters=journey.papers + 4)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    journey.play.act(journey.account(), by=journey.commission)
    journey.play.act(journey.account(unused=0), by=journey.commission)


@tells("opened", 143)
def a_replacement_authorised_later_does_not_settle_what_was_allocated_without_it(journey: Journey) -> None:
    play = journey.play
    reserve_run(journey)
    line = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=7), "papers": 100, "serials": None}
    play.act({"type": "BatchAllocated", "batch": RESERVE_RUN, "lines": [line]}, by=CEC)
    play.wait(hours=8)
    replace(journey, replaced=[journey.packs[0]], papers=(play.unit(journey.packs[0]).papers or 0) - 100)


@tells("voted", 144)
def unused_papers_settle_a_shortage_that_was_declared_and_is_not_in_the_figures(journey: Journey) -> None:
    declare(journey, papers=20)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    journey.play.act(journey.account(), by=journey.commission)
    journey.play.act(journey.account(unused=0), by=journey.commission)
