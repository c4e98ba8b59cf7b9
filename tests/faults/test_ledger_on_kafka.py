"""Ledger, checkpointer and monitor as real processes on a real broker, while its superuser spoils the topic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import administering, create_topic
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.demo.people import DOMAIN
from custody.sandbox.create import log_key_of
from projections import queries
from projections.stores.books import Books
from projections.stores.postgres_books import open_postgres_books
from tests.faults.ledger_processes import SEED, Service, check_books, election, eventually

PIN = "246810"
FIRST = 90


@dataclass
class System:
    """One topic with the beginning of an election, and its services."""

    access: KafkaAccess
    url: str
    folder: Path
    ledger: Service
    checkpointer: Service
    monitor: Service

    @property
    def signed(self) -> int:
        """The size of the published checkpoint."""
        return int((self.folder / "tiles" / "checkpoint").read_text().splitlines()[1])

    def codes(self, service: Service) -> list[str]:
        return [alarm["code"] for alarm in service.ready()[1]["reasons"]]

    def append(self, entries: tuple[bytes, ...]) -> None:
        with KafkaLog.open(self.access) as log:
            log.append(entries)

    def configure(self, **settings: str) -> None:
        resource = ConfigResource(ConfigResourceType.TOPIC, self.access.topic, configs=settings)
        with administering(self.access) as client:
            client.alter_configs([resource])

    def both(self, codes: list[str], *, status: int) -> None:
        """Wait until ledger and checkpointer say so."""
        for service in (self.ledger, self.checkpointer):
            eventually(lambda one=service: self.codes(one) == codes, what=f"{codes}: {service.text}")  # type: ignore[misc]
            assert service.ready()[0] == status


@pytest.fixture
def system(kafka_access: KafkaAccess, postgres_url: str, tmp_path: Path) -> Iterator[System]:
    create_topic(kafka_access, replicas=1)
    with KafkaLog.open(kafka_access) as log:
        log.append(election()[:FIRST])
    store = Keystore.create(tmp_path / "key.json", domain=DOMAIN, cost=LIGHT_COST)
    store.add([NewKey(badge="log-key", role="log", private=log_key_of(SEED), pin=PIN)])
    (tmp_path / "pin").write_text(PIN + "\n")
    settings = settings_of(kafka_access) | {
        "CUSTODY_POSTGRES": postgres_url,
        "CUSTODY_KEYSTORE": str(tmp_path / "key.json"),
        "CUSTODY_PIN_FILE": str(tmp_path / "pin"),
        "CUSTODY_WATCH_S": "1",
    }
    tiles = str(tmp_path / "tiles")
    with ExitStack() as stack:
        started = [
            stack.enter_context(Service(*words, settings=settings | own))
            for words, own in (
                (("ledger",), {}),
                (("checkpointer", "--tiles", tiles, "--state", str(tmp_path / "state")), {}),
                (("monitor", "--tiles", tiles), {"CUSTODY_KEYSTORE": ""}),
            )
        ]
        yield System(kafka_access, postgres_url, tmp_path, *started)
        assert [service.end() for service in started] == [0, 0, 0]
        for secret in (PIN, kafka_access.password or "-", postgres_url.split(":")[2].split("@", maxsplit=1)[0]):
            assert [service.process.args for service in started if secret in service.text] == []


def settings_of(access: KafkaAccess) -> dict[str, str]:
    return {
        "CUSTODY_KAFKA_BOOTSTRAP": ",".join(access.bootstrap),
        "CUSTODY_KAFKA_TOPIC": access.topic,
        "CUSTODY_KAFKA_SECURITY": access.security,
        "CUSTODY_KAFKA_USER": access.user or "",
        "CUSTODY_KAFKA_PASSWORD": access.password or "",
        "CUSTODY_KAFKA_REPLICAS": "1",
    }


def committed(access: KafkaAccess) -> int | None:
    """What an ordinary tool shows as the ledger's position."""
    consumer = KafkaConsumer(**access.client_settings(), group_id="custody-ledger", enable_auto_commit=False)
    try:
        told = consumer.committed(TopicPartition(access.topic, 0))
        return None if told is None else int(told)
    finally:
        consumer.close(autocommit=False)


def shown(books: Books) -> list[str]:
    """What pages say of these books."""
    return [alarm.code for alarm in queries.alarms(books)]


def follows_to(system: System, end: int) -> None:
    position = 'custody_position{follower="findings"}'
    eventually(lambda: system.ledger.metric(position) == end, what=f"{end}: {system.ledger.text}")
    eventually(lambda: (system.folder / "tiles" / "checkpoint").exists() and system.signed == end, what="signed")


def test_services_follow_kafka_halt_at_alarms_and_go_on_only_where_that_is_right(system: System) -> None:
    follows_to(system, FIRST)
    system.both([], status=200)
    eventually(lambda: committed(system.access) == FIRST, what="lag is visible to ordinary tools")

    # Drift of a setting: nothing is handled while it lasts, and everything goes on when it is mended.
    system.configure(**{"retention.ms": "1000000"})
    system.both(["topic-settings"], status=503)
    system.append(election()[FIRST:120])
    with open_postgres_books(system.url) as books:
        eventually(lambda: shown(books) == ["topic-settings"], what=f"for the pages: {system.monitor.text}")
        assert (books.ledger.head().position, system.signed) == (FIRST, FIRST)
        system.configure(**{"retention.ms": "-1"})
        system.both([], status=200)
        follows_to(system, 120)
        check_books(books, entries=election()[:120])
        eventually(lambda: shown(books) == [], what=f"for the pages: {system.monitor.text}")

    # Records deleted: a person must look; it does not go away by itself.
    with administering(system.access) as client:
        client.delete_records({TopicPartition(system.access.topic, 0): 5})
    system.both(["records-deleted"], status=503)
    system.append(election()[120:])
    with open_postgres_books(system.url) as books:
        eventually(lambda: "records-deleted" in shown(books), what=f"for the pages: {system.monitor.text}")
        assert (books.ledger.head().position, system.signed) == (120, 120)


def test_a_ledger_whose_user_may_not_log_in_says_so_and_waits(kafka_access: KafkaAccess, postgres_url: str) -> None:
    create_topic(kafka_access, replicas=1)
    settings = settings_of(kafka_access) | {"CUSTODY_POSTGRES": postgres_url, "CUSTODY_KAFKA_PASSWORD": "not-it"}
    with Service("ledger", settings=settings) as service:
        _, said = service.ready()
        eventually(lambda: service.ready()[1]["reasons"], what=service.text)
        assert said["ready"] is False
        assert "not-it" not in service.text + json.dumps(said)
        assert service.end() == 0
