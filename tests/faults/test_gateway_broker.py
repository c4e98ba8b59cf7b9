"""A gateway whose broker falls silent, or whose topic is tampered with: no promise is false, and it goes on afterwards."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.kafka_watch import TopicWatch
from custody.core.entries.receipts import SignedReply
from custody.sandbox.native_kafka import Cluster, start_cluster
from schemas.errors import LogUnavailable, OutcomeUnknown
from tests.gateway import plain_http
from tests.gateway.process_gateway import (
    GATEWAYS,
    GatewayWorld,
    check_promises,
    gateway_process,
    kafka_settings,
    key_settings,
)
from tests.gateway.serving_gateway import Plan, Served, served

WORLD = GatewayWorld()
ENTRIES = tuple(WORLD.some(60))
SET_UP = 12
PRIVATE = WORLD.key(GATEWAYS[0])[0]


def set_up(access: KafkaAccess) -> None:
    create_topic(access, replicas=1)
    with KafkaLog.open(access) as log:
        log.append(ENTRIES[:SET_UP])


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[tuple[Cluster, KafkaAccess]]:
    """A broker that may be paused, and a user who does not wait long."""
    passwords = {"broker": secrets.token_hex(16), "admin": secrets.token_hex(16)}
    with start_cluster(tmp_path / "kafka", brokers=1, passwords=passwords) as cluster:
        access = KafkaAccess(
            bootstrap=cluster.bootstrap,
            topic="log",
            security="SASL_PLAINTEXT",
            user="admin",
            password=passwords["admin"],
        )
        set_up(access)
        yield cluster, replace(access, request_timeout_ms=2_000, delivery_timeout_ms=3_000)


def handed_in(client: GatewayClient, entry: bytes) -> SignedReply:
    """As a device does it: again and again until there is a receipt."""
    for _ in range(60):
        try:
            return client.submit(entry, at="")
        except (LogUnavailable, OutcomeUnknown):
            time.sleep(0.5)
    raise AssertionError("the gateway does not recover")


def test_a_broker_silent_for_longer_than_the_delivery_timeout_costs_time_and_nothing_else(
    own_broker: tuple[Cluster, KafkaAccess],
) -> None:
    cluster, access = own_broker
    with (
        KafkaLog.open(access) as log,
        KafkaLogReader.open(access) as reader,
        served(log, reader=reader, private=PRIVATE) as at,
        GatewayClient(at.url) as client,
    ):
        promised = [(ENTRIES[SET_UP], client.submit(ENTRIES[SET_UP], at="").statement)]
        cluster.pause(1)
        with pytest.raises((LogUnavailable, OutcomeUnknown)):
            client.submit(ENTRIES[SET_UP + 1], at="")
        assert plain_http.get(f"{at.url}/healthz", timeout=30).status_code == 200
        assert plain_http.get(f"{at.url}/readyz", timeout=30).status_code == 503
        cluster.resume(1)
        promised += [(entry, handed_in(client, entry).statement) for entry in ENTRIES[SET_UP + 1 : SET_UP + 9]]
        entries = check_promises(reader, promised=promised, world=WORLD)
        assert set(entries) == set(ENTRIES[: SET_UP + 9])
        assert plain_http.get(f"{at.url}/readyz", timeout=30).status_code == 200


def wait_for(at: Served, *, status: int) -> httpx.Response:
    for _ in range(600):
        answer = plain_http.get(f"{at.url}/readyz", timeout=30)
        if answer.status_code == status:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"/readyz never answers {status}")


def test_a_topic_whose_settings_drift_stops_the_gateway_until_they_are_right_again(kafka_access: KafkaAccess) -> None:
    set_up(kafka_access)
    watch = TopicWatch(kafka_access, replicas=1)
    plan = Plan(watch=watch.check, watch_interval_s=0.2)
    with (
        KafkaLog.open(kafka_access) as log,
        KafkaLogReader.open(kafka_access) as reader,
        served(log, reader=reader, private=PRIVATE, plan=plan) as at,
        GatewayClient(at.url) as client,
    ):
        assert client.submit(ENTRIES[SET_UP], at="").position == SET_UP
        set_retention(kafka_access, milliseconds=1_000_000_000)
        assert wait_for(at, status=503).json()["reasons"][0]["code"] == "topic-settings"
        with pytest.raises(LogUnavailable, match="log-alarm"):
            client.submit(ENTRIES[SET_UP + 1], at="")
        assert reader.end() == SET_UP + 1
        set_retention(kafka_access, milliseconds=-1)
        wait_for(at, status=200)
        assert client.submit(ENTRIES[SET_UP + 1], at="").position == SET_UP + 1


def set_retention(access: KafkaAccess, *, milliseconds: int) -> None:
    admin = KafkaAdminClient(**access.client_settings())
    try:
        drift = {"retention.ms": str(milliseconds)}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, access.topic, drift)])
    finally:
        admin.close()


def test_a_gateway_that_starts_while_the_broker_is_down_waits_and_begins_when_it_is_back(
    own_broker: tuple[Cluster, KafkaAccess], tmp_path: Path
) -> None:
    cluster, access = own_broker
    cluster.stop(1)
    settings = kafka_settings(access) | key_settings(WORLD.keystore(tmp_path), badge=GATEWAYS[0])
    with gateway_process(tmp_path, settings=settings | {"CUSTODY_KAFKA_REQUEST_TIMEOUT_MS": "1000"}) as gateway:
        while not any(line["event"] == "waiting" for line in gateway.said()):
            assert gateway.process.poll() is None, gateway.lines.read_text()
            time.sleep(0.05)
        cluster.start(1)
        cluster.wait()
        gateway.wait_listening()
        assert plain_http.get(f"{gateway.url}/readyz", timeout=30).status_code == 200
        with GatewayClient(gateway.url) as client:
            assert handed_in(client, ENTRIES[SET_UP]).position == SET_UP
