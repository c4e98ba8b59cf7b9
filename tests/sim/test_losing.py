"""The simulator's losses: reported by one, found again, replaced before the second signature and destroyed; all checks hold."""

from __future__ import annotations

from custody.sim.election import run
from custody.sim.plan import plan_for

SEED = 13
"""Two stations lose a pouch: one is found and goes on, the other is replaced."""
KINDS = ("LossDeclared", "UnitFound", "QuarantineLifted", "ReplacementAuthorised", "Destroyed")


def test_pouches_are_lost_found_and_replaced_and_every_loss_is_settled() -> None:
    course = run(plan_for(SEED, people="careless"))
    state = course.replay.ledger.state
    assert course.violations == []
    assert set(KINDS) <= {record.type for record in state.records.values()}
    losses = [finding for finding in state.findings if finding.code in ("custody-break", "below-threshold")]
    assert {finding.status for finding in losses} == {"settled"}
