from __future__ import annotations

import pytest

from consumers.loop import RetryPolicy, drain, serve, step
from schemas.errors import CustodyError, Fenced, LogUnavailable, Refused, Unavailable

PATIENCE = RetryPolicy(idle_ms=1_000, first_wait_ms=10, wait_ms_max=35, attempts_max=5)


class Numbers:
    """Follows 0, 1, 2 ... below ``stop``; ``trouble`` says what a number raises, and how often."""

    def __init__(self, stop: int, *, trouble: dict[int, list[Exception]] | None = None) -> None:
        self.stop = stop
        self.trouble = trouble or {}
        self.next = 0
        self.handled: list[int] = []
        self.parked: list[tuple[int, str]] = []

    def poll(self) -> int | None:
        return self.next if self.next < self.stop else None

    def handle(self, batch: int) -> None:
        if self.trouble.get(batch):
            raise self.trouble[batch].pop()
        self.handled.append(batch)
        self.next += 1

    def park(self, batch: int, *, error: Exception) -> None:
        self.parked.append((batch, type(error).__name__))
        self.next += 1


class Waits:
    def __init__(self) -> None:
        self.ms: list[int] = []

    def __call__(self, ms: int) -> None:
        self.ms.append(ms)


def test_followers_take_turns_until_none_has_anything_new() -> None:
    one, two, waits = Numbers(3), Numbers(5), Waits()
    assert drain([one, two], patience=PATIENCE, pause=waits) == 8
    assert (one.handled, two.handled, waits.ms) == ([0, 1, 2], [0, 1, 2, 3, 4], [])


def test_a_transient_failure_is_waited_out_longer_each_time() -> None:
    trouble: list[Exception] = [Unavailable("books-busy", "Busy."), LogUnavailable("log-busy", "Busy.")] * 2
    numbers, waits = Numbers(2, trouble={1: trouble}), Waits()
    drain([numbers], patience=PATIENCE, pause=waits)
    assert (numbers.handled, numbers.parked, waits.ms) == ([0, 1], [], [10, 20, 35, 35])


def test_a_failure_that_lasts_is_raised_in_the_end_and_nothing_is_left_out() -> None:
    numbers, waits = Numbers(3, trouble={1: [Unavailable("books-disk-full", "Full.")] * 9}), Waits()
    with pytest.raises(Unavailable):
        drain([numbers], patience=PATIENCE, pause=waits)
    assert (numbers.handled, numbers.parked, len(waits.ms)) == ([0], [], 4)


@pytest.mark.parametrize("error", [Fenced("fenced", "Overtaken."), Refused("x", "X."), CustodyError("y", "Y.")])
def test_what_makes_going_on_wrong_is_raised_at_once(error: CustodyError) -> None:
    numbers, waits = Numbers(3, trouble={1: [error]}), Waits()
    with pytest.raises(type(error)):
        drain([numbers], patience=PATIENCE, pause=waits)
    assert (numbers.handled, numbers.parked, waits.ms) == ([0], [], [])


def test_poison_is_tried_again_then_parked_and_stops_nobody() -> None:
    poisoned, other, waits = Numbers(4, trouble={1: [KeyError()] * 9, 2: [ValueError()]}), Numbers(4), Waits()
    drain([poisoned, other], patience=PATIENCE, pause=waits)
    assert poisoned.parked == [(1, "KeyError")]
    assert poisoned.handled == [0, 2, 3]
    assert other.handled == [0, 1, 2, 3]


def test_a_follower_with_nothing_new_says_so() -> None:
    assert not step(Numbers(0), patience=PATIENCE, pause=Waits())


def test_a_served_loop_pauses_when_idle_and_ends_when_told() -> None:
    numbers, waits = Numbers(2), Waits()
    serve([numbers], patience=PATIENCE, pause=waits, stopped=lambda: len(waits.ms) == 3)
    assert (numbers.handled, waits.ms) == ([0, 1], [1_000] * 3)
