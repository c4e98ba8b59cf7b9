"""Shortage and resupply: who lacks papers says so, and what is sent on is what arrives (identities 2, 3 and 4)."""

from __future__ import annotations

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.supplies import Resupply, declare, reserve_run


@pytest.fixture
def pair() -> tuple[Journey, Journey]:
    """Antalya and Rome, both with their papers counted."""
    play = Play("AYT", "ROM")
    return Journey(play, "AYT").counted(), Journey(play, "ROM").counted()


Pair = tuple[Journey, Journey]


def test_papers_sent_on_by_another_station_settle_a_declared_shortage(pair: Pair) -> None:
    to, source = pair
    declare(to, papers=20)
    finding = to.play.only("shortage")
    assert (finding.severity, finding.status) == ("attention", "open")
    assert finding.sentence == "AYT declares a shortage: 20 papers are lacking; 441 in its store."
    resupply = Resupply(to=to, source=source)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    assert to.play.only("shortage").status == "open"
    event = resupply.received()
    finding = to.play.only("shortage")
    assert (finding.status, finding.settled_by) == ("settled", event)
    assert to.play.book("AYT")["store"] == to.papers + 20
    assert to.play.book("ROM")["store"] == source.papers - 20
    assert to.play.book("ROM")["sent_on"] == 20


def test_a_resupply_is_no_allocation(pair: Pair) -> None:
    to, source = pair
    Resupply(to=to, source=source).whole()
    assert to.play.findings == []
    assert to.play.book("AYT")["allocated"] == to.papers


def test_the_cec_resupplies_out_of_a_batch_that_no_station_was_allocated(pair: Pair) -> None:
    to, _ = pair
    reserve_run(to, papers=500)
    Resupply(to=to).whole()
    assert to.play.findings == []
    assert to.play.book("AYT")["resupplied"] == 20


def test_fewer_papers_than_were_sent_is_one_finding_that_names_both_acts(pair: Pair) -> None:
    to, source = pair
    resupply = Resupply(to=to, source=source)
    sent = resupply.sent()
    resupply.manifested()
    resupply.carried()
    received = resupply.received(papers=19)
    finding = to.play.only("quantity-mismatch")
    assert finding.severity == "attention"
    assert set(finding.evidence) == {sent, received}
    said = "sent on from ROM to AYT: 20 papers declared, 19 counted (count 1)."
    assert finding.sentence == f"{resupply.package}, {said}"
    assert finding.doc()["stations"] == ["AYT", "ROM"]
    assert to.play.book("AYT")["unaccounted"] == 1
    again = {"type": "BallotsCounted", "occasion": "receipt", "counts": [{"unit": resupply.package, "papers": 20}]}
    to.play.act(again, by=to.commission)
    assert to.play.only("quantity-mismatch").status == "settled"
    assert (to.play.book("AYT")["resupplied"], to.play.book("AYT")["counted"]) == (20, to.papers)


def test_papers_that_the_cec_sends_are_a_matter_of_one_station(pair: Pair) -> None:
    to, _ = pair
    reserve_run(to, papers=500)
    resupply = Resupply(to=to)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    resupply.received(papers=19)
    finding = to.play.only("quantity-mismatch")
    assert (finding.sentence, finding.doc()["stations"]) == (
        f"{resupply.package}: 20 papers declared, 19 counted (count 1).",
        ["AYT"],
    )


def test_a_declared_shortage_can_be_taken_back(pair: Pair) -> None:
    to, _ = pair
    declare(to, papers=20)
    declare(to, papers=5)
    assert to.play.only("shortage").sentence.startswith("AYT declares a shortage: 5 papers are lacking")
    declare(to, papers=0)
    assert to.play.only("shortage").status == "settled"


def test_half_of_what_lacks_does_not_settle_a_shortage(pair: Pair) -> None:
    to, source = pair
    declare(to, papers=20)
    Resupply(to=to, source=source, papers=10).whole()
    assert to.play.only("shortage").status == "open"
    Resupply(to=to, source=source, papers=10, number=91).whole()
    assert to.play.only("shortage").status == "settled"


def test_a_shortage_that_the_figures_show_is_declared_under_the_same_finding(pair: Pair) -> None:
    to, source = pair
    to.stated(stage="opening", voters=to.papers + 5)
    declare(to, papers=5)
    finding = to.play.only("shortage")
    assert [code for code, _, _ in finding.related] == ["shortage"]
    Resupply(to=to, source=source, papers=5).whole()
    assert to.play.only("shortage").status == "settled"


def test_more_than_the_store_holds_cannot_be_sent_on_unseen(pair: Pair) -> None:
    to, source = pair
    Resupply(to=to, source=source, papers=source.papers + 3).sent()
    assert to.play.only("station-account").station == "ROM"


def test_papers_come_out_of_an_open_safe_and_go_to_a_station(pair: Pair) -> None:
    to, source = pair
    play = to.play
    play.act(
        {"type": "StoreSealed", "station": "ROM", "seals": [play.stage.seal(source.names.stock)]}, by=source.commission
    )
    Resupply(to=to, source=source).sent()
    assert "is closed with seal" in play.only("not-in-state").sentence


