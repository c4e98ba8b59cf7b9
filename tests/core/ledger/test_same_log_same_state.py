"""G3: the same log gives the same state and the same outcomes, byte for byte, wherever and however it is folded."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest

from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from schemas.strict_json import canonical
from tests.core.ledger.generated import generated

ELECTIONS = 1_000 if os.environ.get("CUSTODY_SOAK") == "1" else 50
ROOT = Path(__file__).parents[3]


def outcomes_digest(entries: list[bytes]) -> tuple[str, str]:
    """State digest and the hash of all outcomes, in order."""
    ledger, told = Ledger.empty(), hashlib.sha256()
    for position, entry in enumerate(entries):
        for outcome in ledger.apply(check_entry(entry, position=position, keys=ledger.public_key)):
            row = [outcome.position, outcome.ordinal, outcome.kind, outcome.subject, dict(outcome.doc)]
            told.update(canonical(row) + b"\n")
    return ledger.state_digest(), told.hexdigest()


@lru_cache(maxsize=2)
def all_digests(count: int) -> str:
    """One digest over all generated elections; what the other process computes."""
    digest = hashlib.sha256()
    for seed in range(count):
        digest.update(repr(outcomes_digest(generated(seed))).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_fifty_elections_fold_alike_under_other_hash_seeds(seed: str) -> None:
    program = (
        f"from tests.core.ledger.test_same_log_same_state import all_digests; print(all_digests({ELECTIONS // 2}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == all_digests(ELECTIONS // 2)


def test_generated_elections_differ_and_fold_alike_again() -> None:
    elections = [generated(seed) for seed in range(ELECTIONS // 2, ELECTIONS)]
    digests = [outcomes_digest(entries) for entries in elections]
    assert len(set(digests)) == len(digests)
    assert digests == [outcomes_digest(entries) for entries in elections]


def test_signatures_verified_ahead_of_the_fold_give_the_same_state() -> None:
    for seed in range(5):
        entries = generated(seed)
        keys = {key.keyid: key.public for key in _final(entries).state.roster}
        ahead = Ledger.empty()
        for position, entry in enumerate(entries):
            ahead.apply(check_entry(entry, position=position, keys=keys.get))
        assert ahead.state_digest() == _final(entries).state_digest()


def test_duplicates_change_nothing_but_the_positions() -> None:
    entries = generated(3)
    random = Random(3)
    doubled = [entry for entry in entries for _ in range(random.choice((1, 1, 2)))]
    first, second = _final(entries).state, _final(doubled).state
    assert [(name, record.status) for name, record in first.records.items()] == [
        (name, record.status) for name, record in second.records.items()
    ]
    assert sorted(item.id for item in first.findings) == sorted(item.id for item in second.findings)


def _final(entries: list[bytes]) -> Ledger:
    ledger = Ledger.empty()
    for position, entry in enumerate(entries):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger
