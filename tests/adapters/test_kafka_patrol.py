"""The patrol: an entry that changes in the midst of a log is found, wherever it is, and stays found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from custody.adapters.kafka_patrol import Patrol
from custody.adapters.memory import MemoryLog
from custody.ports import LogRecord

ENTRIES = [b"%d" % number for number in range(2_500)]


class Changeable:
    """A log whose owner can do anything."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = [*entries]
        self.reads = 0

    def end(self) -> int:
        return len(self.entries)

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        log = MemoryLog()
        log.append(self.entries)
        found = log.read(start=start, limit=limit)
        self.reads += len(found)
        return found


@pytest.mark.parametrize("position", [0, 1, 999, 1_000, 2_499])
def test_an_entry_that_changed_is_named_and_stays_named_when_it_is_changed_back(position: int) -> None:
    log, patrol = Changeable(ENTRIES), Patrol()
    assert [patrol.look(log), patrol.look(log)] == [None, None]
    before, log.entries[position] = log.entries[position], b"another"
    found = patrol.look(log)
    assert found is not None
    assert (found.code, f"position {position} (" in found.sentence) == ("log-changed", True)
    log.entries[position] = before
    assert patrol.look(log) == found


def test_a_log_that_grows_while_it_is_patrolled_is_compared_as_far_as_it_was_read() -> None:
    log, patrol = Changeable(ENTRIES[:10]), Patrol()
    assert patrol.look(log) is None
    log.entries += ENTRIES[10:]
    assert [patrol.look(log) for _ in range(3)] == [None] * 3
    log.entries[12] = b"another"
    assert any(patrol.look(log) for _ in range(2))


def test_a_long_log_is_patrolled_stretch_by_stretch() -> None:
    log, patrol = Changeable(ENTRIES), Patrol(entries_a_look=700)
    assert [patrol.look(log) for _ in range(4)] == [None] * 4
    log.entries[2_300] = b"another"
    told = [patrol.look(log) for _ in range(5)]
    assert [alarm is not None for alarm in told] == [False] * 3 + [True] * 2
    assert log.reads <= 700 * 9


def test_a_log_that_became_shorter_is_told_of_by_others_and_is_compared_up_to_its_end() -> None:
    log, patrol = Changeable(ENTRIES), Patrol()
    assert patrol.look(log) is None
    del log.entries[5:]
    assert [patrol.look(log) for _ in range(2)] == [None] * 2
    log.entries += [b"another"]
    assert any(patrol.look(log) for _ in range(2))
