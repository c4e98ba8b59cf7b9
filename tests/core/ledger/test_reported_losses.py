"""A loss that one person has declared so far, and what replaces the unit before the second has signed; and how a find ends."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import pytest

from custody.core.fold.outcome_docs import unit_doc
from custody.core.wording.messages import tell
from custody.core.wording.time_words import time_in
from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold
from tests.core.ledger.supplies import RESERVE_RUN, destroy, replace, reserve_run

FINDERS = ("ayt-officer", "ayt-head")


@pytest.fixture
def journey() -> Journey:
    """A pouch with the courier, and another series in print."""
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    reserve_run(journey)
    return journey


def said(journey: Journey) -> str:
    return tell(unit_doc(journey.play.ledger.state, journey.pouch)["says"], language="en")


def report(journey: Journey, *, by: str = "courier-ayt", late: str = "mfa-1") -> str:
    act = {"type": "LossDeclared", "units": journey.play.refs(journey.pouch), "last_seen": None}
    return journey.play.act(act, by=(by,), late=(late,))


def early(journey: Journey) -> str:
    return replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost")


def replaced(journey: Journey) -> None:
    event = report(journey)
    journey.play.sign_late(event, by="mfa-1")
    early(journey)


def test_a_loss_declared_by_one_is_reported_and_the_second_signature_awaited(journey: Journey) -> None:
    event = report(journey)
    at = time_in(journey.play.ledger.state.records[event].at, language="en")
    assert said(journey).endswith(f"courier courier-ayt. Reported lost at {at}, second signature awaited.")
    sentence = journey.play.only("below-threshold").sentence
    assert sentence.endswith(f"second signature awaited: {journey.pouch}; the time until a replacement runs from {at}.")
    inside = unit_doc(journey.play.ledger.state, journey.packs[0])["says"]
    assert tell(inside, language="en").endswith("second signature awaited.")
    told = [row.doc["says"] for row in journey.play.outcomes if row.kind == "unit" and row.subject == journey.pouch]
    assert tell(told[-1], language="en") == said(journey)
    journey.play.sign_late(event, by="mfa-1")
    assert "Reported lost" not in said(journey)


def test_who_has_nothing_to_do_with_a_pouch_does_not_have_it_shown_as_reported_lost(journey: Journey) -> None:
    report(journey, by="rom-officer", late="rom-head")
    assert "Reported" not in said(journey)


def test_a_pouch_that_goes_on_is_not_shown_as_reported_lost(journey: Journey) -> None:
    report(journey)
    journey.over((journey.courier,), journey.who("officer"))
    assert "Reported" not in said(journey)
    assert journey.play.holder(journey.pouch) == "mission AYT"


def lacking(journey: Journey) -> str:
    """What is said of the loss that lacks a signature."""
    (finding,) = [row for row in journey.play.findings if row.code == "below-threshold"]
    return str(finding.sentence)


def test_once_the_pouch_is_handed_over_the_finding_says_that_it_was_not_lost(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = report(journey)
    offer = play.hold(journey.offering(officer, units=play.refs(journey.pouch)), by=(journey.courier,))
    answer = play.hold({**journey.answering(offer), "units": play.refs(journey.pouch)}, by=officer)
    play.record(offer)
    assert "second signature awaited" in lacking(journey)
    play.record(answer)
    at = time_in(play.ledger.state.records[answer].at, language="en")
    assert lacking(journey).endswith(
        f"handed over, which was answered at {at}: it was not lost, and a second signature changes nothing."
    )
    play.sign_late(event, by="mfa-1")
    assert (play.status(event), play.holder(journey.pouch)) == ("finding", "mission AYT")
    assert [row.status for row in play.findings if row.code == "below-threshold"] == ["settled"]


def test_a_handover_that_is_contested_by_then_leaves_the_report_waiting_for_its_second_signature(
    journey: Journey,
) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    report(journey)
    held = []
    for receiving in (journey.who("officer"), ("courier-reserve",)):
        offer = play.hold(journey.offering(receiving, units=refs), by=(journey.courier,))
        held += [offer, play.hold({**journey.answering(offer), "units": refs}, by=receiving)]
    play.record(*held[:2])
    assert "it was not lost" in lacking(journey)
    play.record(*held[2:])
    assert "second signature awaited" in lacking(journey)
    finding = next(row for row in play.findings if row.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": held[1]}, by=CEC)
    assert "it was not lost" in lacking(journey)


def test_a_report_that_comes_after_the_handover_says_that_it_was_not_lost(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    loss = play.hold({"type": "LossDeclared", "units": refs, "last_seen": None}, by=("courier-ayt",), late=("mfa-1",))
    offer = play.hold(journey.offering(journey.who("officer"), units=refs), by=(journey.courier,))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=journey.who("officer"))
    play.record(offer, answer, loss)
    assert "it was not lost" in lacking(journey)
    play.sign_late(loss, by="mfa-1")
    assert (play.status(loss), play.holder(journey.pouch)) == ("finding", "mission AYT")
    assert play.codes_found() == [("below-threshold", "settled"), ("not-custodian", "open")]


def test_a_premature_replacement_says_why_it_waits_and_takes_effect_with_the_second_signature(journey: Journey) -> None:
    loss = report(journey)
    event = early(journey)
    finding = journey.play.only("below-threshold")
    assert [row[0] for row in finding.related] == ["not-in-state"]
    assert f"one person reported {journey.pouch} lost" in finding.related[0][1]
    assert (journey.play.status(event), journey.play.unit(journey.pouch).state) == ("waiting", "with courier")
    journey.play.sign_late(loss, by="mfa-1")
    assert (journey.play.status(event), journey.play.unit(journey.pouch).state) == ("applied", "replaced")
    assert journey.play.codes_found() == [("below-threshold", "settled"), ("custody-break", "open")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_report_signature_and_replacement_come_to_the_same_in_any_order(order: tuple[int, ...]) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    reserve_run(journey)
    play, known = journey.play, journey.play.refs(journey.pouch, *journey.packs, journey.names.stock, RESERVE_RUN)
    loss = play.hold(
        {"type": "LossDeclared", "units": known[:1], "last_seen": None}, by=("courier-ayt",), late=("mfa-1",)
    )
    one = play.held[loss]
    play.stage.sign_late(loss, by="mfa-1")
    both = play.stage.submissions[-1].entry
    batch = unit_id(office="AYT", kind="batch", number=5)
    act = {"type": "ReplacementAuthorised", "station": "AYT", "reason": "lost", "source": RESERVE_RUN, "batch": batch}
    names = {"replaced": [journey.pouch, *journey.packs], "papers": journey.papers, "serials": None}
    event = play.hold({**act, **names, "units": [*known, {"unit": batch, "previous": None}]}, by=CEC)
    entries = (one, both, play.held[event])
    for place in order:
        play.put(entries[place])
    assert (play.unit(journey.pouch).state, play.unit(batch).papers) == ("replaced", journey.papers)
    assert [code for code, status in play.codes_found() if status != "settled"] == ["custody-break"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_declarations_of_one_loss_are_one_loss(order: tuple[int, ...], journey: Journey) -> None:
    play, refs, start = journey.play, journey.play.refs(journey.pouch), len(journey.play.log)
    loss = {"type": "LossDeclared", "units": refs}
    play.act({**loss, "last_seen": None}, by=("courier-ayt", "mfa-1"))
    play.act({**loss, "last_seen": play.at(-1)}, by=("mfa-2", "cec-1"))
    early(journey)
    acts = play.log[start:]
    ledger = fold([*play.log[:start], *(acts[place] for place in order)])
    assert [row.status for row in list(ledger.state.records.values())[-3:]] == ["applied"] * 3
    assert [row.code for row in ledger.state.findings if row.status != "settled"] == ["custody-break"]
    lost = ledger.state.paths.head(journey.pouch)
    assert lost is not None
    assert lost.state == "replaced"


@pytest.mark.parametrize(
    ("by", "late"),
    [("courier-ayt", "mfa-1"), ("mfa-1", "courier-ayt"), ("ayt-officer", "ayt-head"), ("cec-1", "cec-2")],
)
def test_a_second_signature_after_the_pouch_was_delivered_takes_it_out_of_nobodys_hands(
    by: str, late: str, journey: Journey
) -> None:
    play = journey.play
    event = report(journey, by=by, late=late)
    journey.over((journey.courier,), journey.who("officer"))
    play.sign_late(event, by=late)
    assert (play.status(event), play.holder(journey.pouch)) == ("finding", "mission AYT")
    assert play.codes_found() == [("below-threshold", "settled"), ("not-custodian", "open")]
    journey.over(journey.who("officer"), journey.commission)
    assert (play.holder(journey.pouch), len(play.findings)) == ("commission AYT", 2)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_declarations_of_one_loss_are_both_taken_back_in_any_order(order: tuple[int, ...]) -> None:
    play, held = taken_back()
    ledger = fold([*play.log, *(play.held[held[place]] for place in order)])
    pouch = ledger.state.paths.head(play.names("AYT").pouch(1))
    assert pouch is not None
    assert (pouch.state, str(pouch.custodian)) == ("with courier", "courier courier-ayt")
    assert {(finding.code, finding.status) for finding in ledger.state.findings} == {("custody-break", "settled")}


@lru_cache(maxsize=1)
def taken_back() -> tuple[Play, tuple[str, ...]]:
    """A pouch that two parties declare lost, and both of them say that it was not."""
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, places, signers = journey.play, journey.play.refs(journey.pouch), (("courier-ayt", "mfa-1"), CEC)
    losses = [play.hold({"type": "LossDeclared", "units": places, "last_seen": None}, by=by) for by in signers]
    declared = {"type": "ErrorDeclared", "act": "LossDeclared", "reason": "did not occur", "corrective": None}
    for event, by in zip(tuple(losses), signers, strict=True):
        units = [{"unit": journey.pouch, "previous": event}]
        losses.append(play.hold({**declared, "event": event, "units": units}, by=by))
    return play, tuple(losses)


def test_what_nobody_declared_lost_is_not_replaced_when_the_log_is_closed(journey: Journey) -> None:
    early(journey)
    journey.play.act({"type": "LogClosed", "reason": "completed"}, by=CEC)
    assert journey.play.only("not-in-state").status == "open"
    assert journey.play.unit(journey.pouch).state == "with courier"


def test_a_replacement_that_waits_long_is_told_once(journey: Journey) -> None:
    report(journey)
    early(journey)
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=80)
    (told,) = [finding for finding in journey.play.findings if finding.code == "below-threshold"]
    assert [row[0] for row in told.related] == ["not-in-state"]
    assert "predecessor-missing" not in {finding.code for finding in journey.play.findings}


# --- found again


def find(journey: Journey, *, by: tuple[str, ...] = FINDERS) -> str:
    return journey.play.act({"type": "UnitFound", "units": [journey.pouch], "seals": "intact"}, by=by)


def broken_custody(journey: Journey) -> tuple[str, str | None]:
    (one,) = [item for item in journey.play.findings if item.code == "custody-break"]
    return one.status, one.settled_by


def test_a_replaced_pouch_that_is_found_ends_as_evidence_with_the_cec(journey: Journey) -> None:
    replaced(journey)
    find(journey)
    for releasing, receiving in ((FINDERS[:1], (journey.courier,)), ((journey.courier,), ("mfa-1",))):
        journey.over(releasing, receiving)
        assert journey.play.unit(journey.pouch).state == "quarantined"
    assert broken_custody(journey)[0] == "open"
    last = journey.over(("mfa-1",), ("cec-1",))
    assert broken_custody(journey) == ("settled", last)
    unit = journey.play.unit(journey.pouch)
    assert (unit.state, str(unit.custodian)) == ("evidence", "CEC")
    assert {status for _, status in journey.play.codes_found()} == {"settled"}


def test_evidence_goes_nowhere(journey: Journey) -> None:
    replaced(journey)
    find(journey, by=CEC)
    key = journey.play.key("cec-1")
    lifted = journey.play.act({"type": "QuarantineLifted", "units": [journey.pouch], "custodian": key}, by=CEC)
    assert broken_custody(journey) == ("settled", lifted)
    journey.offer(("cec-1",), ("mfa-1",))
    assert "which is kept as evidence" in journey.play.findings[-1].sentence


@pytest.mark.parametrize("whole", [False, True])
def test_a_replaced_pouch_that_is_found_is_destroyed_by_act(journey: Journey, *, whole: bool) -> None:
    replaced(journey)
    find(journey)
    names = [journey.pouch, *(journey.packs if whole else ())]
    gone = destroy(journey, packages=names, by=FINDERS, from_boxes=0, cancelled=journey.papers)
    assert broken_custody(journey) == ("settled", gone)
    assert {journey.play.unit(name).state for name in names} == {"destroyed"}
    assert {status for _, status in journey.play.codes_found()} == {"settled"}


def test_what_was_found_before_it_was_replaced_ends_so_too(journey: Journey) -> None:
    event = report(journey)
    journey.play.sign_late(event, by="mfa-1")
    find(journey)
    early(journey)
    gone = destroy(journey, packages=[journey.pouch], by=FINDERS, from_boxes=0, cancelled=journey.papers)
    assert broken_custody(journey) == ("settled", gone)


def test_fewer_papers_destroyed_than_were_found_are_told_beside_it(journey: Journey) -> None:
    replaced(journey)
    find(journey)
    destroy(journey, packages=[journey.pouch], by=FINDERS, from_boxes=0, cancelled=journey.papers - 1)
    assert ("return-short", "open") in journey.play.codes_found()


def test_what_was_not_replaced_leaves_quarantine_by_a_decision_only(journey: Journey) -> None:
    event = report(journey)
    journey.play.sign_late(event, by="mfa-1")
    find(journey)
    journey.offer(FINDERS[:1], (journey.courier,))
    assert journey.play.unit(journey.pouch).state == "quarantined"
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert ("not-in-state", "open") in journey.play.codes_found()
