"""The life of a finding: open, acknowledged, settled or adjudicated; nothing disappears."""

from __future__ import annotations

import hashlib

import pytest

from schemas.strict_json import canonical
from tests.ledger.journeys import Journey
from tests.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    journey = Journey(Play(), "AYT").at_mfa()
    journey.over(("mfa-1",), ("courier-reserve",))
    return journey


def test_a_findings_id_is_the_hash_of_code_subject_and_sorted_evidence(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    content = canonical([finding.code, finding.subject, sorted(finding.evidence)])
    assert finding.id == hashlib.sha256(content).hexdigest()


def test_the_duty_officer_acknowledges_and_the_finding_stays_unsettled(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    journey.play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    assert journey.play.only("mandate-missing").status == "acknowledged"
    journey.mandate("courier-reserve")
    assert journey.play.only("mandate-missing").status == "settled"


def test_officers_adjudicate(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    decision = journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert (journey.play.only("mandate-missing").status, journey.play.only("mandate-missing").settled_by) == (
        "adjudicated",
        decision,
    )


def test_the_duty_officer_alone_does_not_adjudicate(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=("duty-1",))
    assert ("mandate-missing", "open") in journey.play.codes_found()
    assert ("not-authorised", "open") in journey.play.codes_found()


def test_a_settled_finding_is_neither_acknowledged_nor_adjudicated_any_more(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    journey.mandate("courier-reserve")
    journey.play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert journey.play.only("mandate-missing").status == "settled"


def test_a_finding_that_nobody_knows_is_not_decided(journey: Journey) -> None:
    journey.play.act({"type": "FindingAcknowledged", "finding": "ab" * 32}, by=("duty-1",))
    journey.play.act({"type": "FindingAdjudicated", "finding": "ab" * 32, "chosen": None}, by=CEC)
    assert journey.play.codes_found() == [
        ("mandate-missing", "open"),
        ("not-in-state", "open"),
        ("not-in-state", "open"),
    ]


def test_choosing_an_act_where_there_is_no_choice_changes_nothing(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": finding.evidence[0]}, by=CEC)
    assert ("mandate-missing", "open") in journey.play.codes_found()


def test_severity_is_a_rule(journey: Journey) -> None:
    play = journey.play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    severities = [{"code": "mandate-missing", "severity": "information"}]
    play.act({"type": "RulesSet", "rules": {**rules, "severities": severities}}, by=CEC)
    other = Journey(play, "ROM").at_mfa()
    other.over(("mfa-1",), ("courier-reserve",))
    assert [item.severity for item in play.findings] == ["serious", "information"]


# --- rules


def test_an_act_is_judged_by_the_rules_in_force_at_its_first_entry() -> None:
    journey = Journey(Play(), "ROM").opened()
    play = journey.play
    stored = {"type": "BallotsFoundDefective", "station": "ROM", "papers": 1}
    journey.count()
    event = play.act(stored, by=("rom-chair",), late=("rom-member",))
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    for rule in rules["signatures"]:
        if rule["type"] == "BallotsFoundDefective":
            rule["quorums"][0]["persons"] = 3
    play.act({"type": "RulesSet", "rules": rules}, by=CEC)
    later = play.act(stored, by=("rom-chair", "rom-secretary"))
    play.sign_late(event, by="rom-member")
    assert play.status(event) == "applied"
    assert play.status(later) == "recorded"


def test_an_offer_expires_by_the_hours_in_force() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, "offer_expiry_hours": 2}}, by=CEC)
    play.monitor_says(hours=1)
    journey.offer(("mfa-1",), (journey.courier,))
    play.monitor_says(hours=3)
    assert ("offer-unanswered", "open") in play.codes_found()
