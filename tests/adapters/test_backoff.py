"""Whoever tries again waits longer each time, and never for ever."""

from __future__ import annotations

from custody.adapters.backoff import Backoff

WAITS = Backoff(first_ms=50, most_ms=300)


def test_the_wait_doubles_with_each_failure_up_to_its_bound() -> None:
    assert [WAITS.wait_ms(failures) for failures in range(1, 6)] == [50, 100, 200, 300, 300]


def test_after_a_year_of_failures_the_wait_is_still_the_bound() -> None:
    assert WAITS.wait_ms(10**8) == 300


def test_a_first_wait_beyond_the_bound_is_the_bound() -> None:
    assert Backoff(first_ms=50, most_ms=20).wait_ms(1) == 20
