"""The life of a finding: open, acknowledged, settled or adjudicated; nothing disappears."""

from __future__ import annotations

import hashlib
from itertools import permutations

import pytest

from custody.core.state.finding_store import Draft, Finding, FindingStore
from custody.core.wording.messages import message
from schemas.identifiers import unit_id
from schemas.strict_json import canonical
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    journey = Journey(Play(), "AYT").at_mfa()
    journey.over(("mfa-1",), ("courier-reserve",))
    return journey


def test_a_findings_id_is_the_hash_of_code_subject_and_sorted_evidence(journey: Journey) -> None:
    finding = journey.play.only("mandate-missing")
    content = canonical([finding.code, finding.subject, sorted(finding.evidence)])
    assert finding.id == hashlib.sha256(content).hexdigest()


def half_signed(play: Play) -> tuple[Finding, str]:
    """An order that one of two officers has signed: a finding that the second signature settles."""
    run = unit_id(office="CEC", kind="batch", number=2)
    event = play.act({"type": "PrintOrdered", "batch": run, "papers": 5}, by=CEC[:1], late=CEC[1:])
    return next(finding for finding in play.findings if finding.code == "below-threshold"), event


def now(play: Play, finding: Finding) -> Finding:
    """What became of a finding."""
    return next(item for item in play.findings if item.id == finding.id)


def test_the_duty_officer_acknowledges_and_the_finding_stays_unsettled(journey: Journey) -> None:
    finding, event = half_signed(journey.play)
    journey.play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    assert now(journey.play, finding).status == "acknowledged"
    journey.play.sign_late(event, by="cec-2")
    assert now(journey.play, finding).status == "settled"


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


def test_what_is_decided_about_a_settled_finding_is_kept_and_does_not_unsettle_it(journey: Journey) -> None:
    finding, event = half_signed(journey.play)
    journey.play.sign_late(event, by="cec-2")
    seen = journey.play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    decision = journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    settled = now(journey.play, finding)
    assert (settled.status, settled.settled_by) == ("settled", event)
    assert settled.decisions.rows == ((seen, "acknowledged"), (decision, "adjudicated"))


def test_what_was_decided_about_a_settled_finding_holds_when_the_settling_is_taken_back() -> None:
    store = FindingStore()
    draft = Draft(
        code="shortage", subject="AYT", evidence=("raiser",), sentence=message("log.closed-before"), topic="t"
    )
    raised = store.raise_(draft, position=1, by="raiser", severity="attention")
    store.settle_topic("t", by="settler")
    store.decide(raised.id, status="adjudicated", by="decision")
    withdrawn = store.withdraw_of("settler")
    assert [(row.status, row.settled_by) for row in store] == [("adjudicated", "decision")]
    store.restore(withdrawn, by="settler")
    assert [row.decisions.rows for row in store] == [(("decision", "adjudicated"),)]


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
    journey.offer(("mfa-1",), (journey.courier,))
    play.monitor_says(hours=1)
    play.monitor_says(hours=3)
    assert ("offer-unanswered", "open") in play.codes_found()


def lives(play: Play, finding: str) -> list[tuple[str, str | None]]:
    """(status, settled by) of each outcome of a finding, in order, each change once."""
    told = [outcome.doc for outcome in play.outcomes if outcome.kind == "finding" and outcome.subject == finding]
    rows = [(doc["status"], doc["settled_by"]) for doc in told]
    return [row for place, row in enumerate(rows) if place == 0 or rows[place - 1] != row]


def test_an_acknowledged_finding_is_settled_by_a_later_event_that_it_names(journey: Journey) -> None:
    play = journey.play
    finding, event = half_signed(play)
    seen = play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    play.sign_late(event, by="cec-2")
    settled = now(play, finding)
    assert settled.doc()["decisions"] == [{"event": seen, "status": "acknowledged"}]
    assert settled.settled_by == event
    assert lives(play, finding.id) == [("open", None), ("acknowledged", None), ("settled", settled.settled_by)]


def test_a_later_adjudication_supersedes_an_earlier_one_and_removes_none(journey: Journey) -> None:
    play, finding = journey.play, journey.play.only("mandate-missing")
    seen = play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    first = play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    play.wait(hours=1)
    second = play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    decided = play.only("mandate-missing")
    assert (decided.status, decided.settled_by) == ("adjudicated", second)
    assert decided.decisions.rows == ((seen, "acknowledged"), (first, "adjudicated"), (second, "adjudicated"))
    assert lives(play, finding.id) == [
        ("open", None),
        ("acknowledged", None),
        ("adjudicated", first),
        ("adjudicated", second),
    ]


