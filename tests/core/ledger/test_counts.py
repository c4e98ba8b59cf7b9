"""Counts at the station: the first that differs asks for attention, the second is serious, one that agrees settles."""

from __future__ import annotations

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "ROM").opened()


def test_a_count_that_agrees_raises_nothing(journey: Journey) -> None:
    journey.count()
    assert journey.play.findings == []
    book = journey.play.book("ROM")
    assert (book["declared"], book["counted"], book["unaccounted"]) == (journey.papers, journey.papers, 0)


def test_the_first_differing_count_asks_for_attention(journey: Journey) -> None:
    journey.count(wrong=-2)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status) == ("attention", "open")
    assert finding.sentence == f"{journey.packs[0]}: 250 papers declared, 248 counted (count 1)."
    assert len(finding.evidence) == 2
    book = journey.play.book("ROM")
    assert (book["counted"], book["unaccounted"]) == (journey.papers - 2, 2)


def test_a_second_differing_count_makes_it_serious(journey: Journey) -> None:
    journey.count(wrong=-2)
    journey.count(wrong=-1)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status) == ("serious", "open")
    counts = "248 counted (count 1), 249 counted (count 2)"
    assert finding.sentence == f"{journey.packs[0]}: 250 papers declared, {counts}."
    assert journey.play.book("ROM")["counted"] == journey.papers - 1


def test_a_second_count_that_agrees_settles_the_first(journey: Journey) -> None:
    journey.count(wrong=-2)
    second = journey.count()
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status, finding.settled_by) == ("attention", "settled", second)
    assert journey.play.book("ROM")["counted"] == journey.papers


def test_a_second_count_that_differs_after_one_that_agreed_asks_for_attention(journey: Journey) -> None:
    journey.count()
    journey.count(wrong=1)
    assert journey.play.only("quantity-mismatch").severity == "attention"
    assert journey.play.book("ROM")["unaccounted"] == -1


def recount(journey: Journey, *wrong: int) -> str:
    """A count of the first packs, each off by a number of papers."""
    counts = [
        {"unit": pack, "papers": (journey.play.unit(pack).papers or 0) + off}
        for pack, off in zip(journey.packs, wrong, strict=False)
    ]
    return journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)


def test_packs_that_differ_in_one_count_are_one_finding_that_names_them_all(journey: Journey) -> None:
    recount(journey, -1, -1)
    finding = journey.play.only("quantity-mismatch")
    assert finding.units == tuple(journey.packs)
    rest = journey.papers - 250
    assert finding.sentence == (
        f"{journey.packs[0]}: 250 papers declared, 249 counted (count 1); "
        f"{journey.packs[1]}: {rest} papers declared, {rest - 1} counted (count 1); "
        f"{journey.papers} declared and {journey.papers - 2} counted in all."
    )


def test_packs_that_differ_while_the_total_agrees_are_one_finding_and_the_account_is_whole(journey: Journey) -> None:
    recount(journey, -1, 1)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.units) == ("attention", tuple(journey.packs))
    assert finding.sentence.endswith("the total agrees.")
    assert len(finding.evidence) == 3
    book = journey.play.book("ROM")
    assert (book["declared"], book["counted"], book["unaccounted"]) == (journey.papers, journey.papers, 0)


def test_it_is_settled_when_each_of_the_packs_was_counted_as_declared(journey: Journey) -> None:
    recount(journey, -1, 1)
    recount(journey, 0)
    assert journey.play.only("quantity-mismatch").status == "open"
    second = journey.packs[1]
    counts = [{"unit": second, "papers": journey.play.unit(second).papers}]
    last = journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status, finding.settled_by) == ("attention", "settled", last)


def test_packs_that_differ_again_are_the_same_finding_with_all_counts_and_serious(journey: Journey) -> None:
    recount(journey, -1, 1)
    recount(journey, -1, 0)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status) == ("serious", "open")
    assert "250 papers declared, 249 counted (count 1), 249 counted (count 2)" in finding.sentence
    assert journey.packs[1] in finding.sentence


def test_papers_of_one_station_are_not_counted_into_the_stock_of_another() -> None:
    play = Play()
    journey = Journey(play, "AYT").under_way()
    rome = ("rom-chair", "rom-secretary", "rom-member")
    journey.over((journey.courier,), rome)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=rome)
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    stock = play.names("ROM").stock
    units = [*journey.packs, stock]
    event = play.act(
        {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, "units": play.refs(*units)}, by=rome
    )
    finding = play.only("wrong-recipient")
    assert [sentence for _, sentence, _ in finding.related] == [
        f"{journey.packs[0]} is for AYT, and cannot be counted into the stock of ROM; nothing was changed."
    ]
    assert play.status(event) == "finding"
    assert play.unit(stock).papers == 0


