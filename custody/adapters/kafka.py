"""The log on Kafka: one topic, one partition; position = offset (design D5, D6).

Readers assign the partition themselves, read uncommitted, keep their own position and are never reset.  What a record
holds that cannot be an entry (null, empty, too long), and every offset that holds no record at all (control records of a
transaction somebody made), has its leaf by ``custody.core.entries.unrepresentable``, so the log's size is the end offset.

The writer sends one event per record, idempotent, acknowledged by all replicas in sync, without transactions.  kafka-python's
idempotent producer does not recover from a delivery timeout, and records that it reported as failed may land later.  So after
any outcome that is not a plain acknowledgement the producer is given up for a fresh one, and the caller hears OutcomeUnknown
and appends the same bytes again.

Not here: the topic's settings and whether they still hold (``kafka_topic``, ``kafka_watch``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, Final, Self

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    KafkaConfigurationError,
    KafkaError,
    LogTruncationError,
    OffsetOutOfRangeError,
    SaslAuthenticationFailedError,
    UnknownTopicOrPartitionError,
)

from custody.adapters.kafka_access import PARTITION, KafkaAccess, not_reached
from custody.adapters.kafka_batches import reading_leaves
from custody.core.entries.cloudevents import Header, RecordHints
from custody.core.entries.unrepresentable import blank_record, unrepresentable
from custody.ports import LogRecord, check_bounds
from schemas.errors import LogUnavailable, Misused, NotEstablished, OutcomeUnknown

_POLL_MS: Final = 100
"""Short: a poll waits it out where nothing but control records comes, although the position has moved."""
_BATCH_BYTES: Final = 512 * 1024
_LINGER_MS: Final = 100
"""An append is sent when it is complete (by flush), so that it is one request where it fits, and not one per few records."""
_READER: Final = {
    "group_id": None,
    "enable_auto_commit": False,
    "auto_offset_reset": "none",
    "isolation_level": "read_uncommitted",
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
    "max_partition_fetch_bytes": 4 * 1024 * 1024,
}
_WRITER: Final = {
    "acks": "all",
    "enable_idempotence": True,
    "batch_size": _BATCH_BYTES,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
_BLANK: Final = frozenset({unrepresentable("null"), unrepresentable("length")})
"""Leaf bytes of records without content, which can be written again: only so can a log that holds them be restored."""


class KafkaLogReader:
    """Reads one log.  Instances may be shared by threads, which then take turns."""

    def __init__(self, access: KafkaAccess) -> None:
        """Over no connection yet: :meth:`open` makes one."""
        self._access = access
        self._topic = TopicPartition(access.topic, PARTITION)
        self._reading = Lock()
        self._consumer: KafkaConsumer | None = None
        self._next = -1
        self._end_seen = 0

    @classmethod
    def open(cls, access: KafkaAccess) -> Self:
        """Over a topic that is there; LogUnavailable("topic-missing") otherwise, or for brokers that do not answer."""
        log = cls(access)
        with log._reading, _told(access):
            log._connected()
        return log

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port; NotEstablished("records-deleted") for a start before the first record that is still there."""
        if start < 0 or limit < 1:
            raise Misused("log-range", "A log is read from position 0 or later, one record or more at a time.")
        with self._reading, self._fresh_after_failure(), _told(self._access):
            consumer = self._connected()
            # What was there is there: the end is asked for again only where the last answer does not reach.
            end = self._end_seen if start < self._end_seen else self._end(consumer)
            _check_reaches(end, start=start)
            if start == end:
                return []
            if start != self._next:
                self._go_to(consumer, start=start)
            try:
                return self._take(consumer, start=start, stop=min(end, start + limit))
            except (OffsetOutOfRangeError, LogTruncationError):
                # The place was there when it was asked for last: say which way it went, if that can be seen.
                _check_reaches(self._end(consumer), start=start + 1)
                self._go_to(consumer, start=start)
                raise

    def end(self) -> int:
        """See the port."""
        with self._reading, self._fresh_after_failure(), _told(self._access):
            return self._end(self._connected())

    def close(self) -> None:
        """Give the connections back; the log is as it is."""
        with self._reading:
            self._give_up_reader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self) -> KafkaConsumer:
        if self._consumer is None:
            consumer = reading_leaves(self._access.connected(KafkaConsumer, **_READER))
            self._consumer, self._next, self._end_seen = consumer, -1, 0
            if not consumer.partitions_for_topic(self._access.topic):
                self._give_up_reader()
                raise _topic_missing(self._access)
            consumer.assign([self._topic])
        return self._consumer

    def _give_up_reader(self) -> None:
        consumer, self._consumer, self._next, self._end_seen = self._consumer, None, -1, 0
        if consumer is not None:
            with suppress(KafkaError):
                consumer.close()

    @contextmanager
    def _fresh_after_failure(self) -> Iterator[None]:
        """A consumer that raised anything is not used again: whatever it was in the middle of is forgotten with it."""
        try:
            yield
        except BaseException:
            self._give_up_reader()
            raise

    def _end(self, consumer: KafkaConsumer) -> int:
        self._end_seen = int(consumer.end_offsets([self._topic])[self._topic])
        return self._end_seen

    def _go_to(self, consumer: KafkaConsumer, *, start: int) -> None:
        first = int(consumer.beginning_offsets([self._topic])[self._topic])
        if start < first:
            raise NotEstablished(
                "records-deleted", f"The log begins at position {first}: what came before was deleted."
            )
        consumer.seek(self._topic, start)
        self._next = start

    def _take(self, consumer: KafkaConsumer, *, start: int, stop: int) -> list[LogRecord]:
        """Records from ``start`` on, at least one, at most up to ``stop``."""
        deadline = time.monotonic() + 2 * self._access.request_timeout_ms / 1_000
        while True:
            fetched = consumer.poll(timeout_ms=_POLL_MS, max_records=stop - start).get(self._topic, [])
            reached = int(consumer.position(self._topic))
            if reached > start:
                break
            if time.monotonic() > deadline:
                raise LogUnavailable("log-silent", f"The log does not give entry {start}, though it should be there.")
        found = {record.offset: record.value for record in fetched}
        missing = unrepresentable("missing")
        self._next = min(reached, stop)
        if reached > stop:
            consumer.seek(self._topic, stop)
        return [LogRecord(position, found.get(position, missing)) for position in range(start, self._next)]


