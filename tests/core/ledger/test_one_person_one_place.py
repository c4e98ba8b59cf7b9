"""One finding for each place, person and cause: what one person tries again and again is counted, and disputed with its place."""

from __future__ import annotations

from custody.core.state.finding_store import finding_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial
from tests.core.ledger.test_disputes import adjudicate, two_couriers

_MANY = 20


def release(journey: Journey, *, by: str, units: list[Partial]) -> str:
    """Somebody who does not hold a pouch says that it went to a carrier."""
    act = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}
    return journey.play.act(act, by=(by,))


def told(journey: Journey) -> list[tuple[str, str, int]]:
    """(who first raised it, status, how many it stands for) of what somebody did who does not hold the unit."""
    rows = (finding for finding in journey.play.findings if finding.code == "not-custodian")
    return [(finding.raised_by, finding.status, finding.count) for finding in rows]


def by_id(journey: Journey, acts: list[str]) -> list[str]:
    """Acts in the order of the ids that their findings have alone: the first one speaks for all."""
    return sorted(acts, key=lambda act: finding_id(code="not-custodian", subject=journey.pouch, evidence=(act,)))


def test_who_acts_on_what_another_holds_is_one_finding_that_counts_and_lists_the_first() -> None:
    journey, first, _ = two_couriers()
    adjudicate(journey, chosen=first)
    refs = journey.play.refs(journey.pouch)
    acts = [release(journey, by="mfa-1", units=refs) for _ in range(_MANY)]
    other = release(journey, by="mfa-2", units=refs)
    ordered = by_id(journey, acts)
    assert sorted(told(journey)) == sorted([(ordered[0], "open", _MANY), (other, "open", 1)])
    finding = next(item for item in journey.play.findings if item.raised_by == ordered[0])
    assert [event for _, _, event in finding.related] == ordered[1:17]
    assert {journey.play.status(act) for act in acts} == {"finding"}


def test_a_dispute_takes_all_of_them_out_and_a_decision_brings_all_back() -> None:
    journey, first, second = two_couriers()
    adjudicate(journey, chosen=first)
    refs = [{"unit": journey.pouch, "previous": first}]
    acts = [release(journey, by="mfa-1", units=refs) for _ in range(3)]
    before = told(journey)
    finding = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    decision = {"type": "FindingAdjudicated", "finding": finding.id}
    journey.play.act({**decision, "chosen": second}, by=("cec-1", "cec-2"))
    assert told(journey) == []
    acts.append(release(journey, by="mfa-1", units=refs))
    assert told(journey) == []
    journey.play.act({**decision, "chosen": first}, by=("cec-1", "cec-2"))
    assert before == [(by_id(journey, acts[:3])[0], "open", 3)]
    assert told(journey) == [(by_id(journey, acts)[0], "open", 4)]
    assert {journey.play.status(act) for act in acts} == {"finding"}
