"""Two acts that follow the same one: both stay visible, the last undisputed custodian stands, adjudication picks the branch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, permutations
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.entries.admission import Checked
from custody.core.fold import disputes
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked


def two_couriers() -> tuple[Journey, str, str]:
    """The MFA's phones, offline: one gives the pouch to the courier, the other to the reserve courier."""
    journey = Journey(Play(), "AYT").at_mfa()
    journey.mandate("courier-reserve")
    refs = journey.play.refs(journey.pouch)
    answers = []
    for courier, releasing in ((journey.courier, "mfa-1"), ("courier-reserve", "mfa-2")):
        offer = journey.play.hold(journey.offering((courier,), units=refs), by=(releasing,))
        answer = journey.play.hold({**journey.answering(offer), "units": refs}, by=(courier,))
        journey.play.record(offer, answer)
        answers.append(answer)
    return journey, answers[0], answers[1]


def adjudicate(journey: Journey, *, chosen: str | None) -> str:
    finding = next(item for item in journey.play.findings if item.code == "conflicting-acts" and item.status == "open")
    return journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)


def test_two_couriers_claim_one_leg_and_the_last_undisputed_custodian_stands() -> None:
    journey, first, second = two_couriers()
    assert journey.play.holder(journey.pouch) == "MFA"
    assert [journey.play.status(event) for event in (first, second)] == ["disputed", "disputed"]
    conflict = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    assert (conflict.severity, conflict.status) == ("serious", "open")
    assert set(conflict.evidence) == {first, second}
    assert conflict.sentence == (
        f"2 acts follow the same one on {journey.pouch}: the answer to an offered handover by courier-ayt, "
        "15 April 2015, 09:10 (UTC+6); the answer to an offered handover by courier-reserve, "
        "15 April 2015, 09:12 (UTC+6). Which of them stands needs a decision."
    )
    assert journey.play.codes_found() == [("conflicting-acts", "open"), ("double-offer", "settled")]


def test_adjudication_puts_one_branch_into_force() -> None:
    journey, first, second = two_couriers()
    decision = adjudicate(journey, chosen=second)
    assert journey.play.holder(journey.pouch) == "courier courier-reserve"
    assert [journey.play.status(event) for event in (first, second)] == ["disputed", "applied"]
    assert journey.play.status(decision) == "applied"
    assert ("conflicting-acts", "adjudicated") in journey.play.codes_found()


def test_a_decision_that_picks_none_of_the_rivals_changes_nothing() -> None:
    journey, first, _ = two_couriers()
    decision = adjudicate(journey, chosen="ab" * 32)
    assert journey.play.status(decision) == "finding"
    assert journey.play.status(first) == "disputed"


def test_a_second_decision_can_choose_the_other_branch() -> None:
    journey, first, second = two_couriers()
    adjudicate(journey, chosen=second)
    finding = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": first}, by=CEC)
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert [journey.play.status(event) for event in (first, second)] == ["applied", "disputed"]


def test_every_decision_about_a_dispute_stays_on_the_record_and_the_last_one_counts() -> None:
    journey, first, second = two_couriers()
    found = next(item for item in journey.play.findings if item.code == "conflicting-acts").id
    decided = {"type": "FindingAdjudicated", "finding": found}
    decisions = [journey.play.act({**decided, "chosen": act}, by=CEC) for act in (second, first, second, first)]
    assert [journey.play.status(event) for event in decisions] == ["applied"] * 4
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    conflict = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    assert (conflict.status, conflict.settled_by) == ("adjudicated", decisions[-1])
    told = [
        outcome.doc["settled_by"]
        for outcome in journey.play.outcomes
        if outcome.kind == "finding" and outcome.subject == conflict.id and outcome.doc["status"] == "adjudicated"
    ]
    assert list(dict.fromkeys(told)) == decisions


