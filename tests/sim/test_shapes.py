"""Shapes of simulated elections: each is drawn, and honest people raise nothing in any of them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

import pytest

from custody.election.reference import reference_at
from custody.sim.election import run
from custody.sim.plan import plan_for
from custody.sim.shapes import PLAIN_SHAPE, Shape, shape_for, shaped

SOAK: Final = os.environ.get("CUSTODY_SOAK") == "1"
SHAPES: Final = (
    Shape(1, 2, "fixed", has_items=True),
    Shape(2, 1, "estimate-with-cap", has_items=True),
    Shape(0, 3, "list-and-reserve", has_items=False),
)


def test_every_style_day_way_of_allocation_and_items_are_drawn_among_the_seeds() -> None:
    drawn = [shape_for(seed, people="messy") for seed in range(1, 40)]
    assert {shape.styles for shape in drawn} == {0, 1, 2}
    assert {shape.days for shape in drawn} == {1, 2, 3}
    assert {shape.allocation for shape in drawn} == {"list-and-reserve", "fixed", "estimate-with-cap"}
    assert {shape.has_items for shape in drawn} == {True, False}
    assert shape_for(5, people="messy") == shape_for(5, people="messy")


def test_the_plain_shape_is_the_election_as_it_is() -> None:
    election = reference_at(plan_for(1).stations)
    assert shaped(election, shape=PLAIN_SHAPE) is election


@pytest.mark.parametrize("shape", SHAPES)
def test_honest_people_raise_nothing_whatever_the_shape(shape: Shape) -> None:
    for seed in range(1, 21 if SOAK else 2):
        course = run(replace(plan_for(seed, people="honest", stations=1), shape=shape))
        assert (course.violations, course.findings) == ([], 0), (seed, shape)


def test_in_rough_weather_and_with_honest_trouble_nothing_is_serious() -> None:
    for seed in range(200, 260 if SOAK else 202):
        plan = replace(plan_for(seed, people="messy", stations=2), shape=SHAPES[seed % len(SHAPES)])
        course = run(plan)
        serious = [row.code for row in course.replay.ledger.state.findings if row.severity == "serious"]
        assert (course.violations, serious) == ([], []), f"seed {seed}"
