"""Officers let an act take effect that an answered handover had beaten; its other side need not sign it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from custody.core.ledger import Ledger
from custody.core.state.finding_store import Finding
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything
from tests.core.ledger.test_paper import on_paper
from tests.core.ledger.test_precedence import prepared, released

STRANGER = "courier-reserve"


def beaten(kind: str) -> tuple[Journey, str, str]:
    """An answered handover, and an act on the same older one that it beats: by its giver, or on a paper of somebody else."""
    journey, refs = prepared()
    answer = journey.over(("mfa-1",), (journey.courier,))
    if kind == "paper":
        act = journey.play.act(on_paper(journey, "mfa-1", STRANGER, units=refs), by=(STRANGER,))
    else:
        act = released(journey, by="mfa-1", units=refs)
        journey.play.record(act)
    assert (journey.play.status(answer), journey.play.status(act)) == ("applied", "finding")
    return journey, answer, act


def decide(journey: Journey, finding: str, *, chosen: str | None) -> str:
    """Two officers decide."""
    return journey.play.act({"type": "FindingAdjudicated", "finding": finding, "chosen": chosen}, by=CEC)


def told(journey: Journey) -> list[tuple[str, str]]:
    """Findings, with their status, but for what a courier without a mandate does."""
    rows = [row for row in journey.play.findings if row.code != "mandate-missing"]
    return sorted((row.code, row.status) for row in rows)


def found(journey: Journey, code: str) -> Finding:
    """The finding of a code."""
    (finding,) = [row for row in journey.play.findings if row.code == code]
    return finding


@pytest.mark.parametrize("kind", ["paper", "release"])
def test_the_chosen_act_takes_effect_and_both_findings_say_who_decided(kind: str) -> None:
    journey, answer, act = beaten(kind)
    decision = decide(journey, journey.play.only("not-custodian").id, chosen=act)
    assert (journey.play.status(answer), journey.play.status(act)) == ("disputed", "applied")
    assert told(journey) == [("conflicting-acts", "adjudicated"), ("not-custodian", "adjudicated")]
    assert {found(journey, code).settled_by for code in ("conflicting-acts", "not-custodian")} == {decision}
    assert journey.play.status(decision) == "applied"


@pytest.mark.parametrize("code", ["not-custodian", "conflicting-acts"])
def test_officers_can_choose_the_answer_again_by_either_finding(code: str) -> None:
    journey, answer, act = beaten("paper")
    decide(journey, journey.play.only("not-custodian").id, chosen=act)
    again = decide(journey, found(journey, code).id, chosen=answer)
    assert (journey.play.status(answer), journey.play.status(act)) == ("applied", "disputed")
    assert journey.play.holder(journey.pouch) == f"courier {journey.courier}"
    assert told(journey) == [("conflicting-acts", "adjudicated"), ("not-custodian", "adjudicated")]
    assert found(journey, code).settled_by == again


def test_a_later_decision_that_chooses_nothing_is_told_as_not_carried_out() -> None:
    journey, answer, act = beaten("paper")
    first = journey.play.only("not-custodian").id
    decide(journey, first, chosen=act)
    decision = decide(journey, first, chosen=None)
    assert (journey.play.status(answer), journey.play.status(act)) == ("disputed", "applied")
    assert journey.play.status(decision) == "finding"


@pytest.mark.parametrize("chosen", ["answer", "nothing"])
def test_a_decision_for_the_answer_leaves_things_as_they_are(chosen: str) -> None:
    journey, answer, act = beaten("paper")
    decision = decide(journey, journey.play.only("not-custodian").id, chosen=answer if chosen == "answer" else None)
    assert (journey.play.status(answer), journey.play.status(act)) == ("applied", "finding")
    assert told(journey) == [("not-custodian", "adjudicated")]
    assert journey.play.status(decision) == "applied"


def test_what_followed_the_chosen_act_takes_effect_and_what_followed_the_answer_leaves() -> None:
    journey, _, act = beaten("paper")
    play = journey.play
    on_answer = journey.over((journey.courier,), journey.who("officer"))
    after = [{"unit": journey.pouch, "previous": act}]
    on_act = play.act({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": after}, by=(STRANGER,))
    assert (play.status(on_answer), play.status(on_act)) == ("applied", "finding")
    decide(journey, found(journey, "not-custodian").id, chosen=act)
    assert (play.status(on_answer), play.status(on_act)) == ("disputed", "applied")
    head = play.ledger.state.paths.head(journey.pouch)
    assert head is not None
    assert head.act == on_act


def test_of_several_acts_of_one_person_officers_choose_one() -> None:
    journey, refs = prepared()
    play = journey.play
    answer = journey.over(("mfa-1",), (journey.courier,))
    acts = [released(journey, by="mfa-1", units=refs) for _ in range(4)]
    play.record(*acts)
    finding = play.only("not-custodian")
    chosen = next(act for act in acts if act not in finding.evidence)
    decide(journey, finding.id, chosen=chosen)
    assert [play.status(act) == "applied" for act in (answer, *acts)] == [act == chosen for act in (answer, *acts)]
    assert told(journey) == [("conflicting-acts", "adjudicated"), ("not-custodian", "adjudicated")]
    assert chosen in found(journey, "not-custodian").evidence
    assert found(journey, "conflicting-acts").count == 5


def in_orders(journey: Journey, *, start: int, last: Sequence[str] = ()) -> list[Ledger]:
    """The log from ``start`` on in every order, but for these at its end, which come last."""
    checked = checked_all(journey.play.log)
    stop = len(checked) - len(last)
    return [fold_checked([*checked[:start], *order, *checked[stop:]]) for order in permutations(checked[start:stop])]


@pytest.mark.parametrize("kind", ["paper", "release"])
def test_the_order_in_which_the_acts_had_come_changes_nothing(kind: str) -> None:
    journey, answer, act = beaten(kind)
    start = len(journey.play.log) - 3
    decision = decide(journey, journey.play.only("not-custodian").id, chosen=act)
    ledgers = in_orders(journey, start=start, last=(decision,))
    for ledger in ledgers:
        assert [ledger.state.records[name].status for name in (answer, act)] == ["disputed", "applied"]
        assert everything(ledger) == everything(ledgers[0])


def test_who_claimed_the_place_before_the_decision_contests_nothing_new_after_it() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    act = released(journey, by="mfa-1", units=refs)
    journey.play.record(act)
    decide(journey, journey.play.only("not-custodian").id, chosen=act)
    journey.play.record(released(journey, by="mfa-1", units=refs))
    assert journey.play.status(act) == "applied"
    assert not [row for row in journey.play.findings if row.status == "open"]


def test_an_act_that_no_answer_has_beaten_cannot_be_chosen_so() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    other = journey.play.act(
        {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}, by=(STRANGER,)
    )
    finding = next(row for row in journey.play.findings if other in row.evidence)
    decision = decide(journey, finding.id, chosen=other)
    assert journey.play.status(decision) == "finding"
    assert journey.play.status(other) == "finding"
    assert found(journey, finding.code).status == "open"
