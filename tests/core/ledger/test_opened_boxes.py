"""Ballot boxes: each that is sealed is opened, nothing is issued after that, no closed account is restated."""

from __future__ import annotations

from itertools import permutations

import pytest

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold

SECOND = unit_id(office="AYT", kind="ballot box", number=2)


def voted(*, second: bool = True) -> Journey:
    """Everything up to the cancelling, with a second box sealed beside the first."""
    journey = Journey(Play("AYT"), "AYT").voted()
    if second:
        sealed = {"type": "BallotBoxesSealed", "station": "AYT", "boxes": [SECOND]}
        journey.play.act({**sealed, "seals": [journey.play.stage.seal(SECOND)]}, by=journey.commission)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    return journey


def opened(journey: Journey, *boxes: str) -> str:
    act = {"type": "BallotBoxesOpened", "station": "AYT", "boxes": list(boxes), "seals": "intact"}
    return journey.play.act(act, by=journey.commission)


def close(journey: Journey) -> None:
    journey.play.act({"type": "LogClosed", "reason": "completed"}, by=CEC)


def test_a_box_that_stayed_sealed_is_named_when_the_account_is_closed_and_a_late_opening_settles_it() -> None:
    journey = voted()
    opened(journey, journey.names.ballot_box)
    account = journey.play.act(journey.account(), by=journey.commission)
    finding = journey.play.only("box-unopened")
    assert (finding.severity, finding.status, account in finding.evidence) == ("serious", "open", True)
    assert finding.sentence == f"AYT: {SECOND} was shown empty and sealed, and never opened."
    late = opened(journey, SECOND)
    assert (journey.play.findings[0].status, journey.play.findings[0].settled_by) == ("settled", late)
    assert len(journey.play.findings) == 1


def test_of_two_boxes_that_stayed_sealed_the_one_opened_late_is_not_said_to_be_sealed_any_more() -> None:
    journey = voted()
    opened_never = opened_none(journey)
    assert all(box in opened_never for box in (SECOND, journey.names.ballot_box))
    opened(journey, SECOND)
    finding = journey.play.only("box-unopened")
    assert (finding.status, SECOND in finding.sentence) == ("open", False)
    assert journey.names.ballot_box in finding.sentence
    opened(journey, journey.names.ballot_box)
    assert journey.play.only("box-unopened").status == "settled"


def opened_none(journey: Journey) -> str:
    journey.play.act(journey.account(), by=journey.commission)
    return str(journey.play.only("box-unopened").sentence)


def test_boxes_that_were_all_opened_in_two_goes_raise_nothing() -> None:
    journey = voted()
    opened(journey, journey.names.ballot_box)
    opened(journey, SECOND)
    journey.play.act(journey.account(), by=journey.commission)
    close(journey)
    assert journey.play.findings == []


def test_figures_from_inside_without_any_opening_are_a_finding_that_names_the_box() -> None:
    journey = voted(second=False)
    journey.play.act(journey.account(), by=journey.commission)
    finding = journey.play.only("box-unopened")
    assert "stated from inside the ballot boxes" in finding.sentence
    assert journey.names.ballot_box in finding.sentence
    opened(journey, journey.names.ballot_box)
    assert journey.play.only("box-unopened").status == "settled"


def test_a_log_that_is_closed_over_a_sealed_box_tells_it_once() -> None:
    journey = voted()
    opened(journey, journey.names.ballot_box)
    close(journey)
    assert SECOND in journey.play.only("box-unopened").sentence


def test_papers_given_spoiled_and_returned_after_the_opening_are_one_finding_that_no_account_settles() -> None:
    journey = Journey(Play("AYT"), "AYT").voted()
    journey.boxes_opened()
    issuer, pair = {"station": "AYT", "issuer": "ayt-issuer"}, ("ayt-secretary", "ayt-issuer")
    play = journey.play
    play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": 5}, by=pair)
    play.act({"type": "BallotsSpoiled", **issuer, "papers": 1}, by=pair)
    play.act({"type": "BallotsReturnedByIssuer", **issuer, "issued": 4, "unused": 0}, by=pair[::-1])
    finding = play.only("after-opening")
    assert (finding.severity, finding.status, finding.count) == ("serious", "open", 3)


def test_cancelling_after_the_opening_is_not_settled_by_another_account() -> None:
    journey = Journey(Play("AYT"), "AYT").voted()
    journey.stated(signatures=journey.papers - 22)
    journey.boxes_opened()
    journey.cancelled(unused=20, spoiled=2)
    journey.play.act(journey.account(), by=journey.commission)
    finding = journey.play.only("cancelled-unused")
    assert finding.status == "open"
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert journey.play.only("cancelled-unused").status == "adjudicated"


def test_cancelling_in_two_goes_after_the_opening_is_one_finding() -> None:
    journey = Journey(Play("AYT"), "AYT").voted()
    journey.boxes_opened()
    journey.cancelled(unused=10, spoiled=2)
    journey.cancelled(unused=10, spoiled=0)
    (late,) = [finding for finding in journey.play.findings if finding.status == "open"]
    assert (late.code, late.count, journey.names.stock in late.units) == ("cancelled-unused", 2, True)


