"""Whatever people do about one pouch, the findings and the custodian are the same in every order of arrival."""

from __future__ import annotations

import os
from typing import Any

import pytest

from custody.core.ledger import Ledger
from tests.core.ledger.playing import fold
from tests.core.ledger.random_plays import RandomPlay

SEEDS = range(1_000) if os.environ.get("CUSTODY_SOAK") == "1" else range(16)
_HISTORY = ("below-threshold",)
"""What an act lacked, and got later: that it did so before it got it stays on the record, and not if it came whole."""


def told(ledger: Ledger) -> tuple[list[Any], list[Any]]:
    """What a log comes to: its findings, but for where they were raised, and which act each unit stands on."""
    state = ledger.state
    rows = [row for row in state.findings if not (row.code in _HISTORY and row.status == "settled")]
    findings = sorted((row.id, row.code, row.status, row.count, row.severity, row.evidence) for row in rows)
    heads = [(unit, head.act, str(head.custodian)) for unit in state.paths.units() if (head := state.paths.head(unit))]
    return findings, sorted(heads)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_play_comes_to_the_same_in_every_order_of_arrival(seed: int) -> None:
    play = RandomPlay(seed)
    as_made = told(fold([*play.before, *play.entries]))
    for order in play.orders(2):
        assert told(fold([*play.before, *order])) == as_made


def test_a_play_has_acts_that_disagree() -> None:
    codes = {row.code for seed in range(3) for row in fold(RandomPlay(seed).play.log).state.findings}
    assert len(codes) > 3