def test_what_followed_a_suspended_act_is_suspended_with_it_and_comes_back_with_it() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    refs = journey.play.refs(journey.pouch)
    journey.over(("mfa-1",), (journey.courier,))
    delivered = journey.over((journey.courier,), journey.who("officer"))
    other = journey.play.act(journey.offering(("courier-reserve",), units=refs), by=("mfa-2",))
    rival = journey.play.act({**journey.answering(other), "units": refs}, by=("courier-reserve",))
    assert journey.play.holder(journey.pouch) == "MFA"
    assert journey.play.status(delivered) == "disputed"
    first = next(item for item in journey.play.findings if item.code == "conflicting-acts").evidence
    adjudicate(journey, chosen=next(event for event in first if event != rival))
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert journey.play.status(delivered) == "applied"


def test_a_third_rival_widens_the_finding() -> None:
    journey, first, second = two_couriers()
    refs = [{"unit": journey.pouch, "previous": journey.play.unit(journey.pouch).act}]
    journey.mandate("courier-rom")
    offer = journey.play.act({**journey.offering(("courier-rom",)), "units": refs}, by=("mfa-1",))
    third = journey.play.act({**journey.answering(offer), "units": refs}, by=("courier-rom",))
    conflicts = [item for item in journey.play.findings if item.code == "conflicting-acts"]
    assert [set(item.evidence) for item in conflicts] == [{first, second, third}]
    adjudicate(journey, chosen=third)
    assert journey.play.holder(journey.pouch) == "courier courier-rom"
    assert journey.play.status(third) == "applied"


def test_what_was_decided_between_two_stays_on_the_record_when_a_third_rival_comes() -> None:
    journey, first, second = two_couriers()
    decision = adjudicate(journey, chosen=second)
    decided = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    refs = [
        {**ref, "previous": journey.play.stage.state.records[first].refs[0][1]}
        for ref in journey.play.refs(journey.pouch)
    ]
    replaced = {
        "type": "SealReplaced",
        "unit": journey.pouch,
        "removed": journey.play.unit(journey.pouch).seals[0].number,
    }
    seal = journey.play.stage.seal(journey.pouch)["seal"]
    journey.play.act({**replaced, "applied": seal, "reason": "inspection", "units": refs}, by=("mfa-1", "mfa-2"))
    kept = journey.play.ledger.state.findings.get(decided.id)
    assert kept is not None
    assert (kept.status, kept.settled_by) == ("adjudicated", decision)


def test_a_finding_of_a_suspended_act_leaves_the_current_state_and_returns_with_it() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    refs = journey.play.refs(journey.pouch)
    offer = journey.offer(("mfa-1",), ("courier-reserve",))
    taken = journey.answer(offer, ("courier-reserve",))
    assert [code for code, _ in journey.play.codes_found()] == ["mandate-missing"]
    other = journey.play.act(journey.offering((journey.courier,), units=refs), by=("mfa-2",))
    journey.play.act({**journey.answering(other), "units": refs}, by=(journey.courier,))
    assert [code for code, _ in journey.play.codes_found()] == ["conflicting-acts", "double-offer"]
    adjudicate(journey, chosen=taken)
    assert [code for code, _ in journey.play.codes_found()] == ["conflicting-acts", "double-offer", "mandate-missing"]


def test_a_dispute_at_the_root_of_a_very_long_chain_suspends_all_of_it() -> None:
    journey = Journey(Play("YOW"), "YOW").opened()
    journey.count()
    play, stock = journey.play, journey.names.stock
    refs = play.refs(stock)
    listed = {"type": "VoterListStated", "station": "YOW", "stage": "added", "signatures": None}
    for _ in range(1_200):
        play.act({**listed, "voters": 1}, by=journey.commission[:2])
    assert play.findings == []
    rival = play.act({**listed, "voters": 2, "units": refs}, by=journey.commission[:2])
    assert play.unit(stock).act == refs[0]["previous"]
    assert play.codes_found() == [("conflicting-acts", "open")]
    chosen = next(event for event in play.findings[0].evidence if event != rival)
    adjudicate(journey, chosen=chosen)
    assert play.book("YOW")["counted"] == journey.papers
    assert play.status(rival) == "disputed"


# --- independence of the order of arrival


