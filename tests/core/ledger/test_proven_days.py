"""The days of a mandate by brackets: an act that was certainly in them, certainly not, or that nobody can place."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.state.finding import Finding
from custody.core.wording.messages import said
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked

TODAY = "2015-04-17"
CLAIMED = "2015-04-15T12:00:00+06:00"
RESERVE = "courier-reserve"


@pytest.fixture
def journey() -> Journey:
    journey = Journey(Play(), "AYT").at_mfa()
    journey.play.act(witnesses.policy_set(), by=CEC)
    return journey


def cosigned(journey: Journey) -> Partial:
    return witnesses.witnessed(journey.play, dict.fromkeys(witnesses.NAMES, journey.play.stage.now))


def taken(journey: Journey, **told: Any) -> str:
    return journey.answer(journey.offer(("mfa-1",), (RESERVE,), **told), (RESERVE,), **told)


def day(journey: Journey, hours: int = 51) -> None:
    """It is two days later, at noon."""
    journey.play.wait(hours=hours)


def docs(journey: Journey) -> list[tuple[str, str | None, bool]]:
    """Status of the finding, what is proven of its days, and whether it says that it rests on the claim alone."""
    told = [one.doc for one in journey.play.outcomes if one.kind == "finding" and one.doc["code"] == "mandate-ended"]
    says = [None if doc["settled_says"] is None else str(said(doc["settled_says"])) for doc in told]
    return [(doc["status"], doc["settled_deadline"], text is not None) for doc, text in zip(told, says, strict=True)]


def only(journey: Journey) -> Finding:
    (found,) = (finding for finding in journey.play.findings if finding.code == "mandate-ended")
    return found


def test_what_only_a_claimed_day_says_is_undetermined_until_a_note_proves_it(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-14"))
    day(journey)
    taken(journey, seen=cosigned(journey))
    assert docs(journey)[-1][1] == "broken"
    assert only(journey).status == "open"


def test_without_what_its_device_had_seen_nobody_is_blamed_yet(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-14"))
    taken(journey)
    assert docs(journey)[-1] == ("open", "undetermined", True)
    cosigned(journey)
    assert docs(journey)[-1] == ("open", "undetermined", True)
    assert "Log witnesses prove" not in only(journey).sentence


def test_a_claimed_day_that_is_wrong_while_the_true_one_was_right_settles(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-14", "2015-04-20"))
    seen = cosigned(journey)
    taken(journey, seen=seen, at="2015-04-21T12:00:00+06:00")
    assert only(journey).status == "open"
    cosigned(journey)
    assert docs(journey)[-1][:2] == ("settled", "met")
    assert {finding.code for finding in journey.play.findings if finding.status == "open"} == {"time-contradiction"}


def test_a_claim_within_the_days_that_something_seen_contradicts_is_broken(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-15"))
    day(journey)
    taken(journey, seen=cosigned(journey), at=CLAIMED)
    assert only(journey).sentence.endswith("Log witnesses prove that it was on none of these days.")
    assert docs(journey)[-1][1] == "broken"


def test_the_same_claim_where_the_day_is_right_raises_nothing(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-20"))
    day(journey)
    taken(journey, seen=cosigned(journey))
    cosigned(journey)
    assert journey.play.findings == []


def test_on_the_edge_of_a_day_somewhere_nothing_is_certain(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-14"))
    taken(journey, seen=cosigned(journey))
    cosigned(journey)
    assert docs(journey)[-1] == ("open", "undetermined", True)


def test_an_outside_witness_of_a_play_breaks_no_mandate(journey: Journey) -> None:
    journey.mandate(RESERVE, days=("2015-04-10", "2015-04-20"))
    later = dict.fromkeys(witnesses.NAMES, witnesses.at("2026-11-30T12:00:00+00:00"))
    taken(journey, seen=witnesses.witnessed(journey.play, later))
    assert journey.play.findings == []


@pytest.mark.parametrize(("last", "count"), [("2015-04-20", 0), ("2015-04-15", 1)])
def test_whatever_comes_first_of_offer_and_answer(last: str, count: int) -> None:
    """The same entries in other orders say the same of the days."""
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    journey.mandate(RESERVE, days=("2015-04-10", last))
    day(journey)
    seen, before = cosigned(journey), len(play.log)
    taken(journey, seen=seen, at=CLAIMED)
    items = checked_all(play.log)
    head, tail = items[:before], items[before:]
    found: set[tuple[str, ...]] = set()
    for order in permutations(tail):
        findings = fold_checked([*head, *order]).state.findings
        found.add(tuple(sorted(str(one.sentence) for one in findings if one.code == "mandate-ended")))
    assert len(found) == 1
    assert len(found.pop()) == count
