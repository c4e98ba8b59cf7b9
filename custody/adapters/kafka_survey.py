"""A survey of the log's topic as a user sees it from outside: its own rights, and how the brokers' clock stands.

For `custody doctor`. Not here: whether the topic is as it must be (``kafka_topic``).
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Final

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from custody.adapters.kafka_access import PARTITION, KafkaAccess
from custody.adapters.kafka_batches import reading_leaves
from schemas.errors import LogUnavailable

_REACH_S: Final = 5.0
_POLL_MS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen."""

    rights: frozenset[str]
    """operations on the topic that the user may do, in Kafka's words: READ, WRITE, ..."""
    last: int | None
    """position of the last entry; None for an empty log"""
    last_ms: int | None
    """when the brokers appended the last entry, milliseconds since 1970; None for an empty log"""


def reach(address: str, *, access: KafkaAccess) -> str:
    """Open a connection to host:port, and a TLS one where the access wants it; how it went, in a few words.

    Raises LogUnavailable with the reason.
    """
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_REACH_S) as plain:
            if not access.security.endswith("SSL"):
                return "takes connections, without TLS"
            context = ssl.create_default_context(cafile=None if access.ca_file is None else str(access.ca_file))
            with context.wrap_socket(plain, server_hostname=host.strip("[]")) as secured:
                certificate = secured.getpeercert() or {}
                return f"{secured.version()}, certificate valid until {certificate.get('notAfter', '?')}"
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "no TLS"
        raise LogUnavailable("kafka-tls", f"TLS with {address} fails: {reason}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise LogUnavailable("kafka-unreachable", f"{address} does not answer: {reason}.") from error


def survey(access: KafkaAccess) -> Survey:
    """Look; LogUnavailable if the user is not accepted, the topic is not to be seen, or nobody answers."""
    try:
        last, last_ms = _last(access)
        return Survey(rights=_rights(access), last=last, last_ms=last_ms)
    except (KafkaError, OSError) as error:
        reason = f"Kafka does not let the user look ({type(error).__name__}): is the name right, and the password?"
        raise LogUnavailable("kafka-denied", reason) from error


def _rights(access: KafkaAccess) -> frozenset[str]:
    client = access.connected(KafkaAdminClient)
    try:
        (topic,) = client.describe_topics([access.topic])
        if topic["error_code"]:
            raise LogUnavailable("topic-missing", f"There is no topic {access.topic}, or this user may not see it.")
        return frozenset(topic.get("authorized_operations") or ())
    finally:
        client.close()


def _last(access: KafkaAccess) -> tuple[int | None, int | None]:
    """(position, time of appending) of the last entry, each None where there is none or it is not given in time."""
    settings = {"enable_auto_commit": False, "auto_offset_reset": "none", "group_id": None}
    consumer = reading_leaves(access.connected(KafkaConsumer, **settings))
    try:
        partition = TopicPartition(access.topic, PARTITION)
        end = consumer.end_offsets([partition])[partition]
        if not end:
            return None, None
        consumer.assign([partition])
        consumer.seek(partition, end - 1)
        records = consumer.poll(timeout_ms=_POLL_MS, max_records=1).get(partition, [])
        return end - 1, int(records[0].timestamp) if records else None
    finally:
        consumer.close()