class Story:
    """A fixed set of acts with two couriers, two devices, followers, reports, a refusal and acts that are wrong."""

    def __init__(self) -> None:
        journey, *_ = two_couriers()
        play = journey.play
        self.start = len(play.log) - 4
        refs = [{"unit": journey.pouch, "previous": play.unit(journey.pouch).act}]
        events = [play.held[event] for event in play.held][-4:]
        answers = [item.event_id or "" for item in checked_all(play.log)[-4:]][1::2]
        for answer, courier in zip(answers, (journey.courier, "courier-reserve"), strict=True):
            after = [{"unit": journey.pouch, "previous": answer}]
            seen = [{"unit": journey.pouch, "observed": answer}]
            play.hold({"type": "DelayReported", "units": seen, "reason": "weather"}, by=(courier,))
            offer = play.hold(journey.offering(journey.who("officer"), units=after), by=(courier,))
            found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch), "papers": None}
            play.hold({**journey.answering(offer), "units": after, "found": found}, by=journey.who("officer"))
            play.hold({**journey.offering(journey.commission), "units": after}, by=("mfa-1",))
        # Whether a refused offer still stood beside another one when that was recorded is for the order to say.
        both = (journey.courier, "courier-reserve")
        refused = play.hold(journey.offering(both, units=refs), by=("mfa-1",))
        play.hold(
            {**journey.answering(refused, result="refused"), "units": refs, "found": {"packages": 0}},
            by=(journey.courier,),
        )
        entries = [*play.log[: self.start], *events, *[play.held[event] for event in list(play.held)[-10:]]]
        self.items: list[Checked] = checked_all(entries)

    def told(self, order: Sequence[int]) -> dict[str, Any]:
        late = self.items[self.start :]
        ledger = fold_checked([*self.items[: self.start], *(late[place] for place in order)])
        return everything(ledger)


def everything(ledger: Ledger) -> dict[str, Any]:
    """What must not depend on the order: status of each act, units, offers, ids and states of findings, device chains."""
    state = ledger.state
    kept = {table: [] for table in ("units", "offers", "devices", "seals", "consignments")}  # type: dict[str, list[Any]]
    for table, key, row in ledger.rows():
        if table in kept:
            kept[table].append((key, row))
    return {
        **kept,
        "acts": sorted((name, record.status, tuple(sorted(record.codes))) for name, record in state.records.items()),
        "findings": sorted((item.id, item.code, item.status, item.severity) for item in state.findings),
    }


STORY = Story()
TOLD = STORY.told(range(len(STORY.items) - STORY.start))


@settings(max_examples=60)
@given(st.permutations(range(len(STORY.items) - STORY.start)))
def test_what_became_of_a_set_of_acts_does_not_depend_on_the_order_of_their_arrival(order: list[int]) -> None:
    assert STORY.told(order) == TOLD


def test_rivals_with_several_units_end_the_same_in_every_order() -> None:
    play = Play("WAW")
    journey = Journey(play, "WAW")
    packs = []
    for number in (1, 2, 3):
        packs.append(journey.names.pack(number))
        pack = {"type": "UnitPacked", "unit": packs[-1], "batch": journey.names.batch, "contents": [], "papers": 10}
        play.act(pack, by=CEC)
    start = len(play.log)
    before = play.refs(*packs)
    for group in ((0, 1), (0,), (1, 2), (2,)):
        refs = [before[place] for place in group]
        seals = [play.stage.seal(packs[place]) for place in group]
        play.act({"type": "SealsApplied", "seals": seals, "units": refs}, by=CEC)
    items = checked_all(play.log)
    told = [everything(fold_checked([*items[:start], *order])) for order in permutations(items[start:])]
    assert all(item["units"] == told[0]["units"] for item in told)
    assert all(item["acts"] == told[0]["acts"] for item in told)
    conflicts = [[row for row in item["findings"] if row[1] == "conflicting-acts"] for item in told]
    assert all(item == conflicts[0] for item in conflicts)
    assert len(conflicts[0]) == 3


