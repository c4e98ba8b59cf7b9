"""What is settled by itself comes out as if everything that it could concern had been looked at: quick ways change nothing."""

from __future__ import annotations

from functools import lru_cache
from random import Random

import pytest

from custody.core.entries.admission import Checked
from custody.core.fold import disputes
from custody.core.ledger import Ledger
from custody.core.state.state import RecordedEvent, State
from tests.core.ledger.generated import generated
from tests.core.ledger.playing import checked_all
from tests.core.ledger.test_never_raises import whole_play

QUICK_WAYS = ("_settle_alone", "_stand_by", "_join")


def slowly(state: State, record: RecordedEvent) -> None:
    """The way for everything: the region of an act, worked out whole."""
    disputes.resettle(state, (record.event_id,), by=record)


@lru_cache(maxsize=1)
def logs() -> dict[str, list[Checked]]:
    """A long play in order and out of order, and elections with disputes, gaps and rubbish in them."""
    log, random = whole_play().log, Random(11)
    shuffled = [*log[:1], *random.sample(log[1:], len(log) - 1)]
    seeds = {f"generated {seed}": checked_all(generated(seed)) for seed in (5, 6, 7)}
    return {"play": checked_all(log), "out of order": checked_all(shuffled), **seeds}


def known(items: list[Checked]) -> tuple[list[object], list[object], str]:
    """Statuses, findings and the digest after all entries."""
    ledger = Ledger.silent()
    for checked in items:
        ledger.apply(checked)
    state = ledger.state
    rows = [(name, row.status, row.codes, row.in_force, row.is_duplicate) for name, row in state.records.items()]
    findings = sorted((finding.doc() for finding in state.findings), key=lambda doc: doc["id"])
    return list(rows), list(findings), ledger.state_digest()


def test_the_quick_ways_and_the_slow_one_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = {name: known(items) for name, items in logs().items()}
    for way in QUICK_WAYS:
        monkeypatch.setattr(disputes, way, slowly)
    slow = {name: known(items) for name, items in logs().items()}
    assert quick == slow
