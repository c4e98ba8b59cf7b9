"""An answered handover beats a later one-sided act of the side that signed its offer, unless that was provably made before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from custody.core.entries.admission import Checked
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked
from tests.core.ledger.test_paper import on_paper


def released(journey: Journey, *, by: str, units: Sequence[Partial]) -> str:
    """Somebody of the pouch office says that a pouch went to a carrier, on an old act."""
    return journey.play.hold({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}, by=(by,))


def prepared() -> tuple[Journey, list[Partial]]:
    journey = Journey(Play(), "AYT").at_mfa()
    return journey, journey.play.refs(journey.pouch)


def test_one_release_on_an_old_act_undoes_nothing_and_is_one_finding() -> None:
    journey, refs = prepared()
    answer = journey.over(("mfa-1",), (journey.courier,))
    late = released(journey, by="mfa-1", units=refs)
    journey.play.record(late)
    finding = journey.play.only("not-custodian")
    assert set(finding.evidence) == {answer, late}
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert (journey.play.status(answer), journey.play.status(late)) == ("applied", "finding")


def test_sixty_five_of_them_take_nothing_out_of_force_and_are_one_finding_for_each_person() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    mission = journey.over((journey.courier,), journey.who("officer"))
    for number in range(65):
        journey.play.record(released(journey, by=("mfa-1", "mfa-2")[number % 2], units=refs))
        assert journey.play.status(mission) == "applied"
    assert journey.play.codes_found() == [("not-custodian", "open")] * 2
    assert sum(finding.count for finding in journey.play.findings) == 65


def test_what_the_device_of_the_offer_made_before_it_contests_the_answer() -> None:
    journey, refs = prepared()
    first = released(journey, by="mfa-1", units=refs)
    offer = journey.play.hold({**journey.offering((journey.courier,)), "units": refs}, by=("mfa-1",))
    answer = journey.play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    journey.play.record(offer, answer, first)
    assert {journey.play.status(event) for event in (first, answer)} == {"disputed"}
    assert "conflicting-acts" in {finding.code for finding in journey.play.findings}


def test_the_order_of_arrival_changes_nothing() -> None:
    journey, refs = prepared()
    start = len(journey.play.log)
    offer = journey.play.hold({**journey.offering((journey.courier,)), "units": refs}, by=("mfa-1",))
    answer = journey.play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    late = released(journey, by="mfa-2", units=refs)
    journey.play.record(offer, answer, late)
    checked = checked_all(journey.play.log)
    for order in permutations(range(3)):
        ledger = fold_checked([*checked[:start], *(checked[start + place] for place in order)])
        assert [ledger.state.records[event].status for event in (answer, late)] == ["applied", "finding"]
        assert [finding.code for finding in ledger.state.findings] == ["not-custodian"]


def test_what_follows_an_act_without_effect_is_listed_under_its_finding() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    late = released(journey, by="mfa-1", units=refs)
    again = journey.play.hold(
        {"type": "CollectedFromCarrier", "found": "intact", "units": [{"unit": journey.pouch, "previous": late}]},
        by=("mfa-1",),
    )
    journey.play.record(late, again)
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert [finding.code for finding in journey.play.findings] == ["not-custodian"]


def one_sided(kind: str) -> Partial:
    """What the pouch office alone may say of a pouch that it holds."""
    told: dict[str, Partial] = {
        "LossDeclared": {"last_seen": None},
        "ReleasedToCarrier": {"mode": "hold", "seals": "intact"},
    }
    return {"type": kind, **told[kind]}


@pytest.mark.parametrize("when", ["signed before", "signed after", "never signed"])
@pytest.mark.parametrize("kind", ["LossDeclared", "ReleasedToCarrier"])
def test_a_handover_on_paper_that_both_sides_signed_is_an_answer_too(kind: str, when: str) -> None:
    journey, refs = prepared()
    play = journey.play
    late = play.hold({**one_sided(kind), "units": refs}, by=("mfa-1", "mfa-2"))
    form = on_paper(journey, "mfa-1", journey.courier, units=refs)
    paper = play.act(form, by=(journey.courier,), late=("mfa-1",))
    if when == "signed before":
        play.sign_late(paper, by="mfa-1")
    play.record(late)
    if when == "signed after":
        assert {play.status(event) for event in (paper, late)} == {"disputed"}
        play.sign_late(paper, by="mfa-1")
    if when == "never signed":
        assert {play.status(event) for event in (paper, late)} == {"disputed"}
        return
    assert (play.status(paper), play.status(late)) == ("applied", "finding")
    assert play.holder(journey.pouch) == "courier courier-ayt"
    assert {finding.code for finding in play.findings if finding.status == "open"} == {"not-custodian"}


PACKING = ("SealReplaced", "UnitPacked", "UnitUnpacked")
SAYS = {"SealReplaced": "not-custodian", "UnitPacked": "not-custodian", "UnitUnpacked": "not-custodian"}
"""What is found of each that comes too late."""


def of_the_packing_table(journey: Journey, kind: str) -> Partial:
    """What the commission alone says of a pouch that it packed: its seal replaced, packed into another, unpacked."""
    play, other = journey.play, journey.names.pouch(7)
    seal, (pack, *_) = play.unit(journey.pouch).seals[0].number, journey.packs
    found = [{"unit": journey.pouch, "seal": seal, "condition": "intact"}]
    replaced = {"removed": seal, "applied": play.stage.seal(journey.pouch)["seal"], "reason": "inspection"}
    told: dict[str, Partial] = {
        "SealReplaced": {"unit": journey.pouch, **replaced, "units": play.refs(journey.pouch)},
        "UnitPacked": {"unit": other, "batch": None, "contents": [journey.pouch], "papers": journey.papers},
        "UnitUnpacked": {"unit": journey.pouch, "contents": [pack], "seals": found},
    }
    also = {"SealReplaced": (), "UnitPacked": (other,), "UnitUnpacked": (pack,)}[kind]
    return {"type": kind, **told[kind], "units": play.refs(journey.pouch, *also)}


def became(journey: Journey, entries: Sequence[Checked], *, events: Sequence[str]) -> tuple[Any, ...]:
    """What became of these events, of the pouch and of a pack in it, and all findings."""
    state = fold_checked(entries).state
    head, pack = state.paths.head(journey.pouch), state.paths.head(journey.packs[0])
    assert head is not None
    assert pack is not None
    findings = sorted((row.code, row.status, row.count) for row in state.findings)
    return [state.records[event].status for event in events], str(head.custodian), pack.inside, head.inside, findings


@pytest.mark.parametrize("kind", PACKING)
def test_what_is_done_at_the_packing_table_with_a_pouch_given_away_has_no_effect_in_any_order(kind: str) -> None:
    journey = Journey(Play(), "AYT").packed()
    play, start = journey.play, len(journey.play.log)
    stale = of_the_packing_table(journey, kind)
    answer = journey.over(("cec-1",), ("mfa-1",))
    late = play.act(stale, by=("cec-2", "cec-1"))
    checked = checked_all(play.log)
    for order in permutations(checked[start:]):
        told = became(journey, [*checked[:start], *order], events=(answer, late))
        assert told == (["applied", "finding"], "MFA", journey.pouch, None, [(SAYS[kind], "open", 1)])


@pytest.mark.parametrize("kind", ["SealReplaced", "UnitUnpacked"])
def test_what_the_device_of_the_offer_did_before_it_is_disputed_in_any_order(kind: str) -> None:
    journey = Journey(Play(), "AYT").packed()
    play, start = journey.play, len(journey.play.log)
    refs = play.refs(journey.pouch)
    first = play.hold(of_the_packing_table(journey, kind), by=CEC)
    offer = play.hold({**journey.offering(("mfa-1",)), "units": refs}, by=("cec-1",))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=("mfa-1",))
    play.record(first, offer, answer)
    checked = checked_all(play.log)
    for order in permutations(checked[start:]):
        statuses, holder, pack, _, _ = became(journey, [*checked[:start], *order], events=(answer, first))
        assert (statuses, holder, pack) == (["disputed", "disputed"], "CEC", journey.pouch)


@pytest.mark.parametrize("kind", PACKING)
def test_a_handover_on_paper_that_both_sides_signed_beats_the_packing_table_in_any_order(kind: str) -> None:
    journey = Journey(Play(), "AYT").packed()
    play, start = journey.play, len(journey.play.log)
    stale, refs = of_the_packing_table(journey, kind), play.refs(journey.pouch)
    paper = play.act(on_paper(journey, "cec-1", "mfa-1", units=refs), by=("mfa-1",), late=("cec-1",))
    late = play.act(stale, by=("cec-2", "cec-1"))
    play.sign_late(paper, by="cec-1")
    checked = checked_all(play.log)
    for order in permutations(checked[start:]):
        told = became(journey, [*checked[:start], *order], events=(paper, late))
        assert told[:4] == (["applied", "finding"], "MFA", journey.pouch, None)
        assert {(code, status) for code, status, _ in told[4] if status == "open"} == {(SAYS[kind], "open")}


def test_what_another_device_numbered_lower_was_not_made_before_by_the_device_of_the_offer() -> None:
    journey, refs = prepared()
    play, start = journey.play, len(journey.play.log)
    offer = play.hold({**journey.offering((journey.courier,)), "units": refs}, by=("mfa-1",))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    play.stage.cast.device_of["mfa-2"] = "phone-rom"
    late = released(journey, by="mfa-2", units=refs)
    play.record(offer, answer, late)
    numbers = {event: play.ledger.state.records[event].number for event in (offer, late)}
    assert numbers[late] < numbers[offer]
    checked = checked_all(play.log)
    for order in permutations(range(3)):
        ledger = fold_checked([*checked[:start], *(checked[start + place] for place in order)])
        assert [ledger.state.records[event].status for event in (answer, late)] == ["applied", "finding"]
