"""Where several styles share a contest, voters and their signatures count once; what was kept and destroyed counts as kept."""

from __future__ import annotations

from typing import Any, cast

import pytest

from custody.report.account_sums import by_station, in_all
from custody.report.indicators import INDICATORS, Share
from custody.report.report import report
from custody.report.reported_log import ReportedLog, gather
from schemas.outcomes import AccountJson
from tests.core.ledger.styled import StyledJourney


def told(**figures: dict[str, int]) -> ReportedLog:
    """A station of three styles, two of which share a contest, whose accounts are closed."""
    journey = StyledJourney.begun()
    journey.voted()
    journey.listed()
    journey.close_accounts(**figures)
    return gather(journey.play.log)


def agreeing(gathered: ReportedLog) -> Share:
    return next(one.count(gathered) for one in INDICATORS if one.name == "accounts_agree")


@pytest.fixture(scope="module")
def honest() -> ReportedLog:
    return told()


def test_honest_accounts_agree_by_contest(honest: ReportedLog) -> None:
    assert agreeing(honest) == Share(2, 2, 0)


def test_one_altered_figure_of_one_style_is_one_account_that_does_not_agree() -> None:
    assert agreeing(told(president_ru={"valid": 100})) == Share(1, 2, 0)


def test_the_report_counts_voters_once_a_contest_and_a_station_once(honest: ReportedLog) -> None:
    papers = next(section for section in report(honest, sheets=(), language="en").sections if section.title == "Papers")
    rows = {row[0]: row[1:] for part in papers.parts for row in getattr(part, "rows", ())}
    own = by_station(honest.accounts)[0]
    assert rows["voters on the list"] == (f"{own['list']:,}", "1")
    assert rows["signatures in the list"] == rows["issued"]


def test_where_voters_sign_for_each_style_signatures_are_added_up(honest: ReportedLog) -> None:
    rows = [cast("dict[str, Any]", row) | {"signs_each_style": True, "signatures": 10} for row in honest.accounts]
    whole = in_all(cast("list[AccountJson]", rows))
    assert whole is not None
    assert whole["signatures"] == 30
