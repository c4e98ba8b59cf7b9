"""After a restore the devices give back what the log lost: own acts and others', in their order, none of them twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.entries.receipts import SignedReply
from custody.courier.refeed import refeed
from custody.courier.sync import SyncReport, sync
from schemas.errors import CustodyError, LogUnavailable, NotEstablished
from tests.courier.two_stations import NOW, Election


@pytest.fixture
def election(tmp_path: Path) -> Election:
    """Four acts of the CEC's device are recorded, and another device has learned them."""
    made = Election(tmp_path)
    made.packed()
    made.sync("cec-device")
    made.box("mfa-device")
    return made


def held(log: MemoryLog) -> list[bytes]:
    return [record.entry for record in log.read(start=0, limit=10_000)]


def cut(election: Election, *, size: int) -> list[bytes]:
    """The log is restored from a checkpoint over ``size`` entries; what it held before."""
    before = held(election.log)
    election.log = MemoryLog()
    election.log.append(before[:size])
    return before


def again(election: Election, device: str) -> SyncReport:
    return refeed(election.box(device), submitter=election.door(), at=NOW)


@pytest.mark.parametrize("lost", [0, 1, 3, 4])
def test_the_device_that_made_them_gives_back_its_acts_at_their_old_positions(lost: int, election: Election) -> None:
    before = cut(election, size=election.size + 4 - lost)
    report = again(election, "cec-device")
    assert held(election.log) == before
    assert report.recorded == lost
    assert [item.status for item in election.box("cec-device").kept()] == ["recorded"] * 4


def test_a_device_that_only_learned_them_gives_back_others_acts(election: Election) -> None:
    before = cut(election, size=election.size)
    again(election, "mfa-device")
    assert held(election.log) == before


def test_what_another_device_gave_back_before_is_not_put_on_the_log_twice(election: Election) -> None:
    before = cut(election, size=election.size + 1)
    again(election, "mfa-device")
    assert again(election, "cec-device").recorded == 0
    assert held(election.log) == before


def test_other_acts_that_came_meanwhile_stay_and_the_lost_ones_follow(election: Election) -> None:
    before = cut(election, size=election.size)
    election.log.append([before[-1]])
    again(election, "cec-device")
    assert held(election.log) == [*before[: election.size], before[-1], *before[election.size : -1]]
    assert [item.status for item in election.box("cec-device").kept()] == ["recorded"] * 4


def test_a_plain_sync_notices_that_the_log_lost_something_and_sends_nothing(election: Election) -> None:
    cut(election, size=election.size)
    with pytest.raises(CustodyError):
        sync(election.box("cec-device"), submitter=election.door(), at=NOW)
    assert election.log.end() == election.size


def test_a_second_refeed_changes_nothing(election: Election) -> None:
    cut(election, size=election.size)
    again(election, "cec-device")
    before = held(election.log)
    assert again(election, "cec-device").recorded == 0
    assert held(election.log) == before


def test_an_interruption_loses_nothing_and_the_next_refeed_completes_it(election: Election) -> None:
    class Silent(MemoryLog):
        left = 2

        def append(self, entries: list[bytes]) -> None:  # type: ignore[override]
            if not self.left:
                raise LogUnavailable("log-silent", "Nobody answers.")
            self.left -= 1
            super().append(entries)

    before = cut(election, size=election.size)
    election.log = Silent()
    MemoryLog.append(election.log, before[: election.size])
    with pytest.raises(LogUnavailable):
        again(election, "cec-device")
    kept = held(election.log)
    election.log = MemoryLog()
    election.log.append(kept)
    again(election, "cec-device")
    assert held(election.log) == before


def test_another_election_is_refused(election: Election) -> None:
    other = MemoryLog()
    other.append(held(election.log)[1:])
    with pytest.raises(NotEstablished, match="not even its first entry"):
        refeed(election.box("cec-device"), submitter=Reader(other), at=NOW)


class Reader:
    """A log without a door."""

    def __init__(self, log: MemoryLog) -> None:
        self.read = log.read

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        raise AssertionError("nothing may be handed in")
