"""No split view: where any two quorums share an honest witness, an operator who lies gets at most one history cosigned.

Schedules of an operator with two histories of one log, who asks witnesses in any order, sizes and sides as he likes; some of the
witnesses are his and sign whatever he wants. The honest ones are real, each with its state on disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path
from random import Random

import pytest

from custody.core.authority.witness_policy import Policy
from custody.core.tlog.merkle import Tree, leaf_hashes
from custody.witness.home import make_home, open_home
from custody.witness.logs import parse_logs
from custody.witness.witness import OtherTree, Witness
from schemas.errors import Refused
from schemas.roots import WitnessGroup
from tests.witness.running import PIN, TestLog

SCHEDULES = 10_000 if os.environ.get("CUSTODY_SOAK") == "1" else 200
NAMES = ("a", "b", "c", "d", "e")
STEPS = 16
SIZE = 12


@dataclass(slots=True)
class Schedule:
    """One lying operator: his policy, the witnesses that are his, two histories, and who cosigned which tree."""

    log: TestLog
    policy: Policy
    bought: frozenset[str]
    fork: TestLog
    cosigned: dict[tuple[int, bytes], set[str]] = field(default_factory=dict)


def quorums(policy: Policy) -> list[set[str]]:
    subsets = chain.from_iterable(combinations(NAMES, count) for count in range(1, len(NAMES) + 1))
    return [set(names) for names in subsets if policy.is_met(names)]


def drawn_policy(draw: Random) -> Policy:
    """One group of some, or two groups of which both are needed, whatever that is worth."""
    names = draw.sample(NAMES, draw.randrange(3, 6))
    if draw.random() < 0.5:
        groups = [WitnessGroup(name="q", threshold=draw.randrange(1, len(names) + 1), members=tuple(names))]
    else:
        cut = draw.randrange(1, len(names))
        parts = {"x": names[:cut], "y": names[cut:]}
        groups = [
            WitnessGroup(name=name, threshold=draw.randrange(1, len(part) + 1), members=tuple(part))
            for name, part in parts.items()
        ]
        groups.append(WitnessGroup(name="q", threshold=2, members=("x", "y")))
    return Policy("", {}, {group.name: group for group in groups}, "q")


def schedules(draw: Random) -> Iterator[Schedule]:
    """Those whose every two quorums share a witness that is not the operator's."""
    made = 0
    while made < SCHEDULES:
        policy, bought = drawn_policy(draw), frozenset(draw.sample(NAMES, draw.randrange(3)))
        enough = quorums(policy)
        if not all((one & other) - bought for one in enough for other in enough):
            continue
        log, fork = TestLog(f"split-{made}.invalid/log"), TestLog(f"split-{made}.invalid/log", "fork", Tree())
        fork.tree.extend(leaf_hashes(f"entry {number}".encode() for number in range(draw.randrange(SIZE))))
        made += 1
        yield Schedule(log, policy, bought, fork)


@pytest.fixture
def told() -> Sequence[Schedule]:
    return list(schedules(Random(5)))


@pytest.fixture
def witnesses(tmp_path: Path, told: Sequence[Schedule]) -> Iterator[dict[str, Witness]]:
    """Real witnesses, which know the log of every schedule."""
    logs = parse_logs("".join(schedule.log.line for schedule in told))
    found: dict[str, Witness] = {}
    for name in NAMES:
        make_home(tmp_path / name, name=f"{name}.invalid", pin=PIN)
        keys, state = open_home(tmp_path / name, pin=PIN)
        found[name] = Witness(keys, logs=logs, state=state, clock=lambda: 1_800_000_000)
    yield found
    for witness in found.values():
        witness.state.close()


def ask(schedule: Schedule, *, name: str, witness: Witness, side: TestLog, size: int) -> None:
    """The operator asks one witness for one tree, and once more by the size that it names."""
    tree = (size, side.grown(size).tree.root(size))
    if name in schedule.bought:
        schedule.cosigned.setdefault(tree, set()).add(name)
        return
    old = 0
    for _ in range(2):
        try:
            answer = witness.add(side.submission(old, new=size))
        except Refused:
            return
        if not isinstance(answer, OtherTree):
            schedule.cosigned.setdefault(tree, set()).add(name)
            return
        if answer.size > size:
            return
        old = answer.size


def test_no_two_histories_are_ever_proven(told: Sequence[Schedule], witnesses: dict[str, Witness]) -> None:
    draw, proven_once, tried_both = Random(6), 0, 0
    for schedule in told:
        for _ in range(STEPS):
            name, side = draw.choice(NAMES), draw.choice((schedule.log, schedule.fork))
            ask(schedule, name=name, witness=witnesses[name], side=side, size=draw.choice((SIZE - 1, SIZE, SIZE)))
        proven = [tree for tree, names in schedule.cosigned.items() if schedule.policy.is_met(names)]
        proven_once += bool(proven)
        tried_both += len({root for _, root in schedule.cosigned}) > 1
        for side in (schedule.log, schedule.fork):
            if all(side.grown(size).tree.root(size) == root for size, root in proven):
                break
        else:
            raise AssertionError(f"{schedule.log.origin}: two histories are proven")
    assert proven_once > SCHEDULES // 4
    assert tried_both > SCHEDULES // 2


def test_with_two_quorums_that_share_only_his_own_witness_he_would_succeed(witnesses: dict[str, Witness]) -> None:
    """The condition is needed: 2 of 3 with one bought witness in every two quorums is split."""
    group = WitnessGroup(name="q", threshold=2, members=("a", "b", "c"))
    log, fork = TestLog("split-0.invalid/log"), TestLog("split-0.invalid/log", "fork")
    schedule = Schedule(log, Policy("", {}, {"q": group}, "q"), frozenset("b"), fork)
    for name, side in (("a", log), ("b", log), ("b", fork), ("c", fork)):
        ask(schedule, name=name, witness=witnesses[name], side=side, size=SIZE)
    assert sum(schedule.policy.is_met(names) for names in schedule.cosigned.values()) == 2
