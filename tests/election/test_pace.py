"""A rehearsal keeps to the days of its folder's plan, however little time the plan leaves; usual plans change nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.demo.pace import MandateTime, days_ahead, window
from custody.election.genesis import moment
from custody.election.model import Election
from custody.election.reference import reference_election

HOUR = 3600
ZONE = "Asia/Almaty"


def planned(election: Election, *, days: tuple[str, str], due: str, direction: str = "out") -> Election:
    rows = [replace(row, days=days, due=due) if row.direction == direction else row for row in election.plan]
    return replace(election, plan=tuple(rows))


def of_first(election: Election, *, direction: str) -> MandateTime:
    row = election.consignment(election.stations[0].code, direction=direction)
    return window(row, due_zone=election.timezone, zone=election.timezone)


def test_the_usual_plan_is_travelled_as_people_usually_do() -> None:
    election = reference_election()
    assert days_ahead(election) == 0
    time = of_first(election, direction="out")
    usual = time.ends - 100 * HOUR
    assert time.sets_out(usual, longest=24 * HOUR, share=0.5) == usual
    assert time.part(usual, longest=24 * HOUR) == 1.0


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (("2015-04-24", "2015-04-25"), "2015-04-25 12:00"),
        (("2015-04-25", "2015-04-25"), "2015-04-25 12:00"),
        (("2015-04-25", "2015-04-25"), "2015-04-25 09:00"),
        (("2015-03-20", "2015-04-02"), "2015-04-01 12:00"),
        (("2015-04-13", "2015-04-30"), "2015-04-14 06:00"),
    ],
)
def test_a_courier_sets_out_and_delivers_within_the_days_of_his_mandate(days: tuple[str, str], due: str) -> None:
    election = planned(reference_election(), days=days, due=due)
    time = of_first(election, direction="out")
    usual = moment("2015-04-16 07:00", zone=ZONE) - days_ahead(election) * 24 * HOUR
    for share in (0.0, 0.5, 1.0):
        out = time.sets_out(usual + int(share * 40 * HOUR), longest=24 * HOUR, share=share)
        longest = out + int(time.part(out, longest=24 * HOUR) * 21 * HOUR)
        assert time.starts <= out < longest <= time.ends
        assert usual <= out, "what is carried was packed before"


def test_papers_that_are_due_early_are_prepared_earlier() -> None:
    early = planned(reference_election(), days=("2015-03-20", "2015-04-02"), due="2015-04-01 12:00")
    assert days_ahead(early) == 18


def test_nobody_sets_out_on_the_way_back_before_the_account_is_closed() -> None:
    election = planned(
        reference_election(), days=("2015-04-26", "2015-04-27"), due="2015-04-27 12:00", direction="back"
    )
    time, now = of_first(election, direction="back"), moment("2015-04-26 23:00", zone=ZONE)
    out = time.sets_out(moment("2015-04-28 09:00", zone=ZONE), longest=60 * HOUR, share=1.0, now=now)
    assert now <= out
    assert out + time.part(out, longest=60 * HOUR) * 60 * HOUR <= time.ends