@pytest.mark.parametrize("by", [CEC, ("ayt-chair", "ayt-secretary")])
def test_only_who_holds_the_store_sends_papers_on(pair: Pair, by: tuple[str, ...]) -> None:
    to, source = pair
    resupply = Resupply(to=to, source=source)
    resupply.givers = by
    resupply.sent()
    assert to.play.only("not-custodian").subject == source.names.stock


def test_what_was_no_resupply_is_not_received_as_one(pair: Pair) -> None:
    to, _ = pair
    act = {"type": "ResupplyReceived", "station": "AYT", "package": to.packs[0], "papers": 1, "seals": []}
    to.play.act(act, by=to.commission)
    assert "was not sent to AYT as a resupply" in to.play.only("not-in-state").sentence


def test_an_account_counts_in_what_was_sent_on_and_received() -> None:
    play = Play("AYT", "ROM")
    to, source = Journey(play, "AYT"), Journey(play, "ROM")
    source.counted()
    to.counted()
    resupply = Resupply(to=to, source=source).whole()
    issued = to.papers + resupply.papers - 22
    to.used(given=to.papers + 20, spoiled=2, unused=20)
    to.stated(signatures=issued)
    to.cancelled(unused=20, spoiled=2)
    to.boxes_opened()
    boxes = {"in_boxes": issued, "valid": issued - 3, "not_returned": 0}
    play.act(to.account(received=to.papers + 20, issued=issued, signatures=issued, **boxes), by=to.commission)
    source.used(given=source.papers - 20, spoiled=0, unused=20)
    assert play.findings == []
    issued = source.papers - 40
    source.stated(signatures=issued)
    source.cancelled(unused=20, spoiled=0)
    source.boxes_opened()
    figures = {"issued": issued, "signatures": issued, "in_boxes": issued, "valid": issued - 3, "not_returned": 0}
    play.act(source.account(spoiled=0, cancelled=20, **figures), by=source.commission)
    assert play.findings == []


@pytest.mark.parametrize("code", ["AYT", "ROM"])
def test_an_account_that_states_received_net_is_told_that_it_is_stated_gross(code: str) -> None:
    play = Play("AYT", "ROM")
    to, releasing = Journey(play, "AYT").counted(), Journey(play, "ROM").counted()
    Resupply(to=to, source=releasing).whole()
    station, used, net = {
        "AYT": (to, to.papers + 20, to.papers),
        "ROM": (releasing, releasing.papers - 20, releasing.papers - 20),
    }[code]
    station.used(given=used, spoiled=2, unused=20)
    station.stated(signatures=used - 22)
    station.cancelled(unused=20, spoiled=2)
    station.boxes_opened()
    figures = {"received": net, "issued": used - 22, "signatures": used - 22}
    boxes = {"in_boxes": used - 22, "valid": used - 25, "not_returned": 0}
    account = play.act(station.account(**figures, **boxes), by=station.commission)
    finding = play.only("station-account")
    assert account in finding.evidence
    assert finding.sentence.endswith(
        "they differ by 20. Received is stated gross: resupplied papers are in it, and papers sent on are not taken off."
    )


def test_a_dispute_takes_a_resupply_out_of_both_books_and_a_decision_puts_it_back(pair: Pair) -> None:
    to, source = pair
    play = to.play
    refs = play.refs(source.names.stock)
    resupply = Resupply(to=to, source=source)
    rival = {"type": "BallotsFoundDefective", "station": "ROM", "papers": 1, "units": refs}
    other = play.forge(rival, by=("rom-member", "rom-secretary"))
    sent = resupply.sent()
    assert play.book("ROM")["sent_on"] == 20
    play.put(other)
    assert play.book("ROM")["sent_on"] is None
    assert play.ledger.state.paths.head(resupply.package) is None
    conflict = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": conflict.id, "chosen": sent}, by=CEC)
    assert (play.book("ROM")["sent_on"], play.unit(resupply.package).papers) == (20, 20)


def test_a_resupply_whose_seal_is_broken_is_settled_by_the_count_by_three_that_opens_it(pair: Pair) -> None:
    to, source = pair
    resupply = Resupply(to=to, source=source)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    received = resupply.received(seals=to.play.stage.seals_found(resupply.package, condition="broken"))
    finding = to.play.only("seal-condition")
    assert (finding.status, finding.settled_by) == ("settled", received)
    assert not to.play.unit(resupply.package).hold


def test_a_resupply_whose_seal_is_broken_and_whose_papers_differ_stays_open(pair: Pair) -> None:
    to, source = pair
    resupply = Resupply(to=to, source=source)
    resupply.sent()
    resupply.manifested()
    resupply.carried()
    resupply.received(papers=18, seals=to.play.stage.seals_found(resupply.package, condition="broken"))
    assert to.play.codes_found() == [("quantity-mismatch", "open"), ("seal-condition", "open")]
    assert to.play.unit(resupply.package).hold
