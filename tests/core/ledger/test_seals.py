"""Seals: what was found against what was applied; one cause, one finding; the uncertain time in words."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.identifiers import seal_id
from tests.core.ledger.holds import WATCHED, counted_on_hold, opened_on_hold, repacked, resealed
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").under_way()


def arriving(journey: Journey, seals: list[dict[str, Any]], *, result: str = "accepted") -> str:
    offer = journey.offer((journey.courier,), journey.commission)
    found = {"packages": 1, "seals": seals, "papers": None}
    return journey.answer(offer, journey.commission, result=result, found=found)


def own(journey: Journey, condition: str) -> list[dict[str, Any]]:
    return journey.play.stage.seals_found(journey.pouch, condition=condition)


@pytest.mark.parametrize("condition", ["broken", "missing", "altered"])
def test_a_seal_that_is_not_intact_puts_the_unit_on_hold_and_says_for_how_long_nobody_knows(
    journey: Journey, condition: str
) -> None:
    journey.play.wait(hours=5)
    arriving(journey, own(journey, condition), result="accepted with reservation")
    finding = journey.play.only("seal-condition")
    number = journey.play.unit(journey.pouch).seals[0].number
    assert (finding.severity, finding.status, finding.subject) == ("serious", "open", number)
    assert (
        finding.sentence
        == f"Seal {number} on {journey.pouch} was found {condition}; last seen intact 5 h 02 min earlier."
    )
    assert finding.uncertain_minutes == 302
    assert journey.play.unit(journey.pouch).hold


def test_a_check_on_the_way_shortens_the_uncertain_time_whether_it_is_recorded_before_or_after(
    journey: Journey,
) -> None:
    play = journey.play
    play.wait(hours=5)
    checked = play.hold(
        {"type": "SealsChecked", "units": [journey.pouch], "seals": own(journey, "intact")}, by=(journey.courier,)
    )
    play.wait(hours=3)
    arriving(journey, own(journey, "broken"))
    before = play.only("seal-condition")
    assert "last seen intact 8 h 03 min earlier" in before.sentence
    play.record(checked)
    after = play.only("seal-condition")
    assert "last seen intact 3 h 02 min earlier" in after.sentence
    assert (after.id, after.uncertain_minutes) == (before.id, 182)
    assert sorted(after.evidence) == sorted({*before.evidence, checked})


def test_the_broken_seal_is_one_finding_however_often_it_is_read(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"))
    journey.play.act(
        {"type": "SealsChecked", "units": [journey.pouch], "seals": own(journey, "broken")}, by=journey.commission
    )
    assert journey.play.only("seal-condition").status == "open"


def test_what_was_opened_counted_and_repacked_gets_a_new_seal_and_goes_on(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"), result="accepted with reservation")
    opened_on_hold(journey)
    assert journey.play.only("seal-condition").status == "open"
    act = counted_on_hold(journey)
    repacked(journey)
    resealed(journey)
    finding = journey.play.only("seal-condition")
    assert (finding.status, finding.settled_by) == ("settled", act)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, unit.hold, unit.contains, unit.papers) == (
        "received",
        False,
        tuple(journey.packs),
        journey.papers,
    )
    assert [seal.condition for seal in unit.seals] == ["retained", "intact"]
    journey.play.wait(hours=8)
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.count()
    assert journey.play.codes_found() == [("seal-condition", "settled")]
    assert journey.play.book("AYT")["counted"] == journey.papers


def test_nobody_counts_papers_through_a_torn_side(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"), result="accepted with reservation")
    count = {
        "type": "BallotsCounted",
        "occasion": "hold",
        "counts": [{"unit": journey.pouch, "papers": journey.papers}],
    }
    journey.play.act({**count, "units": [journey.pouch]}, by=journey.commission)
    assert journey.play.codes_found() == [("not-in-state", "open"), ("seal-condition", "open")]
    assert "nobody counts papers through a torn side" in journey.play.findings[-1].sentence


def test_resealing_without_a_recount_settles_nothing(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"))
    resealed(journey)
    assert journey.play.only("seal-condition").status == "open"
    assert journey.play.unit(journey.pouch).hold


def test_repacking_without_a_recount_settles_nothing(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"))
    opened_on_hold(journey)
    repacked(journey)
    resealed(journey)
    assert journey.play.only("seal-condition").status == "open"


def test_a_recount_that_differs_is_a_second_finding(journey: Journey) -> None:
    arriving(journey, own(journey, "broken"))
    opened_on_hold(journey)
    counted_on_hold(journey, wrong=-3)
    repacked(journey)
    resealed(journey)
    assert journey.play.codes_found() == [("quantity-mismatch", "open"), ("seal-condition", "open")]
    mismatch = next(item for item in journey.play.findings if item.code == "quantity-mismatch")
    assert f"{journey.packs[0]}: 250 papers declared, 247 counted (count 1)" in mismatch.sentence
    assert mismatch.severity == "attention"


def test_a_unit_that_is_not_on_hold_is_not_recounted_so(journey: Journey) -> None:
    arriving(journey, own(journey, "intact"))
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    counted_on_hold(journey)
    assert "is not on hold" in journey.play.only("not-in-state").sentence


def test_a_pouch_that_is_not_empty_or_not_opened_is_not_packed_again(journey: Journey) -> None:
    arriving(journey, own(journey, "intact"))
    repacked(journey)
    assert journey.play.only("not-in-state").status == "open"
    assert journey.play.unit(journey.pouch).state == "received"


def test_another_number_in_place_of_the_seal_is_one_finding(journey: Journey) -> None:
    number = seal_id(issuer="CEC", number=777)
    arriving(journey, [{"unit": journey.pouch, "seal": number, "condition": "intact"}])
    finding = journey.play.only("seal-not-issued")
    due = own(journey, "intact")[0]["seal"]
    told = f"Seal {number} was read on {journey.pouch}, but no act ever applied it to anything; {due} should be there."
    assert finding.sentence == told
    assert journey.play.unit(journey.pouch).hold


def test_a_seal_never_issued_is_a_finding_though_it_is_found_intact(journey: Journey) -> None:
    number = seal_id(issuer="XYZ", number=1)
    arriving(journey, [*own(journey, "intact"), {"unit": journey.pouch, "seal": number, "condition": "intact"}])
    due = own(journey, "intact")[0]["seal"]
    told = f"Seal {number} was read on {journey.pouch}, but that number was never issued; {due} should be there."
    assert journey.play.only("seal-not-issued").sentence == told


def test_the_expected_seal_missing_and_another_in_its_place_is_one_finding(journey: Journey) -> None:
    strange = {"unit": journey.pouch, "seal": seal_id(issuer="CEC", number=777), "condition": "intact"}
    arriving(journey, [*own(journey, "missing"), strange])
    assert [code for code, _, _ in journey.play.only("seal-not-issued").related] == ["seal-condition"]


def test_a_visible_seal_that_nobody_read_is_a_finding_until_somebody_does(journey: Journey) -> None:
    arriving(journey, [])
    finding = journey.play.only("seal-unchecked")
    assert (finding.severity, finding.status) == ("attention", "open")
    journey.play.act(
        {"type": "SealsChecked", "units": [journey.pouch], "seals": own(journey, "intact")}, by=journey.commission
    )
    assert journey.play.only("seal-unchecked").status == "settled"


def test_a_seal_of_another_unit_says_where_it_was_applied() -> None:
    play = Play()
    other = Journey(play, "ROM").at_mfa()
    journey = Journey(play, "AYT").under_way()
    number = play.unit(other.pouch).seals[0].number
    arriving(journey, [{"unit": journey.pouch, "seal": number, "condition": "intact"}])
    assert play.only("seal-condition").sentence == (
        f"Seal {number} was read on {journey.pouch}, which it does not close; it was applied to {other.pouch}."
    )


def packed(journey: Journey, number: int) -> str:
    pack = journey.names.pack(number)
    act = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 5}
    journey.play.act(act, by=CEC)
    return pack


def test_a_seal_is_used_once() -> None:
    journey = Journey(Play(), "AYT")
    first, second = packed(journey, 1), packed(journey, 2)
    number = seal_id(issuer="CEC", number=500)
    journey.play.act({"type": "SealsApplied", "seals": [{"unit": first, "seal": number}]}, by=CEC)
    journey.play.act({"type": "SealsApplied", "seals": [{"unit": second, "seal": number}]}, by=CEC)
    finding = journey.play.only("seal-reused")
    assert finding.sentence == f"Seal {number} was applied to {second} and to {first}; a seal is used once."
    assert len(finding.evidence) == 2


def test_one_act_that_applies_a_seal_twice_is_a_finding() -> None:
    journey = Journey(Play(), "AYT")
    first, second = packed(journey, 1), packed(journey, 2)
    number = seal_id(issuer="CEC", number=500)
    journey.play.act(
        {"type": "SealsApplied", "seals": [{"unit": unit, "seal": number} for unit in (first, second)]}, by=CEC
    )
    assert journey.play.only("seal-reused").severity == "serious"


def test_a_seal_outside_every_series_is_not_issued() -> None:
    journey = Journey(Play(), "AYT")
    number = seal_id(issuer="CEC", number=999_999)
    journey.play.act({"type": "SealsApplied", "seals": [{"unit": packed(journey, 1), "seal": number}]}, by=CEC)
    assert journey.play.only("seal-not-issued").sentence.endswith("but its number was never issued.")


def test_replacing_a_seal_that_does_not_close_the_unit_changes_nothing(journey: Journey) -> None:
    arriving(journey, own(journey, "intact"))
    replaced = {"type": "SealReplaced", "unit": journey.pouch, "removed": seal_id(issuer="CEC", number=800)}
    act = {**replaced, "applied": journey.play.stage.seal(journey.pouch)["seal"], "reason": "inspection"}
    event = journey.play.act(act, by=journey.commission)
    assert journey.play.only("seal-condition").sentence.endswith("but it does not close it.")
    assert journey.play.status(event) == "finding"


def test_what_is_said_of_a_seal_that_does_not_close_a_pack_is_not_settled_by_replacing_the_one_that_does() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, pack = journey.play, packed(journey, 9)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)]}, by=CEC)
    papers = play.unit(pack).papers or 0
    journey.manifested([pack], papers=papers)
    journey.over(("cec-1",), (journey.courier,), units=[pack])
    offer = journey.offer((journey.courier,), journey.commission, units=[pack])
    found = {"packages": 1, "seals": play.stage.seals_found(pack, condition="broken"), "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    count = {"type": "BallotsCounted", "occasion": "hold", "counts": [{"unit": pack, "papers": papers}]}
    play.act({**count, "units": [pack], "present": WATCHED}, by=journey.commission)
    for removed in (play.unit(pack).seals[-1].number, seal_id(issuer="CEC", number=800), ""):
        applied = play.stage.seal(pack)["seal"]
        act = {"type": "SealReplaced", "unit": pack, "applied": applied, "reason": "found-broken"}
        play.act({**act, "removed": removed or play.unit(pack).seals[-1].number}, by=journey.commission)
    assert [finding.status for finding in play.findings if finding.code == "seal-condition"] == ["settled", "open"]


def test_an_inspection_that_replaces_a_whole_seal_raises_nothing(journey: Journey) -> None:
    arriving(journey, own(journey, "intact"))
    resealed(journey)
    assert journey.play.findings == []


def test_the_safes_broken_seal_is_found_when_it_is_opened() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.count()
    play, stock = journey.play, journey.names.stock
    play.act({"type": "StoreSealed", "station": "ROM", "seals": [play.stage.seal(stock)]}, by=journey.commission)
    play.act(
        {"type": "StoreOpened", "station": "ROM", "seals": play.stage.seals_found(stock, condition="broken")},
        by=journey.commission,
    )
    assert "was found broken" in play.only("seal-condition").sentence


def test_a_seal_found_broken_by_the_courier_on_the_way_and_by_the_receiver_is_one_finding(journey: Journey) -> None:
    journey.play.act(
        {"type": "SealsChecked", "units": [journey.pouch], "seals": own(journey, "broken")}, by=(journey.courier,)
    )
    arriving(journey, own(journey, "broken"))
    assert journey.play.only("seal-condition").status == "open"
    assert journey.play.unit(journey.pouch).hold
