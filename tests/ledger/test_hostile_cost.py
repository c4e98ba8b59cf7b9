"""What an entry costs does not grow with what was written before it, whoever wrote it: calls and bytes told, never seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import Any

import pytest

from bench.hostile_shapes import SHAPES, Shape, Stage
from schemas.strict_json import canonical
from tests.worlds import id_of

_FEW, _MANY, _LOOKED_AT = 100, 400, 24
_GROWTH = 1.2
"""What may come of a dict's or a tree's logarithm."""


def costs(shape: Shape, *, count: int) -> tuple[float, float]:
    """Calls and bytes of outcomes per entry, over the last entries of so many."""
    stage = Stage()
    entries = shape(stage, count)
    for entry in islice(entries, count):
        stage.put(entry)
    calls = told = 0

    def tick(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    for entry in islice(entries, _LOOKED_AT):
        checked = stage.checked(entry)
        stage.size += 1
        sys.setprofile(tick)
        try:
            outcomes = stage.ledger.apply(checked)
        finally:
            sys.setprofile(None)
        told += sum(len(canonical(outcome.doc)) for outcome in outcomes)
    return calls / _LOOKED_AT, told / _LOOKED_AT


def both(shape: Shape) -> Iterator[tuple[float, float]]:
    """(few, many) of calls, then of bytes."""
    return zip(costs(shape, count=_FEW), costs(shape, count=_MANY), strict=True)


def test_of_forty_rivals_one_finding_names_sixteen_and_counts_all_whatever_the_order() -> None:
    found = []
    for turned in (1, -1):
        stage = Stage()
        acts = list(islice(SHAPES["rivals"](stage, 0), 40))[::turned]
        for act in acts:
            stage.put(act)
        (finding,) = stage.ledger.state.findings
        assert (finding.code, finding.count, len(finding.evidence)) == ("conflicting-acts", 40, 16)
        assert finding.evidence == tuple(sorted(map(id_of, acts))[:16])
        assert finding.sentence.startswith("40 acts follow the same one on AAA-")
        found.append((finding.id, finding.evidence, finding.sentence))
    assert found[0] == found[1]


@pytest.mark.parametrize("kind", SHAPES)
def test_an_entry_costs_no_more_after_many_like_it(kind: str) -> None:
    (few_calls, many_calls), (few_bytes, many_bytes) = both(SHAPES[kind])
    assert many_calls <= few_calls * _GROWTH
    assert many_bytes <= few_bytes * _GROWTH
