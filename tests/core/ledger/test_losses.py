"""A loss is declared by two; what is found is quarantined and comes back by a decision only."""

from __future__ import annotations

from typing import Any

from custody.core.journeys.breaks_of_unit import breaks_of
from custody.core.state.finding_store import Finding
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

FINDERS = ("rom-officer", "courier-reserve")


def under_way() -> Journey:
    return Journey(Play(), "AYT").under_way()


def lost(journey: Journey, *, by: tuple[str, ...] = ("courier-ayt", "mfa-1"), **other: Any) -> str:
    act = {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None, **other}
    return journey.play.act(act, by=by)


def found(journey: Journey, *, by: tuple[str, ...] = FINDERS, **other: Any) -> str:
    return journey.play.act({"type": "UnitFound", "units": [journey.pouch], "seals": "intact", **other}, by=by)


def lifted(journey: Journey, *, to: str = "courier-ayt") -> str:
    act = {"type": "QuarantineLifted", "units": [journey.pouch], "custodian": journey.play.key(to)}
    return journey.play.act(act, by=CEC)


def finding(journey: Journey, code: str) -> Finding:
    (one,) = [item for item in journey.play.findings if item.code == code]
    return one


def test_a_loss_declared_by_one_changes_nothing_and_by_two_takes_the_pouch_out_of_all_hands() -> None:
    journey = under_way()
    event = lost(journey, by=("courier-ayt",))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.only("below-threshold").sentence.startswith("The declaration of a loss: 1 of 2 signed")
    journey = under_way()
    event = journey.play.act(
        {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}, by=("courier-ayt",), late=("mfa-1",)
    )
    journey.play.sign_late(event, by="mfa-1")
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, unit.custodian, str(unit.last_holder)) == ("lost", None, "courier courier-ayt")
    assert journey.play.codes_found() == [("below-threshold", "settled"), ("custody-break", "open")]
    assert "was declared lost; courier courier-ayt held it last" in finding(journey, "custody-break").sentence


def test_two_keys_of_one_person_do_not_declare_a_loss() -> None:
    journey = under_way()
    lost(journey, by=("rom-officer",))
    assert journey.play.only("below-threshold").status == "open"


def test_two_who_have_nothing_to_do_with_a_pouch_do_not_take_it_out_of_anybodys_hands() -> None:
    journey = under_way()
    event = lost(journey, by=("rom-officer", "rom-chair"))
    assert journey.play.status(event) == "finding"
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert "which courier courier-ayt held; nothing was changed" in journey.play.only("not-custodian").sentence


def test_the_lost_pouch_handed_on_afterwards_is_a_finding_that_names_the_loss() -> None:
    journey = under_way()
    loss = lost(journey)
    offer = journey.offer((journey.courier,), journey.who("officer"))
    one = finding(journey, "not-in-state")
    assert loss in one.evidence
    assert f"{journey.pouch}, which was declared lost (the declaration of a loss of " in one.sentence
    journey.answer(offer, journey.who("officer"), units=journey.play.refs(journey.pouch), nonce="0" * 32)
    assert journey.play.unit(journey.pouch).state == "lost"
    assert journey.play.codes_found() == [("custody-break", "open"), ("not-in-state", "open")]


def test_a_pouch_handed_on_by_somebody_who_did_not_know_of_the_loss_is_in_dispute() -> None:
    journey = under_way()
    refs = journey.play.refs(journey.pouch)
    lost(journey)
    offer = journey.offer((journey.courier,), journey.who("officer"), units=refs)
    journey.answer(offer, journey.who("officer"), units=refs)
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.codes_found() == [("conflicting-acts", "open")]


