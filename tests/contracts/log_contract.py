"""The contract of the log port as tests, run on every adapter.

How to run it on an adapter: subclass :class:`LogContract` and give the fixture ``open_log``; for an adapter that can
only be read (an archive), subclass :class:`LogReaderContract` and give the fixture ``fill``, which may use whatever
writes such a thing (its exporter).  Nothing here asks for more than Kafka can promise: a read may return less than it
was asked for, an append may end with its outcome unknown, and whoever meets that appends the same bytes again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final

import pytest

from custody.core.entries.unrepresentable import leaf_bytes, unrepresentable
from custody.ports import Log, LogReader, LogRecord
from schemas.errors import LogUnavailable, Misused, NotEstablished, OutcomeUnknown, Refused

ATTEMPTS_MAX: Final = 50
ENTRIES: Final = [b"one", b"two", b"three", b"two", b"\x00", b"five\n", b"six"]

OpenLog = Callable[[], Log]
Fill = Callable[[Sequence[bytes]], LogReader]


def read_all(log: LogReader, *, limit: int = 100) -> list[bytes]:
    """Every entry from 0 to the end, having checked that the positions are 0, 1, 2 ..."""
    found: list[bytes] = []
    while records := log.read(start=len(found), limit=limit):
        assert len(records) <= limit
        assert [record.position for record in records] == list(range(len(found), len(found) + len(records)))
        found += [record.entry for record in records]
    return found


class Writer:
    """A caller as the port wants it: after an unknown outcome it appends the identical bytes again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._attempts: list[tuple[Sequence[bytes], bool]] = []

    def put(self, entries: Sequence[bytes]) -> None:
        for _ in range(ATTEMPTS_MAX):
            try:
                self._log.append(entries)
            except OutcomeUnknown:
                self._attempts.append((entries, False))
            except LogUnavailable:
                continue
            else:
                self._attempts.append((entries, True))
                return
        raise AssertionError("the log never took the entries")

    def explains(self, found: Sequence[bytes]) -> bool:
        """Whether the log holds every acknowledged append whole and, between them, first parts of the unknown ones."""
        ends = {0}
        for entries, known in self._attempts:
            lengths = [len(entries)] if known else range(len(entries) + 1)
            ends = {at + n for at in ends for n in lengths if list(found[at : at + n]) == list(entries[:n])}
        return len(found) in ends


class LogReaderContract:
    @pytest.fixture
    def fill(self) -> Fill:
        """Give a function that returns a reader of a new log which holds exactly the entries given, at least one."""
        raise NotImplementedError

    def test_a_log_is_read_in_the_order_of_its_entries(self, fill: Fill) -> None:
        assert read_all(fill(ENTRIES)) == ENTRIES

    @pytest.mark.parametrize("limit", [1, 2, 3, len(ENTRIES), 1_000])
    def test_any_limit_reads_the_same_log(self, fill: Fill, limit: int) -> None:
        assert read_all(fill(ENTRIES), limit=limit) == ENTRIES

    def test_a_read_begins_where_it_is_told(self, fill: Fill) -> None:
        log = fill(ENTRIES)
        for start, entry in enumerate(ENTRIES):
            assert log.read(start=start, limit=1) == [LogRecord(start, entry)]

    def test_the_end_is_the_number_of_entries(self, fill: Fill) -> None:
        assert fill(ENTRIES).end() == len(ENTRIES)

    def test_a_read_at_the_end_is_empty(self, fill: Fill) -> None:
        assert list(fill(ENTRIES).read(start=len(ENTRIES), limit=10)) == []

    def test_a_read_beyond_the_end_is_an_error_and_never_a_reset(self, fill: Fill) -> None:
        with pytest.raises(NotEstablished) as caught:
            fill(ENTRIES).read(start=len(ENTRIES) + 1, limit=10)
        assert caught.value.code == "log-too-short"

    @pytest.mark.parametrize(("start", "limit"), [(-1, 1), (0, 0), (0, -1)])
    def test_a_read_of_an_impossible_range_is_misused(self, fill: Fill, start: int, limit: int) -> None:
        with pytest.raises(Misused) as caught:
            fill(ENTRIES).read(start=start, limit=limit)
        assert caught.value.code == "log-range"

    def test_the_longest_and_the_shortest_entry_come_back_whole(self, fill: Fill) -> None:
        entries = [b"\xff" * 65_535, b"\x00"]
        assert read_all(fill(entries)) == entries

    def test_entries_are_bytes_and_not_text(self, fill: Fill) -> None:
        entries = [bytes([value]) for value in range(256)]
        assert read_all(fill(entries)) == entries

    def test_many_readers_at_once_see_the_same(self, fill: Fill) -> None:
        log = fill(ENTRIES * 20)
        with ThreadPoolExecutor(4) as readers:
            assert list(readers.map(lambda limit: read_all(log, limit=limit), [1, 7, 50, 1_000])) == [ENTRIES * 20] * 4


