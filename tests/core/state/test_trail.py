"""Trails: the newest events first in reach, any length, equal where their events are."""

from __future__ import annotations

from custody.core.state.trail import Trail, newest

LONG = 5_000


def trail(length: int) -> Trail | None:
    """A trail of so many events."""
    found: Trail | None = None
    for number in range(length):
        found = Trail(str(number), found)
    return found


def test_the_newest_events_come_in_their_order() -> None:
    assert newest(trail(5), most=3) == ("2", "3", "4")
    assert newest(trail(2), most=3) == ("0", "1")
    assert newest(None, most=3) == ()


def test_long_trails_are_compared_shown_and_hashed_event_by_event() -> None:
    one, two = trail(LONG), trail(LONG)
    assert one == two
    assert hash(one) == hash(two)
    assert one != trail(LONG - 1)
    assert one != Trail(str(LONG - 1), trail(LONG - 2))
    assert repr(trail(2)) == "Trail(1, 0)"
