"""The tables from which the fold works: every combination of state and fact, and what fits no row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.adapters.reference import default_rules
from custody.core.authority.parties import Party
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.checks.case import Case, Stated, check_states
from custody.core.state.lifecycles import CONSIGNMENT, HANDOVER, LIFECYCLES, TOUR, Lifecycle, goes_on, reached, step
from custody.core.state.registers import Registers
from custody.core.state.transitions import TABLE, next_state
from custody.core.state.units import Unit
from schemas.base import AtStation, UnitRef
from schemas.identifiers import KIND_LETTERS, UnitKind, unit_id


@dataclass(frozen=True)
class _Bare(AtStation):
    """What every act states, and nothing else."""

    type: str
    station: str
    at: str = ""
    place: str = ""
    units: tuple[UnitRef, ...] = ()


FACTS = {name: sorted({fact for row in table.values() for fact in row}) for name, table in LIFECYCLES.items()}
STATES = sorted(
    {state for row in TABLE.values() for states in row.values() for state in (*states, *states.values()) if state}
)


@pytest.mark.parametrize(("name", "table"), LIFECYCLES.items(), ids=list(LIFECYCLES))
def test_every_state_of_a_lifecycle_has_a_row_and_can_be_reached(name: str, table: Lifecycle) -> None:
    targets = {after for row in table.values() for after in row.values()}
    assert targets <= set(table)
    assert set(table) == targets | {next(iter(table))}, name


@pytest.mark.parametrize(("name", "table"), LIFECYCLES.items(), ids=list(LIFECYCLES))
def test_a_fact_without_a_row_changes_nothing(name: str, table: Lifecycle) -> None:
    for state in (*table, "no such state"):
        for fact in (*FACTS[name], "no such fact"):
            after = step(table, state=state, fact=fact)
            assert (after is None) == (fact not in table.get(state, {}))


@pytest.mark.parametrize("table", [HANDOVER, CONSIGNMENT, TOUR], ids=["handover", "consignment", "tour"])
@given(data=st.data())
def test_what_stands_leads_to_one_state_in_whatever_order_it_is_given(table: Lifecycle, data: st.DataObject) -> None:
    known = sorted({fact for row in table.values() for fact in row} - {"accepted with reservation"})
    facts = data.draw(st.lists(st.sampled_from(known), unique=True, max_size=5))
    assert len({reached(table, facts=order) for order in permutations(facts)}) == 1


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((), "offered"),
        (("withdrawn", "accepted"), "accepted"),
        (("withdrawn", "refused"), "refused"),
        (("refused", "accepted with reservation"), "accepted with reservation"),
        (("overtaken", "withdrawn"), "withdrawn"),
        (("contested", "withdrawn"), "disputed"),
        (("contested", "accepted"), "accepted"),
        (("expired", "accepted"), "accepted"),
        (("declared in error",), "in error"),
    ],
)
def test_an_acceptance_beats_a_refusal_and_both_beat_a_withdrawal(facts: tuple[str, ...], state: str) -> None:
    assert reached(HANDOVER, facts=facts) == state


def test_a_seal_that_came_off_or_was_destroyed_closes_nothing_any_more() -> None:
    ends = {state for state in LIFECYCLES["seal"] if not goes_on(LIFECYCLES["seal"], state=state)}
    assert ends == {"removed", "replaced", "retained", "destroyed"}


@pytest.mark.parametrize("condition", ["broken", "altered"])
@pytest.mark.parametrize("fact", ["removed", "replaced"])
def test_a_seal_that_was_not_whole_is_retained_when_it_comes_off(condition: str, fact: str) -> None:
    assert step(LIFECYCLES["seal"], state=condition, fact=fact) == "retained"


@pytest.mark.parametrize("type_name", sorted(TABLE))
def test_what_does_not_fit_a_units_state_is_one_finding_and_changes_nothing(type_name: str) -> None:
    for kind in KIND_LETTERS:
        for state in (None, "no such state", *STATES):
            drafts = check_states(case(type_name, kind=kind, state=state))
            if next_state(type_name, kind=kind, state=state) is None:
                assert [draft.code for draft in drafts] == ["not-in-state"]
                assert drafts[0].sentence.endswith(".")
            else:
                assert drafts == ()


def case(type_name: str, *, kind: UnitKind, state: str | None) -> Case[Stated]:
    """An act of a type on a unit of a kind in a state, held by the CEC and signed by nobody."""
    name = unit_id(office="AYT", kind=kind, number=1)
    held = Party("CEC")
    unit = Unit(
        unit=name,
        kind=kind,
        station="AYT",
        state=state or "",
        custodian=held,
        act="0" * 64,
        type="UnitPacked",
        at="",
        was_replaced=state == "quarantined",
    )
    event = _Bare(type=type_name, station="AYT")
    rules = RulesInForce.of(default_rules(), event="")
    before = {name: None if state is None else unit}
    return Case(
        event_id="1" * 64,
        event=event,
        position=1,
        before=before,
        signed={},
        rules=rules,
        registers=Registers(),
        sits_on=lambda **_: False,
        party_of=lambda *_, **__: None,
    )
