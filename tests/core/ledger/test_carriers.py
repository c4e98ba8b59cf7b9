"""What a carrier has, nobody who signed answers for: custody is uncertain, the time is told, and nothing honest is a finding."""

from __future__ import annotations

from typing import Any

from custody.core.journeys.breaks_of_unit import breaks_of
from schemas.identifiers import epoch_seconds
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play


def under_way() -> Journey:
    return Journey(Play(), "AYT").under_way()


def released(journey: Journey, *, by: str = "", **other: Any) -> str:
    act = {"type": "ReleasedToCarrier", "mode": "hold", "units": [journey.pouch], "seals": "intact", **other}
    return journey.play.act(act, by=(by or journey.courier,))


def collected(journey: Journey, *, by: str = "", **other: Any) -> str:
    act = {"type": "CollectedFromCarrier", "units": [journey.pouch], "found": "intact", **other}
    return journey.play.act(act, by=(by or journey.courier,))


def breaks(journey: Journey) -> list[tuple[str, str, int | None]]:
    rows = breaks_of(journey.play.ledger.state, journey.play.unit(journey.pouch))
    return [(row.cause, row.classification, row.minutes) for row in rows]


def legs(journey: Journey) -> list[tuple[int | None, bool, bool]]:
    docs = [leg.doc() for leg in journey.play.ledger.state.legs(journey.names.out)]
    return [(leg["number"], leg["handover"] is not None, leg["carrier"]) for leg in docs]


def test_a_pouch_in_the_hold_is_uncertain_until_it_is_collected_and_then_claimed() -> None:
    journey = under_way()
    released(journey)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, unit.custodian, unit.basis) == ("with carrier", None, "uncertain")
    assert str(unit.last_holder) == "courier courier-ayt"
    journey.play.wait(hours=5)
    collected(journey)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian), unit.basis) == ("with courier", "courier courier-ayt", "claimed")
    assert breaks(journey) == [("carrier", "explained", 301)]
    assert journey.play.findings == []


def test_the_next_handover_confirms_custody_again() -> None:
    journey = under_way()
    released(journey)
    collected(journey)
    journey.over((journey.courier,), journey.who("officer"))
    assert journey.play.unit(journey.pouch).basis == "confirmed"
    assert [row[:2] for row in legs(journey)] == [(1, True), (2, True), (3, True), (4, False)]
    assert journey.play.findings == []


def test_a_captain_carries_from_the_ministry_to_the_mission_and_both_legs_are_walked() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    released(journey, by="mfa-1", mode="captain")
    collected(journey, by="ayt-officer")
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert legs(journey) == [(1, True, False), (2, True, True), (3, True, True), (4, False, False)]
    journey.over(journey.who("officer"), journey.commission)
    assert journey.play.findings == []


def test_mission_staff_that_collects_in_the_capital_walks_both_legs_of_the_courier() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    offer = journey.offer(("mfa-1",), journey.who("officer"), mode="mission-staff")
    journey.answer(offer, journey.who("officer"))
    assert legs(journey) == [(1, True, False), (2, True, False), (3, True, False), (4, False, False)]
    journey.over(journey.who("officer"), journey.commission)
    assert journey.play.findings == []


def test_a_substitute_who_collects_needs_a_mandate() -> None:
    journey = under_way()
    released(journey)
    collected(journey, by="courier-reserve")
    assert journey.play.holder(journey.pouch) == "courier courier-reserve"
    assert journey.play.only("mandate-missing").status == "open"
    journey.mandate("courier-reserve")
    # What was granted after the act settles nothing (rules.md 104): it waits for a decision.
    late = journey.play.only("mandate-missing")
    assert (late.status, "later" in late.sentence or "after" in late.sentence) == ("open", True)


def test_another_mission_that_collects_is_the_wrong_recipient() -> None:
    journey = under_way()
    released(journey)
    collected(journey, by="rom-officer")
    assert "is for AYT, but mission ROM accepted it" in journey.play.only("wrong-recipient").sentence


