from __future__ import annotations

from collections.abc import Sequence

import pytest

from custody.adapters.memory import MemoryLog
from custody.ports import LogReader, LogRecord, check_bounds
from schemas.errors import OutcomeUnknown
from tests.contracts.log_contract import Fill, LogContract, OpenLog, read_all


class TestMemoryLog(LogContract):
    @pytest.fixture
    def open_log(self) -> OpenLog:
        log = MemoryLog()
        return lambda: log


class LosingAcknowledgements:
    """A log that, two times out of three, keeps all or the first half of what it is given and then fails."""

    def __init__(self, kept: MemoryLog) -> None:
        self._kept = kept
        self._appends = 0

    def append(self, entries: Sequence[bytes]) -> None:
        check_bounds(entries)
        self._appends += bool(entries)
        fate = self._appends % 3 if entries else 0
        self._kept.append(entries[: len(entries) // 2] if fate == 1 else entries)
        if fate != 0:
            raise OutcomeUnknown("log-commit", "The acknowledgement was lost.")

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return self._kept.read(start=start, limit=limit)

    def end(self) -> int:
        return self._kept.end()


class TestLogThatLosesAcknowledgements(LogContract):
    @pytest.fixture
    def kept(self) -> MemoryLog:
        return MemoryLog()

    @pytest.fixture
    def open_log(self, kept: MemoryLog) -> OpenLog:
        log = LosingAcknowledgements(kept)
        return lambda: log

    @pytest.fixture
    def fill(self, kept: MemoryLog, open_log: OpenLog) -> Fill:
        def filled(entries: Sequence[bytes]) -> LogReader:
            kept.append(entries)
            return open_log()

        return filled

    def test_an_append_with_an_unknown_outcome_may_have_been_kept(self, open_log: OpenLog) -> None:
        log = open_log()
        with pytest.raises(OutcomeUnknown):
            log.append([b"one", b"two"])
        assert read_all(log) == [b"one"]
