"""Wrong entries declared as such: what they do to units, figures and findings, and what needs a decision."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest

from custody.core.wording.messages import tell
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything

SPOILED = ("ayt-secretary", "ayt-issuer")


def voting(code: str = "AYT") -> Journey:
    """Counted, the box sealed, and papers with the issuer."""
    journey = Journey(Play(code, "ROM"), code).counted()
    play, issuer = journey.play, journey.who("issuer")[0]
    given = {"type": "BallotsGivenToIssuer", "station": code, "issuer": issuer, "papers": journey.papers}
    play.act(given, by=(journey.commission[1], issuer))
    return journey


def spoiled(papers: int, **other: Any) -> dict[str, Any]:
    """Papers spoiled by voters."""
    return {"type": "BallotsSpoiled", "station": "AYT", "issuer": "ayt-issuer", "papers": papers, **other}


def value(play: Play, name: str) -> int | None:
    """A figure of the station's book."""
    book = play.unit(play.names("AYT").stock).book
    return None if book is None else book.value(name)


def count(journey: Journey, *, off: int = 0, **other: Any) -> dict[str, Any]:
    """A count of all packs; the first is off by so many."""
    counted = {pack: (journey.play.unit(pack).papers or 0) for pack in journey.packs}
    counted[journey.packs[0]] += off
    counts = [{"unit": pack, "papers": papers} for pack, papers in counted.items()]
    return {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, **other}


def test_what_did_not_occur_is_undone_and_stays_visible() -> None:
    journey = voting()
    play = journey.play
    before = play.unit(journey.names.stock).act
    wrong = play.act(spoiled(3), by=SPOILED)
    assert value(play, "spoiled") == 3
    declared = play.act({"type": "ErrorDeclared", "event": wrong}, by=SPOILED)
    assert (play.status(wrong), play.status(declared), value(play, "spoiled")) == ("in error", "applied", None)
    assert play.unit(journey.names.stock).act == before
    assert play.findings == []
    entry = [item.doc for item in play.outcomes if item.kind == "entry" and item.doc["event"] == declared]
    assert tell(entry[0]["says"], language="en").startswith(
        f"The statement of spoiled papers ({wrong[:16]}) on {journey.names.stock} declared in error"
    )
    play.act(spoiled(1), by=SPOILED)
    assert value(play, "spoiled") == 1


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    journey = voting()
    play = journey.play
    wrong = play.act(spoiled(10), by=SPOILED)
    right = play.act(spoiled(1, corrects=wrong), by=SPOILED)
    assert (play.status(right), value(play, "spoiled")) == ("waiting", 10)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=SPOILED)
    assert (play.status(wrong), play.status(right), value(play, "spoiled")) == ("in error", "applied", 1)
    assert play.findings == []
    after = play.act(spoiled(1), by=SPOILED)
    assert (play.status(after), value(play, "spoiled")) == ("applied", 2)


def test_a_wrong_entry_corrected_settles_the_quantity_mismatch_it_made() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").opened()
    play = journey.play
    wrong = play.act(count(journey, off=-30), by=journey.commission)
    assert play.only("quantity-mismatch").status == "open"
    right = play.act(count(journey, corrects=wrong), by=journey.commission)
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=journey.commission)
    finding = play.only("quantity-mismatch")
    assert (finding.status, finding.settled_by) == ("settled", declared)
    assert value(play, "counted") == journey.papers


def test_a_second_count_may_be_named_as_what_restates_the_first() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").opened()
    play = journey.play
    wrong = play.act(count(journey, off=-30), by=journey.commission)
    right = play.act(count(journey), by=journey.commission)
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=journey.commission)
    assert (play.status(declared), play.only("quantity-mismatch").status) == ("applied", "settled")


def test_a_correction_may_make_a_unit_that_a_wrong_entry_made_wrongly() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT")
    play, pack = journey.play, journey.names.pack(1)
    packed = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": []}
    left = play.unit(journey.names.batch).papers or 0
    wrong = play.act({**packed, "papers": 414}, by=CEC)
    right = play.act({**packed, "papers": 441, "corrects": wrong}, by=CEC)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=CEC)
    assert (play.unit(pack).papers, play.unit(journey.names.batch).papers) == (441, left - 441)
    assert play.findings == []


def test_a_seal_applied_by_mistake_may_be_applied_again() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT")
    play, packs = journey.play, [journey.names.pack(number) for number in (1, 2)]
    for pack in packs:
        packed = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 10}
        play.act(packed, by=CEC)
    seal = play.stage.seal(packs[0])["seal"]
    wrong = play.act({"type": "SealsApplied", "seals": [{"unit": packs[0], "seal": seal}]}, by=CEC)
    play.act({"type": "ErrorDeclared", "event": wrong}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [{"unit": packs[1], "seal": seal}]}, by=CEC)
    assert play.findings == []
    assert play.unit(packs[0]).state == "packed"


