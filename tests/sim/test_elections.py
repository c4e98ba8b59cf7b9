"""Simulated elections: whatever people and machines do, everything holds after every step."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

import pytest

from custody.sim.cheats import CHEATS
from custody.sim.election import played, run
from custody.sim.plan import plan_for
from custody.sim.population import CALM, PEOPLE, ROUGH
from schemas.errors import Misused

_SOAK: Final = os.environ.get("CUSTODY_SOAK") == "1"
SEEDS: Final = 20_000 if _SOAK else 100
RUNS: Final = 20
"""Seeds in one test, so that workers share them."""
STATIONS: Final = 1_000 if _SOAK else 150
CHEAT_SEEDS: Final = range(40)


@pytest.mark.parametrize("first", range(1, SEEDS + 1, RUNS))
def test_everything_holds_after_every_step_of_every_election(first: int) -> None:
    for seed in range(first, first + RUNS):
        course = run(plan_for(seed))
        assert course.violations == [], f"custody sim --seed {seed}"


@pytest.mark.parametrize("name", sorted(CHEATS))
def test_a_cheat_that_is_carried_out_is_told_of_by_a_finding(name: str) -> None:
    """Alone, in calm weather among honest people, so that nothing else can have told of it."""
    for seed in CHEAT_SEEDS:
        plan = plan_for(seed, people="honest", stations=1)
        course = run(replace(plan, mix=replace(plan.mix, certain=(name,))))
        assert course.violations == []
        if course.tried:
            assert course.findings > 0
            return
    raise AssertionError("It was never carried out.")


def test_a_cheat_that_cannot_be_carried_out_as_things_are_is_left() -> None:
    """The safe of a station has no seal any more when somebody means to replace it."""
    assert run(plan_for(2018)).violations == []


def test_honest_people_in_calm_weather_raise_nothing() -> None:
    course = run(plan_for(5, people="honest", stations=5))
    assert (course.findings, course.duplicates, course.refused) == (0, 0, 0)


def test_the_same_seed_plays_the_same_election() -> None:
    one, two = run(plan_for(11)), run(plan_for(11))
    assert one.entries == two.entries
    assert one.replay.ledger.state_digest() == two.replay.ledger.state_digest()


def test_the_weather_really_fails() -> None:
    """Over some seeds each kind of failure is met, or the simulation would prove nothing."""
    courses = [run(plan_for(seed, people="messy")) for seed in range(100, 112)]
    assert any(course.truncated for course in courses)
    assert any(course.duplicates for course in courses)
    assert any(course.replay.steps > len(course.entries) for course in courses)
    assert any(len(set(course.entries)) < len(course.entries) for course in courses)


def test_every_kind_of_people_is_met_among_the_seeds() -> None:
    assert {plan_for(seed).mix.people for seed in range(1, 40)} == set(PEOPLE) - {"mixed"}


def test_an_election_may_have_many_stations() -> None:
    """More than one act can name: the allocation is several acts then."""
    plan = plan_for(3, people="honest", stations=STATIONS)
    world = played(replace(plan, mix=replace(plan.mix, weather=CALM)))
    state = world.stage.state
    assert len(state.registers.stations) == STATIONS
    assert not list(state.findings)


@pytest.mark.parametrize("count", [0, -1, 1_001])
def test_no_other_number_of_stations_is_simulated(count: int) -> None:
    with pytest.raises(Misused):
        plan_for(1, stations=count)


def test_stations_have_codes_of_their_own() -> None:
    plan = plan_for(1, stations=1_000)
    assert len({station.code for station in plan.stations}) == 1_000


def test_rough_weather_is_what_the_guarantees_ask_for() -> None:
    assert ROUGH.offline == 0.3
    assert ROUGH.offline_hours == 48
