"""A ledger that puts nothing into words knows the same: state, findings, statuses, and what became of each entry."""

from __future__ import annotations

from functools import lru_cache
from random import Random

import pytest

from custody.core.entries.admission import Checked
from custody.core.ledger import Ledger
from custody.core.wording.outcomes import ACCOUNT, ELECTION, ENTRY, STATION, Outcome
from tests.core.ledger.generated import generated
from tests.core.ledger.playing import checked_all
from tests.core.ledger.test_never_raises import whole_play
from tests.core.ledger.test_unjudgeable import failing

_SOME = (STATION, ACCOUNT, ELECTION)
_NAMES = frozenset(kind.name for kind in _SOME)


@lru_cache(maxsize=4)
def checked_log(name: str) -> tuple[Checked, ...]:
    """A long play as it was, or out of order with copies and rubbish; elections with disputes and gaps, by their seed."""
    if name.isdecimal():
        return tuple(checked_all(generated(int(name))))
    log, random = whole_play().log, Random(7)
    rest = log[1:]
    shuffled = [*log[:1], *random.sample(rest, len(rest)), *random.choices(rest, k=20), b"{}"]
    return tuple(checked_all(log if name == "play" else shuffled))


def known(ledger: Ledger) -> tuple[list[object], list[object], str]:
    """Statuses and findings of everything, and the digest."""
    state = ledger.state
    rows = [(name, row.status, row.codes, row.in_force, row.is_published) for name, row in state.records.items()]
    return list(rows), [finding.doc() for finding in state.findings], ledger.state_digest()


@pytest.mark.parametrize("name", ["play", "out of order", "3", "4"])
def test_a_silent_ledger_and_one_that_tells_everything_know_the_same(name: str) -> None:
    telling, silent, some = Ledger.empty(), Ledger.silent(), Ledger(tells=_SOME)
    for checked in checked_log(name):
        told = telling.apply(checked)
        assert silent.apply(checked) == ()
        assert [(one.kind, one.subject, one.doc) for one in some.apply(checked)] == _of_kinds(told)
        own = next(ENTRY.doc_of(one) for one in told if one.kind == ENTRY.name)
        assert telling.meant == silent.meant == some.meant
        assert (own["status"], own["codes"]) == (silent.meant.status, list(silent.meant.codes))
    assert known(silent) == known(telling) == known(some)


def _of_kinds(told: tuple[Outcome, ...]) -> list[tuple[str, str, object]]:
    return [(one.kind, one.subject, one.doc) for one in told if one.kind in _NAMES]


def test_what_cannot_be_judged_is_so_for_a_silent_ledger_too() -> None:
    ledgers, items = (Ledger.empty(), Ledger.silent()), checked_log("play")
    for ledger in ledgers:
        for checked in items[:60]:
            ledger.apply(checked)
        with failing(40):
            ledger.apply(items[60])
        ledger.apply(items[61])
    assert [row.code for row in ledgers[1].state.findings][-1] == "unjudgeable"
    assert known(ledgers[0]) == known(ledgers[1])
