"""A package that the receiver did not find stays with the giver; a leg is walked when all packages have walked it."""

from __future__ import annotations

import pytest

from custody.core.wording.messages import tell
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


def pouched(journey: Journey, *, number: int, papers: int, pack: int) -> str:
    """One pouch with one pack, sealed."""
    play, name, pouch = journey.play, journey.names.pack(pack), journey.names.pouch(number)
    filled = {"type": "UnitPacked", "papers": papers}
    play.act({**filled, "unit": name, "batch": journey.names.batch, "contents": []}, by=CEC)
    play.act({**filled, "unit": pouch, "batch": None, "contents": [name]}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pouch)]}, by=CEC)
    journey.packs.append(name)
    return pouch


@pytest.fixture
def journey() -> Journey:
    """Two pouches of one consignment at the pouch office."""
    journey = Journey(Play(), "AYT")
    half = journey.papers // 2
    pouches = [
        pouched(journey, number=1, papers=half, pack=1),
        pouched(journey, number=2, papers=journey.papers - half, pack=2),
    ]
    journey.manifested(pouches, papers=journey.papers)
    journey.over(("cec-1",), ("mfa-1",), units=pouches)
    assert journey.play.findings == []
    return journey


def both(journey: Journey) -> list[str]:
    return [journey.names.pouch(1), journey.names.pouch(2)]


def one_of_two(journey: Journey, *, packages: int = 1) -> tuple[str, str]:
    """The courier finds the first pouch only, and accepts with reservation; offer and answer."""
    first = both(journey)[0]
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    found = {"packages": packages, "seals": journey.play.stage.seals_found(first), "papers": None}
    return offer, journey.answer(offer, (journey.courier,), result="accepted with reservation", found=found)


def legs(journey: Journey) -> list[dict[str, object]]:
    docs = [outcome.doc for outcome in journey.play.outcomes if outcome.kind == "consignment"]
    return list(docs[-1]["legs"])


def test_only_the_package_that_was_found_passes_and_the_missing_one_stays_with_the_giver(journey: Journey) -> None:
    first, second = both(journey)
    offer, answer = one_of_two(journey)
    assert journey.play.holder(first) == "courier courier-ayt"
    assert journey.play.holder(second) == "MFA"
    assert (journey.play.unit(first).basis, journey.play.unit(second).basis) == ("confirmed", "uncertain")
    assert "not shown when it was handed on" in tell(journey.play.unit(second).says(), language="en")
    finding = journey.play.only("package-count")
    assert set(finding.evidence) == {offer, answer}
    assert (finding.units, finding.status, finding.subject) == ((second,), "open", second)
    assert finding.sentence == (
        f"1 of 2 packages shown by MFA to courier courier-ayt: accepted with reservation; not shown: {second}."
    )


def test_the_missing_package_that_turns_up_in_a_later_handover_settles_it(journey: Journey) -> None:
    one_of_two(journey)
    second = both(journey)[1]
    later = journey.over(("mfa-1",), (journey.courier,), units=[second])
    finding = journey.play.only("package-count")
    assert (finding.status, finding.settled_by) == ("settled", later)
    assert (journey.play.holder(second), journey.play.unit(second).basis) == ("courier courier-ayt", "confirmed")


def test_the_package_that_was_found_travels_on_without_settling_what_is_missing(journey: Journey) -> None:
    one_of_two(journey)
    journey.over((journey.courier,), journey.who("officer"), units=both(journey)[:1])
    assert journey.play.only("package-count").status == "open"


def test_two_officers_can_decide_about_a_package_that_never_turns_up(journey: Journey) -> None:
    one_of_two(journey)
    finding = journey.play.only("package-count")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert journey.play.only("package-count").status == "adjudicated"


