"""Long lists are printed in part, with how many there are."""

from __future__ import annotations

import pytest

from custody.cli.lines.bounded import LINES_MAX, first_of, last_of


def lines(count: int) -> list[str]:
    return [f"line {number}" for number in range(count)]


@pytest.mark.parametrize("some", [first_of, last_of])
def test_a_list_that_is_short_enough_is_printed_whole(some: object) -> None:
    assert callable(some)
    assert some(lines(LINES_MAX), what="findings", where="--json") == lines(LINES_MAX)


def test_of_a_longer_one_a_part_is_printed_and_all_are_counted() -> None:
    told = first_of(lines(1_500), what="findings", where="--json")
    assert told[:LINES_MAX] == lines(LINES_MAX)
    assert told[LINES_MAX:] == ["  ... the first 200 of 1,500 findings; --json has all of them"]
    told = last_of(lines(1_500), what="lines of its story", where="--json")
    assert told[0] == "  ... the last 200 of 1,500 lines of its story; --json has all of them"
    assert told[1:] == lines(1_500)[-LINES_MAX:]
