"""A property that is kept with its object and holds up nobody else."""

from __future__ import annotations

import threading

from projections.web.snapshots.kept_facts import KEPT_MAX, KeptFacts
from projections.web.snapshots.made_once import made_once


class Reading:
    def __init__(self, told: threading.Event) -> None:
        self.told = told
        self.made = 0

    @made_once
    def fact(self) -> int:
        """How often it was made."""
        self.told.wait(10)
        self.made += 1
        return self.made


def test_it_is_made_once() -> None:
    told = threading.Event()
    told.set()
    reading = Reading(told)
    assert (reading.fact, reading.fact, reading.made) == (1, 1, 1)


def test_who_reads_for_long_does_not_hold_up_another() -> None:
    slow, quick = Reading(threading.Event()), Reading(threading.Event())
    quick.told.set()
    thread = threading.Thread(target=lambda: slow.fact)
    thread.start()
    assert quick.fact == 1
    slow.told.set()
    thread.join()
    assert slow.made == 1


def test_facts_of_one_state_are_made_once_and_bounded() -> None:
    facts = KeptFacts("state")
    made: list[int] = []
    for number in (*range(KEPT_MAX + 1), KEPT_MAX, 0):
        facts.once(number, lambda number=number: made.append(number))  # type: ignore[misc]
    assert made == [*range(KEPT_MAX + 1), 0]
