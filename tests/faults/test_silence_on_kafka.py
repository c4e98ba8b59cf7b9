"""Two ``custody monitor`` as real processes on a real broker: silence is noted once, whoever of them is killed when."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.adapters.reference import reference_stations
from custody.core.checks.silence import silences
from custody.demo.people import DOMAIN, assemble
from custody.embedded.folding import folded
from schemas.envelope import parse_envelope
from schemas.transfer import OverdueNoted
from schemas.union import parse_event
from tests.contracts.log_contract import read_all
from tests.faults.ledger_processes import SEED, Service, election, eventually
from tests.faults.test_ledger_on_kafka import PIN, settings_of

UNDER_WAY = 50
"""Entries by which consignments are under way that will not be heard of any more."""
KILLS = 3


@pytest.fixture
def settings(kafka_access: KafkaAccess, postgres_url: str, tmp_path: Path) -> dict[str, str]:
    create_topic(kafka_access, replicas=1)
    with KafkaLog.open(kafka_access) as log:
        log.append(election()[:UNDER_WAY])
    monitor = assemble(seed=SEED, stations=reference_stations()).people["monitor-1"].private
    store = Keystore.create(tmp_path / "key.json", domain=DOMAIN, cost=LIGHT_COST)
    store.add([NewKey(badge="monitor-1", role="monitor", private=monitor, pin=PIN)])
    return settings_of(kafka_access) | {
        "CUSTODY_POSTGRES": postgres_url,
        "CUSTODY_KEYSTORE": str(tmp_path / "key.json"),
        "CUSTODY_PIN": PIN,
    }


def noted(log: KafkaLogReader) -> Counter[tuple[str, int, str]]:
    events = [parse_event(parse_envelope(entry).payload) for entry in read_all(log)]
    return Counter((event.consignment, event.leg, event.step) for event in events if isinstance(event, OverdueNoted))


@contextmanager
def killed_and_restarted(settings: dict[str, str]) -> Iterator[Service]:
    """A monitor that is killed a few times before it is let be."""
    for wait_s in range(KILLS):
        with Service("monitor", settings=settings) as service:
            service.event("started")
            time.sleep(wait_s)
            service.kill()
    with Service("monitor", settings=settings) as service:
        service.event("started")
        yield service


def test_each_step_of_silence_is_noted_once_by_two_monitors_of_which_one_is_killed_again_and_again(
    kafka_access: KafkaAccess, settings: dict[str, str]
) -> None:
    with KafkaLogReader.open(kafka_access) as log:
        state = folded(log).state
        expected = {
            (one.consignment.consignment, one.leg, one.step) for one in silences(state, now=int(time.time()))
        } | set(noted(log))
        assert len(expected) > 3
        with Service("monitor", settings=settings) as steady, killed_and_restarted(settings) as other:
            eventually(lambda: set(noted(log)) == expected, what=f"{steady.text} {other.text}")
            time.sleep(3)  # both look again
            assert PIN not in steady.text + other.text
            assert (steady.end(), other.end()) == (0, 0)
        assert noted(log) == dict.fromkeys(expected, 1)
