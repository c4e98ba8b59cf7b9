"""Ballot accounts: each identity of domain.md §5 breaks into exactly one finding that names the two events; honest ones hold."""

from __future__ import annotations

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

CODES = {
    "received": "station-account",
    "issued": "station-account",
    "spoiled": "station-account",
    "unused": "station-account",
    "defective": "station-account",
    "cancelled": "cancelled-unused",
    "signatures": "issued-signatures",
    "in_boxes": "box-issued",
    "valid": "box-issued",
    "invalid": "box-issued",
    "not_returned": "box-issued",
    "unaccounted": "station-account",
}


def test_an_honest_account_raises_nothing() -> None:
    journey = Journey(Play(), "AYT")
    journey.closed()
    assert journey.play.findings == []
    book = journey.play.book("AYT")
    assert book["issued"] + book["spoiled"] + book["unused"] == journey.papers
    assert (book["unaccounted"], book["state"]) == (0, "closed")


@pytest.mark.parametrize("wrong", [-7, 1])
@pytest.mark.parametrize("figure", sorted(CODES))
def test_one_altered_number_in_the_account_is_one_finding_that_names_two_events(figure: str, wrong: int) -> None:
    journey = Journey(Play(), "AYT")
    honest = journey.account()[figure]
    if honest + wrong < 0 and figure != "unaccounted":
        wrong = 3
    account = journey.closed(**{figure: honest + wrong})
    finding = journey.play.only(CODES[figure])
    assert account in finding.evidence
    assert len(finding.evidence) == 2
    assert str(honest + wrong) in finding.sentence or figure == "unaccounted"


@pytest.mark.parametrize("figure", sorted(CODES))
def test_a_corrected_account_settles_the_finding(figure: str) -> None:
    journey = Journey(Play(), "AYT")
    wrong = journey.closed(**{figure: journey.account()[figure] + 1})
    corrected = journey.play.act(journey.account(), by=journey.commission)
    error = {"type": "ErrorDeclared", "event": wrong, "corrective": corrected}
    declared = journey.play.act(error, by=journey.commission)
    first, restated = journey.play.findings
    assert (first.code, first.status, first.settled_by) == (CODES[figure], "settled", corrected)
    assert (restated.code, restated.status, restated.settled_by) == ("account-restated", "settled", declared)


def test_a_station_that_issues_more_than_it_received_is_one_finding() -> None:
    journey = Journey(Play(), "AYT")
    papers = journey.papers
    journey.voted(spoiled=0, unused=0, issued=papers + 5)
    journey.stated(signatures=papers)
    journey.cancelled(unused=0, spoiled=0)
    journey.boxes_opened()
    account = {"issued": papers + 5, "spoiled": 0, "unused": 0, "cancelled": 0, "signatures": papers, "unaccounted": -5}
    journey.play.act(
        journey.account(**account, in_boxes=papers + 5, valid=papers + 2, not_returned=0), by=journey.commission
    )
    finding = journey.play.only("station-account")
    assert finding.sentence == f"Issued {papers + 5}, received {papers}: for 5 papers the record shows no origin."
    assert (finding.severity, finding.status) == ("serious", "open")
    assert journey.play.book("AYT")["unaccounted"] == -5


@pytest.mark.parametrize("wrong", [-6, 6])
def test_an_account_that_states_otherwise_than_was_recorded_says_so_and_nothing_about_origin(wrong: int) -> None:
    journey = Journey(Play(), "AYT")
    issued = journey.papers - 22
    journey.closed(issued=issued + wrong)
    assert journey.play.only("station-account").sentence == (
        f"Issued {issued + wrong} in the closed account, {issued} by the acts recorded: they differ by 6."
    )


# --- enough papers on the day


def listed(journey: Journey, voters: int, *, stage: str = "opening") -> str:
    return journey.stated(stage=stage, voters=voters)


def test_fewer_papers_on_hand_than_voters_on_the_list_at_opening_are_a_shortage() -> None:
    journey = Journey(Play(), "AYT").counted()
    statement = listed(journey, journey.papers + 4)
    finding = journey.play.only("shortage")
    assert finding.sentence == (
        f"AYT: {journey.papers} papers on hand for {journey.papers + 4} voters on the list: 4 too few."
    )
    assert (finding.severity, finding.status) == ("attention", "open")
    assert (statement in finding.evidence, len(finding.evidence)) == (True, 2)


def test_an_account_that_shows_unused_papers_settles_a_shortage_at_opening_and_one_that_takes_them_back_tells_it() -> (
    None
):
    journey = Journey(Play(), "AYT").counted()
    listed(journey, journey.papers + 4)
    journey.used(given=journey.papers, spoiled=2, unused=20)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    account = journey.play.act(journey.account(), by=journey.commission)
    finding = journey.play.only("shortage")
    assert (finding.status, finding.settled_by) == ("settled", account)
    again = journey.play.act(journey.account(unused=0), by=journey.commission)
    shortages = [finding for finding in journey.play.findings if finding.code == "shortage"]
    assert [finding.status for finding in shortages] == ["settled", "open"]
    assert again in shortages[-1].evidence