class KafkaLog(KafkaLogReader):
    """Reads and appends.  Instances may be shared by threads."""

    def __init__(self, access: KafkaAccess) -> None:
        """Over no connection yet: :meth:`open` makes one."""
        super().__init__(access)
        self.hints = RecordHints()
        """Whoever has just checked what is appended next may say so here: then it is not read again for its headers."""
        self._writing = Lock()
        self._producer: KafkaProducer | None = None

    def append(self, entries: Sequence[bytes]) -> None:
        """See the port.  The leaf of a null or an empty record is written as such a record."""
        check_bounds([entry for entry in entries if entry not in _BLANK])
        if not entries:
            return
        with self._writing:
            try:
                self._append(entries)
            except BaseException:
                self._give_up_producer()
                raise

    def close(self) -> None:
        """Give the connections back; what was appended stays."""
        with self._writing:
            self._give_up_producer()
        super().close()

    def _append(self, entries: Sequence[bytes]) -> None:
        with _told(self._access):
            if self._producer is None:
                self._producer = self._new_producer()
            producer = self._producer
        ready = [_record(entry, hints=self.hints) for entry in entries]
        try:
            futures = [
                producer.send(self._access.topic, value=value, key=key, headers=headers, partition=PARTITION)
                for value, key, headers in ready
            ]
            self._wait_for(producer, futures=futures)
        except (KafkaError, ValueError) as error:  # ValueError: send, where the topic has gone
            # Also an error by which a broker says that it has written nothing: it may be the answer to a second attempt.
            told = (
                f"Kafka has not said that the entries are in the log, nor that they are not ({type(error).__name__}): "
            )
            why = "no answer in time, or fewer replicas in sync than the log asks for. Append the same bytes again."
            raise OutcomeUnknown("append-unknown", told + why) from error

    def _wait_for(self, producer: KafkaProducer, *, futures: Sequence[Any]) -> None:
        """Until every record is acknowledged with an offset; KafkaError otherwise."""
        deadline = time.monotonic() + 2 * self._access.delivery_timeout_ms / 1_000
        producer.flush(2 * self._access.delivery_timeout_ms / 1_000)
        for future in futures:
            told = future.get(timeout=max(0.0, deadline - time.monotonic()))
            if told is None or told.offset < 0:
                raise KafkaError("The broker acknowledged no offset.")

    def _new_producer(self) -> KafkaProducer:
        """A producer that has found the topic.  LogUnavailable before anything is sent, if this user may not write to it."""
        self._check_may_write()
        wait_ms, request_ms = self._access.delivery_timeout_ms, self._access.request_timeout_ms
        producer = self._access.connected(
            KafkaProducer,
            **_WRITER,
            delivery_timeout_ms=wait_ms,
            linger_ms=max(0, min(_LINGER_MS, wait_ms - request_ms)),
            max_block_ms=min(wait_ms, request_ms),
        )
        try:
            producer.partitions_for(self._access.topic)
        except BaseException:
            _abandon(producer)
            raise
        return producer

    def _check_may_write(self) -> None:
        client = self._access.connected(KafkaAdminClient)
        try:
            (topic,) = client.describe_topics([self._access.topic])
        finally:
            client.close()
        if topic["error_code"]:
            raise _topic_missing(self._access)
        if "WRITE" not in (topic.get("authorized_operations") or ()):
            raise LogUnavailable("log-forbidden", f"Kafka does not allow this user to write to {self._access.topic}.")

    def _give_up_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            _abandon(producer)


