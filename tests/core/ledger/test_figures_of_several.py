"""What was found in several packages together, while they are opened one by one and what is in them is counted."""

from __future__ import annotations

import pytest

from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import balances
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold
from tests.core.ledger.pouches import MFA, boxed, into_own_pouch
from tests.core.ledger.test_returns import on_the_way_back, received

PLACE = "commission AYT"


def two_pouches(*, off: int) -> tuple[Journey, list[str], dict[str, list[str]]]:
    """Two pouches of two packs each, taken over by the commission, who says how many papers there are in all."""
    journey = Journey(Play("AYT"), "AYT")
    play, pouches = journey.play, [journey.names.pouch(1), journey.names.pouch(2)]
    inside: dict[str, list[str]] = {}
    sizes = iter((100, 100, 100, journey.papers - 300))
    for pouch in pouches:
        for _ in range(2):
            journey.packs.append(journey.names.pack(len(journey.packs) + 1))
            pack = {"type": "UnitPacked", "unit": journey.packs[-1], "batch": journey.names.batch, "contents": []}
            play.act({**pack, "papers": next(sizes)}, by=CEC)
        inside[pouch] = journey.packs[-2:]
        papers = sum(play.unit(pack).papers or 0 for pack in inside[pouch])
        wrap = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": inside[pouch], "papers": papers}
        play.act(wrap, by=CEC)
        play.act({"type": "SealsApplied", "seals": [play.stage.seal(pouch)]}, by=CEC)
    journey.manifested(pouches, papers=journey.papers)
    for giver, taker in ((("cec-1",), ("mfa-1",)), (("mfa-1",), (journey.courier,))):
        journey.over(giver, taker, units=pouches)
    offer = journey.offer((journey.courier,), journey.commission, units=pouches)
    seals = [seal for pouch in pouches for seal in play.stage.seals_found(pouch, condition="intact")]
    found = {"packages": 2, "seals": seals, "papers": journey.papers + off}
    journey.answer(offer, journey.commission, result="accepted with reservation" if off else "accepted", found=found)
    return journey, pouches, inside


def opening(journey: Journey, pouch: str) -> str:
    act = {"type": "ConsignmentOpened", "unit": pouch, "seals": "intact"}
    return journey.play.act(act, by=journey.commission)


def counting(journey: Journey, packs: list[str], *, off: int) -> str:
    rows = [{"unit": pack, "papers": journey.play.unit(pack).papers or 0} for pack in packs]
    rows[0]["papers"] = int(str(rows[0]["papers"])) + off
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": rows}
    return journey.play.act(act, by=journey.commission)


def there(ledger: Ledger) -> tuple[int, int]:
    """Papers of the station that are in accounts, and those that are unaccounted."""
    held = {row: papers for row, papers in balances(ledger.state).items() if row.place == PLACE}
    missing = sum(papers for row, papers in held.items() if row.state == "unaccounted")
    return sum(held.values()) - missing, missing


@pytest.mark.parametrize(
    ("off", "shares", "order", "opened_first"),
    [
        (-3, (-3, 0), (0, 1), 1),
        (-3, (0, -3), (0, 1), 2),
        (-3, (-1, -2), (1, 0), 1),
        (4, (4, 0), (1, 0), 2),
        (4, (1, 3), (0, 1), 1),
    ],
)
def test_the_difference_stands_once_at_every_step(
    *, off: int, shares: tuple[int, int], order: tuple[int, ...], opened_first: int
) -> None:
    journey, pouches, inside = two_pouches(off=off)
    play, total = journey.play, (journey.papers + off, -off)

    def holds() -> None:
        assert there(play.ledger) == total
        assert check_accounts(play.ledger.state) == ()

    holds()
    places = [pouches[place] for place in order]
    for pouch in places[:opened_first]:
        opening(journey, pouch)
        holds()
    for place, pouch in zip(order, places, strict=True):
        if pouch not in places[:opened_first]:
            opening(journey, pouch)
            holds()
        first, second = inside[pouch]
        counting(journey, [first], off=shares[place])
        holds()
        counting(journey, [second], off=0)
        holds()
    assert check_accounts(fold(play.log).state) == ()


def test_papers_that_are_all_there_move_nothing() -> None:
    journey, pouches, inside = two_pouches(off=0)
    for pouch in pouches:
        opening(journey, pouch)
        counting(journey, inside[pouch], off=0)
        assert there(journey.play.ledger) == (journey.papers, 0)
        assert check_accounts(journey.play.ledger.state) == ()
    assert journey.play.findings == []


def test_what_several_lack_is_no_more_than_each_pack_that_came_out_can_lack() -> None:
    journey, pouches, inside = two_pouches(off=-230)
    opening(journey, pouches[0])
    assert there(journey.play.ledger) == (journey.papers - 230, 230)
    assert check_accounts(journey.play.ledger.state) == ()
    counting(journey, inside[pouches[0]], off=-100)
    assert there(journey.play.ledger) == (journey.papers - 230, 230)
    assert check_accounts(journey.play.ledger.state) == ()


def test_a_count_in_error_gives_its_share_back_to_the_figure() -> None:
    journey, pouches, inside = two_pouches(off=-3)
    opening(journey, pouches[0])
    counted = counting(journey, inside[pouches[0]], off=-2)
    assert there(journey.play.ledger) == (journey.papers - 3, 3)
    journey.play.act({"type": "ErrorDeclared", "event": counted}, by=journey.commission)
    assert journey.play.status(counted) != "applied"
    assert there(journey.play.ledger) == (journey.papers - 3, 3)
    assert check_accounts(journey.play.ledger.state) == ()


