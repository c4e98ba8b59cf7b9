"""Of several that stand together in one finding, officers choose one by its event: it alone takes effect, the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Literal

import pytest

from custody.core.state.finding_store import Finding
from schemas.identifiers import seal_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.test_one_person_many_units import in_parts, lacking

REGISTRARS = ("registrar-1", "registrar-2")
ORDERS = list(permutations(range(3)))


def by_a_revoked_key() -> tuple[Journey, list[str]]:
    """Three reports of a courier whose key is revoked before they reach the log."""
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    row = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    reports = [play.hold(row, by=(journey.courier,)) for _ in range(3)]
    revoked = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": "stolen"}
    play.act(revoked, by=REGISTRARS)
    return journey, reports


def after_the_close() -> tuple[Journey, list[str]]:
    """Three reports that reach a closed log."""
    journey = Journey(Play(), "AYT").under_way()
    row = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    reports = [journey.play.hold(row, by=(journey.courier,)) for _ in range(3)]
    journey.play.act({"type": "LogClosed", "reason": "completed"}, by=CEC)
    return journey, reports


HELD = {"late-by-revoked-key": by_a_revoked_key, "after-close": after_the_close}


def told(journey: Journey, code: str, status: str = "open") -> list[Finding]:
    """Findings of a code with a status."""
    return [row for row in journey.play.findings if (row.code, row.status) == (code, status)]


def decide(journey: Journey, finding: str, *, chosen: str | None) -> str:
    """Two officers decide."""
    return journey.play.act({"type": "FindingAdjudicated", "finding": finding, "chosen": chosen}, by=CEC)


def test_what_a_decision_may_let_take_effect_is_one_finding_in_every_order() -> None:
    heads, code = set(), "late-by-revoked-key"
    for order in ORDERS[::2]:
        journey, reports = by_a_revoked_key()
        journey.play.record(*(reports[place] for place in order))
        (finding,) = told(journey, code)
        heads.add((finding.id, finding.count, tuple(sorted(event for _, _, event in finding.related))))
    assert [count for _, count, _ in heads] == [3]


@pytest.mark.parametrize("code", HELD)
@pytest.mark.parametrize("place", range(3))
def test_the_chosen_one_takes_effect_alone_and_the_others_stay_open(code: str, place: int) -> None:
    journey, reports = HELD[code]()
    play = journey.play
    play.record(*reports)
    (finding,) = told(journey, code)
    decide(journey, finding.id, chosen=reports[place])
    assert [play.status(event) == "applied" for event in reports] == [place == one for one in range(3)]
    (alone,) = told(journey, code, "adjudicated")
    (rest,) = told(journey, code)
    assert (alone.raised_by, alone.count, rest.count) == (reports[place], 1, 2)
    assert reports[place] not in (rest.raised_by, *(event for _, _, event in rest.related))
    decide(journey, alone.id, chosen=None)
    assert play.status(reports[place]) == "finding"
    decide(journey, alone.id, chosen=reports[place])
    assert (play.status(reports[place]), [row.count for row in told(journey, code)]) == ("applied", [2])


@pytest.mark.parametrize("code", HELD)
def test_after_all_were_decided_about_each_may_still_be_chosen_and_held_back(code: str) -> None:
    journey, reports = HELD[code]()
    play = journey.play
    play.record(*reports)
    (finding,) = told(journey, code)
    decide(journey, finding.id, chosen=None)
    assert [row.id for row in told(journey, code, "adjudicated")] == [finding.id]
    for event in reports:
        decide(journey, finding.id, chosen=event)
        assert play.status(event) == "applied"
    decide(journey, finding.id, chosen=None)
    assert [play.status(event) for event in reports] == ["finding"] * 3


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_offers_that_one_person_leaves_unanswered_at_one_place_are_one_finding(order: tuple[int, ...]) -> None:
    """The same unit offered thrice; the reply that takes the unit away settles all of them."""
    journey = Journey(Play(), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    offers = [play.hold(journey.offering(officer), by=(journey.courier,)) for _ in range(3)]
    play.record(*(offers[place] for place in order))
    play.monitor_says(hours=1)
    play.monitor_says(hours=73)
    (finding,) = told(journey, "offer-unanswered")
    assert (finding.count, finding.raised_by in offers) == (3, True)
    play.record(play.hold(journey.answering(offers[0]), by=officer))
    assert told(journey, "offer-unanswered") == []


def test_seals_that_were_never_issued_are_one_finding_for_a_unit_and_those_who_applied_them() -> None:
    journey = Journey(Play(), "AYT")
    play, pack = journey.play, journey.names.pack(1)
    packed = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 10}
    play.act(packed, by=CEC)
    numbers = [seal_id(issuer="XYZ", number=number) for number in (1, 2, 3)]
    play.act({"type": "SealsApplied", "seals": [{"unit": pack, "seal": number} for number in numbers]}, by=CEC)
    finding = play.only("seal-not-issued")
    assert (finding.count, len(finding.related), finding.units) == (3, 2, (pack,))


# --- adjudicating closes a group


def adjudicated(order: Sequence[int], *, status: Literal["acknowledged", "adjudicated"]) -> list[tuple[str, int]]:
    """(status, count) of findings after two of three came, officers said so of what there was, and the third came."""
    stage, acts = in_parts()
    for place in order[:2]:
        stage.put(acts[place][0])
    (finding,) = [row for row in stage.ledger.state.findings if row.code == "below-threshold"]
    stage.ledger.state.findings.decide(finding.id, status=status, by="decision")
    stage.put(acts[order[2]][0])
    rows = [row for row in stage.ledger.state.findings if row.code == "below-threshold"]
    return sorted((row.status, row.count) for row in rows)


@pytest.mark.parametrize("order", ORDERS)
def test_what_comes_after_an_adjudication_is_another_finding(order: Sequence[int]) -> None:
    assert adjudicated(order, status="adjudicated") == [("adjudicated", 2), ("open", 1)]


@pytest.mark.parametrize("order", ORDERS)
def test_what_comes_after_an_acknowledgement_is_counted_by_the_finding_that_was_acknowledged(
    order: Sequence[int],
) -> None:
    assert adjudicated(order, status="acknowledged") == [("acknowledged", 3)]


def test_the_same_copy_again_is_no_news_after_an_adjudication() -> None:
    stage, acts = in_parts()
    for one_signed, _ in acts:
        stage.put(one_signed)
    (finding,) = [row for row in stage.ledger.state.findings if row.code == "below-threshold"]
    stage.ledger.state.findings.decide(finding.id, status="adjudicated", by="decision")
    stage.put(acts[0][0])
    assert (lacking(stage), lacking(stage, "adjudicated")) == ([], [(3, finding.raised_by)])


def test_a_decision_by_the_id_of_a_member_is_about_the_finding_that_speaks_for_it_also_after_it_was_closed() -> None:
    journey, reports = by_a_revoked_key()
    journey.play.record(*reports)
    (finding,) = told(journey, "late-by-revoked-key")
    members = {row.id for event in reports for row in journey.play.ledger.state.findings._rows.groups.of(event)}
    decide(journey, max(members), chosen=None)
    assert [row.id for row in told(journey, "late-by-revoked-key", "adjudicated")] == [finding.id]
    decide(journey, max(members), chosen=reports[0])
    assert journey.play.status(reports[0]) == "applied"