def test_two_deliveries_counted_differently_twice_are_counted_once_each_in_the_book(journey: Journey) -> None:
    first, second = journey.packs
    for pack, wrong in ((first, -2), (second, 1), (first, -2), (second, 0)):
        counts = [{"unit": pack, "papers": (journey.play.unit(pack).papers or 0) + wrong}]
        journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    found = {item.subject: (item.severity, item.status) for item in journey.play.findings}
    assert found == {first: ("serious", "open"), second: ("attention", "settled")}
    book = journey.play.book("ROM")
    assert (book["declared"], book["counted"], book["store"]) == (
        journey.papers,
        journey.papers - 2,
        journey.papers - 2,
    )


def test_an_account_that_states_what_was_counted_raises_nothing_more() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.count(wrong=-2)
    assert [code for code, _ in journey.play.codes_found()] == ["quantity-mismatch"]


def test_a_pack_that_was_not_opened_is_not_counted_into_the_stock() -> None:
    journey = Journey(Play(), "ROM").received()
    counts = [{"unit": journey.pouch, "papers": journey.papers}]
    journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    assert "was not opened" in journey.play.only("not-in-state").sentence


def test_the_wrong_people_do_not_count(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    units = journey.play.refs(*journey.packs, journey.names.stock)
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, "units": units}
    journey.play.act(act, by=("ayt-chair", "ayt-secretary", "ayt-member"))
    assert journey.play.only("not-custodian").sentence == (
        f"commission AYT signed the count of papers for {journey.packs[0]}, which commission ROM holds; nothing was changed."
    )


def test_members_of_two_commissions_make_no_quorum(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    journey.play.act(act, by=("rom-chair", "ayt-secretary", "ayt-member"))
    finding = journey.play.only("below-threshold")
    assert finding.severity == "attention"
    assert "not counted: " in finding.sentence
    assert journey.play.book("ROM")["counted"] is None


def test_an_outsider_in_a_quorum_is_counted_out_by_name(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    journey.play.act(act, by=("rom-chair", "rom-secretary", "ayt-member"))
    assert journey.play.only("below-threshold").sentence == (
        "The count of papers: 2 of 3 signed, not counted: ayt-member of AYT."
    )


def test_an_outsider_beside_a_full_quorum_is_named_and_the_act_stands(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = journey.play.act(act, by=(*journey.commission, "ayt-member"))
    finding = journey.play.only("extra-signature")
    assert finding.sentence == "The count of papers was signed by enough others; not counted: ayt-member of AYT."
    assert (finding.severity, journey.play.status(event)) == ("attention", "applied")


def test_the_head_of_mission_may_stand_in_for_a_member_and_that_asks_for_attention(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = journey.play.act(act, by=("rom-head", "rom-chair", "rom-member"))
    finding = journey.play.only("below-threshold")
    assert finding.sentence == "The count of papers: the head of mission signed in place of a member of the commission."
    assert (finding.severity, journey.play.status(event)) == ("attention", "applied")
    assert journey.play.book("ROM")["counted"] == journey.papers


def test_a_member_who_cannot_act_all_day_is_one_finding(journey: Journey) -> None:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    by = ("rom-head", "rom-chair", "rom-member")
    journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=by)
    box = journey.names.ballot_box
    sealed = {"type": "BallotBoxesSealed", "station": "ROM", "boxes": [box], "seals": [journey.play.stage.seal(box)]}
    journey.play.act(sealed, by=by)
    finding = journey.play.only("below-threshold")
    assert finding.sentence.startswith("The count of papers: ")
    assert [sentence for _, sentence, _ in finding.related] == [
        "The sealing of the ballot boxes: the head of mission signed in place of a member of the commission."
    ]


def test_a_package_missing_inside_is_found_when_the_pouch_is_opened() -> None:
    journey = Journey(Play(), "ROM").received()
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "contents": journey.packs[:1], "seals": "intact"}
    journey.play.act(opened, by=journey.commission)
    assert journey.play.only("package-count").sentence == (
        f"{journey.pouch} was packed with 2 units; 1 unit was in it when it was opened."
    )


def test_a_unit_that_was_never_inside_does_not_come_out() -> None:
    play = Play()
    other = Journey(play, "AYT").at_mfa()
    journey = Journey(play, "ROM").received()
    contents = [*journey.packs, other.pouch]
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "contents": contents, "seals": "intact"}
    play.act(opened, by=journey.commission)
    assert play.only("not-custodian").subject == other.pouch
    assert play.holder(other.pouch) == "MFA"


def test_the_cec_does_not_open_what_the_commission_holds() -> None:
    journey = Journey(Play(), "ROM").received()
    event = journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=CEC)
    assert journey.play.only("not-authorised").sentence == (
        "The opening of a package was signed by cec-1, cec-2, whose role does not entitle to it."
    )
    assert journey.play.status(event) == "recorded"


def test_of_many_counts_that_differ_the_newest_four_are_told_with_their_numbers(journey: Journey) -> None:
    for papers in range(1, 7):
        journey.count(wrong=-papers)
    counts = ", ".join(f"{250 - number} counted (count {number})" for number in range(3, 7))
    assert journey.play.only("quantity-mismatch").sentence == f"{journey.packs[0]}: 250 papers declared, {counts}."
