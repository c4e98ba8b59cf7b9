"""What comes back: in one part or several, counted again by the CEC; and packages of no papers."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import balances
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold


def on_the_way_back(*, packages: int = 2) -> tuple[Journey, list[str]]:
    """A closed account, packed into so many pouches, all with the CEC and none received yet."""
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    play, names = journey.play, [journey.names.pouch(20 + number) for number in range(packages)]
    left = journey.papers - 23
    rows = [{"unit": name, "from_boxes": 10, "cancelled": 0} for name in names[1:]]
    rows = [{"unit": names[0], "from_boxes": left - 10 * len(rows), "cancelled": 22}, *rows]
    play.act({"type": "PackedForReturn", "station": "AYT", "packages": rows}, by=journey.commission)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(name) for name in names]}, by=journey.commission)
    leg = {"number": 1, "releasing": "commission", "receiving": "courier", "due": None, "due_commitment": None}
    legs = [leg, {**leg, "number": 2, "releasing": "courier", "receiving": "CEC"}]
    manifest = {"type": "ConsignmentManifested", "consignment": journey.names.back, "station": "AYT", "legs": legs}
    papers = {"direction": "back", "units": names, "packages": packages, "papers": journey.papers - 1}
    play.act({**manifest, **papers}, by=journey.commission)
    journey.mandate(journey.courier, consignment=journey.names.back)
    journey.over(journey.commission, (journey.courier,), units=names)
    journey.over((journey.courier,), ("cec-1",), units=names)
    assert play.findings == []
    return journey, names


def received(journey: Journey, *names: str, short: int = 0) -> str:
    papers = sum(journey.play.stage.unit(name).papers or 0 for name in names) - short
    act = {"type": "ReturnReceived", "consignment": journey.names.back, "units": list(names), "seals": "intact"}
    return journey.play.hold({**act, "packages": len(names), "papers": papers}, by=CEC)


def test_a_return_in_three_parts_is_settled_by_the_last_whatever_order_they_arrive_in() -> None:
    journey, names = on_the_way_back(packages=3)
    parts = [received(journey, name) for name in names]
    ids = set()
    for order in permutations(parts):
        ledger = fold([*journey.play.log, *(journey.play.held[part] for part in order)])
        (finding,) = ledger.state.findings
        assert (finding.code, finding.status, finding.settled_by) == ("return-short", "settled", order[-1])
        ids.add(finding.id)
    assert len(ids) == 1


def test_a_part_that_never_comes_stays_open_and_says_what_has_come_so_far() -> None:
    journey, names = on_the_way_back(packages=3)
    journey.play.record(received(journey, names[0]), received(journey, names[1]))
    finding = journey.play.only("return-short")
    sent, came = journey.papers - 1, journey.papers - 11
    assert (finding.status, finding.count) == ("open", 1)
    assert finding.sentence == f"AYT sent {sent} papers in 3 packages; the CEC received {came} in 2."


def test_the_finding_names_every_package_and_part_that_came_whatever_order_they_arrive_in() -> None:
    journey, names = on_the_way_back(packages=3)
    parts = [received(journey, names[0], short=2), received(journey, names[1])]
    for order in permutations(parts):
        (finding,) = fold([*journey.play.log, *(journey.play.held[part] for part in order)]).state.findings
        assert sorted(finding.units) == names[:2]
        assert set(parts) < set(finding.evidence)


def test_all_parts_without_three_of_the_papers_stay_short() -> None:
    journey, names = on_the_way_back()
    journey.play.record(received(journey, names[0]), received(journey, names[1], short=3))
    assert journey.play.only("return-short").status == "open"


@pytest.mark.parametrize("off", [5, -3])
def test_what_came_back_beyond_the_manifest_stands_in_an_account_until_it_is_counted(off: int) -> None:
    journey, names = on_the_way_back()
    play = journey.play
    play.record(received(journey, *names, short=-off))
    assert play.only("return-short").status == "open"
    there = journey.papers - 1
    assert cec(journey) == {"returned": there + off, "unaccounted": -off}
    recount(journey, names[0], off=off, occasion="recount")
    finding = play.only("return-short")
    assert [code for code, _, _ in finding.related] == ["quantity-mismatch"]
    assert cec(journey) == {"returned": there + off, "unaccounted": -off}
    assert check_accounts(play.ledger.state) == ()


def cec(journey: Journey) -> dict[str, int]:
    held = balances(journey.play.ledger.state)
    return {row.state: papers for row, papers in held.items() if row.place == "CEC" and row.state != "waste destroyed"}


@pytest.mark.parametrize("off", [5, -3])
def test_what_a_receiver_counts_beyond_the_offer_stands_in_an_account_until_it_is_counted_again(off: int) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, receiving = journey.play, journey.commission
    offer = journey.offer((journey.courier,), receiving)
    found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="intact")}
    journey.answer(
        offer, receiving, result="accepted with reservation", found={**found, "papers": journey.papers + off}
    )
    assert play.only("quantity-mismatch").status == "open"
    place = "commission AYT"
    held = {row.state: papers for row, papers in balances(play.ledger.state).items() if row.place == place}
    assert held == {"received": journey.papers + off, "unaccounted": -off}
    assert check_accounts(play.ledger.state) == ()
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=receiving)
    journey.count(wrong=off)
    held = {row.state: papers for row, papers in balances(play.ledger.state).items() if row.place == place}
    assert held == {"in store": journey.papers + off, "unaccounted": -off}
    assert check_accounts(play.ledger.state) == ()


def test_a_return_in_one_part_raises_nothing() -> None:
    journey, names = on_the_way_back()
    journey.play.record(received(journey, *names))
    assert journey.play.findings == []


@pytest.mark.parametrize("occasion", ["recount", "hold"])
@pytest.mark.parametrize("archived", [True, False])
def test_a_recount_after_the_return_is_booked(*, occasion: str, archived: bool) -> None:
    journey, names = on_the_way_back()
    play = journey.play
    play.record(received(journey, *names))
    if archived:
        play.act({"type": "Archived", "units": names}, by=CEC)
    recount(journey, names[0], off=0, occasion=occasion)
    assert play.findings == []
    recount(journey, names[1], off=-3, occasion=occasion)
    finding = play.only("quantity-mismatch")
    assert (finding.status, play.unit(names[1]).counted) == ("open", 7)
    assert play.unit(names[1]).state == ("archived" if archived else "returned")
    again = recount(journey, names[1], off=0, occasion=occasion)
    assert (play.findings[0].status, play.findings[0].settled_by) == ("settled", again)


@pytest.mark.parametrize("off", [0, -3])
def test_a_recount_before_the_return_is_recorded_is_booked_and_judged(off: int) -> None:
    journey, names = on_the_way_back()
    play = journey.play
    recount(journey, names[0], off=off, occasion="recount")
    assert play.codes_found() == ([("quantity-mismatch", "open")] if off else [])
    assert (play.unit(names[0]).state, play.unit(names[0]).counted) == ("in store", 430 + off)
    play.record(received(journey, *names))
    assert play.codes_found() == ([("quantity-mismatch", "open")] if off else [])
    assert cec(journey) == ({"returned": 440 + off, "unaccounted": -off} if off else {"returned": 440})
    again = recount(journey, names[0], off=0, occasion="recount")
    assert [finding.settled_by for finding in play.findings] == ([again] if off else [])


def test_a_station_that_counts_again_what_it_has_packed_for_the_return_counts_for_nothing() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    journey.packed_for_return()
    journey.returning()
    counts = [{"unit": journey.back, "papers": 1}]
    act = {"type": "BallotsCounted", "occasion": "recount", "counts": counts, "units": [journey.back], "seals": []}
    journey.play.act(act, by=journey.commission)
    assert journey.play.codes_found() == [("not-in-state", "open")]


def recount(journey: Journey, name: str, *, off: int, occasion: str) -> str:
    counts = [{"unit": name, "papers": (journey.play.unit(name).papers or 0) + off}]
    act = {"type": "BallotsCounted", "occasion": occasion, "counts": counts, "units": [name], "seals": []}
    return journey.play.act(act, by=CEC)


# --- packages of no papers


def test_a_pack_its_pouch_and_its_manifest_of_no_papers_are_one_finding() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, pack = journey.play, journey.names.pack(1)
    play.act(packed(pack, batch=journey.names.batch, contents=[], papers=0), by=CEC)
    play.act(packed(journey.pouch, batch=None, contents=[pack], papers=0), by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=0)
    finding = play.only("empty-package")
    assert (finding.sentence, finding.count) == (f"The packing: {pack} holds no papers.", 3)


def test_an_empty_pouch_that_hides_nothing_else_is_told_where_it_is_packed() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.play.act(packed(journey.pouch, batch=journey.names.batch, contents=[], papers=0), by=CEC)
    assert journey.play.only("empty-package").severity == "attention"


def packed(unit: str, **rest: Any) -> dict[str, Any]:
    return {"type": "UnitPacked", "unit": unit, **rest}


# --- one part of several packages, each counted by itself


@pytest.mark.parametrize(
    ("off", "counted", "between"),
    [
        (-3, (0, -3), {0: 3, 1: 3}),
        (-3, (-3, 0), {0: 3, 1: 3}),
        (-3, (-1, -2), {0: 3, 1: 3}),
        (5, (0, 5), {0: -5, 1: -5}),
        (-3, (0, 0), {0: 3, 1: 3}),
        (-13, (-13, 0), {0: 13, 1: 13}),
        (0, (2, -2), {0: -2, 1: 2}),
    ],
)
def test_packages_of_one_part_explain_its_difference_one_by_one_in_any_order(
    *, off: int, counted: tuple[int, int], between: dict[int, int]
) -> None:
    """``between``: which package is counted first -> papers unaccounted until the other one is."""
    journey, names = on_the_way_back()
    play = journey.play
    play.record(received(journey, *names, short=-off))
    acts = [_held_count(journey, name, off=papers) for name, papers in zip(names, counted, strict=True)]
    for order in permutations(range(2)):
        ledger = fold(log := [*play.log, play.held[acts[order[0]]]])
        assert _unaccounted(ledger) == between[order[0]]
        assert check_accounts(ledger.state) == ()
        ledger = fold([*log, play.held[acts[order[1]]]])
        assert _unaccounted(ledger) == -sum(counted)
        assert check_accounts(ledger.state) == ()
        assert next(iter(ledger.state.findings)).code == ("return-short" if off else "quantity-mismatch")


def test_a_count_of_one_package_that_did_not_occur_leaves_the_difference_where_it_stood() -> None:
    journey, names = on_the_way_back(packages=3)
    play = journey.play
    play.record(received(journey, *names, short=3))
    acts = [recount(journey, name, off=off, occasion="recount") for name, off in zip(names, (0, -3, 0), strict=True)]
    assert cec(journey) == {"returned": journey.papers - 4, "unaccounted": 3}
    play.act({"type": "ErrorDeclared", "event": acts[1]}, by=CEC)
    assert play.status(acts[1]) != "applied"
    assert cec(journey) == {"returned": journey.papers - 4, "unaccounted": 3}
    assert check_accounts(play.ledger.state) == ()


def test_what_a_package_lacks_goes_with_it_into_the_archive() -> None:
    journey, names = on_the_way_back()
    play = journey.play
    play.record(received(journey, *names, short=12))
    play.act({"type": "Archived", "units": names[1:]}, by=CEC)
    recount(journey, names[0], off=0, occasion="recount")
    assert cec(journey) == {"returned": journey.papers - 11, "unaccounted": 10}
    assert check_accounts(play.ledger.state) == ()


def _held_count(journey: Journey, name: str, *, off: int) -> str:
    counts = [{"unit": name, "papers": (journey.play.unit(name).papers or 0) + off}]
    act = {"type": "BallotsCounted", "occasion": "recount", "counts": counts, "units": [name], "seals": []}
    return journey.play.hold(act, by=CEC)


def _unaccounted(ledger: Ledger) -> int:
    return sum(papers for row, papers in balances(ledger.state).items() if row.state == "unaccounted")


def test_parts_that_differ_from_their_own_packages_stay_told_where_their_sum_is_right() -> None:
    journey, names = on_the_way_back()
    parts = [received(journey, names[0], short=4), received(journey, names[1], short=-4)]
    first, second = sorted(parts)
    told = {parts[0]: f"; {names[0]}: 426 of 430", parts[1]: f"; {names[1]}: 14 of 10"}
    for order in permutations(parts):
        (finding,) = fold([*journey.play.log, *(journey.play.held[part] for part in order)]).state.findings
        assert (finding.code, finding.status) == ("return-short", "open")
        sent = "AYT sent 440 papers in 2 packages; the CEC received 440 in 2"
        assert finding.sentence == f"{sent}{told[first]}{told[second]}."
