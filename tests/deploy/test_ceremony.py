"""A demonstration's election is opened once, whatever interrupts it, and never on another election's log."""

from __future__ import annotations

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.entries.demo_keys import derive_demo_key
from custody.demo.people import DOMAIN
from custody.sandbox.open_election import OpenedElection, open_election, played, prepared
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.errors import Contradicted, LogUnavailable, OutcomeUnknown
from tests.deploy.unwitnessed_play import unwitnessed_entries
from tests.web.demo import shared_entries

NOW = "2026-11-24T09:00:00+00:00"
ENTRIES = prepared(1, witnesses=ComputedWitnesses(1))
KEY = derive_demo_key(seed=1, name="gateway-1", domain=DOMAIN)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The entries of the whole election."""
    return shared_entries(tmp_path_factory)


def opened(log: MemoryLog) -> OpenedElection:
    return open_election(log, entries=ENTRIES, private=KEY, at=NOW)


def held(log: MemoryLog) -> list[bytes]:
    return [record.entry for record in log.read(start=0, limit=10_000)]


class Troubled(MemoryLog):
    """The first append writes or not, and then raises."""

    def __init__(self, error: Exception, *, lands: bool) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.lands = lands

    def append(self, entries: list[bytes]) -> None:  # type: ignore[override]
        error, self.error = self.error, None
        if error is None or self.lands:
            super().append(entries)
        if error is not None:
            raise error


def test_an_empty_log_gets_genesis_and_preparation_in_their_order() -> None:
    log = MemoryLog()
    done = opened(log)
    assert (done.entries, done.appended, held(log)) == (len(ENTRIES), len(ENTRIES), ENTRIES)


def test_a_second_ceremony_appends_nothing() -> None:
    log = MemoryLog()
    first = opened(log)
    again = opened(log)
    assert (again.election, again.appended, held(log)) == (first.election, 0, ENTRIES)


@pytest.mark.parametrize("there", [1, 2, 100, len(ENTRIES) - 1])
def test_an_interrupted_ceremony_is_completed(there: int) -> None:
    log = MemoryLog()
    log.append(ENTRIES[:there])
    assert opened(log).appended == len(ENTRIES) - there
    assert held(log) == ENTRIES


@pytest.mark.parametrize("lands", [True, False])
def test_genesis_without_an_answer_is_on_the_log_once(*, lands: bool) -> None:
    log = Troubled(OutcomeUnknown("silence", "Nobody answered."), lands=lands)
    opened(log)
    assert held(log) == ENTRIES


def test_a_log_that_does_not_answer_is_told_and_the_ceremony_may_be_held_again() -> None:
    log = Troubled(LogUnavailable("silence", "Nobody answered."), lands=False)
    with pytest.raises(LogUnavailable):
        opened(log)
    assert opened(log).appended == len(ENTRIES)


def test_an_election_that_went_on_is_left_as_it_is(whole: list[bytes]) -> None:
    log = MemoryLog()
    log.append(whole[:300])
    assert opened(log).appended == 0
    assert held(log) == whole[:300]


def test_another_election_s_log_is_left_as_it_is() -> None:
    log = MemoryLog()
    log.append(prepared(2)[:1])
    with pytest.raises(Contradicted, match="another election"):
        opened(log)
    assert log.end() == 1


def test_the_preparation_is_how_the_whole_election_begins(whole: list[bytes]) -> None:
    assert whole[: len(ENTRIES)] == ENTRIES


def test_the_election_of_the_ceremony_is_the_demonstration_s(whole: list[bytes]) -> None:
    assert played(1, progress=lambda done, of: None) == whole


def test_an_installation_without_log_witnesses_opens_the_same_play_without_them() -> None:
    plain = prepared(1)
    assert [*unwitnessed_entries()[: len(plain)]] == plain
    assert plain[0] != ENTRIES[0]
