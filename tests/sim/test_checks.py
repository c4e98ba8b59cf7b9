"""The checks of the simulation can fail: each sees what it is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.core.tlog.merkle import leaf_hash
from custody.sim.broker import ModelLog
from custody.sim.election import run
from custody.sim.plan import plan_for
from custody.sim.population import CALM, Weather
from custody.sim.replay import WatchedReplay, first_violation
from custody.sim.shrink import shrink
from custody.sim.watch import InvariantWatch
from schemas.envelope import parse_envelope
from schemas.errors import LogUnavailable, OutcomeUnknown
from schemas.union import parse_event
from tests.contracts.log_contract import LogContract, OpenLog


class TestTheModelOfALog(LogContract):
    @pytest.fixture
    def open_log(self) -> OpenLog:
        log = ModelLog(weather=CALM, random=Random(1))
        return lambda: log


class TestTheModelOfALogInRoughWeather(LogContract):
    @pytest.fixture
    def open_log(self) -> OpenLog:
        log = ModelLog(weather=Weather(lost_acks=0.3, failures=0.2), random=Random(1))
        return lambda: log


def test_a_late_write_appears_later() -> None:
    log = ModelLog(weather=Weather(late_writes=1.0), random=Random(1))
    with pytest.raises(OutcomeUnknown):
        log.append([b"late"])
    assert log.end() == 0
    with pytest.raises(OutcomeUnknown):
        log.append([b"next"])
    assert [record.entry for record in log.read(start=0, limit=9)] == [b"late"]


def test_a_failed_write_never_appears() -> None:
    log = ModelLog(weather=Weather(failures=1.0), random=Random(1))
    with pytest.raises(LogUnavailable):
        log.append([b"lost"])
    assert log.end() == 0


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    """The log of an honest election."""
    return run(plan_for(3, people="honest", stations=1)).entries


def test_a_view_that_shows_something_else_is_seen(entries: Sequence[bytes]) -> None:
    replay = _replayed(entries)
    kind, name = next(key for key in replay.watch.told if key[0] == "unit" and replay.watch.told[key]["custodian"])
    replay.watch.told[kind, name] = {**replay.watch.told[kind, name], "custodian": "nobody"}
    assert [violation.check for violation in replay.watch.check_all(replay.ledger)] == ["views"]


def test_a_finding_that_disappears_is_seen(entries: Sequence[bytes]) -> None:
    replay = _replayed(entries)
    replay.watch.raised.add("f" * 64)
    assert [violation.check for violation in replay.watch.check_all(replay.ledger)] == ["findings"]


def test_a_log_that_was_rewritten_is_seen(entries: Sequence[bytes]) -> None:
    watch, ledger = InvariantWatch(), Ledger.empty()
    for position, entry in enumerate(entries[:20]):
        outcomes = ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
        assert not list(watch.check_everything(ledger, outcomes=outcomes, leaf=leaf_hash(entry)))
    assert not list(watch.check_growth())
    watch.checkpoint = (watch.checkpoint[0], bytes(32))
    assert [violation.check for violation in watch.check_growth()] == ["tree"]


def test_a_failing_log_shrinks_to_what_it_needs(entries: Sequence[bytes]) -> None:
    """That papers were opened needs neither the voting day nor another pack, but everything that opening builds on."""
    kept = shrink(entries, fails=_opens)
    types = [parse_event(parse_envelope(entry).payload).type for entry in kept]
    assert _opens(kept)
    assert types[0] == "ElectionOpened"
    assert "ConsignmentOpened" in types
    assert "BallotAccountClosed" not in types
    assert len(kept) < len(entries) // 2
    assert all(not _opens([*kept[:place], *kept[place + 1 :]]) for place in range(len(kept)))


def test_parts_of_a_good_log_violate_nothing(entries: Sequence[bytes]) -> None:
    """What shrinking tries on its way is no violation by itself."""
    random = Random(4)
    for _ in range(5):
        part = [entry for entry in entries if random.random() < 0.8]
        assert first_violation(part, seed=1) is None


def _replayed(entries: Sequence[bytes]) -> WatchedReplay:
    replay = WatchedReplay()
    for entry in entries:
        assert not list(replay.take(entry))
    return replay


def _opens(entries: Sequence[bytes]) -> bool:
    ledger = Ledger.empty()
    for position, entry in enumerate(entries):
        checked = check_entry(entry, position=position, keys=ledger.public_key)
        ledger.apply(replace(checked, position=position))
    heads = (ledger.state.paths.head(unit) for unit in ledger.state.paths.units())
    return any(head is not None and head.kind == "pouch" and head.state == "opened" for head in heads)
