"""Entries that were looked at ahead of the fold reach it exactly as the front door would have given them at their positions."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from consumers.checked_ahead import ONE_IN, CheckedAhead
from consumers.rebuild import rebuild
from custody.adapters.memory import MemoryLog
from custody.audit.entry_check import look
from custody.audit.workers import Batch, Looked, look_at_all
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.embedded.folding import reading_ahead, reading_of, sleep_ms
from custody.ports import LogRecord
from schemas.errors import LogUnavailable, NotEstablished
from tests.audit.cases import flip
from tests.worlds import World


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    """Good entries, and whatever a log can hold as well; a key that is used before it is enrolled."""
    made = World().some(560)
    stranger = World(seed=3)
    odd = [
        b"\x00", b"{}", stranger.genesis, made[0], made[40],
        flip(made[41], bit=800), flip(made[42], bit=8 * (len(made[42]) - 30)),
    ]  # fmt: skip
    return [made[0], made[2], made[1], *made[3:300], *odd, *made[300:]]


def log_of(entries: Sequence[bytes]) -> MemoryLog:
    log = MemoryLog()
    log.append(entries)
    return log


def ahead_of(log: MemoryLog, *, workers: int = 1) -> tuple[CheckedAhead, Ledger]:
    ledger = Ledger.empty()
    return CheckedAhead(log, ledger=ledger, looking=partial(look_at_all, workers=workers)), ledger


@pytest.mark.parametrize("workers", [1, 2])
def test_every_check_is_that_of_the_front_door(entries: list[bytes], workers: int) -> None:
    log = log_of(entries)
    ahead, ledger = ahead_of(log, workers=workers)
    assert ahead.end() == len(entries)
    position = 0
    while records := ahead.read(start=position, limit=170):
        assert records == log.read(start=position, limit=len(records))
        for record in records:
            plain = check_entry(record.entry, position=record.position, keys=ledger.public_key)
            assert ahead.check(record) == plain
            ledger.apply(plain)
        position += len(records)
    assert position == len(entries)
    log.append([entries[5]])
    (late,) = ahead.read(start=position, limit=170)
    assert ahead.check(late).event_id == check_entry(entries[5], position=0, keys=ledger.public_key).event_id


def test_a_record_other_than_the_one_that_was_seen_is_looked_at_for_itself(entries: list[bytes]) -> None:
    ahead, ledger = ahead_of(log_of(entries))
    ahead.read(start=0, limit=10)
    assert ahead.check(LogRecord(3, b"{}")).fault == "envelope-field"
    ledger.apply(ahead.check(LogRecord(0, entries[0])))
    assert ahead.check(LogRecord(400, entries[0])).position == 400


def test_a_reader_who_goes_back_is_given_the_same(entries: list[bytes]) -> None:
    log = log_of(entries)
    ahead, _ = ahead_of(log)
    for start in (0, 0, 250, 100, 350, len(entries) - 3, 7):
        assert ahead.read(start=start, limit=100) == log.read(start=start, limit=100)


class FailingLog(MemoryLog):
    """Fails once at a position."""

    fails_at = 250

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        if start == self.fails_at:
            self.fails_at = -1
            raise LogUnavailable("log-silent", "not now")
        return super().read(start=start, limit=limit)


def test_a_log_that_fails_for_a_while_is_read_on(entries: list[bytes]) -> None:
    log = FailingLog()
    log.append(entries)
    ahead, _ = ahead_of(log)
    with pytest.raises(LogUnavailable):
        ahead.read(start=0, limit=500)
    assert ahead.read(start=0, limit=500) == log.read(start=0, limit=500)


def test_two_libraries_that_differ_are_named_and_nothing_is_folded_from_there(entries: list[bytes]) -> None:
    def refuses(*, public: bytes, message: bytes, signature: bytes) -> bool:
        return b"StationOpened" not in message

    def lying(batches: Iterator[Batch]) -> Generator[Looked, None, None]:
        for batch in batches:
            yield batch, look(batch.entries, keys=batch.keys, twice=batch.twice, second=refuses)

    named = next(at for at in range(5, 400, ONE_IN) if check(entries, at=at) == "StationOpened")
    ledger = Ledger.empty()
    ahead = CheckedAhead(log_of(entries), ledger=ledger, looking=lying, first=5)
    with pytest.raises(NotEstablished, match=f"entry {named}, key") as told:
        ahead.read(start=0, limit=500)
    assert told.value.code == "libraries-differ"


def check(entries: list[bytes], *, at: int) -> str:
    event = check_entry(entries[at], position=at, keys=lambda _: None).event
    return "" if event is None else event.type


def test_one_entry_in_sixteen_is_checked_by_both_across_batches(entries: list[bytes]) -> None:
    places: list[int] = []

    def noting(batches: Iterator[Batch]) -> Generator[Looked, None, None]:
        for batch in batches:
            places.extend(batch.position + place for place in batch.twice)
            yield batch, look(batch.entries, keys=batch.keys, twice=batch.twice)

    ahead = CheckedAhead(log_of(entries), ledger=Ledger.empty(), looking=noting, first=9)
    ahead.read(start=0, limit=len(entries))
    assert places == list(range(9, len(entries), ONE_IN))


def test_books_made_ahead_are_the_books(entries: list[bytes], tmp_path: Path) -> None:
    few = log_of(entries[:150])
    reading, ledger = reading_of(few)
    plain = rebuild(reading, folder=tmp_path / "plain", pause=sleep_ms)
    seen: list[int] = []
    with reading_ahead(few, before=lambda _, record: seen.append(record.position)) as (reading, other):
        made = rebuild(reading, folder=tmp_path / "ahead", pause=sleep_ms)
    assert made.digests == plain.digests
    assert other.state_digest() == ledger.state_digest()
    assert seen == list(range(150))
