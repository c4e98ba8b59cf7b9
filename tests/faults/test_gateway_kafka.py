"""Gateways on a real broker: side by side, stopped and killed under load; nothing that was promised is lost or elsewhere."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import ConfigResource

from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import administering, create_topic
from schemas.envelope import entry_hash
from tests.gateway import plain_http
from tests.gateway.process_gateway import (
    GATEWAYS,
    STRANGER,
    GatewayWorld,
    Sender,
    check_promises,
    gateway_process,
    kafka_settings,
    key_settings,
)
from tests.gateway.serving_gateway import served

WORLD = GatewayWorld()
ENTRIES = tuple(WORLD.some(1_200))
SET_UP = 12


@pytest.fixture
def topic(kafka_access: KafkaAccess) -> KafkaAccess:
    """A log of its own on the run's broker, with the set-up in it."""
    create_topic(kafka_access, replicas=1)
    with KafkaLog.open(kafka_access) as log:
        log.append(ENTRIES[:SET_UP])
    return kafka_access


@pytest.fixture
def two_gateways(topic: KafkaAccess) -> Iterator[tuple[str, str]]:
    """Two gateways on one topic, each with connections and a key of its own."""
    with (
        KafkaLog.open(topic) as one,
        KafkaLog.open(topic) as other,
        KafkaLogReader.open(topic) as reader,
        served(one, reader=reader, private=WORLD.key(GATEWAYS[0])[0]) as first,
        served(other, reader=reader, private=WORLD.key(GATEWAYS[1])[0]) as second,
    ):
        yield first.url, second.url


def run_all(senders: list[Sender]) -> None:
    for sender in senders:
        sender.thread.start()
    for sender in senders:
        sender.thread.join(120)
        assert not sender.thread.is_alive()


def test_two_gateways_on_one_log_take_from_many_at_once_and_every_receipt_is_true(
    topic: KafkaAccess, two_gateways: tuple[str, str]
) -> None:
    load = ENTRIES[SET_UP : SET_UP + 400]
    senders = [
        Sender(two_gateways[0], load[0::2], batch=20),
        Sender(two_gateways[1], load[1::2], batch=7),
        Sender(two_gateways[0], load[100:200]),
        Sender(two_gateways[1], load[50:150], batch=33),
    ]
    run_all(senders)
    assert [sender.errors for sender in senders] == [[]] * 4
    assert sum(len(sender.promised) for sender in senders) == 600
    promised = [item for sender in senders for item in sender.promised]
    with KafkaLogReader.open(topic) as log:
        entries = check_promises(log, promised=promised, world=WORLD)
    assert {entry_hash(entry) for entry in entries} == {entry_hash(entry) for entry in ENTRIES[: SET_UP + 400]}


def test_a_duplicate_at_the_other_gateway_gets_the_position_of_the_first(two_gateways: tuple[str, str]) -> None:
    with GatewayClient(two_gateways[0]) as one, GatewayClient(two_gateways[1]) as other:
        first = one.submit_batch(ENTRIES[SET_UP : SET_UP + 5])
        again = other.submit_batch(ENTRIES[SET_UP : SET_UP + 5])
        assert (
            [reply.position for reply in first]
            == [reply.position for reply in again]
            == list(range(SET_UP, SET_UP + 5))
        )
        assert {reply.status for reply in again} == {"duplicate"}
        assert one.end() == other.end() == SET_UP + 5