def test_an_account_stated_three_times_is_settled_by_a_declaration_that_names_the_last_as_its_correction() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, accounts = journey.play, [journey.closed()]
    accounts += [play.act(journey.account(), by=journey.commission) for _ in range(2)]
    assert play.codes_found() == [("account-restated", "open")] * 2
    play.act({"type": "ErrorDeclared", "event": accounts[0], "corrective": accounts[2]}, by=journey.commission)
    assert play.codes_found() == [("account-restated", "settled")] * 2


def test_a_closed_account_stated_anew_is_a_finding_that_names_both_until_the_first_is_declared_in_error() -> None:
    journey = Journey(Play("AYT"), "AYT")
    first = journey.closed()
    again = journey.play.hold(journey.account(), by=journey.commission)
    error = {"type": "ErrorDeclared", "event": first, "corrective": again}
    declared = journey.play.hold(error, by=journey.commission)
    entries = [journey.play.held[event] for event in (again, declared)]
    for order in permutations(entries):
        ledger = fold([*journey.play.log, *order])
        (finding,) = ledger.state.findings
        assert (finding.code, finding.status, finding.settled_by) == ("account-restated", "settled", declared)
        assert set(finding.evidence) == {first, again}
    (finding,) = fold([*journey.play.log, entries[0]]).state.findings
    assert (finding.code, finding.status) == ("account-restated", "open")


@pytest.mark.parametrize("sealed", [True, False])
def test_a_safe_that_is_opened_was_sealed(*, sealed: bool) -> None:
    journey = Journey(Play("AYT"), "AYT").opened()
    journey.count()
    store = {"station": "AYT", "seals": [journey.play.stage.seal(journey.names.stock)]}
    if sealed:
        journey.play.act({"type": "StoreSealed", **store}, by=journey.commission)
    journey.play.wait(hours=240)
    journey.play.act({"type": "StoreOpened", "station": "AYT", "seals": "intact"}, by=journey.commission)
    assert journey.play.codes_found() == ([] if sealed else [("store-unsealed", "open")])


def test_the_first_account_declared_in_error_with_the_third_as_right_settles_what_is_said_of_the_second_too() -> None:
    journey = Journey(Play("AYT"), "AYT")
    first, start = journey.closed(), len(journey.play.log)
    play = journey.play
    again = [play.act(journey.account(), by=journey.commission) for _ in range(2)]
    open_still = [finding.status for finding in play.findings]
    declared = play.act({"type": "ErrorDeclared", "event": first, "corrective": again[1]}, by=journey.commission)
    assert open_still == ["open", "open"]
    for order in permutations(play.log[start:]):
        found = fold([*play.log[:start], *order]).state.findings
        assert {(row.code, row.status, row.settled_by) for row in found} == {("account-restated", "settled", declared)}


def test_an_account_that_says_that_it_corrects_the_first_raises_nothing_in_either_order() -> None:
    journey = Journey(Play("AYT"), "AYT")
    first, start = journey.closed(), len(journey.play.log)
    play = journey.play
    right = play.act({**journey.account(), "corrects": first}, by=journey.commission)
    play.act({"type": "ErrorDeclared", "event": first, "corrective": right}, by=journey.commission)
    for order in permutations(play.log[start:]):
        ledger = fold([*play.log[:start], *order])
        assert list(ledger.state.findings) == []
        assert [ledger.state.records[event].status for event in (first, right)] == ["in error", "applied"]


def test_more_given_than_there_is_stays_a_finding_when_it_comes_back_whatever_order_they_arrive_in() -> None:
    """What comes back covers the balance again, and says nothing of where the papers had come from."""
    journey = Journey(Play("AYT"), "AYT").counted()
    play, issuer = journey.play, {"station": "AYT", "issuer": "ayt-issuer"}
    start, pair = len(play.log), ("ayt-secretary", "ayt-issuer")
    play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": journey.papers + 5}, by=pair)
    back = {"type": "BallotsReturnedByIssuer", **issuer, "issued": 0, "unused": journey.papers + 5}
    play.act(back, by=pair[::-1])
    play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": journey.papers}, by=pair)
    digests = set()
    for order in permutations(play.log[start:]):
        ledger = fold([*play.log[:start], *order])
        (finding,) = ledger.state.findings
        assert (finding.code, finding.status) == ("station-account", "open")
        digests.add((finding.id, str(finding.sentence)))
    assert len(digests) == 1


def test_of_twenty_boxes_that_stayed_sealed_sixteen_are_named_and_all_are_counted() -> None:
    journey = voted(second=False)
    opened(journey, journey.names.ballot_box)
    boxes = [unit_id(office="AYT", kind="ballot box", number=number) for number in range(2, 22)]
    sealed = {"type": "BallotBoxesSealed", "station": "AYT"}
    for box in boxes:
        seal = journey.play.stage.seal(box)
        journey.play.act({**sealed, "boxes": [box], "seals": [seal]}, by=journey.commission)
    journey.play.act(journey.account(), by=journey.commission)
    finding = next(row for row in journey.play.findings if row.code == "box-unopened")
    assert finding.sentence == f"AYT: {', '.join(boxes[:16])} and 4 more were shown empty and sealed, and never opened."
    assert (len(finding.evidence), len(finding.units)) == (17, 17)
