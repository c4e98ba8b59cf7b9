"""Papers that come back from an issuing member and are given again: one figure that cannot be is one finding, and stays one."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.ledger.playing import Play, fold
from tests.core.ledger.styled import UNUSED, StyledJourney
from tests.core.ledger.voting_days import Days

PAPERS = 300


def two_days(*, wrong: int = 0, again: int = 0) -> Days:
    """All papers given and returned on two days; ``wrong``: so many more returned on the first, ``again``: on the second."""
    days = Days(Play("AYT"), "AYT").begun()
    given(days, day=1, papers=PAPERS)
    returned(days, day=1, issued=100, unused=200 + wrong)
    days.evening()
    days.morning(day=2)
    given(days, day=2, papers=200)
    returned(days, day=2, issued=120 + again, unused=80)
    return days


def given(days: Days, *, day: int, papers: int, hour: int = 8) -> str:
    issuer = days.who("issuer")[0]
    days.at(day=day, hour=hour)
    return days.act("BallotsGivenToIssuer", by=(days.commission[1], issuer), issuer=issuer, papers=papers)


def returned(days: Days, *, day: int, issued: int, unused: int) -> None:
    issuer = days.who("issuer")[0]
    days.at(day=day, hour=21)
    days.act("BallotsReturnedByIssuer", by=(issuer, days.commission[1]), issuer=issuer, issued=issued, unused=unused)


def test_two_honest_days_raise_nothing() -> None:
    assert two_days().play.findings == []


def test_one_figure_too_high_on_the_first_day_is_one_open_finding_that_the_next_mornings_papers_do_not_settle() -> None:
    play = two_days(wrong=5).play
    finding = play.only("station-account")
    assert (finding.status, finding.settled_by, finding.off) == ("open", None, 5)
    assert finding.sentence == "Issued 220 + unused 285, given 500: for 5 papers the record shows no origin."


@pytest.mark.parametrize("again", [7, -7])
def test_a_second_figure_that_is_wrong_is_told_in_the_same_finding(again: int) -> None:
    play = two_days(wrong=5, again=again).play
    finding = play.only("station-account")
    assert finding.status == "open"
    assert f"Issued {220 + again} + unused 285" in finding.sentence


def test_whatever_order_the_acts_arrive_in_it_is_one_finding() -> None:
    play = two_days(wrong=5).play
    start = len(play.log) - 6
    orders = list(permutations(play.log[start:]))
    told = set()
    for order in (*orders[:3], *orders[-3:]):
        (finding,) = (row for row in fold([*play.log[:start], *order]).state.findings if row.code == "station-account")
        told.add((finding.id, finding.status, str(finding.sentence)))
    assert len(told) == 1


def test_papers_that_were_given_before_and_recorded_after_make_it_good() -> None:
    days = Days(Play("AYT"), "AYT").begun()
    given(days, day=1, papers=PAPERS)
    returned(days, day=1, issued=105, unused=200)
    late = given(days, day=1, papers=5, hour=12)
    (finding,) = (row for row in days.play.findings if row.code == "station-account")
    assert (finding.status, finding.settled_by) == ("settled", late)
    book = days.play.book("AYT")
    assert (book["issued"], book["with_issuers"]) == (105, 0)


@pytest.mark.parametrize("wrong", [0, 5])
def test_one_figure_of_one_style_is_one_finding_of_that_style(wrong: int) -> None:
    journey = StyledJourney.begun().voted(council=wrong)
    issuer, secretary = journey.who("issuer")[0], journey.commission[1]
    for style in ("president-kk", "council"):
        journey.act("BallotsGivenToIssuer", style=style, by=(secretary, issuer), issuer=issuer, papers=UNUSED)
        back = {"issuer": issuer, "issued": 0, "unused": UNUSED}
        journey.act("BallotsReturnedByIssuer", style=style, by=(issuer, secretary), **back)
    if not wrong:
        assert journey.play.findings == []
        return
    finding = journey.play.only("station-account")
    assert (finding.status, finding.units) == ("open", (journey.stock("council"),))
