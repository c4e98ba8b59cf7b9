"""Rules as data: how many papers a station is allocated, who sends papers on, who hands to whom, how long papers are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.core.wording.messages import tell
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds, unit_id
from schemas.rules import Rules
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.styled import CODES, StyledJourney

CAP = {"method": "estimate-with-cap", "cap": 5000}
DECISION = {"number": "12/34-Ә", "day": "2015-03-27"}


def codes(play: Play) -> list[str]:
    """Codes of all findings."""
    return [finding.code for finding in play.findings]


def allocate(play: Play, *, papers: int, station: str = "AYT", **other: Any) -> str:
    """A further batch of the first printing for a station."""
    run, batch = unit_id(office="CEC", kind="batch", number=7), unit_id(office=station, kind="batch", number=7)
    style = {"style": other.pop("style")} if "style" in other else {}
    play.act({"type": "PrintOrdered", "batch": run, "papers": papers, **style}, by=CEC)
    printed = {"printed": papers, "good": papers, "waste": 0, "method": "counted", "serials": None}
    play.act({"type": "BallotsPrinted", "batch": run, **printed}, by=("printer-1", "cec-representative"))
    line = {"station": station, "batch": batch, "papers": papers}
    return play.act({"type": "BatchAllocated", "batch": run, "lines": [line], **other}, by=CEC)


def test_a_rule_that_is_left_out_is_not_written_and_means_what_it_meant() -> None:
    play = Play("AYT")
    rules = play.ledger.state.rules_now().rules
    assert not {"allocation", "resupply", "storage_days", "handovers", "list_signatures"} & rules.model_dump().keys()
    stated = {**rules.model_dump(mode="json"), "resupply": "between-stations", "storage_days": 0}
    assert Rules.model_validate_json(json.dumps(stated)) == rules


@pytest.mark.parametrize(("papers", "told"), [(4_559, []), (4_560, ["over-allocation"])])
def test_five_thousand_papers_by_cap_need_no_list(papers: int, told: list[str]) -> None:
    play = Play("AYT")
    ruled(play, allocation=CAP)
    allocate(play, papers=papers)
    assert codes(play) == told


def test_a_fixed_share_is_neither_exceeded_nor_fallen_short_of() -> None:
    play = Play("AYT", "ROM")
    shares = [{"station": "AYT", "papers": play.allocated("AYT") + 50}, {"station": "ROM", "papers": 1}]
    ruled(play, allocation={"method": "fixed", "shares": shares})
    allocate(play, papers=49)
    assert codes(play) == ["shortage"]
    assert "1 too few" in play.findings[0].sentence


def test_an_exact_share_is_silent() -> None:
    play = Play("AYT")
    ruled(play, allocation={"method": "fixed", "shares": [{"station": "AYT", "papers": play.allocated("AYT") + 50}]})
    allocate(play, papers=50)
    assert codes(play) == []


@pytest.mark.parametrize(("cap", "told"), [(451, []), (450, ["over-allocation"])])
def test_a_cap_bounds_all_styles_of_a_contest_together(cap: int, told: list[str]) -> None:
    journey = StyledJourney.begun()
    assert sum(journey.share(style) for style in CODES if style.startswith("president")) == 441
    ruled(journey.play, allocation={"method": "estimate-with-cap", "cap": cap})
    allocate(journey.play, papers=10, style="president-ru")
    assert codes(journey.play) == told


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "fixed"},
        {"method": "estimate-with-cap"},
        {"method": "list-and-reserve", "cap": 5},
        {"method": "estimate-with-cap", "cap": 5, "shares": [{"station": "AYT", "papers": 5}]},
    ],
)
def test_an_allocation_states_what_its_method_needs_and_nothing_else(wrong: dict[str, Any]) -> None:
    with pytest.raises((Misused, Refused)):
        ruled(Play("AYT"), allocation=wrong)


@pytest.mark.parametrize(("rule", "told"), [("none", 1), ("from-commission", 1), ("between-stations", 0)])
def test_papers_that_a_station_sends_on_are_held_against_the_rule(rule: str, told: int) -> None:
    play = Play("AYT", "ROM")
    journey = Journey(play, "AYT").counted()
    ruled(play, resupply=rule)
    package = unit_id(office="ROM", kind="pack", number=70)
    sent = {"type": "ResupplySent", "station": "ROM", "source": journey.names.stock, "package": package, "papers": 3}
    play.act(sent, by=journey.commission)
    assert codes(play).count("not-authorised") == told
    assert play.unit(package).papers == 3


def test_who_may_hand_to_whom_follows_the_rules() -> None:
    play = Play("AYT")
    journey = Journey(play, "AYT").packed()
    ruled(play, handovers=[{"releasing": "CEC", "receiving": ["commission"]}])
    journey.over(("cec-1",), ("mfa-1",))
    assert codes(play) == ["not-authorised"]
    journey.over(("cec-1",), journey.commission)
    assert play.holder(journey.pouch) == "commission AYT"


def destroyed_after(days: int, *, storage_days: int = 30) -> Play:
    """Kept and destroyed at the mission, so many days after the closing."""
    play = Play("AYT")
    ruled(play, disposal="keep-and-destroy", storage_days=storage_days)
    journey = Journey(play, "AYT")
    journey.closed()
    closes = play.ledger.state.registers.hours["AYT"][1]
    play.stage.now = epoch_seconds(closes) + days * 86_400 - 3_600
    play.monitor_catches_up()
    book = play.book("AYT")
    gone = {"from_boxes": book["in_boxes"], "cancelled": book["cancelled"], "method": "burned", "seals": []}
    play.act({"type": "Destroyed", "station": "AYT", "packages": [], **gone}, by=journey.commission)
    return play


def test_papers_kept_and_destroyed_a_day_too_early_are_told() -> None:
    finding = destroyed_after(29).only("destroyed-early")
    assert "until 26 May 2015" in finding.sentence


def test_papers_destroyed_on_the_day_and_where_rules_have_no_days_are_silent() -> None:
    assert codes(destroyed_after(30)) == []
    assert codes(destroyed_after(1, storage_days=0)) == []


def test_a_decision_behind_an_order_is_told_with_it() -> None:
    play = Play("AYT")
    batch = unit_id(office="CEC", kind="batch", number=8)
    play.act({"type": "PrintOrdered", "batch": batch, "papers": 5, "decision": DECISION}, by=CEC)
    told = [row.doc["says"] for row in play.outcomes if row.kind == "entry"]
    assert "By No. 12/34-Ә of 27 March 2015." in tell(told[-1], language="en")


@pytest.mark.parametrize("number", ["", "12 34", "-5", "a1", "1" * 25, "1<b>"])
def test_a_number_that_is_none_of_a_paper_is_refused(number: str) -> None:
    play = Play("AYT")
    order = {"type": "PrintOrdered", "batch": unit_id(office="CEC", kind="batch", number=8), "papers": 5}
    with pytest.raises((Misused, Refused)):
        play.act({**order, "decision": {"number": number, "day": "2015-03-27"}}, by=CEC)
    with pytest.raises((Misused, Refused)):
        play.act({**order, "decision": None}, by=CEC)
