"""Examined, detained, broken: times in which nobody who signed answers, each told once; a finding where no act explains it."""

from __future__ import annotations

from typing import Any

from custody.core.journeys.breaks_of_unit import breaks_of, told_of
from custody.core.state.finding_store import Finding
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play


def under_way() -> Journey:
    return Journey(Play(), "AYT").under_way()


def examined(journey: Journey, what: str, *, seals: Any = "intact", by: str = "") -> str:
    act = {"type": "PouchExamined", "units": [journey.pouch], "examination": what, "by": "customs", "seals": seals}
    return journey.play.act(act, by=(by or journey.courier,))


def broken(journey: Journey, classification: str, *, by: str = "", **other: Any) -> str:
    times = {"since": journey.play.at(-2), "until": journey.play.at(-1)}
    act = {"type": "CustodyBroken", "units": [journey.pouch], "classification": classification, "cause": "unattended"}
    return journey.play.act({**act, **times, **other}, by=(by or journey.courier,))


def rows(journey: Journey) -> list[tuple[str, str, int | None]]:
    found = breaks_of(journey.play.ledger.state, journey.play.unit(journey.pouch))
    return [(row.cause, row.classification, row.minutes) for row in found]


def finding(journey: Journey, code: str) -> Finding:
    (one,) = [item for item in journey.play.findings if item.code == code]
    return one


def test_an_x_ray_changes_nothing() -> None:
    journey = under_way()
    examined(journey, "x-rayed")
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian), unit.hold) == ("with courier", "courier courier-ayt", False)
    assert journey.play.findings == []


def test_a_pouch_that_was_opened_is_on_hold_and_one_finding() -> None:
    journey = under_way()
    examined(journey, "opened", seals=journey.play.stage.seals_found(journey.pouch, condition="broken"))
    assert journey.play.unit(journey.pouch).hold
    assert journey.play.only("seal-condition").status == "open"
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_a_pouch_that_was_opened_with_its_seals_whole_is_on_hold_all_the_same() -> None:
    journey = under_way()
    examined(journey, "opened")
    assert journey.play.unit(journey.pouch).hold
    assert "was opened by customs" in journey.play.only("seal-condition").sentence


def test_a_detained_pouch_is_seized_and_a_finding_until_it_is_given_back() -> None:
    journey = under_way()
    examined(journey, "detained", seals=[])
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, unit.custodian, unit.basis) == ("seized", None, "uncertain")
    assert "was detained by customs" in journey.play.only("custody-break").sentence
    journey.offer((journey.courier,), journey.who("officer"))
    assert "which is detained (the report of an examination of " in finding(journey, "not-in-state").sentence
    journey.play.wait(hours=3)
    examined(journey, "returned")
    assert finding(journey, "custody-break").status == "settled"
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian), unit.basis) == ("with courier", "courier courier-ayt", "claimed")
    assert rows(journey) == [("authority", "incident", 182)]


def test_what_was_not_detained_is_not_given_back_nor_detained_twice() -> None:
    journey = under_way()
    examined(journey, "returned")
    examined(journey, "detained")
    examined(journey, "x-rayed")
    sentences = [item.sentence for item in journey.play.findings if item.code == "not-in-state"]
    assert sentences == [
        f"{journey.pouch} is with courier, so it was not returned by customs; nothing was changed.",
        f"{journey.pouch} is seized, so it was not x-rayed by customs; nothing was changed.",
    ]


def test_a_pouch_taken_out_of_the_hold_is_reported_by_whoever_gave_it_to_the_carrier() -> None:
    journey = under_way()
    act = {"type": "ReleasedToCarrier", "mode": "hold", "units": [journey.pouch], "seals": "intact"}
    journey.play.act(act, by=(journey.courier,))
    examined(journey, "detained", seals=[])
    journey.play.wait(hours=1)
    examined(journey, "returned")
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert [row[0] for row in rows(journey)] == ["carrier", "authority"]
    assert all(row[2] is not None for row in rows(journey))


def test_nobody_else_says_what_was_done_with_a_pouch() -> None:
    journey = under_way()
    examined(journey, "detained", by="courier-reserve")
    broken(journey, "breach", by="rom-officer")
    assert [item.code for item in journey.play.findings] == ["not-custodian", "not-custodian"]
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_a_break_that_is_explained_is_told_and_no_finding() -> None:
    journey = under_way()
    broken(journey, "explained")
    assert rows(journey) == [("stated", "explained", 60)]
    assert journey.play.findings == []


def test_an_incident_is_a_finding_that_names_its_minutes() -> None:
    journey = under_way()
    broken(journey, "incident")
    assert rows(journey) == [("stated", "incident", 60)]
    one = journey.play.only("custody-break")
    assert one.severity == "serious"
    assert "is stated (incident, unattended)" in one.sentence
    assert "1 h 00 min" in one.sentence


def test_a_stated_break_whose_cause_is_a_broken_seal_is_listed_under_that_seal() -> None:
    journey = under_way()
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    journey.play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": seals}, by=(journey.courier,))
    broken(journey, "breach", cause="seal")
    assert [code for code, _, _ in journey.play.only("seal-condition").related] == ["custody-break"]


def test_a_stated_break_of_a_detained_pouch_is_listed_under_the_detention() -> None:
    journey = under_way()
    examined(journey, "detained", seals=[])
    broken(journey, "incident", cause="authority", until=None)
    assert [code for code, _, _ in journey.play.only("custody-break").related] == ["custody-break"]


def test_a_package_that_was_not_shown_is_a_break_until_somebody_receives_it() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), result="accepted with reservation", found={"packages": 0, "seals": []})
    assert rows(journey) == [("unshown", "incident", None)]
    journey.play.wait(hours=1)
    journey.over(("mfa-1",), (journey.courier,))
    assert rows(journey) == [("unshown", "incident", 62)]


def test_minutes_are_told_by_classification() -> None:
    journey = under_way()
    for classification in ("explained", "incident", "breach"):
        broken(journey, classification)
    minutes = told_of(journey.play.ledger.state, journey.play.unit(journey.pouch)).minutes
    assert minutes == {"explained": 60, "incident": 60, "breach": 60}