def test_where_nobody_can_tell_which_packages_were_shown_none_passes(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    found = {"packages": 1, "seals": [], "papers": None}
    journey.answer(offer, (journey.courier,), result="accepted with reservation", found=found)
    assert [journey.play.holder(pouch) for pouch in both(journey)] == ["MFA", "MFA"]
    assert journey.play.only("package-count").units == tuple(both(journey))


def test_two_missing_packages_are_one_finding_until_both_have_turned_up(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    found = {"packages": 0, "seals": [], "papers": None}
    journey.answer(offer, (journey.courier,), result="accepted with reservation", found=found)
    for pouch, status in zip(both(journey), ("open", "settled"), strict=True):
        journey.over(("mfa-1",), (journey.courier,), units=[pouch])
        assert journey.play.only("package-count").status == status


def test_a_miscounted_number_of_packages_whose_seals_were_all_read_keeps_none_of_them_back(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    seals = [seal for pouch in both(journey) for seal in journey.play.stage.seals_found(pouch)]
    journey.answer(offer, (journey.courier,), found={"packages": 1, "seals": seals, "papers": None})
    assert [journey.play.holder(pouch) for pouch in both(journey)] == ["courier courier-ayt"] * 2
    assert journey.play.only("package-count").status == "open"


# --- legs


def test_a_leg_that_some_packages_walked_is_shown_as_walked_in_part(journey: Journey) -> None:
    first, second = both(journey)
    answer = journey.over(("mfa-1",), (journey.courier,), units=[first])
    leg = legs(journey)[1]
    assert (leg["handover"], leg["outstanding"]) == (None, [second])
    walk = {"handover": leg_offer(journey, answer), "at": journey.play.at(), "carrier": False, "units": [first]}
    assert leg["walks"] == [walk]
    journey.over(("mfa-1",), (journey.courier,), units=[second])
    done = legs(journey)[1]
    assert done["handover"] is not None
    assert (done["outstanding"], len(list(done["walks"]))) == ([], 2)  # type: ignore[call-overload]
    assert [leg["number"] for leg in legs(journey)] == [1, 2, 3, 4]


def leg_offer(journey: Journey, answer: str) -> str:
    offers = journey.play.ledger.state.registers.offers.values()
    return next(offer.event for offer in offers if offer.answer == answer)


def test_a_missing_package_leaves_its_leg_unwalked(journey: Journey) -> None:
    one_of_two(journey)
    assert legs(journey)[1]["outstanding"] == [both(journey)[1]]


def test_silence_about_a_package_left_behind_is_noted_and_settled_by_whoever_holds_it(journey: Journey) -> None:
    first, second = both(journey)
    journey.over(("mfa-1",), (journey.courier,), units=both(journey))
    journey.over((journey.courier,), journey.who("officer"), units=[first])
    journey.play.wait(hours=110)
    journey.play.monitor_catches_up()
    due = journey.play.ledger.state.registers.consignments[journey.names.out].legs[2].due
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "due": due, "step": "overdue"}
    journey.play.act({**note, "units": [second], "device": None}, by=("monitor-1",))
    finding = journey.play.only("overdue")
    assert f"nothing recorded of {second} " in finding.sentence
    seen = {"type": "StopRecorded", "units": [first], "purpose": "storage", "seals": "intact"}
    journey.play.act(seen, by=journey.who("officer"))
    assert journey.play.only("overdue").status == "open"
    journey.play.act({**seen, "units": [second]}, by=(journey.courier,))
    assert journey.play.only("overdue").status == "settled"


def test_a_pouch_unpacked_under_way_walks_the_rest_of_its_legs_in_what_came_out_of_it(journey: Journey) -> None:
    play = journey.play
    first, second = both(journey)
    pack = journey.packs[0]
    unpacked = {"type": "UnitUnpacked", "unit": first, "contents": [pack], "units": [first, pack]}
    play.act({**unpacked, "seals": play.stage.seals_found(first)}, by=("mfa-1", "mfa-2"))
    journey.over(("mfa-1",), (journey.courier,), units=[pack])
    assert legs(journey)[1]["outstanding"] == [second]
    journey.over(("mfa-1",), (journey.courier,), units=[second])
    assert legs(journey)[1]["outstanding"] == []
    journey.over((journey.courier,), journey.who("officer"), units=[pack, second])
    delivered = [outcome.doc["delivered"] for outcome in play.outcomes if outcome.kind == "consignment"]
    assert (legs(journey)[2]["outstanding"], delivered[-1]) == ([], True)
    assert play.findings == []


@pytest.mark.parametrize("result", ["refused", "accepted with reservation"])
def test_a_seal_on_a_package_that_nobody_saw_cannot_have_been_read(journey: Journey, result: str) -> None:
    first, second = both(journey)
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    seals = [row for pouch in both(journey) for row in journey.play.stage.seals_found(pouch)]
    found = {"packages": 1, "seals": seals, "papers": None}
    answer = journey.answer(offer, (journey.courier,), result=result, found=found)
    finding = journey.play.only("package-count")
    assert (
        "seals are said to have been read on 2: a seal on a package that nobody saw cannot be read" in finding.sentence
    )
    assert {code for code, _, _ in finding.related} == {"seal-unchecked"}
    assert {journey.play.unit(name).seals[0].event for name in (first, second)}.isdisjoint({answer})
    journey.over(
        (str(journey.play.unit(first).custodian).removeprefix("courier ").replace("MFA", "mfa-1"),),
        journey.who("officer"),
        units=both(journey),
    )
    assert journey.play.codes_found() == [("package-count", "settled")]


def test_reading_the_seals_of_what_was_shown_is_no_part_of_the_finding(journey: Journey) -> None:
    first, _ = both(journey)
    offer = journey.offer(("mfa-1",), (journey.courier,), units=both(journey))
    found = {"packages": 1, "seals": journey.play.stage.seals_found(first), "papers": None}
    journey.answer(offer, (journey.courier,), result="refused", found=found)
    assert "cannot be read" not in journey.play.only("package-count").sentence


def test_what_was_missing_at_the_opening_is_settled_when_all_of_it_is_taken_out() -> None:
    journey = Journey(Play("MOW", "AYT"), "MOW").received()
    play, (*found, one, other) = journey.play, journey.packs
    opening = {"type": "ConsignmentOpened", "unit": journey.pouch, "contents": found, "seals": "intact"}
    play.act(opening, by=journey.commission)
    for pack, status in ((other, "open"), (one, "settled")):
        unpacked = {"type": "UnitUnpacked", "unit": journey.pouch, "contents": [pack], "seals": []}
        play.act(unpacked, by=journey.commission[:2])
        assert play.only("package-count").status == status