def test_a_seal_found_broken_at_collection_is_one_finding_with_the_minutes_with_the_carrier() -> None:
    journey = under_way()
    released(journey)
    journey.play.wait(hours=2)
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    collected(journey, found={"packages": 1, "seals": seals})
    finding = journey.play.only("seal-condition")
    assert finding.uncertain_minutes == 121
    assert journey.play.unit(journey.pouch).hold
    assert breaks(journey) == [("carrier", "explained", 121), ("seal", "incident", 121)]


def test_a_package_that_does_not_come_out_of_the_hold_stays_with_the_carrier() -> None:
    journey = under_way()
    released(journey)
    collected(journey, found={"packages": 0, "seals": []})
    finding = journey.play.only("package-count")
    assert finding.sentence == f"0 of 1 package collected from the carrier; not there: {journey.pouch}."
    assert journey.play.unit(journey.pouch).state == "with carrier"
    collected(journey)
    assert finding.id == journey.play.only("package-count").id
    assert journey.play.only("package-count").status == "settled"


def test_who_does_not_hold_a_pouch_cannot_give_it_to_a_carrier() -> None:
    journey = under_way()
    event = released(journey, by="courier-reserve")
    assert journey.play.status(event) == "finding"
    assert journey.play.only("not-custodian").severity == "serious"


def test_packages_given_away_are_those_named() -> None:
    journey = under_way()
    released(journey, packages=2)
    assert journey.play.only("package-count").sentence == (
        "2 packages given to a carrier by courier courier-ayt, but the act names 1."
    )


def test_a_seal_that_nobody_read_at_the_counter_is_unchecked() -> None:
    journey = under_way()
    released(journey, seals=[])
    assert journey.play.only("seal-unchecked").status == "open"
    collected(journey)
    assert journey.play.only("seal-unchecked").status == "settled"


def test_a_missed_flight_is_reported_by_whoever_had_the_pouch_last() -> None:
    journey = under_way()
    released(journey)
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "missed-connection"}
    assert journey.play.status(journey.play.act(delay, by=(journey.courier,))) == "applied"
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}
    assert journey.play.status(journey.play.act(seals, by=(journey.courier,))) == "finding"
    assert journey.play.only("not-custodian").status == "open"


def test_nobody_at_the_airport_and_the_pouch_stays_with_the_courier() -> None:
    journey = under_way()
    offer = journey.offer((journey.courier,), journey.who("officer"))
    stop = {"type": "StopRecorded", "units": [journey.pouch], "purpose": "nobody-there", "seals": "intact"}
    journey.play.act(stop, by=(journey.courier,))
    journey.play.act({"type": "HandoverWithdrawn", "offer": offer}, by=(journey.courier,))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    journey.play.wait(hours=14)
    journey.over((journey.courier,), journey.who("officer"))
    assert journey.play.findings == []


def test_a_pouch_with_a_carrier_is_not_handed_over() -> None:
    journey = under_way()
    released(journey)
    journey.offer((journey.courier,), journey.who("officer"))
    assert journey.play.only("not-in-state").sentence == (
        f"The offer of a handover does not fit {journey.pouch}, which is with carrier; nothing was changed."
    )


def test_a_courier_hands_to_another_with_a_stop_over_night() -> None:
    journey = under_way()
    journey.mandate("courier-reserve")
    stop = {"type": "StopRecorded", "units": [journey.pouch], "purpose": "overnight", "seals": "intact"}
    journey.play.act(stop, by=(journey.courier,))
    journey.play.wait(hours=9)
    journey.over((journey.courier,), ("courier-reserve",))
    journey.over(("courier-reserve",), journey.who("officer"))
    assert journey.play.findings == []
    assert [row[:2] for row in legs(journey)][:3] == [(1, True), (2, True), (3, True)]


def test_the_unit_tells_its_breaks_and_their_minutes() -> None:
    journey = under_way()
    released(journey)
    journey.play.wait(minutes=44)
    collected(journey)
    docs = [item.doc for item in journey.play.outcomes if item.kind == "unit" and item.subject == journey.packs[0]]
    assert docs[-1]["minutes"] == {"explained": 45, "incident": 0, "breach": 0}
    (told,) = docs[-1]["breaks"]
    assert epoch_seconds(told["until"]) - epoch_seconds(told["since"]) == 45 * 60
