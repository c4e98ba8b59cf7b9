"""Records that no gateway wrote, put into the topic with ordinary Kafka tools: each has its leaf, and none stops a reader."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition, codec
from kafka.record import default_records

from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.core.entries.cloudevents import headers_of
from custody.core.entries.unrepresentable import leaf_bytes, unrepresentable
from schemas.envelope import event_id, parse_envelope
from tests.contracts.log_contract import read_all
from tests.worlds import World

MISSING = unrepresentable("missing")
ZEROS = bytes(5_000_000)


@pytest.fixture
def topic(kafka_access: KafkaAccess) -> KafkaAccess:
    create_topic(kafka_access, replicas=1)
    return kafka_access


@pytest.fixture
def producer_of(topic: KafkaAccess) -> Iterator[Callable[..., KafkaProducer]]:
    """Ordinary producers, as a stranger with a superuser's password has them."""
    made: list[KafkaProducer] = []

    def producer(**settings: Any) -> KafkaProducer:
        made.append(topic.connected(KafkaProducer, acks="all", **settings))
        return made[-1]

    yield producer
    for one in made:
        one.close(timeout=5)


def test_every_record_that_is_no_entry_has_its_leaf_and_the_size_is_the_end_offset(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer]
) -> None:
    producer = producer_of(compression_type="gzip", max_request_size=10_000_000)
    values = [b"good", None, b"", b"\xff" * 65_535, b"\xff" * 65_536, ZEROS, b"\x00", b"also good"]
    for value in values:
        producer.send(topic.topic, value=value, key=b"a key", partition=0).get(timeout=10)
    with KafkaLogReader.open(topic) as log:
        assert read_all(log) == [leaf_bytes(value) for value in values]
        assert log.end() == len(values)
        assert log.read(start=5, limit=1)[0].entry == (
            f"custody/unrepresentable/v1\n5000000\n{sha256(ZEROS).hexdigest()}\n".encode()
        )


def test_a_record_that_imitates_what_stands_for_no_entry_is_read_as_an_imitation(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer]
) -> None:
    producer = producer_of()
    leaves = [unrepresentable("null"), MISSING, unrepresentable("length", b""), unrepresentable("imitation", MISSING)]
    for leaf in leaves:
        producer.send(topic.topic, value=leaf, partition=0).get(timeout=10)
    with KafkaLogReader.open(topic) as log:
        assert read_all(log) == [unrepresentable("imitation", leaf) for leaf in leaves]


def test_records_without_content_are_written_again_as_they_were(topic: KafkaAccess) -> None:
    entries = [b"one", unrepresentable("null"), unrepresentable("length", b""), b"four"]
    with KafkaLog.open(topic) as log:
        log.append(entries)
        assert read_all(log) == entries


def test_neither_keys_nor_headers_change_what_a_record_is(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer]
) -> None:
    producer = producer_of()
    huge = [("ce_id", b"x" * 900_000)]
    many = [(f"header {number}", b"") for number in range(5_000)]
    wrong: list[tuple[bytes | None, list[tuple[str, bytes]]]] = [
        (None, []), (b"", []), (b"another station", []), (b"\xff\x00", []), (b"k" * 500_000, []), (None, huge), (b"k", many),
        (None, [("", b"")]), (None, [("ce_id", b"\xff"), ("ce_id", b"twice")]),
    ]  # fmt: skip
    for number, (key, headers) in enumerate(wrong):
        producer.send(topic.topic, value=b"%d" % number, key=key, headers=headers, partition=0).get(timeout=10)
    with KafkaLogReader.open(topic) as log:
        assert read_all(log) == [b"%d" % number for number in range(len(wrong))]


@pytest.mark.parametrize("ending", ["commit_transaction", "abort_transaction"])
def test_a_transaction_shows_its_records_and_a_missing_position_for_its_end(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer], ending: str
) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"before"])
        producer = producer_of(transactional_id=f"stranger-{topic.topic}")
        producer.init_transactions()
        for values in ([b"one", b"two"], [b"three"]):
            producer.begin_transaction()
            for value in values:
                producer.send(topic.topic, value=value, partition=0)
            producer.flush(10)
            getattr(producer, ending)()
        expected = [b"before", b"one", b"two", MISSING, b"three", MISSING]
        deadline = time.monotonic() + 10
        while log.end() < len(expected) and time.monotonic() < deadline:
            time.sleep(0.05)  # the broker answers before it writes the record that ends a transaction
        assert log.end() == len(expected)
        assert read_all(log) == expected
        assert [record.entry for record in log.read(start=5, limit=1)] == [MISSING]
        log.append([b"after"])
        assert read_all(log) == [*expected, b"after"]
    with KafkaLogReader.open(topic) as log:
        for start, entry in enumerate([*expected, b"after"]):
            assert [record.entry for record in log.read(start=start, limit=1)] == [entry]


class Snappy:
    """Compresses as the format allows it and no more: a length, and the bytes themselves as literals."""

    @staticmethod
    def compress(data: bytes) -> bytes:
        length, left = bytearray(), len(data)
        while left >= 0x80:
            length.append(left & 0x7F | 0x80)
            left >>= 7
        length.append(left)
        chunks = [data[start : start + 60] for start in range(0, len(data), 60)]
        return bytes(length) + b"".join(bytes([(len(chunk) - 1) << 2]) + chunk for chunk in chunks)


def test_records_in_a_codec_that_no_reader_has_a_library_for_are_read_all_the_same(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not codec.has_snappy()
    with monkeypatch.context() as patched:
        patched.setattr(codec, "snappy", Snappy)
        producer = producer_of(compression_type="snappy")
        for value in (b"one", bytes(500_000), b"three"):
            producer.send(topic.topic, value=value, partition=0).get(timeout=10)
    with KafkaLogReader.open(topic) as log:
        assert read_all(log) == [b"one", leaf_bytes(bytes(500_000)), b"three"]


def test_what_a_gateway_appends_is_readable_by_ordinary_tools(topic: KafkaAccess) -> None:
    entries = World().some(40)
    place = TopicPartition(topic.topic, 0)
    with KafkaLog.open(topic) as log:
        log.append(entries)
    consumer = topic.connected(KafkaConsumer, auto_offset_reset="earliest", group_id=None)
    consumer.assign([place])
    records: list[Any] = []
    while len(records) < len(entries):
        records += consumer.poll(timeout_ms=5_000)[place]
    consumer.close()
    assert [record.value for record in records] == entries
    for record in records:
        assert (record.key, list(record.headers)) == headers_of(record.value)
        assert dict(record.headers)["ce_id"] == event_id(parse_envelope(record.value).payload).encode()


class Undecodable(str):  # noqa: SLOT000
    """The name of a header in bytes that are no UTF-8; Kafka itself takes any."""

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


@pytest.mark.parametrize("behind", [b"", b"garbage behind the stream"])
def test_header_names_that_are_no_text_and_bytes_behind_a_stream_stop_no_reader(
    topic: KafkaAccess, producer_of: Callable[..., KafkaProducer], monkeypatch: pytest.MonkeyPatch, behind: bytes
) -> None:
    monkeypatch.setattr(default_records, "gzip_encode", lambda data: codec.gzip_encode(data) + behind)
    producer = producer_of(compression_type="gzip")
    values = [b"one" * 1_000, b"two"]
    sent = [
        producer.send(topic.topic, value=value, headers=[(Undecodable(), b"value")], partition=0) for value in values
    ]
    for one in sent:
        one.get(timeout=10)
    with KafkaLog.open(topic) as log:
        log.append([b"three"])
        assert read_all(log) == [*values, b"three"]