def test_an_account_without_unused_papers_leaves_a_shortage_open() -> None:
    journey = Journey(Play(), "AYT").counted()
    listed(journey, journey.papers + 4)
    journey.used(given=journey.papers, spoiled=2, unused=0)
    journey.stated(signatures=journey.papers - 2)
    journey.cancelled(unused=0, spoiled=2)
    journey.boxes_opened()
    figures = {"unused": 0, "cancelled": 2, "issued": journey.papers - 2, "signatures": journey.papers - 2}
    boxes = {"in_boxes": journey.papers - 3, "valid": journey.papers - 6}
    journey.play.act(journey.account(**figures, **boxes), by=journey.commission)
    assert journey.play.only("shortage").status == "open"


def test_voters_added_on_the_day_beyond_the_papers_are_a_shortage_and_a_corrected_list_settles_it() -> None:
    journey = Journey(Play(), "AYT").counted()
    listed(journey, journey.papers)
    assert journey.play.findings == []
    listed(journey, 1, stage="added")
    assert "1 too few" in journey.play.only("shortage").sentence
    listed(journey, 2, stage="added")
    assert "3 too few" in journey.play.only("shortage").sentence
    listed(journey, journey.papers - 3)
    assert journey.play.only("shortage").status == "settled"


def test_papers_missing_at_the_count_are_one_finding_although_they_are_too_few_for_the_list() -> None:
    journey = Journey(Play(), "AYT").opened()
    journey.count(wrong=-30)
    listed(journey, journey.play.stations["AYT"].voters)
    finding = journey.play.only("quantity-mismatch")
    assert [code for code, _, _ in finding.related] == ["shortage"]


def test_signatures_that_differ_from_what_was_issued_are_one_finding() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 24)
    finding = journey.play.only("issued-signatures")
    assert (
        finding.sentence
        == f"Issued {journey.papers - 22}, signatures in the list {journey.papers - 24}: they differ by 2."
    )
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    journey.play.act(journey.account(signatures=journey.papers - 24), by=journey.commission)
    assert journey.play.only("issued-signatures").status == "open"


def test_cancelling_fewer_than_are_on_hand_is_one_finding() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=18, spoiled=2)
    assert journey.play.findings == []
    journey.boxes_opened()
    assert journey.play.only("cancelled-unused").sentence == "On hand 20, unused 18: the difference is 2."


@pytest.mark.parametrize("acts", [((15, 2), (5, 0)), ((20, 0), (0, 2)), ((0, 1), (20, 1)), ((5, 0), (15, 0), (0, 2))])
def test_cancelling_in_several_acts_before_the_boxes_are_opened_raises_nothing(
    acts: tuple[tuple[int, int], ...],
) -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    for unused, spoiled in acts:
        journey.cancelled(unused=unused, spoiled=spoiled)
    assert journey.play.book("AYT")["cancelled"] == 22
    journey.boxes_opened()
    journey.play.act(journey.account(), by=journey.commission)
    assert journey.play.findings == []


@pytest.mark.parametrize(("unused", "spoiled"), [(7, 0), (5, 1)])
def test_cancelling_more_than_there_is_in_a_second_act_is_told_at_once(unused: int, spoiled: int) -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.cancelled(unused=15, spoiled=2)
    journey.cancelled(unused=unused, spoiled=spoiled)
    assert journey.play.codes_found() == [("cancelled-unused", "open")]


def test_cancelling_after_the_boxes_were_opened_is_a_finding_whatever_the_clock_says() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    opened = journey.boxes_opened()
    journey.play.stage.now -= 7200
    cancelled = journey.cancelled(unused=20, spoiled=2)
    assert journey.play.codes_found() == [("cancelled-unused", "open"), ("time-contradiction", "open")]
    (finding,) = [finding for finding in journey.play.findings if finding.code == "cancelled-unused"]
    assert set(finding.evidence) == {opened, cancelled}
    assert finding.sentence == "AYT: 22 papers were cancelled after the ballot boxes had been opened."


def test_unused_papers_that_nobody_cancelled_are_found_at_closing() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    journey.boxes_opened()
    journey.play.act(journey.account(), by=journey.commission)
    assert journey.play.only("cancelled-unused").sentence == (
        "Cancelled 0, cancelled 22 in the closed account: they differ by 22."
    )


def test_two_issuing_members_account_one_after_the_other_without_a_finding() -> None:
    play = Play()
    journey = Journey(play, "ROM").counted()
    issuer, secretary = "rom-issuer", "rom-secretary"
    given = {"type": "BallotsGivenToIssuer", "station": "ROM", "issuer": issuer}
    play.act({**given, "papers": 100}, by=(secretary, issuer))
    returned = {"type": "BallotsReturnedByIssuer", "station": "ROM", "issuer": issuer}
    play.act({**returned, "issued": 40, "unused": 0}, by=(issuer, secretary))
    play.act({**given, "papers": 50}, by=(secretary, issuer))
    play.act({"type": "BallotsSpoiled", "station": "ROM", "issuer": issuer, "papers": 1}, by=(secretary, issuer))
    journey.stated(signatures=100)
    assert play.findings == []
    play.act({**returned, "issued": 60, "unused": 49}, by=(issuer, secretary))
    assert play.findings == []
    book = play.book("ROM")
    assert (book["issued"], book["with_issuers"], book["store"]) == (100, 0, journey.papers - 150 + 49)