def test_a_stopped_gateway_answers_what_it_took_and_ends_with_0(topic: KafkaAccess, tmp_path: Path) -> None:
    keystore = WORLD.keystore(tmp_path)
    settings = kafka_settings(topic) | key_settings(keystore, badge=GATEWAYS[0]) | {"CUSTODY_ROOT": WORLD.election}
    with gateway_process(tmp_path, settings=settings) as gateway:
        gateway.wait_listening()
        assert plain_http.get(f"{gateway.url}/readyz", timeout=10).status_code == 200
        senders = [Sender(gateway.url, ENTRIES[SET_UP + n :: 3], batch=5) for n in range(3)]
        for sender in senders:
            sender.thread.start()
        while sum(len(sender.promised) for sender in senders) < 30:
            time.sleep(0.01)
        gateway.process.send_signal(signal.SIGTERM)
        assert gateway.process.wait(60) == 0
        for sender in senders:
            sender.thread.join(60)
        assert gateway.said()[-1]["event"] == "stopped"
    promised = [item for sender in senders for item in sender.promised]
    with KafkaLogReader.open(topic) as log:
        entries = check_promises(log, promised=promised, world=WORLD)
    assert len(entries) == SET_UP + len({entry for entry, _ in promised})


def test_a_gateway_killed_again_and_again_under_load_has_kept_every_promise(topic: KafkaAccess, tmp_path: Path) -> None:
    draw = random.Random(4)
    keystore = WORLD.keystore(tmp_path)
    promised: list[tuple[bytes, bytes]] = []
    for turn in range(6):
        settings = kafka_settings(topic) | key_settings(keystore, badge=GATEWAYS[turn % 2])
        with gateway_process(tmp_path, settings=settings) as gateway:
            gateway.wait_listening()
            known = {entry for entry, _ in promised}
            rest = [entry for entry in ENTRIES[SET_UP:] if entry not in known]
            senders = [Sender(gateway.url, rest[0::2], batch=3), Sender(gateway.url, rest[1::2])]
            wanted = draw.randrange(1, 40)
            for sender in senders:
                sender.thread.start()
            while sum(len(sender.promised) for sender in senders) < wanted:
                time.sleep(0.001)
            gateway.process.kill()
            gateway.process.wait(30)
            for sender in senders:
                sender.thread.join(60)
                promised += sender.promised
    assert len(promised) > 6
    with KafkaLogReader.open(topic) as log:
        entries = check_promises(log, promised=promised, world=WORLD)
    assert {entry_hash(entry) for entry in entries} <= {entry_hash(entry) for entry in ENTRIES}


@pytest.mark.parametrize(
    ("changed", "code", "sentence"),
    [
        ({"CUSTODY_ROOT": "0" * 64}, 64, "another election"),
        ({"CUSTODY_BADGE": "gateway-8"}, 65, "no such key"),
        ({"CUSTODY_BADGE": STRANGER}, 2, "not enrolled"),
        ({"CUSTODY_PIN": "999999"}, 65, "PIN"),
        ({"CUSTODY_BADGE": ""}, 64, "CUSTODY_BADGE"),
    ],
)
def test_a_gateway_that_is_not_what_the_log_says_does_not_start(
    topic: KafkaAccess, tmp_path: Path, changed: dict[str, str], code: int, sentence: str
) -> None:
    settings = kafka_settings(topic) | key_settings(WORLD.keystore(tmp_path), badge=GATEWAYS[0]) | changed
    with gateway_process(tmp_path, settings=settings) as gateway:
        assert gateway.process.wait(60) == code
        last = gateway.lines.read_text().splitlines()[-1]
    assert last.startswith("custody: ")
    assert sentence in last


def test_a_gateway_looks_at_its_topic_as_often_as_it_is_told(topic: KafkaAccess, tmp_path: Path) -> None:
    settings = kafka_settings(topic) | key_settings(WORLD.keystore(tmp_path), badge=GATEWAYS[0])
    with gateway_process(tmp_path, settings=settings | {"CUSTODY_WATCH_S": "1"}) as gateway:
        gateway.wait_listening()
        with administering(topic) as client:
            client.alter_configs([ConfigResource("topic", topic.topic, {"retention.ms": "1000000"})])
        deadline = time.monotonic() + 12
        while (answer := plain_http.get(f"{gateway.url}/readyz", timeout=10)).status_code != 503:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert answer.json()["reasons"][0]["code"] == "topic-settings"
