"""Appends whose outcome nobody knows, and brokers that are reached by TLS: on brokers of the tests' own."""

from __future__ import annotations

import gc
import logging
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import check_topic, create_topic
from custody.sandbox.native_kafka import Cluster, Node, Wiring, start_cluster
from custody.sandbox.native_kafka import _free_ports as free_ports
from schemas.errors import LogUnavailable, OutcomeUnknown
from tests.contracts.log_contract import read_all
from tests.tls import Authority

PASSWORD = "not-to-be-seen-anywhere"
PASSWORDS = {"broker": f"{PASSWORD}-1", "admin": f"{PASSWORD}-2"}

# kafka-python leaves a socket whose handshake failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <(socket|ssl):pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kafka")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Path:
    """The certificate that the broker's own comes from; the broker's own and its key lie beside it."""
    authority = Authority.new(folder)
    authority.issue(folder / "broker.pem")
    return authority.ca


@pytest.fixture(scope="module")
def cluster(folder: Path, authority: Path) -> Iterator[Cluster]:
    """One broker with a listener more, SECURE, which speaks TLS."""
    port = free_ports(1)[0]

    def wire(nodes: Sequence[Node]) -> Sequence[Wiring]:
        (node,) = nodes
        listeners = f"CLIENT://127.0.0.1:{node.ports[0]},BROKER://127.0.0.1:{node.ports[1]},SECURE://127.0.0.1:{port}"
        protocols = "CLIENT:SASL_PLAINTEXT,BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,SECURE:SASL_SSL"
        scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        properties = {
            "listeners": f"{listeners},CONTROLLER://127.0.0.1:{node.ports[2]}",
            "advertised.listeners": listeners,
            "listener.security.protocol.map": protocols,
            "listener.name.secure.ssl.keystore.type": "PEM",
            "listener.name.secure.ssl.keystore.location": str(folder / "broker.pem"),
            "listener.name.secure.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.secure.scram-sha-512.sasl.jaas.config": scram,
        }
        return [Wiring(properties=properties)]

    with start_cluster(folder / "cluster", brokers=1, passwords=PASSWORDS, wire=wire) as cluster:
        (folder / "secure").write_text(f"127.0.0.1:{port}")
        yield cluster


@pytest.fixture
def access(cluster: Cluster) -> KafkaAccess:
    """A new topic over the listener without TLS; nobody waits long for an answer."""
    access = KafkaAccess(
        bootstrap=cluster.bootstrap,
        topic=f"custody-{secrets.token_hex(4)}",
        security="SASL_PLAINTEXT",
        user="admin",
        password=PASSWORDS["admin"],
        request_timeout_ms=1_000,
        delivery_timeout_ms=2_000,
    )
    create_topic(replace(access, request_timeout_ms=15_000), replicas=1)
    return access


def test_after_an_unknown_outcome_a_fresh_producer_takes_the_same_bytes_at_once(
    cluster: Cluster, access: KafkaAccess
) -> None:
    entries = [b"%d" % number for number in range(100)]
    with KafkaLog.open(access) as log:
        log.append([b"before"])
        first = log._producer
        cluster.pause(1)
        try:
            with pytest.raises(OutcomeUnknown) as caught:
                log.append(entries)
        finally:
            cluster.resume(1)
        assert caught.value.code == "append-unknown"
        log.append(entries)
        assert log._producer is not first
        found = read_all(log)
    assert found[0] == b"before"
    # The first attempt, which was said to have failed, may have landed before, may land later, or not at all.
    assert found[1 : 1 + len(entries)] == entries
    assert found[1 + len(entries) :] in ([], entries)


def test_a_log_that_is_silent_is_said_to_be_unavailable_and_a_reader_goes_on_when_it_answers(
    cluster: Cluster, access: KafkaAccess
) -> None:
    with KafkaLog.open(access) as log:
        log.append([b"one"])
        assert read_all(log) == [b"one"]
        cluster.pause(1)
        try:
            with pytest.raises(LogUnavailable):
                log.end()
            with pytest.raises(LogUnavailable):
                KafkaLog.open(access)
        finally:
            cluster.resume(1)
        assert read_all(log) == [b"one"]


def test_a_producer_that_was_given_up_ends_and_leaves_no_thread_behind(access: KafkaAccess) -> None:
    before = set(threading.enumerate())
    with KafkaLog.open(access) as log:
        for number in range(3):
            log.append([b"%d" % number])
            log._give_up_producer()
    deadline = time.monotonic() + 10
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_over_tls_everything_works_and_brokers_of_another_authority_are_not_believed(
    access: KafkaAccess, authority: Path, folder: Path
) -> None:
    secure = replace(access, bootstrap=((folder / "secure").read_text(),), security="SASL_SSL", ca_file=authority)
    patient = replace(secure, request_timeout_ms=15_000, delivery_timeout_ms=30_000)
    with KafkaLog.open(patient) as log:
        log.append([b"over TLS"])
        assert read_all(log) == [b"over TLS"]
    assert check_topic(patient, replicas=1) == []
    with pytest.raises(LogUnavailable) as caught:
        KafkaLogReader.open(replace(secure, ca_file=None))
    assert "TLS" in caught.value.sentence


def test_no_password_is_in_any_representation_or_line_of_a_log(
    access: KafkaAccess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(access, password=f"{PASSWORD}-wrong")
    with KafkaLog.open(access) as log:
        log.append([b"entry"])
    with pytest.raises(LogUnavailable) as caught:
        KafkaLog.open(wrong)
    assert "password" in caught.value.sentence
    told = f"{access!r} {wrong!r} {caught.value!r} {caught.value} {caught.value.__cause__!r} {caplog.text}"
    assert caplog.records
    assert PASSWORD not in told