def test_what_is_found_is_quarantined_with_the_first_finder() -> None:
    journey = under_way()
    lost(journey, last_seen=journey.play.at(-3))
    found(journey)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian), unit.basis) == ("quarantined", "mission ROM", "claimed")
    one = finding(journey, "custody-break")
    assert one.status == "open"
    assert "for 3 h 02 min nobody who signed answered for it. It is in quarantine with mission ROM." in one.sentence
    rows = breaks_of(journey.play.ledger.state, journey.play.unit(journey.pouch))
    assert [(row.cause, row.classification, row.minutes) for row in rows] == [("lost", "incident", 182)]


def test_a_find_of_one_person_asks_for_a_second_and_changes_nothing() -> None:
    journey = under_way()
    lost(journey)
    found(journey, by=FINDERS[:1])
    assert journey.play.unit(journey.pouch).state == "lost"
    assert ("below-threshold", "open") in journey.play.codes_found()


def test_a_pouch_that_is_in_good_hands_is_not_quarantined_by_two_who_say_they_found_it() -> None:
    journey = under_way()
    event = found(journey)
    assert journey.play.status(event) == "finding"
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.only("not-in-state").sentence == (
        f"The statement of a find does not fit {journey.pouch}, which is with courier; nothing was changed."
    )
    journey.over((journey.courier,), journey.who("officer"))
    assert journey.play.holder(journey.pouch) == "mission AYT"


def test_a_pouch_in_quarantine_goes_nowhere() -> None:
    journey = under_way()
    lost(journey)
    found(journey)
    journey.offer(("rom-officer",), (journey.courier,))
    assert "which is in quarantine since it was found" in finding(journey, "not-in-state").sentence


def test_two_officers_lift_the_quarantine_and_the_journey_goes_on() -> None:
    journey = under_way()
    lost(journey)
    found(journey)
    lifted(journey)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian), unit.basis) == ("with courier", "courier courier-ayt", "adjudicated")
    assert finding(journey, "custody-break").status == "settled"
    journey.over((journey.courier,), journey.who("officer"))
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert journey.play.codes_found() == [("custody-break", "settled")]


def test_a_quarantine_is_not_lifted_by_one_nor_for_somebody_who_can_hold_nothing() -> None:
    journey = under_way()
    lost(journey)
    found(journey)
    act = {"type": "QuarantineLifted", "units": [journey.pouch], "custodian": journey.play.key("courier-ayt")}
    journey.play.act(act, by=CEC[:1])
    assert ("below-threshold", "open") in journey.play.codes_found()
    lifted(journey, to="observer-1")
    assert ("not-authorised", "open") in journey.play.codes_found()
    assert journey.play.unit(journey.pouch).state == "quarantined"


def test_a_found_pouch_with_a_broken_seal_stays_on_hold_after_the_quarantine() -> None:
    journey = under_way()
    lost(journey)
    found(journey, seals=journey.play.stage.seals_found(journey.pouch, condition="broken"))
    lifted(journey)
    assert journey.play.unit(journey.pouch).hold
    assert journey.play.codes_found() == [("custody-break", "settled"), ("seal-condition", "open")]


def test_silence_about_a_lost_pouch_is_no_second_finding() -> None:
    journey = under_way()
    lost(journey)
    journey.play.wait(hours=120)
    journey.play.monitor_catches_up()
    due = journey.play.ledger.state.registers.consignments[journey.names.out].legs[2].due
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "step": "overdue", "due": due}
    journey.play.act({**note, "units": [journey.pouch], "device": None}, by=("monitor-1",))
    assert journey.play.codes_found() == [("custody-break", "open")]


def test_a_pouch_lost_by_a_carrier_was_last_with_whoever_gave_it_away() -> None:
    journey = under_way()
    act = {"type": "ReleasedToCarrier", "mode": "hold", "units": [journey.pouch], "seals": "intact"}
    journey.play.act(act, by=(journey.courier,))
    lost(journey)
    assert "courier courier-ayt held it last" in finding(journey, "custody-break").sentence
    rows = breaks_of(journey.play.ledger.state, journey.play.unit(journey.pouch))
    assert [(row.cause, row.minutes) for row in rows] == [("carrier", 0), ("lost", None)]
