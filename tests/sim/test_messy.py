"""Honest elections stay quiet (guarantees G15)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from custody.sim.messy import FINDINGS_MAX, Messy, messy_election
from schemas.envelope import parse_envelope
from schemas.union import parse_event

_SOAK: Final = os.environ.get("CUSTODY_SOAK") == "1"
SEEDS: Final = 500 if _SOAK else 20
RUNS: Final = 2
KEPT: Final = 7
"""The seed of the election that other tests look at too."""


@pytest.mark.parametrize("first", range(1, SEEDS + 1, RUNS))
def test_an_honest_election_raises_few_findings_none_serious_and_none_is_left_open(
    first: int, request: pytest.FixtureRequest
) -> None:
    for seed in range(first, first + RUNS):
        messy = request.getfixturevalue("election") if seed == KEPT else messy_election(seed)
        assert messy.complaints() == (), f"custody demo --scenario honest-but-messy --seed {seed}"
        assert len(messy.findings) <= FINDINGS_MAX


@pytest.fixture(scope="module")
def election() -> Messy:
    """One of them."""
    return messy_election(KEPT)


def test_it_really_is_messy(election: Messy) -> None:
    """Paper, signatures that come later, entries out of order and twice: or being quiet would be no merit."""
    events = [parse_event(parse_envelope(entry).payload) for entry in election.entries]
    types = Counter(str(event.type) for event in events)
    handovers = types["HandoverAnswered"] + types["ActTranscribed"]
    assert 0.02 < types["ActTranscribed"] / handovers < 0.12
    assert len(set(election.entries)) < len(election.entries)
    claimed = [event.at for event in events if event.at.endswith("+06:00")]
    assert claimed != sorted(claimed)
    assert types["LogClosed"] == 1


def test_complaints_say_what_was_not_as_it_should_be(election: Messy) -> None:
    loud = Messy(
        stage=election.stage,
        entries=election.entries,
        findings=election.findings * (FINDINGS_MAX + 1),
        left_open=election.findings[:1],
        violations=(),
    )
    assert len(election.findings) > 0
    assert [line.split(" ")[0] for line in loud.complaints()] == ["Open", str(len(loud.findings))]


def test_the_demonstration_ends_with_0(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "custody.cli", "demo", "--scenario", "honest-but-messy", "--seed", "3", "--json"]
    done = subprocess.run(
        [*command, "--dir", str(tmp_path / "d")], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "VERIFIED"
