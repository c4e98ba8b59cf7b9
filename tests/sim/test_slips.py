"""The simulator's slips with accounts, codes and clocks: among honest people each raises exactly its findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.sim.election import run, slips_for
from custody.sim.plan import plan_for
from custody.sim.population import PLAIN
from custody.sim.slips import SLIPS

SEED = 3


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_a_slip_raises_its_findings_and_no_other(name: str) -> None:
    plan = plan_for(SEED, people="honest", stations=1)
    course = run(replace(plan, mix=replace(plan.mix, certain=(name,))))
    state = course.replay.ledger.state
    found = {code for row in state.findings for code in (row.code, *(code for code, _, _ in row.related))}
    assert (course.violations, [tried.name for tried in course.tried]) == ([], [name])
    assert found == SLIPS[name].codes


def test_honest_people_whose_return_comes_in_parts_leave_nothing_open() -> None:
    plan = plan_for(SEED, people="honest", stations=1)
    course = run(replace(plan, mix=replace(plan.mix, habits=replace(PLAIN, parts=1.0))))
    state = course.replay.ledger.state
    parts = [record for record in state.records.values() if record.type == "ReturnReceived"]
    assert (course.violations, len(parts) > 1) == ([], True)
    assert [(row.code, row.status) for row in state.findings] == [("return-short", "settled")]


def test_every_slip_is_drawn_among_the_seeds() -> None:
    drawn = {name for seed in range(1, 100) for name in slips_for(plan_for(seed))}
    assert drawn == set(SLIPS)