class LogContract(LogReaderContract):
    @pytest.fixture
    def open_log(self) -> OpenLog:
        """Give a function that opens one and the same log, empty at first, anew with each call."""
        raise NotImplementedError

    @pytest.fixture
    def fill(self, open_log: OpenLog) -> Fill:
        def filled(entries: Sequence[bytes]) -> LogReader:
            log = open_log()
            Writer(log).put(entries)
            return log

        return filled

    def test_an_empty_log_has_nothing_to_read(self, open_log: OpenLog) -> None:
        log = open_log()
        assert log.end() == 0
        assert list(log.read(start=0, limit=10)) == []

    def test_appends_follow_each_other(self, open_log: OpenLog) -> None:
        log = open_log()
        writer = Writer(log)
        for entry in ENTRIES:
            writer.put([entry])
        writer.put(ENTRIES)
        assert writer.explains(read_all(log))

    def test_the_same_bytes_twice_are_two_entries(self, open_log: OpenLog) -> None:
        log = open_log()
        writer = Writer(log)
        writer.put([b"same"])
        writer.put([b"same"])
        assert writer.explains(read_all(log))
        assert read_all(log).count(b"same") >= 2

    def test_an_append_of_nothing_writes_nothing(self, open_log: OpenLog) -> None:
        log = open_log()
        log.append([])
        assert log.end() == 0

    def test_a_log_is_still_there_when_it_is_opened_again(self, open_log: OpenLog) -> None:
        writer = Writer(open_log())
        writer.put(ENTRIES)
        assert writer.explains(read_all(open_log()))

    def test_what_was_read_once_reads_the_same_for_ever(self, open_log: OpenLog) -> None:
        log = open_log()
        writer = Writer(log)
        writer.put(ENTRIES)
        before = read_all(log)
        writer.put([b"later"])
        assert read_all(log)[: len(before)] == before

    @pytest.mark.parametrize("length", [0, 65_536, 1_000_000])
    def test_an_entry_outside_the_bounds_is_refused_with_its_whole_batch(self, open_log: OpenLog, length: int) -> None:
        log = open_log()
        with pytest.raises(Refused) as caught:
            log.append([b"good", b"x" * length, b"good"])
        assert caught.value.code == "entry-length"
        assert log.end() == 0

    @pytest.mark.parametrize(
        "leaf", [unrepresentable("missing"), unrepresentable("length", bytes(70_000)), leaf_bytes(leaf_bytes(None))]
    )
    def test_bytes_that_stand_for_a_record_that_is_no_entry_are_refused(self, open_log: OpenLog, leaf: bytes) -> None:
        log = open_log()
        with pytest.raises(Refused) as caught:
            log.append([b"good", leaf])
        assert caught.value.code == "entry-imitation"
        assert log.end() == 0

    def test_readers_beside_a_writer_see_a_growing_first_part(self, open_log: OpenLog) -> None:
        log, other = open_log(), open_log()
        writer = Writer(log)
        with ThreadPoolExecutor(2) as readers:
            seen = [readers.submit(read_all, reader, limit=3) for reader in (log, other) for _ in range(5)]
            for number in range(40):
                writer.put([b"%d" % number])
        after = read_all(log)
        assert writer.explains(after)
        assert all(future.result() == after[: len(future.result())] for future in seen)

    def test_writers_beside_each_other_lose_nothing_and_keep_their_order(self, open_log: OpenLog) -> None:
        logs = [open_log() for _ in range(3)]

        def write(name: int) -> None:
            writer = Writer(logs[name])
            for number in range(15):
                writer.put([b"%d %d" % (name, number)])

        with ThreadPoolExecutor(3) as writers:
            list(writers.map(write, range(3)))
        found = read_all(logs[0])
        for name in range(3):
            own = [int(entry.split()[1]) for entry in found if entry.split()[0] == b"%d" % name]
            assert set(own) == set(range(15))
            assert all(after - before in {0, 1} for before, after in pairwise(own))

    @pytest.mark.parametrize("seed", range(5))
    def test_any_walk_of_appends_and_reads_agrees_with_a_list(self, open_log: OpenLog, seed: int) -> None:
        choice = random.Random(seed)
        log = open_log()
        writer = Writer(log)
        for _ in range(30):
            writer.put([choice.randbytes(choice.randint(1, 300)) for _ in range(choice.randint(1, 5))])
            if choice.random() < 0.2:
                log = open_log()
            known = read_all(log)
            start = choice.randint(0, len(known))
            records = log.read(start=start, limit=choice.randint(1, 20))
            assert [record.entry for record in records] == known[start : start + len(records)]
        assert writer.explains(read_all(log))
