"""The same seed makes the same election, byte for byte; another seed makes another."""

from __future__ import annotations

from custody.adapters.reference import ReferenceStation, reference_stations
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.demo.election import play, set_stage

_LOG_KEY = "11" * 32


def some_stations() -> list[ReferenceStation]:
    """Antalya, Rome and Ulaanbaatar: a trouble, a late signature and two phones offline."""
    return [station for station in reference_stations() if station.code in {"AYT", "ROM", "ULN"}]


def entries(seed: int) -> list[bytes]:
    """All entries of a small election in log order."""
    stage = set_stage(seed=seed, stations=some_stations())
    for _ in play(stage, stations=some_stations(), log_key=_LOG_KEY):
        pass
    return stage.entries()


def fold(log: list[bytes]) -> Ledger:
    """The ledger after these entries."""
    ledger = Ledger.empty()
    for position, entry in enumerate(log):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger


def test_one_seed_makes_one_log() -> None:
    assert entries(3) == entries(3)


def test_another_seed_makes_other_keys_and_figures() -> None:
    assert not set(entries(3)) & set(entries(4))


def test_offline_phones_synced_in_the_wrong_order_lose_and_double_nothing() -> None:
    log = entries(3)
    ledger = fold(log)
    statuses = {record.status for record in ledger.state.records.values()}
    assert statuses == {"applied"}
    assert len(ledger.state.records) == len(set(log)) - 1  # Rome's count is there twice: half signed, and complete


def test_the_order_of_arrival_changes_no_unit() -> None:
    log = entries(3)
    stage = set_stage(seed=3, stations=some_stations())
    stage.offline = {}
    for _ in play(stage, stations=some_stations(), log_key=_LOG_KEY):
        pass
    one, two = (
        {key: row for table, key, row in fold(each).rows() if table == "units"} for each in (log, stage.entries())
    )
    assert one == two