def _record(entry: bytes, *, hints: RecordHints) -> tuple[bytes | None, bytes | None, list[Header]]:
    """(value, key, headers) of the record for an entry; Kafka's client asks for a key where the value is null."""
    if entry in _BLANK:
        return blank_record(entry), b"", []
    return entry, *hints.of(entry)


def _check_reaches(end: int, *, start: int) -> None:
    if start > end:
        raise NotEstablished("log-too-short", f"Position {start} was asked for; the log ends at {end}.")


def _topic_missing(access: KafkaAccess) -> LogUnavailable:
    return LogUnavailable("topic-missing", f"There is no topic {access.topic}, or this user may not see it.")


def _abandon(producer: KafkaProducer) -> None:
    """End a producer without waiting for what it has not delivered; ``close`` alone would wait, raise, and leave it running."""
    producer._sender.force_close()  # noqa: SLF001 - there is no public way that does not first wait for a flush
    with suppress(KafkaError):
        producer.close(timeout=0)
    producer._closed = True  # noqa: SLF001 - or its destructor would try the flush again


@contextmanager
def _told(access: KafkaAccess) -> Iterator[None]:
    """Tell what kafka-python raises as errors of the log, with a sentence for a person."""
    try:
        yield
    except UnknownTopicOrPartitionError as error:
        raise _topic_missing(access) from error
    except SaslAuthenticationFailedError as error:
        raise LogUnavailable("log-password", "Kafka does not accept this user's name and password.") from error
    except AuthorizationError as error:
        raise LogUnavailable("log-forbidden", "Kafka does not allow this user what was asked of the log.") from error
    except (OffsetOutOfRangeError, LogTruncationError) as error:
        raise NotEstablished(
            "log-changed-underneath", "Kafka no longer holds the place that was read: see the alarms."
        ) from error
    except KafkaConfigurationError as error:  # its text may hold any setting: it is not shown
        raise Misused("kafka-settings", "These settings of Kafka's client contradict each other.") from error
    except (KafkaError, OSError) as error:
        raise LogUnavailable("log-not-reached", not_reached(access, error=error)) from error
