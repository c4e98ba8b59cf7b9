"""The end of a log: waiting ends, nothing moves any more, and another log may follow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.ledger import witnesses
from tests.core.ledger.authority_stories import PRINT, delay
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

CLOSED = {"type": "LogClosed", "reason": "completed"}


@pytest.fixture
def journey() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").under_way()


def test_what_waits_becomes_a_finding_when_the_log_is_closed(journey: Journey) -> None:
    play = journey.play
    play.hold(delay(journey), by=(journey.courier,))
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    answer = play.act(journey.answering(offer), by=journey.who("officer"))
    play.act(delay(journey), by=(journey.courier,))
    assert play.findings == []
    play.act(CLOSED, by=CEC)
    assert play.codes_found() == [("device-gap", "open"), ("predecessor-missing", "open")]
    assert play.status(answer) == "waiting"


def test_an_offer_left_open_becomes_a_finding_when_the_log_is_closed(journey: Journey) -> None:
    journey.offer((journey.courier,), journey.who("officer"))
    journey.play.act(CLOSED, by=CEC)
    assert journey.play.only("offer-unanswered").status == "open"


def test_an_act_after_the_close_changes_nothing(journey: Journey) -> None:
    close = journey.play.act(CLOSED, by=CEC)
    event = journey.play.act(PRINT, by=CEC)
    finding = journey.play.only("after-close")
    assert set(finding.evidence) == {close, event}
    assert journey.play.status(event) == "finding"
    assert journey.play.ledger.state.paths.head(str(PRINT["batch"])) is None


@pytest.mark.parametrize(
    "said",
    [
        {"type": "RulesSet"},
        {"type": "KeyRevoked", "vouched_number": 0, "reason": "lost"},
        {"type": "DispensationGranted", "station": "AYT"},
        {"type": "LogClosed", "reason": "annulled"},
    ],
)
def test_no_decision_but_about_findings_is_carried_out_after_the_close(journey: Journey, said: dict[str, str]) -> None:
    play = journey.play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    fields: dict[str, dict[str, Any]] = {"RulesSet": {"rules": rules}, "KeyRevoked": {"key": play.key("mfa-1")}}
    more = fields.get(said["type"], {})
    play.act(CLOSED, by=CEC)
    event = play.act({**said, **more}, by=CEC)
    assert play.only("after-close").status == "open"
    assert play.status(event) == "finding"


def test_what_the_log_was_waiting_for_is_judged_after_the_close_and_settles_it(journey: Journey) -> None:
    play = journey.play
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    play.act(journey.answering(offer), by=journey.who("officer"))
    play.act(CLOSED, by=CEC)
    play.record(offer)
    assert play.codes_found() == [("predecessor-missing", "settled")]
    assert play.holder(journey.pouch) == "mission AYT"


def test_a_missing_number_of_a_device_is_judged_after_the_close_and_settles_the_gap(journey: Journey) -> None:
    play = journey.play
    kept = play.hold(delay(journey), by=(journey.courier,))
    play.act(delay(journey, reason="border"), by=(journey.courier,))
    play.act(CLOSED, by=CEC)
    play.record(kept)
    assert play.codes_found() == [("device-gap", "settled")]
    assert play.status(kept) == "applied"


def test_a_missing_signature_completes_after_the_close_what_was_recorded_before_it(journey: Journey) -> None:
    play = journey.play
    event = play.act(PRINT, by=CEC[:1], late=CEC[1:])
    play.act(CLOSED, by=CEC)
    play.sign_late(event, by="cec-2")
    assert play.status(event) == "applied"
    assert play.codes_found() == [("below-threshold", "settled")]


def test_what_is_late_takes_effect_if_a_decision_says_so(journey: Journey) -> None:
    play = journey.play
    play.act(CLOSED, by=CEC)
    event = play.act(PRINT, by=CEC)
    finding = play.only("after-close")
    play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": event}, by=CEC)
    assert play.status(event) == "applied"
    assert play.only("after-close").status == "adjudicated"


def test_half_the_signatures_close_nothing(journey: Journey) -> None:
    journey.play.act(CLOSED, by=CEC[:1])
    assert journey.play.status(journey.play.act(PRINT, by=CEC)) == "applied"


def test_cosigned_notes_are_still_taken(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    play.act(CLOSED, by=CEC)
    witnesses.witnessed(play, {"alpha": play.stage.now, "beta": play.stage.now})
    assert play.findings == []
    assert len(play.ledger.state.notes) == 1


def succession(play: Play, *, size: int | None = None) -> dict[str, object]:
    own = len(play.log) if size is None else size
    root = play.ledger.state.tree.root(min(own, len(play.log))).hex()
    return {"type": "LogSucceeded", "successor": "cd" * 32, "successor_log": 1, "size": own, "root": root}


def test_a_successor_closes_the_log_and_is_named_once(journey: Journey) -> None:
    play = journey.play
    event = play.act(succession(play), by=CEC)
    assert play.ledger.state.closed == (len(play.log) - 1, event)
    play.act(succession(play), by=CEC)
    assert play.only("not-in-state").sentence == "The log has a successor already; nothing was changed."


def test_a_closed_log_can_be_succeeded(journey: Journey) -> None:
    journey.play.act(CLOSED, by=CEC)
    assert journey.play.status(journey.play.act(succession(journey.play), by=CEC)) == "applied"
    assert journey.play.findings == []


@pytest.mark.parametrize("size", [1_000, 2**50])
def test_a_successor_takes_over_no_entries_that_the_log_does_not_have(journey: Journey, size: int) -> None:
    event = journey.play.act(succession(journey.play, size=size), by=CEC)
    assert journey.play.only("foreign-checkpoint").evidence == (event,)
    assert journey.play.ledger.state.closed is None