def test_only_those_who_made_an_entry_declare_it_in_error() -> None:
    journey = voting()
    play = journey.play
    wrong = play.act(spoiled(3), by=SPOILED)
    few = play.act({"type": "ErrorDeclared", "event": wrong}, by=("ayt-secretary", "ayt-member"))
    assert (play.status(few), play.status(wrong)) == ("recorded", "applied")
    rome = play.act({"type": "ErrorDeclared", "event": wrong}, by=("rom-secretary", "rom-issuer"))
    assert play.status(rome) == "finding"
    assert play.codes_found() == [("below-threshold", "open"), ("not-authorised", "open")]
    assert "declared in error what commission AYT had recorded" in play.findings[1].sentence
    assert value(play, "spoiled") == 3


def test_a_handover_is_undone_by_both_of_its_sides_only() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    wrong = journey.over((journey.courier,), officer)
    alone = play.act({"type": "ErrorDeclared", "event": wrong}, by=officer, late=(journey.courier,))
    assert (play.status(wrong), play.holder(journey.pouch)) == ("applied", "mission AYT")
    play.sign_late(alone, by=journey.courier)
    assert (play.status(wrong), play.holder(journey.pouch)) == ("in error", f"courier {journey.courier}")
    assert play.codes_found() == [("below-threshold", "settled")]
    offer = play.ledger.state.records[wrong].offer or ""
    assert play.offer_state(offer) == "in error"
    journey.over((journey.courier,), officer)
    assert play.holder(journey.pouch) == "mission AYT"


def test_a_declaration_after_others_acted_needs_a_decision_and_changes_nothing_before() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    wrong = journey.over((journey.courier,), officer)
    journey.over(officer, journey.commission)
    declared = play.act({"type": "ErrorDeclared", "event": wrong}, by=(*officer, journey.courier))
    assert (play.status(wrong), play.status(declared)) == ("applied", "disputed")
    assert play.holder(journey.pouch) == "commission AYT"
    finding = play.only("conflicting-acts")
    assert "was declared in error by" in finding.sentence
    assert not [item for item in play.outcomes if item.kind == "unit" and item.doc["disputed"]]
    decision = {"type": "FindingAdjudicated", "finding": finding.id, "chosen": declared}
    play.act(decision, by=CEC)
    assert (play.status(wrong), play.holder(journey.pouch)) == ("in error", f"courier {journey.courier}")
    assert play.only("conflicting-acts").status == "adjudicated"


def test_a_declaration_that_a_decision_does_not_choose_changes_nothing() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    wrong = journey.over((journey.courier,), officer)
    answer = journey.over(officer, journey.commission)
    play.act({"type": "ErrorDeclared", "event": wrong}, by=(*officer, journey.courier))
    play.act({"type": "FindingAdjudicated", "finding": play.findings[0].id, "chosen": answer}, by=CEC)
    assert (play.status(wrong), play.holder(journey.pouch)) == ("applied", "commission AYT")
    assert play.codes_found() == [("conflicting-acts", "adjudicated")]


def test_a_chain_of_entries_is_undone_from_its_end() -> None:
    journey = voting()
    play = journey.play
    first, second = (play.act(spoiled(papers), by=SPOILED) for papers in (3, 4))
    held = play.act({"type": "ErrorDeclared", "event": first}, by=SPOILED)
    assert play.status(held) == "disputed"
    play.act({"type": "ErrorDeclared", "event": second}, by=SPOILED)
    assert [play.status(event) for event in (first, second, held)] == ["in error", "in error", "applied"]
    assert value(play, "spoiled") is None
    assert [item for item in play.findings if item.status == "open"] == []


def test_a_correction_of_an_entry_on_which_others_acted_contests_nothing_before_the_decision() -> None:
    journey = voting()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(spoiled(10), by=SPOILED)
    play.act(spoiled(2), by=SPOILED)
    right = play.act(spoiled(1, corrects=wrong), by=SPOILED)
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=SPOILED)
    assert [play.status(event) for event in (wrong, right, declared)] == ["applied", "disputed", "disputed"]
    assert value(play, "spoiled") == 12
    finding = play.only("conflicting-acts")
    assert finding.sentence.startswith("The statement of spoiled papers by ayt-issuer, ayt-secretary")
    items = checked_all(play.log)
    for order in permutations(items[start:]):
        assert everything(fold_checked([*items[:start], *order])) == everything(play.ledger)
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": declared}, by=CEC)
    assert [play.status(event) for event in (wrong, right, declared)] == ["in error", "applied", "applied"]
    assert value(play, "spoiled") == 1
    assert play.codes_found() == [("conflicting-acts", "adjudicated")]


