"""Printing, allocation, packing and manifests: papers leave one account and enter another in the same act."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.identifiers import consignment_id, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

RUN = unit_id(office="CEC", kind="batch", number=2)


@pytest.fixture
def play() -> Play:
    return Play("AYT", "ROM")


def printed(play: Play, *, good: int = 100, waste: int = 4, total: int | None = None) -> str:
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": good}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": RUN, "good": good, "waste": waste, "method": "counted", "serials": None}
    return play.act(
        {**note, "printed": good + waste if total is None else total}, by=("printer-1", "cec-representative")
    )


def destroyed(play: Play, papers: int) -> str:
    act = {"type": "WasteDestroyed", "batch": RUN, "papers": papers, "method": "shredded"}
    return play.act(act, by=("printer-1", "cec-representative"))


def allocated(play: Play, **lines: int) -> str:
    rows = [
        {"station": code, "batch": unit_id(office=code, kind="batch", number=7), "papers": papers}
        for code, papers in lines.items()
    ]
    return play.act({"type": "BatchAllocated", "batch": RUN, "lines": rows}, by=CEC)


def listed(play: Play, code: str, voters: int) -> str:
    act = {"type": "VoterListStated", "station": code, "stage": "allocation", "voters": voters, "signatures": None}
    return play.act(act, by=CEC)


def test_what_came_off_the_press_is_good_and_waste(play: Play) -> None:
    printed(play, total=105)
    assert play.only("quantity-mismatch").sentence == "Printed 105, but 100 good and 4 waste make 104."


@pytest.mark.parametrize(
    ("good", "total", "method", "said"),
    [
        (99, None, "counted", ""),
        (100, None, "counted", ""),
        (101, None, "counted", "100 papers were ordered, 101 good ones were printed"),
        (101, 104, "counted", "Printed 104, but"),
        (20_040, None, "weighed", ""),
    ],
)
def test_good_papers_are_no_more_than_were_ordered(
    play: Play, *, good: int, total: int | None, method: str, said: str
) -> None:
    ordered = 100 if good < 1000 else 20_000
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": ordered}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": RUN, "good": good, "waste": 4, "method": method, "serials": None}
    play.act({**note, "printed": good + 4 if total is None else total}, by=("printer-1", "cec-representative"))
    assert [finding.code for finding in play.findings] == (["quantity-mismatch"] if said else [])
    assert all(said in finding.sentence for finding in play.findings)


def test_waste_is_destroyed_in_two_goes_and_the_finding_settles(play: Play) -> None:
    printed(play)
    destroyed(play, 3)
    assert play.only("quantity-mismatch").sentence == "Waste printed 4, waste destroyed 3."
    destroyed(play, 1)
    assert play.only("quantity-mismatch").status == "settled"


def test_more_than_the_list_and_its_reserve_is_an_over_allocation(play: Play) -> None:
    printed(play)
    allocated(play, ROM=3)
    bound = play.allocated("ROM")
    finding = play.only("over-allocation")
    assert (finding.severity, finding.station) == ("serious", "ROM")
    assert finding.sentence == (
        f"ROM: {bound + 3} papers allocated; the list of {play.stations['ROM'].voters} voters and its reserve make {bound}: "
        "3 too many. Reserve: 1 paper for every 100 voters on a station's list, rounded up for each station."
    )
    assert len(finding.evidence) == 2


def test_fewer_than_the_list_and_its_reserve_is_a_shortage_until_more_are_allocated() -> None:
    play = Play("ROM")
    before = play.allocated("ROM")
    listed(play, "ROM", play.stations["ROM"].voters + 40)
    finding = play.only("shortage")
    missing = (
        play.ledger.state.rules_now().reserve(play.stations["ROM"].voters + 40)
        + play.stations["ROM"].voters
        + 40
        - before
    )
    assert (finding.severity, finding.status) == ("attention", "open")
    printed(play)
    settled = allocated(play, ROM=missing)
    assert (play.only("shortage").status, play.only("shortage").settled_by) == ("settled", settled)


@pytest.mark.parametrize(
    ("voters", "rounding", "reserve"), [(100, "up", 1), (101, "up", 2), (199, "down", 1), (200, "down", 2)]
)
def test_the_reserve_is_rounded_for_each_station_as_the_rules_say(
    play: Play, voters: int, rounding: str, reserve: int
) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, "reserve": {**rules["reserve"], "rounding": rounding}}}, by=CEC)
    assert play.ledger.state.rules_now().reserve(voters) == reserve


def test_a_reserve_changed_half_way_leaves_earlier_allocations_as_they_were(play: Play) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    before = play.book("ROM")["reserve"]
    play.act(
        {"type": "RulesSet", "rules": {**rules, "reserve": {"numerator": 5, "denominator": 100, "rounding": "up"}}},
        by=CEC,
    )
    act = {"type": "VoterListStated", "station": "ROM", "stage": "added", "voters": 1, "signatures": None}
    play.act(act, by=CEC)
    assert play.findings == []
    assert play.book("ROM")["reserve"] == before


def test_a_table_that_names_a_station_twice_changes_nothing(play: Play) -> None:
    printed(play)
    rows = [
        {"station": "ROM", "batch": unit_id(office="ROM", kind="batch", number=number), "papers": 1}
        for number in (7, 8)
    ]
    play.act({"type": "BatchAllocated", "batch": RUN, "lines": rows}, by=CEC)
    assert "names ROM twice" in play.only("not-in-state").sentence


def test_more_than_was_printed_is_owed_by_the_batch_and_told_beside_the_stations_excess(play: Play) -> None:
    printed(play)
    event = allocated(play, ROM=101)
    found = {item.code: item.sentence for item in play.findings}
    assert sorted(found) == ["over-allocation", "quantity-mismatch"]
    assert found["quantity-mismatch"] == f"101 papers were allocated, but {RUN} had 100 left."
    assert (play.status(event), play.unit(RUN).papers) == ("applied", -1)


def packed(play: Play, **told: Any) -> str:
    pack = {
        "type": "UnitPacked",
        "unit": play.names("ROM").pack(1),
        "batch": play.names("ROM").batch,
        "contents": [],
        "papers": 10,
    }
    return play.act({**pack, **told}, by=told.pop("by", CEC))


def test_a_pack_takes_no_more_than_its_batch_has(play: Play) -> None:
    packed(play, papers=100_000)
    assert play.only("quantity-mismatch").sentence.endswith(
        f"but {play.names('ROM').batch} had {play.allocated('ROM')} left."
    )


def test_a_pouch_says_how_many_papers_it_holds(play: Play) -> None:
    packed(play)
    pouch = {
        "type": "UnitPacked",
        "unit": play.names("ROM").pouch(1),
        "batch": None,
        "contents": [play.names("ROM").pack(1)],
    }
    play.act({**pouch, "papers": 11}, by=CEC)
    assert play.only("quantity-mismatch").sentence == (
        f"{play.names('ROM').pouch(1)} is said to hold 11 papers; what was packed into it says 10."
    )


def test_a_pouch_holds_papers_of_one_station(play: Play) -> None:
    packed(play)
    packed(play, unit=play.names("AYT").pack(1), batch=play.names("AYT").batch)
    contents = [play.names(code).pack(1) for code in ("ROM", "AYT")]
    pouch = {
        "type": "UnitPacked",
        "unit": play.names("ROM").pouch(1),
        "batch": None,
        "contents": contents,
        "papers": 20,
    }
    play.act(pouch, by=CEC)
    assert "would hold papers of AYT and ROM" in play.only("not-in-state").sentence


def test_the_same_pack_made_twice_is_a_dispute(play: Play) -> None:
    batch = play.refs(play.names("ROM").batch)
    units = [{"unit": play.names("ROM").pack(1), "previous": None}, *batch]
    packed(play, units=units)
    packed(play, units=units, papers=12)
    assert play.only("conflicting-acts").severity == "serious"
    assert play.unit(play.names("ROM").batch).papers == play.allocated("ROM")


def test_units_that_an_act_names_without_saying_what_became_of_them_stop_it(play: Play) -> None:
    units = [
        {"unit": play.names("ROM").pack(1), "previous": None},
        *play.refs(play.names("ROM").batch, play.names("AYT").batch),
    ]
    packed(play, units=units)
    assert "without saying what became of it" in play.only("not-in-state").sentence


def test_a_manifest_says_what_its_packages_say(play: Play) -> None:
    journey = Journey(play, "ROM")
    packed(play)
    pack = play.names("ROM").pack(1)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)]}, by=CEC)
    journey.manifested([pack], papers=12, packages=2)
    assert play.codes_found() == [("package-count", "open"), ("quantity-mismatch", "open")]
    sentences = {item.code: item.sentence for item in play.findings}
    assert sentences["package-count"] == f"The manifest of {play.names('ROM').out} says 2 packages, but names 1."
    assert (
        sentences["quantity-mismatch"]
        == f"The manifest of {play.names('ROM').out} says 12 papers; what was packed says 10."
    )


@pytest.mark.parametrize(
    "consignment", [consignment_id(office="AYT", number=1), consignment_id(office="ROM", number=1)]
)
def test_a_consignment_is_manifested_once_and_for_its_own_station(play: Play, consignment: str) -> None:
    Journey(play, "ROM").packed()
    pack = play.names("ROM").pack(9)
    play.act(
        {"type": "UnitPacked", "unit": pack, "batch": play.names("ROM").batch, "contents": [], "papers": 0}, by=CEC
    )
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)]}, by=CEC)
    Journey(play, "ROM").manifested([pack], papers=0, consignment=consignment)
    sentences = {finding.code: finding.sentence for finding in play.findings}
    assert set(sentences) == {"empty-package", "not-in-state"}
    assert "cannot travel as" in sentences["not-in-state"]


def test_a_second_station_with_the_same_code_is_a_finding(play: Play) -> None:
    fact = {"type": "StationOpened", "station": "ROM", "city": "Rome", "country": "IT", "timezone": "Europe/Rome"}
    times = {"opens": "2015-04-26T07:00:00+02:00", "closes": "2015-04-26T20:00:00+02:00"}
    play.act({**fact, **times, "stock": unit_id(office="ROM", kind="stock", number=2)}, by=CEC)
    assert "which has one" in play.only("not-in-state").sentence


# --- serial numbers, where papers have them


def numbered(play: Play, batch: int, first: int, last: int) -> str:
    name = unit_id(office="CEC", kind="batch", number=batch)
    play.act({"type": "PrintOrdered", "batch": name, "papers": 100}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": name, "good": 100, "waste": 4, "printed": 104, "method": "counted"}
    return play.act({**note, "serials": {"first": first, "last": last}}, by=("printer-1", "cec-representative"))


def test_batches_with_serial_numbers_of_their_own_raise_nothing(play: Play) -> None:
    numbered(play, 2, 1, 100)
    numbered(play, 3, 101, 200)
    assert play.findings == []


def test_a_serial_number_on_papers_of_two_batches_is_one_finding_that_names_both_notes(play: Play) -> None:
    notes = {numbered(play, 2, 1, 100), numbered(play, 3, 100, 199)}
    finding = play.only("serial-overlap")
    assert (set(finding.evidence), finding.severity) == (notes, "serious")
    assert finding.sentence.startswith("Serial numbers 100 to 100 are said to be on papers of ")


def test_fewer_serial_numbers_than_good_papers_are_a_gap(play: Play) -> None:
    note = numbered(play, 2, 1, 99)
    finding = play.only("serial-gap")
    assert finding.sentence == f"{RUN}: serial numbers 1 to 99 are 99, but 100 papers were good."
    assert note in finding.evidence


# --- rules changed half way


def test_a_reserve_changed_half_way_binds_the_stations_allocated_after_it_and_not_those_before() -> None:
    play = Play("AYT", "ROM")
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    before = play.book("ROM")["reserve"]
    play.act({"type": "RulesSet", "rules": {**rules, "reserve": {**rules["reserve"], "numerator": 3}}}, by=CEC)
    assert play.findings == []
    assert play.book("ROM")["reserve"] == before
    printed(play)
    voters = play.stations["ROM"].voters
    allocated(play, ROM=-(-voters * 3 // 100) - before)
    assert play.findings == []
    assert play.book("ROM")["reserve"] == -(-voters * 3 // 100)


def test_an_act_recorded_before_a_change_of_rules_is_judged_by_the_rules_of_its_position() -> None:
    journey = Journey(Play(), "ROM").opened()
    play = journey.play
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    event = play.hold(act, by=journey.commission[:2], late=journey.commission[2:])
    play.record(event)
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    for rule in rules["signatures"]:
        if rule["type"] == "BallotsCounted":
            rule["quorums"] = [{**quorum, "persons": 2} for quorum in rule["quorums"]]
    play.act({"type": "RulesSet", "rules": rules}, by=CEC)
    play.record(event)
    assert play.status(event) == "recorded"
    play.sign_late(event, by="rom-member")
    assert play.status(event) == "applied"
