"""Losses declared of sets of units that overlap are one loss of each unit that they share, whichever was recorded first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from custody.core.evidence.conservation import check_accounts
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play
from tests.core.ledger.test_ids_in_any_order import in_orders

_FINDERS = (("rom-officer", "courier-reserve"), ("mfa-1", "mfa-2"))


def wrapped() -> Journey:
    """Three packs with the CEC."""
    return Journey(Play("AYT", "ROM"), "AYT").wrapped(3)


def lost(journey: Journey, *sets: Sequence[str]) -> list[str]:
    """Two officers declare each of these sets lost, as they are now; not on the log yet."""
    rows = [journey.play.refs(*packs) for packs in sets]
    return [journey.play.hold({"type": "LossDeclared", "units": refs, "last_seen": None}, by=CEC) for refs in rows]


def found(journey: Journey, *, behind: str, by: Sequence[str]) -> str:
    """Two persons find the second pack, and know of one of the losses; not on the log yet."""
    refs = [{"unit": journey.packs[1], "previous": behind}]
    return journey.play.hold({"type": "UnitFound", "units": refs, "seals": []}, by=by)


def heads(ledger: Ledger, journey: Journey) -> list[tuple[str, str]]:
    """The act and the state of each of the first three packs."""
    units = [ledger.state.paths.head(pack) for pack in journey.packs]
    return [(unit.act, unit.state) for unit in units if unit is not None]


def test_a_unit_of_two_losses_is_where_the_first_by_id_says_whatever_the_order() -> None:
    journey = wrapped()
    one, two, three = journey.packs
    losses = lost(journey, (one, two), (two, three))
    for ledger in in_orders(journey.play, losses):
        acts = [losses[0], min(losses), losses[1]]
        assert heads(ledger, journey) == [(act, "lost") for act in acts]
        assert {row.code for row in ledger.state.findings} == {"custody-break"}
        assert [ledger.state.records[act].status for act in losses] == ["applied", "applied"]
        assert check_accounts(ledger.state) == ()


def test_two_finds_of_one_unit_contest_each_other_whichever_loss_each_of_them_knows() -> None:
    journey = wrapped()
    one, two, three = journey.packs
    losses = lost(journey, (one, two), (two, three))
    finds = [found(journey, behind=loss, by=by) for loss, by in zip(losses, _FINDERS, strict=True)]
    for ledger in in_orders(journey.play, [*losses, *finds]):
        assert [ledger.state.records[act].status for act in (*losses, *finds)] == [
            *("applied", "applied"),
            *("disputed", "disputed"),
        ]
        assert [row.evidence for row in ledger.state.findings if row.code == "conflicting-acts"] == [
            tuple(sorted(finds))
        ]
        assert heads(ledger, journey)[1] == (min(losses), "lost")


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_loss_declared_in_error_leaves_the_units_that_the_other_names_too_lost(wrong: int) -> None:
    journey = wrapped()
    one, two, three = journey.packs
    losses = lost(journey, (one, two), (two, three))
    names = [(one, two), (two, three)][wrong]
    refs: list[Partial] = [{"unit": unit, "previous": losses[wrong]} for unit in names]
    declared = journey.play.hold({"type": "ErrorDeclared", "event": losses[wrong], "units": refs}, by=CEC)
    for ledger in in_orders(journey.play, [*losses, declared]):
        states = [state for _, state in heads(ledger, journey)]
        assert check_accounts(ledger.state) == ()
        assert states[1] == "lost"
        assert states == (["packed", "lost", "lost"] if wrong == 0 else ["lost", "lost", "packed"])


def test_two_losses_of_different_units_contest_nothing() -> None:
    journey = wrapped()
    one, two, three = journey.packs
    losses = lost(journey, (one, two), (three,))
    for ledger in in_orders(journey.play, losses):
        assert [act for act, _ in heads(ledger, journey)] == [losses[0], losses[0], losses[1]]
        assert [(row.code, row.status) for row in ledger.state.findings] == [("custody-break", "open")] * 3


def test_losses_against_one_sealing_are_one_finding_wherever_they_overlap_whatever_the_order() -> None:
    journey = wrapped()
    play, (one, two, _) = journey.play, journey.packs
    refs = play.refs(one, two)
    held = lost(journey, (one, two), (one,))
    seals = [play.stage.seal(pack) for pack in (one, two)]
    held.append(play.hold({"type": "SealsApplied", "seals": seals, "units": refs}, by=CEC))
    told = [
        sorted((row.evidence, row.units) for row in ledger.state.findings if row.code == "conflicting-acts")
        for ledger in in_orders(play, held)
    ]
    assert all(rows == told[0] for rows in told)


def test_a_decision_for_a_sealing_sets_every_loss_of_the_pack_aside() -> None:
    journey = wrapped()
    play, (one, two, _) = journey.play, journey.packs
    refs = play.refs(one)
    held = lost(journey, (one, two), (one,))
    held.append(play.hold({"type": "SealsApplied", "seals": [play.stage.seal(one)], "units": refs}, by=CEC))
    play.record(*held)
    finding = next(row for row in play.findings if row.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": held[2]}, by=CEC)
    assert [play.ledger.state.records[act].is_not_chosen for act in held] == [True, True, False]
    assert play.status(held[2]) == "applied"
