"""The topic that is a log: the settings it is created with and must keep (design D6), and how they are looked at.

Each setting has its reason in docs/operating.md.  Not here: who may do what (``kafka_rights``), and what may not change
while a service runs (``kafka_watch``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import (
    AuthorizationError,
    InvalidReplicationFactorError,
    KafkaError,
    SaslAuthenticationFailedError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from custody.adapters.kafka_access import PARTITION, KafkaAccess, not_reached
from custody.adapters.kafka_rights import check_rights, grant
from custody.ports import Alarm
from schemas.errors import LogUnavailable

MESSAGE_BYTES_MAX: Final = 1_048_588
SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cleanup.policy": "delete",
        "compression.gzip.level": "1",
        "compression.type": "gzip",
        "flush.messages": "1",
        "max.message.bytes": str(MESSAGE_BYTES_MAX),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": "2",
        "retention.bytes": "-1",
        "retention.ms": "-1",
        "unclean.leader.election.enable": "false",
    }
)
"""For three replicas or more; with fewer, ``min.insync.replicas`` is 1.

Brokers keep everything as gzip: whoever writes in another codec (snappy, lz4, zstd) would otherwise stop every reader that
has no library for it, for good.
"""

_CREATE_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class TopicAsFound:
    """What a topic is at one moment."""

    topic_id: str
    replicas: tuple[int, ...]
    """Number of replicas of each partition; one partition in a log."""
    settings: Mapping[str, str]
    first: int
    """The first offset that is still there."""
    end: int
    """The next offset to be written; brokers give none that could become smaller by a change of leader (KIP-207)."""


def settings_for(replicas: int) -> dict[str, str]:
    """The settings of a topic with so many replicas."""
    return dict(SETTINGS) | ({} if replicas > 2 else {"min.insync.replicas": "1"})


def create_topic(access: KafkaAccess, *, replicas: int) -> None:
    """Create the topic and the rights on it, as a superuser; what is there already stays, and is completed.

    LogUnavailable if the cluster cannot be reached or does not take it.  A topic that is there is not changed: whether it
    is as it must be is for :func:`check_topic`.
    """
    with administering(access) as client:
        wanted = {"num_partitions": 1, "replication_factor": replicas, "configs": settings_for(replicas)}
        try:
            client.create_topics({access.topic: wanted}, timeout_ms=_CREATE_MS)
            client.wait_for_topics([access.topic], timeout_ms=_CREATE_MS)
        except TopicAlreadyExistsError:
            pass
        except InvalidReplicationFactorError as error:
            sentence = (
                f"There are fewer brokers than the {replicas} replicas that the topic is to have; start the others."
            )
            raise LogUnavailable("topic-brokers", sentence) from error
        grant(client, topic=access.topic)


def check_topic(access: KafkaAccess, *, replicas: int) -> list[Alarm]:
    """Everything about the topic that is not as it must be now; empty if all is well.

    LogUnavailable if nobody answers, or this user may not look.
    """
    with administering(access) as client:
        seen = see(client, topic=access.topic)
        if seen is None:
            return [Alarm("topic-missing", f"There is no topic {access.topic}, or this user may not see it.")]
        return [*compared(seen, replicas=replicas), *check_rights(client, topic=access.topic)]


def compared(seen: TopicAsFound, *, replicas: int) -> Iterator[Alarm]:
    """What differs from the settings of a log, and records that are gone.

    Replicas that lag are no alarm here: a broker restarts now and then, nothing is lost by it, and below
    ``min.insync.replicas`` appends say so themselves.
    """
    for name, wanted in settings_for(replicas).items():
        found = seen.settings.get(name)
        if found != wanted:
            yield Alarm("topic-settings", f"The topic's {name} is {found}; it must be {wanted}.")
    if seen.replicas != (replicas,):
        found = ", ".join(str(count) for count in seen.replicas)
        sentence = (
            f"The topic has {len(seen.replicas)} partition(s) with {found} replicas; it must be one with {replicas}."
        )
        yield Alarm("topic-replicas", sentence)
    if seen.first > 0:
        yield Alarm("records-deleted", f"The log begins at position {seen.first}: what came before was deleted.")


def see(client: KafkaAdminClient, *, topic: str) -> TopicAsFound | None:
    """The topic as it is now; None if there is none, or this user may not see it.  Raises KafkaError."""
    try:
        (described,) = client.describe_topics([topic])
        if described["error_code"]:
            return None
        partition = TopicPartition(topic, PARTITION)
        first = client.list_partition_offsets({partition: OffsetSpec.EARLIEST})[partition].offset
        end = client.list_partition_offsets({partition: OffsetSpec.LATEST})[partition].offset
    except UnknownTopicOrPartitionError:
        return None
    replicas = tuple(len(one["replica_nodes"]) for one in described["partitions"])
    return TopicAsFound(str(described["topic_id"]), replicas, _settings(client, topic=topic), int(first), int(end))


def _settings(client: KafkaAdminClient, *, topic: str) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    told: Mapping[Any, Any] = client.describe_configs([resource], config_filter="all")
    (by_name,) = told["topic"].values() if "topic" in told else told.values()
    return {name: str(entry["value"]) for name, entry in by_name.items()}


@contextmanager
def administering(access: KafkaAccess) -> Iterator[KafkaAdminClient]:
    """An admin client while inside; what it raises is told as LogUnavailable, with a sentence for a person."""
    try:
        client = access.connected(KafkaAdminClient)
        try:
            yield client
        finally:
            client.close()
    except SaslAuthenticationFailedError as error:
        raise LogUnavailable("log-password", "Kafka does not accept this user's name and password.") from error
    except AuthorizationError as error:
        raise LogUnavailable("log-forbidden", "Kafka does not allow this user what was asked of the topic.") from error
    except (KafkaError, OSError) as error:
        raise LogUnavailable("log-not-reached", not_reached(access, error=error)) from error