def test_a_later_figure_of_some_of_them_says_their_share() -> None:
    journey, names = on_the_way_back(packages=3)
    handed(journey, names, givers=("cec-1",), takers=("mfa-2",), off=-3)
    assert unaccounted(journey) == 3
    handed(journey, names[:2], givers=("mfa-2",), takers=("cec-1",), off=-2)
    assert unaccounted(journey) == 3
    assert check_accounts(journey.play.ledger.state) == ()


def unaccounted(journey: Journey) -> int:
    return sum(papers for row, papers in balances(journey.play.ledger.state).items() if row.state == "unaccounted")


def test_boxes_counted_together_and_then_packed_into_one_pouch_keep_their_difference_once() -> None:
    journey = Journey(Play("AYT"), "AYT")
    half = journey.papers // 2
    boxes = [boxed(journey, number=1, papers=half), boxed(journey, number=2, papers=journey.papers - half)]
    play = journey.play
    journey.manifested(boxes, papers=journey.papers)
    offer = journey.offer(CEC[:1], MFA[:1], units=boxes)
    seals = [seal for box in boxes for seal in play.stage.seals_found(box, condition="intact")]
    found = {"packages": 2, "seals": seals, "papers": journey.papers - 3}
    journey.answer(offer, MFA[:1], result="accepted with reservation", found=found)
    assert unaccounted(journey) == 3
    into_own_pouch(journey, box=boxes[0])
    assert (unaccounted(journey), check_accounts(play.ledger.state)) == (3, ())
    offer = journey.offer(MFA[:1], (journey.courier,))
    found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="intact"), "papers": half - 3}
    journey.answer(offer, (journey.courier,), result="accepted with reservation", found=found)
    assert (unaccounted(journey), check_accounts(play.ledger.state)) == (3, ())
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    for unit in (journey.pouch, boxes[0]):
        play.act({"type": "ConsignmentOpened", "unit": unit, "seals": "intact"}, by=journey.commission)
        assert (unaccounted(journey), check_accounts(play.ledger.state)) == (3, ())


# --- a difference at a handover is one finding with the counts of what was in the packages


@pytest.mark.parametrize("first", [0, 1])
def test_a_difference_at_a_handover_and_the_packs_that_show_it_are_one_finding(first: int) -> None:
    journey, pouches, inside = two_pouches(off=-3)
    places = [pouches[first], pouches[1 - first]]
    shares = {places[0]: -1, places[1]: -2}
    for pouch in places:
        opening(journey, pouch)
        counting(journey, inside[pouch], off=shares[pouch])
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, finding.status, finding.count) == ("attention", "open", 3)
    for pouch in places:
        counting(journey, inside[pouch], off=0)
    finding = journey.play.only("quantity-mismatch")
    assert (finding.status, finding.count) == ("settled", 3)


def test_the_second_count_of_a_pack_that_differs_makes_it_serious() -> None:
    journey, pouches, inside = two_pouches(off=-3)
    opening(journey, pouches[0])
    for severity in ("attention", "serious"):
        counting(journey, inside[pouches[0]], off=-3)
        assert journey.play.only("quantity-mismatch").severity == severity


@pytest.mark.parametrize("opened_first", [0, 1])
def test_papers_that_were_miscounted_at_a_handover_are_settled_by_the_last_count_as_declared(opened_first: int) -> None:
    journey, pouches, inside = two_pouches(off=-3)
    opening(journey, pouches[opened_first])
    counting(journey, inside[pouches[opened_first]], off=0)
    assert journey.play.only("quantity-mismatch").status == "open"
    other = pouches[1 - opened_first]
    opening(journey, other)
    last = counting(journey, inside[other], off=0)
    assert journey.play.only("quantity-mismatch").settled_by == last


def test_the_next_receiver_who_counts_as_declared_settles_what_the_one_before_counted() -> None:
    journey, names = on_the_way_back()
    handed(journey, names, givers=("cec-1",), takers=("mfa-2",), off=-3)
    assert journey.play.only("quantity-mismatch").status == "open"
    answer = handed(journey, names, givers=("mfa-2",), takers=("cec-1",), off=0)
    assert journey.play.only("quantity-mismatch").settled_by == answer


def test_a_return_that_is_as_short_as_its_handover_was_is_one_finding() -> None:
    journey, names = on_the_way_back()
    handed(journey, names, givers=("cec-1",), takers=("mfa-2",), off=-3)
    journey.over(("mfa-2",), ("cec-1",), units=names)
    journey.play.record(received(journey, *names, short=3))
    finding = journey.play.only("quantity-mismatch")
    assert (finding.severity, [code for code, _, _ in finding.related]) == ("serious", ["return-short"])


def handed(journey: Journey, names: list[str], *, givers: tuple[str, ...], takers: tuple[str, ...], off: int) -> str:
    """A handover at which the receiving side counts all papers."""
    seals = [seal for name in names for seal in journey.play.stage.seals_found(name)]
    papers = sum(journey.play.unit(name).papers or 0 for name in names) + off
    found = {"packages": len(names), "seals": seals, "papers": papers}
    result = "accepted with reservation" if off else "accepted"
    return journey.answer(journey.offer(givers, units=names, receiving=takers), takers, result=result, found=found)