def test_papers_that_an_issuer_never_gave_back_are_found_when_the_account_is_drawn_up() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted(unused=20, issued=journey.papers - 25)
    journey.stated(signatures=journey.papers - 25)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    issued = journey.papers - 25
    boxes = {"issued": issued, "signatures": issued, "in_boxes": issued, "valid": issued - 3, "not_returned": 0}
    journey.play.act(journey.account(**boxes, unaccounted=3), by=journey.commission)
    finding = journey.play.only("station-account")
    assert (
        finding.sentence
        == f"Issued {issued} + spoiled 2 + unused 20, received {journey.papers}: 3 papers not accounted for."
    )


def test_giving_more_than_the_store_holds_is_a_finding() -> None:
    journey = Journey(Play(), "AYT").counted()
    pair = ("ayt-secretary", "ayt-issuer")
    given = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer", "papers": journey.papers + 4}
    journey.play.act(given, by=pair)
    assert journey.play.only("station-account").severity == "serious"


def test_a_sealed_safe_gives_no_papers() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.count()
    play = journey.play
    play.act(
        {"type": "StoreSealed", "station": "ROM", "seals": [play.stage.seal(journey.names.stock)]},
        by=journey.commission,
    )
    given = {"type": "BallotsGivenToIssuer", "station": "ROM", "issuer": "rom-issuer", "papers": 10}
    play.act(given, by=("rom-secretary", "rom-issuer"))
    assert "which no act has removed" in play.only("not-in-state").sentence


def test_an_issuing_member_of_another_station_takes_no_papers() -> None:
    journey = Journey(Play(), "ROM").counted()
    given = {"type": "BallotsGivenToIssuer", "station": "ROM", "issuer": "ayt-issuer", "papers": 10}
    journey.play.act(given, by=("rom-secretary", "ayt-issuer"))
    assert journey.play.only("not-custodian").severity == "serious"


def test_defective_papers_found_before_issue_stay_in_the_account() -> None:
    journey = Journey(Play(), "AYT").counted()
    play = journey.play
    play.act({"type": "BallotsFoundDefective", "station": "AYT", "papers": 4}, by=journey.commission)
    assert play.book("AYT")["defective"] == 4
    assert play.book("AYT")["store"] == journey.papers - 4
    assert play.findings == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"from_boxes": -1}, "they differ by 1."),
        ({"cancelled": -2}, "they differ by 2."),
    ],
)
def test_packing_less_for_the_return_than_the_account_says_is_one_finding(told: dict[str, int], sentence: str) -> None:
    journey = Journey(Play(), "AYT")
    journey.closed()
    honest = {"from_boxes": journey.papers - 23, "cancelled": 22}
    journey.packed_for_return(**{name: honest[name] + wrong for name, wrong in told.items()})
    finding = journey.play.only("return-short")
    assert finding.sentence.endswith(sentence)
    assert len(finding.evidence) == 2


def test_a_return_that_arrives_short_is_a_finding() -> None:
    journey = Journey(Play(), "AYT")
    journey.closed()
    journey.packed_for_return()
    journey.returning()
    back = [journey.back]
    journey.over(journey.commission, (journey.courier,), units=back)
    journey.over((journey.courier,), ("mfa-2",), units=back)
    journey.over(("mfa-2",), ("cec-1",), units=back)
    received = {"type": "ReturnReceived", "consignment": journey.names.back, "units": back, "packages": 1}
    journey.play.act({**received, "papers": journey.papers - 3, "seals": "intact"}, by=("cec-1", "cec-2"))
    assert journey.play.only("return-short").sentence == (
        f"AYT sent {journey.papers - 1} papers in 1 package; the CEC received {journey.papers - 3} in 1."
    )


def test_fewer_papers_cancelled_than_unused_is_one_finding() -> None:
    journey = Journey(Play(), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=18, spoiled=2)
    journey.boxes_opened()
    journey.play.act(journey.account(cancelled=20), by=journey.commission)
    assert "unused 18" in journey.play.only("cancelled-unused").sentence


def test_a_count_that_differs_by_one_does_not_explain_that_five_more_were_given_than_there_were() -> None:
    journey = Journey(Play("AYT"), "AYT").opened()
    journey.count(wrong=-1)
    issuer = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer"}
    journey.play.act({**issuer, "papers": journey.papers + 4}, by=("ayt-secretary", "ayt-issuer"))
    assert [item.code for item in journey.play.findings] == ["quantity-mismatch", "station-account"]
    assert journey.play.findings[1].sentence == (
        f"Received (counted) {journey.papers - 1}, given to issuing members {journey.papers + 4} + on hand 0: "
        "they differ by 5."
    )
