"""Double entry: every paper sits in one account at every position, and each act moves papers from account to account."""

from __future__ import annotations

import pytest

from custody.core.entries.admission import check_entry
from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import PRESS, Account, balances, postings
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.supplies import Resupply, destroy, replace, reserve_run


def check_everywhere(play: Play) -> None:
    """All that must be true of papers and seals is true after each entry."""
    ledger = Ledger.empty()
    for position, entry in enumerate(play.log):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
        assert check_accounts(ledger.state) == (), position


def held(play: Play) -> dict[str, int]:
    """The accounts in words, but for what was printed."""
    return {str(account): papers for account, papers in balances(play.ledger.state).items() if account != PRESS}


def test_every_position_of_an_honest_journey_is_in_balance() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed_with_defective()
    journey.home()
    check_everywhere(journey.play)
    # One paper was issued and not returned; everything else is back.
    assert held(journey.play) == {
        "CEC: archived": journey.papers - 1,
        "CEC: waste destroyed": held(journey.play)["CEC: waste destroyed"],
        "commission AYT: not returned": 1,
    }


def test_the_papers_of_a_pouch_are_where_the_pouch_is() -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play = journey.play
    assert held(play)["MFA: in store"] == journey.papers
    answer = journey.over(("mfa-1",), (journey.courier,))
    (posting,) = postings(play.ledger.state, play.ledger.state.records[answer])
    assert (str(posting.source), str(posting.target), posting.papers) == (
        "MFA: in store",
        "courier courier-ayt: with courier",
        journey.papers,
    )


def test_an_act_that_moves_no_paper_has_no_posting() -> None:
    journey = Journey(Play("AYT"), "AYT").counted()
    play = journey.play
    opened = play.unit(journey.names.stock).act
    assert postings(play.ledger.state, play.ledger.state.records[opened]) == ()


def test_what_a_count_does_not_find_is_unaccounted_and_never_silently_nothing() -> None:
    journey = Journey(Play("AYT"), "AYT").opened()
    journey.count(wrong=-3)
    check_everywhere(journey.play)
    assert held(journey.play)["commission AYT: in store"] == journey.papers - 3
    assert held(journey.play)["commission AYT: unaccounted"] == 3
    journey.count()
    assert "commission AYT: unaccounted" not in held(journey.play)


def test_papers_without_recorded_origin_are_unaccounted_with_their_sign() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.voted(given=journey.papers + 5, unused=0)
    check_everywhere(journey.play)
    assert held(journey.play)["commission AYT: unaccounted"] == -5
    assert held(journey.play)["commission AYT: issued"] == journey.papers + 3


def test_a_resupply_moves_papers_from_one_store_into_the_other() -> None:
    play = Play("AYT", "ROM")
    to, source = Journey(play, "AYT").counted(), Journey(play, "ROM").counted()
    resupply = Resupply(to=to, source=source)
    resupply.sent()
    assert held(play)["commission ROM: packed"] == 20
    resupply.manifested()
    resupply.carried()
    resupply.received(papers=19)
    check_everywhere(play)
    assert held(play)["commission AYT: in store"] == to.papers + 19
    assert held(play)["commission ROM: in store"] == source.papers - 20
    assert held(play)["commission AYT: unaccounted"] == 1


def test_what_is_replaced_stays_where_it_is_and_is_no_longer_in_use() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    reserve_run(journey)
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers)
    check_everywhere(journey.play)
    assert held(journey.play)["courier courier-ayt: replaced"] == journey.papers
    assert held(journey.play)["CEC: allocated"] == journey.papers


def test_what_is_destroyed_has_an_account_of_its_own() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    ruled(journey.play, disposal="keep-and-destroy")
    destroy(journey, packages=[], from_boxes=journey.papers - 23, cancelled=22)
    check_everywhere(journey.play)
    assert held(journey.play)["commission AYT: destroyed"] == journey.papers - 1


def test_packs_that_a_pouch_did_not_hold_are_not_found_and_stay_in_the_accounts() -> None:
    journey = Journey(Play("AYT"), "AYT").received()
    play = journey.play
    pouch, first, *_ = journey.pouch, *journey.packs
    act = {"type": "ConsignmentOpened", "unit": pouch, "contents": [first], "units": [pouch, first], "seals": "intact"}
    play.act(act, by=journey.commission)
    missing = journey.papers - (play.unit(first).papers or 0)
    assert held(play)["commission AYT: not found"] == missing
    check_everywhere(play)


def test_a_pouch_that_says_more_than_it_holds_makes_no_papers() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, pack = journey.play, journey.names.pack(1)
    packed = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 100}
    play.act(packed, by=CEC)
    pouch = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [pack], "papers": 110}
    play.act(pouch, by=CEC)
    unpacked = {"type": "UnitUnpacked", "unit": journey.pouch, "contents": [pack], "seals": "intact"}
    play.act(unpacked, by=CEC)
    check_everywhere(play)
    assert held(play)["CEC: packed"] == 100


def test_a_dispute_takes_postings_out_with_the_act() -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play = journey.play
    before = balances(play.ledger.state)
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    refs = play.refs(journey.pouch)
    answer = play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    other = play.hold(journey.offering(("courier-reserve",), units=refs), by=("mfa-2",))
    rival = play.hold({**journey.answering(other), "units": refs}, by=("courier-reserve",))
    play.record(offer, answer)
    assert Account("courier courier-ayt", "with courier") in balances(play.ledger.state)
    play.record(other, rival)
    assert balances(play.ledger.state) == before
    assert postings(play.ledger.state, play.ledger.state.records[answer]) == ()
    check_everywhere(play)


@pytest.mark.parametrize(("method", "told"), [("weighed", 0), ("counted", 1)])
def test_a_printing_that_differs_is_unaccounted_and_told_unless_it_was_weighed(method: str, told: int) -> None:
    play = Play("AYT")
    batch = "CEC-B02-E"
    play.act({"type": "PrintOrdered", "batch": batch, "papers": 1000}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": batch, "printed": 1002, "good": 1000, "waste": 0, "serials": None}
    play.act({**note, "method": method}, by=("printer-1", "cec-representative"))
    assert held(play)["CEC: unaccounted"] == 2
    assert len(play.findings) == told
    check_everywhere(play)