def test_a_report_made_in_error_settles_what_it_raised() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play = journey.play
    seals = play.stage.seals_found(journey.pouch, condition="broken")
    wrong = play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": seals}, by=(journey.courier,))
    right = play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}, by=(journey.courier,))
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=(journey.courier,))
    finding = play.only("seal-condition")
    assert (finding.status, finding.settled_by, play.status(wrong)) == ("settled", declared, "in error")


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"act": "StoreOpened"}, "calls the opening of the safe what was the statement of spoiled papers"),
        ({"units": "other"}, "does not name the units"),
        ({"corrective": "given"}, "is no correction of the statement of spoiled papers"),
    ],
)
def test_a_declaration_that_does_not_fit_its_entry_changes_nothing(other: dict[str, Any], says: str) -> None:
    journey = voting()
    play = journey.play
    given = play.unit(journey.names.stock).act
    wrong = play.act(spoiled(3), by=SPOILED)
    if "units" in other:
        other = {"units": [{"unit": journey.names.stock, "previous": given}]}
    if "corrective" in other:
        other = {"corrective": given}
    declared = play.act(
        {"type": "ErrorDeclared", "event": wrong, **other}, by=journey.who("secretary", "issuer", "chair")
    )
    assert (play.status(declared), play.status(wrong)) == ("finding", "applied")
    assert says in play.only("not-in-state").sentence


def test_a_wrong_entry_its_correction_and_what_follows_end_the_same_in_every_order() -> None:
    journey = voting()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(spoiled(10), by=SPOILED)
    right = play.act(spoiled(1, corrects=wrong), by=SPOILED)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=SPOILED)
    play.act(spoiled(2), by=SPOILED)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=SPOILED)
    items = checked_all(play.log)
    tolds = [
        everything(fold_checked([*items[:start], *(items[start + place] for place in order)]))
        for order in permutations(range(5))
    ]
    assert all(told == tolds[0] for told in tolds)
    assert value(play, "spoiled") == 3


def test_an_entry_the_act_that_restates_it_and_the_declaration_end_the_same_in_every_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").opened()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(count(journey, off=-30), by=journey.commission)
    right = play.act(count(journey), by=journey.commission)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=journey.commission)
    items = checked_all(play.log)
    for order in permutations(items[start:]):
        assert everything(fold_checked([*items[:start], *order])) == everything(play.ledger)


def test_a_declaration_and_an_act_on_top_that_comes_late_end_the_same_in_every_order() -> None:
    journey = voting()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(spoiled(10), by=SPOILED)
    on_top = play.refs(journey.names.stock)
    right = play.hold(spoiled(1, corrects=wrong), by=SPOILED)
    declared = play.hold({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=SPOILED)
    after = play.hold({**spoiled(5), "units": [{"unit": journey.names.stock, "previous": right}]}, by=SPOILED)
    late = play.hold(journey_list(journey, units=on_top), by=journey.commission)
    rival = play.hold({**spoiled(7), "units": [{"unit": journey.names.stock, "previous": wrong}]}, by=SPOILED)
    play.record(right, declared, after, late, rival)
    items = checked_all(play.log)
    random, orders = Random(3), list(permutations(range(6)))
    tolds = [
        everything(fold_checked([*items[:start], *(items[start + place] for place in order)]))
        for order in random.sample(orders, 120)
    ]
    assert all(told == tolds[0] for told in tolds)


def journey_list(journey: Journey, *, units: list[Any]) -> dict[str, Any]:
    """The list at opening, by somebody who knows nothing of a correction."""
    return {
        "type": "VoterListStated",
        "station": "AYT",
        "stage": "opening",
        "voters": 436,
        "signatures": None,
        "units": units,
    }


def test_a_declaration_that_says_of_itself_that_it_is_a_correction_is_judged_as_a_declaration() -> None:
    journey = voting()
    play = journey.play
    wrong = play.act(spoiled(10), by=SPOILED)
    right = play.act(spoiled(1, corrects=wrong), by=SPOILED)
    marked = {"type": "ErrorDeclared", "event": wrong, "corrective": right, "codes": ["correction"]}
    declared = play.act(marked, by=SPOILED)
    alone = play.act({"type": "ErrorDeclared", "event": right, "codes": ["correction"]}, by=SPOILED)
    assert (play.status(wrong), play.status(declared), play.status(alone)) == ("in error", "applied", "applied")
    assert play.findings == []
