"""No date in any event makes the fold, the monitor or a deadline fail: each bounded time at both bounds, in both far offsets."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from consumers.silence import Notes
from custody.adapters.memory import MemoryLog
from custody.core.checks.silence import silences
from custody.core.journeys.deadlines import with_deadline
from custody.core.state.moments import moment, shifted
from schemas.identifiers import consignment_id, epoch_seconds, parse_timestamp
from schemas.production import PlannedLeg
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

FIRST = ("1970-01-01T00:00:00+14:59", "1970-01-01T00:00:00-14:59")
LAST = ("2100-12-31T23:59:59+14:59", "2100-12-31T23:59:59-14:59")
ENDS = (*FIRST, *LAST)
HOURS_MAX = 24 * 60


def monitored(play: Play) -> None:
    """The fold judged everything; the monitor looks at the log at both ends of time and in between, and goes on."""
    assert "unjudgeable" not in {finding.code for finding in play.findings}
    for now in (-1, play.stage.now, 4_133_980_799 + 400 * 3600):
        list(silences(play.ledger.state, now=now))
        log = MemoryLog()
        log.append(play.log)
        Notes(log, play.stage.cast.people["monitor-1"]).turn(lambda _, now=now: now)  # type: ignore[misc]


@pytest.mark.parametrize("at", ENDS)
def test_a_claimed_time_at_an_end(at: str) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    seals = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact", "at": at}
    play.act(seals, by=(journey.courier,))
    play.act({**seals, "seals": "broken", "at": play.at()}, by=(journey.courier,))
    play.act({"type": "HeartbeatNoted", "device": None, "at": at}, by=("monitor-1",))
    offer = play.act({**journey.offering(journey.who("officer")), "at": at}, by=(journey.courier,))
    play.act({**journey.answering(offer), "at": at}, by=journey.who("officer"))
    monitored(play)


@pytest.mark.parametrize(("opens", "closes"), list(product(ENDS, ENDS)))
def test_a_deadline_by_rule_of_a_station_that_opens_at_an_end(opens: str, closes: str) -> None:
    rules = Play("AYT").ledger.state.rules_now().rules
    far = rules.model_copy(update={"arrival_hours": HOURS_MAX, "return_hours": HOURS_MAX})
    leg = PlannedLeg.model_construct(number=1, releasing="CEC", receiving="MFA", due=None, due_commitment=None)
    for direction in ("out", "back"):
        (planned,) = with_deadline((leg,), direction=direction, hours=(opens, closes), rules=far)
        assert parse_timestamp(planned.due or "") == planned.due


@pytest.mark.parametrize("due", ENDS)
def test_a_leg_that_is_due_at_an_end(due: str) -> None:
    play = Play("AYT")
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    hours = (
        "silence_reported_hours",
        "silence_overdue_hours",
        "silence_at_risk_hours",
        "arrival_hours",
        "return_hours",
    )
    play.act({"type": "RulesSet", "rules": {**rules, **dict.fromkeys(hours, HOURS_MAX)}}, by=CEC)
    journey = Journey(play, "AYT").packed()
    hands = (("CEC", "MFA"), ("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))
    legs = [
        {"number": number, "releasing": releasing, "receiving": receiving, "due": due, "due_commitment": None}
        for number, (releasing, receiving) in enumerate(hands, start=1)
    ]
    journey.manifested(
        [journey.pouch], papers=journey.papers, legs=legs, consignment=consignment_id(office="AYT", number=7)
    )
    monitored(play)


@pytest.mark.parametrize(("since", "until"), [*product(FIRST, LAST), (FIRST[0], None), (LAST[1], None)])
def test_a_break_and_a_loss_stated_at_an_end(since: str, until: str | None) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    said = {"type": "CustodyBroken", "units": [journey.pouch], "classification": "incident", "cause": "other"}
    play.act({**said, "since": since, "until": until}, by=(journey.courier,))
    play.act({"type": "LossDeclared", "units": [journey.pouch], "last_seen": since}, by=(journey.courier, "mfa-1"))
    monitored(play)


@pytest.mark.parametrize("at", ENDS)
def test_the_time_of_the_log_set_to_an_end_and_back(at: str) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    journey.offer((journey.courier,), journey.who("officer"))
    play.act({"type": "LogTimeSet", "log_time": at}, by=CEC)
    assert play.ledger.state.log_time == epoch_seconds(at)
    monitored(play)
    play.act({"type": "LogTimeSet", "log_time": play.at()}, by=CEC)
    assert play.ledger.state.log_time == play.stage.now - 60
    monitored(play)


@pytest.mark.parametrize(("claimed", "seconds"), list(product(ENDS, (-(2**62), -86_400, 0, 86_400, 2**62))))
def test_a_moment_worked_out_can_be_written_and_read_again(claimed: str, seconds: int) -> None:
    found = shifted(claimed, seconds=seconds)
    assert parse_timestamp(found) == found
    assert found[19:] == claimed[19:]


@pytest.mark.parametrize("at", ["2015-04-26T07:00:00+03:00", "2000-02-29T23:59:59-09:30", "1999-12-31T00:00:00+00:00"])
def test_a_moment_between_the_ends_is_the_one_that_the_calendar_has(at: str) -> None:
    assert moment(epoch_seconds(at), like=at) == at
    assert datetime.fromisoformat(moment(epoch_seconds(at))) == datetime.fromisoformat(at)
