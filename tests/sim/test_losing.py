"""The simulator's losses: reported by one, found again, replaced before the second signature and destroyed; all checks hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.sim.election import run
from custody.sim.plan import plan_for
from custody.sim.population import PLAIN

SEED = 252
"""Three stations lose a pouch: one is declared lost twice, found and goes on; the others are replaced."""
KINDS = ("LossDeclared", "UnitFound", "QuarantineLifted", "ReplacementAuthorised", "Destroyed")


def test_pouches_are_lost_found_and_replaced_and_every_loss_is_settled() -> None:
    course = run(plan_for(SEED, people="careless"))
    state = course.replay.ledger.state
    assert course.violations == []
    assert set(KINDS) <= {record.type for record in state.records.values()}
    losses = [finding for finding in state.findings if finding.code in ("custody-break", "below-threshold")]
    assert {finding.status for finding in losses} == {"settled"}


@pytest.mark.parametrize("seed", [1])
def test_losses_and_forms_that_both_sides_type_in_end_settled_in_every_order(seed: int) -> None:
    plan = plan_for(seed, people="honest", stations=1)
    course = run(replace(plan, mix=replace(plan.mix, habits=replace(PLAIN, lost=1.0, paper=0.6))))
    state = course.replay.ledger.state
    typed = [record for record in state.records.values() if record.type == "ActTranscribed"]
    assert (course.violations, len(typed) > 2) == ([], True)
    assert {finding.status for finding in state.findings} == {"settled"}