def test_an_adjudicated_finding_is_not_settled_any_more_and_keeps_what_else_is_decided(journey: Journey) -> None:
    play = journey.play
    finding, event = half_signed(play)
    decision = play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    seen = play.act({"type": "FindingAcknowledged", "finding": finding.id}, by=("duty-1",))
    play.sign_late(event, by="cec-2")
    decided = now(play, finding)
    assert (decided.status, decided.settled_by) == ("adjudicated", decision)
    assert decided.decisions.rows == ((decision, "adjudicated"), (seen, "acknowledged"))


def store_with_an_acknowledged_finding() -> tuple[FindingStore, str]:
    """A store with one finding of the act "raiser", acknowledged, then settled by the act "settler"."""
    store = FindingStore()
    draft = Draft(code="overdue", subject="leg", evidence=("raiser",), sentence=message("party.nobody"), topic="leg")
    finding = store.raise_(draft, position=1, by="raiser", severity="attention", act="raiser")
    store.decide(finding.id, status="acknowledged", by="decision")
    store.settle(finding.id, by="settler")
    return store, finding.id


def test_a_finding_whose_settling_act_is_suspended_is_as_acknowledged_as_before() -> None:
    store, finding = store_with_an_acknowledged_finding()
    store.reopen("leg", settled_by="settler")
    assert [(row.id, row.status, row.settled_by) for row in store] == [(finding, "acknowledged", None)]


def test_a_finding_withdrawn_with_its_act_returns_with_what_was_decided_about_it() -> None:
    store, finding = store_with_an_acknowledged_finding()
    settled = store.withdraw_of("settler")
    assert [(row.status, row.settled_by) for row in store] == [("acknowledged", None)]
    raised = store.withdraw_of("raiser")
    assert list(store) == []
    store.restore(raised, by="raiser")
    store.restore(settled, by="settler")
    assert [(row.id, row.status, row.settled_by) for row in store] == [(finding, "settled", "settler")]
    assert [row.decisions.rows for row in store] == [(("decision", "acknowledged"),)]


SPEAKERS = {"one": "attention", "two": "serious", "three": None}


def spoken() -> tuple[FindingStore, str]:
    """A finding that three acts in a row said anew, the second of them as serious."""
    store = FindingStore()
    draft = Draft(code="overdue", subject="leg", evidence=("raiser",), sentence=message("party.nobody"), topic="leg")
    finding = store.raise_(draft, position=1, by="raiser", severity="attention", act="raiser")
    for hours, (act, severity) in enumerate(SPEAKERS.items()):
        sentence = message("duration.hours", hours=hours, minutes="00")
        store.amend(finding.id, sentence=sentence, by=act, severity=severity)  # type: ignore[arg-type]
    return store, finding.id


def said(store: FindingStore) -> tuple[str, str]:
    return next((str(row.sentence), row.severity) for row in store)


@pytest.mark.parametrize("order", list(permutations(SPEAKERS)))
def test_what_an_act_said_of_a_finding_goes_with_it_also_where_others_have_spoken_since(order: tuple[str, ...]) -> None:
    """The last that stands is heard, as serious as those that stand made it; with none, it is what it was at first."""
    store, _ = spoken()
    before, left, withdrawn = said(store), list(SPEAKERS), {}
    for act in order:
        withdrawn[act] = store.withdraw_of(act)
        left.remove(act)
        hours = {name: f"{number} h 00 min" for number, name in enumerate(SPEAKERS)}
        expected = hours[left[-1]] if left else str(message("party.nobody"))
        assert said(store) == (expected, "serious" if "two" in left else "attention")
    for act in reversed(order):
        store.restore(withdrawn[act], by=act)
    assert said(store) == before


def test_a_sentence_that_comes_back_alone_is_the_one_that_is_heard() -> None:
    store, _ = spoken()
    two = store.withdraw_of("two")
    store.withdraw_of("three")
    store.restore(two, by="two")
    assert said(store) == ("1 h 00 min", "serious")


@pytest.mark.parametrize("step", [1, -1])
def test_evidence_is_told_in_the_order_of_the_log(step: int) -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, by = journey.play, (journey.courier,)
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": play.refs(journey.pouch)}
    rivals = [play.hold(released, by=by) for _ in range(4)][::step]
    told = play.record(*rivals)
    (conflict,) = (row.doc for row in told if row.kind == "finding")
    assert (conflict["code"], conflict["evidence"]) == ("conflicting-acts", rivals)


def test_evidence_that_is_on_no_log_comes_last() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, units = journey.play, [{"unit": journey.pouch, "observed": "00" * 32}]
    event = play.act({"type": "DelayReported", "reason": "other", "units": units}, by=(journey.courier,))
    play.monitor_says(hours=200)
    (waits,) = (row.doc for row in play.outcomes if row.kind == "finding" and event in row.doc["evidence"])
    assert waits["evidence"] == [event, "00" * 32]