def test_the_story_has_a_conflict_and_orders_to_try() -> None:
    assert len(list(islice(permutations(range(len(STORY.items) - STORY.start)), 3))) == 3
    assert any(row[1] == "conflicting-acts" for row in STORY.told(range(14))["findings"])


def grown(seed: int, *, acts: int) -> tuple[list[Checked], int]:
    """Acts on three packs, each following any earlier act on each of its units: trees that contest each other everywhere."""
    random = Random(seed)
    play = Play("WAW")
    packs = [play.names("WAW").pack(number) for number in (1, 2, 3)]
    for pack in packs:
        act = {"type": "UnitPacked", "unit": pack, "batch": play.names("WAW").batch, "contents": [], "papers": 10}
        play.act(act, by=CEC)
    start = len(play.log)
    tree = {pack: [str(play.unit(pack).act)] for pack in packs}
    for _ in range(acts):
        group = random.sample(packs, random.choice((1, 1, 2, 3)))
        units = [{"unit": pack, "previous": random.choice(tree[pack][-3:])} for pack in group]
        seals = [play.stage.seal(pack) for pack in group]
        event = play.act({"type": "SealsApplied", "seals": seals, "units": units}, by=CEC)
        for pack in group:
            tree[pack].append(event)
    return checked_all(play.log), start


@settings(max_examples=25)
@given(
    st.integers(min_value=0, max_value=2**32), st.integers(min_value=2, max_value=12), st.randoms(use_true_random=False)
)
def test_trees_of_acts_that_contest_each_other_end_the_same_in_every_order(
    seed: int, acts: int, random: Random
) -> None:
    items, start = grown(seed, acts=acts)
    told = everything(fold_checked(items))
    for _ in range(3):
        order = random.sample(items[start:], acts)
        assert everything(fold_checked([*items[:start], *order])) == told


def has_conflict(items: list[Checked]) -> bool:
    """Whether acts contest each other."""
    return any(finding.code == "conflicting-acts" for finding in fold_checked(items).state.findings)


def test_all_interleavings_of_six_acts_end_the_same() -> None:
    items, start = next(play for seed in range(40) if has_conflict((play := grown(seed, acts=6))[0]))
    told = everything(fold_checked(items))
    for order in permutations(items[start:]):
        assert everything(fold_checked([*items[:start], *order])) == told


def test_fifty_acts_end_the_same_in_every_order() -> None:
    for seed in (1, 2):
        items, start = grown(seed, acts=50)
        told = everything(fold_checked(items))
        for place in range(3):
            order = Random(place).sample(items[start:], 50)
            assert everything(fold_checked([*items[:start], *order])) == told


@settings(max_examples=15)
@given(st.integers(min_value=0, max_value=2**32))
def test_in_force_is_what_the_theory_says_it_is(seed: int) -> None:
    items, start = grown(seed, acts=12)
    state = fold_checked(items).state
    acts = [state.records[item.event_id or ""] for item in items[start:]]
    for record in acts:
        alone = all(state.claims[ref] == [record.event_id] for ref in record.refs if record.changes)
        stands = alone and all(state.records[name].in_force for name in record.dependencies())
        assert record.in_force == stands or not record.changes
        assert record.status in ("applied", "disputed", "finding")


def test_adjudicating_every_conflict_in_turn_leaves_no_unit_with_two_custodians_and_ends() -> None:
    for seed in range(20):
        items, _ = grown(seed, acts=10)
        ledger = fold_checked(items)
        for _ in range(30):
            open_conflicts = sorted(
                (
                    finding
                    for finding in ledger.state.findings
                    if finding.code == "conflicting-acts" and finding.status == "open"
                ),
                key=lambda finding: finding.id,
            )
            if not open_conflicts:
                break
            conflict = open_conflicts[0]
            by = ledger.state.records[conflict.evidence[0]]
            ledger.state.findings.decide(conflict.id, status="adjudicated", by=by.event_id)
            disputes.choose(ledger.state, conflict.id, act=conflict.evidence[-1], by=by)
        assert not [item for item in ledger.state.findings if item.code == "conflicting-acts" and item.status == "open"]
