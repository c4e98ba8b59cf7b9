"""The topic that is a log, on a real broker: its settings, everybody's rights, and what may not change under a service."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ConfigResource, ResourcePattern, ResourceType

from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import SETTINGS, check_topic, create_topic
from custody.adapters.kafka_users import put_users
from custody.adapters.kafka_watch import RightsWatch, TopicWatch
from schemas.errors import LogUnavailable, NotEstablished


@pytest.fixture
def topic(kafka_access: KafkaAccess) -> KafkaAccess:
    create_topic(kafka_access, replicas=1)
    return kafka_access


@pytest.fixture
def admin(topic: KafkaAccess) -> Iterator[KafkaAdminClient]:
    client = topic.connected(KafkaAdminClient)
    yield client
    client.close()


def codes(access: KafkaAccess, *, replicas: int = 1) -> list[str]:
    return [alarm.code for alarm in check_topic(access, replicas=replicas)]


def test_a_topic_that_was_created_is_as_it_must_be_and_creating_it_again_changes_nothing(topic: KafkaAccess) -> None:
    create_topic(topic, replicas=1)
    assert codes(topic) == []


def test_a_topic_that_is_not_there_is_an_alarm_and_no_log(kafka_access: KafkaAccess) -> None:
    assert codes(kafka_access) == ["topic-missing"]
    with pytest.raises(LogUnavailable) as caught:
        KafkaLog.open(kafka_access)
    assert caught.value.code == "topic-missing"


def test_too_few_replicas_are_an_alarm(topic: KafkaAccess) -> None:
    assert "topic-replicas" in codes(topic, replicas=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cleanup.policy", "compact"),
        ("flush.messages", "10000"),
        ("max.message.bytes", "2000000"),
        ("message.timestamp.type", "CreateTime"),
        ("retention.bytes", "1000000"),
        ("retention.ms", "604800000"),
        ("unclean.leader.election.enable", "true"),
    ],
)
def test_every_setting_that_drifts_is_an_alarm_that_names_it(
    topic: KafkaAccess, admin: KafkaAdminClient, name: str, value: str
) -> None:
    assert name in SETTINGS
    watch = TopicWatch(topic, replicas=1)
    assert watch.check() == []
    admin.alter_configs([ConfigResource("topic", topic.topic, {name: value})])
    (alarm,) = watch.check()
    assert alarm.code == "topic-settings"
    assert f"{name} is {value}" in alarm.sentence


def test_deleted_records_are_an_alarm_and_are_never_skipped(topic: KafkaAccess, admin: KafkaAdminClient) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"one", b"two", b"three"])
        watch = TopicWatch(topic, replicas=1)
        assert watch.check() == []
        admin.delete_records({TopicPartition(topic.topic, 0): 2})
        assert [alarm.code for alarm in watch.check()] == ["records-deleted"]
        with pytest.raises(NotEstablished) as caught:
            log.read(start=0, limit=10)
        assert caught.value.code == "records-deleted"
        assert [record.entry for record in log.read(start=2, limit=10)] == [b"three"]


def read_on(reader: KafkaLogReader, *, start: int, expected: list[bytes]) -> None:
    while records := reader.read(start=start, limit=10):
        assert [record.entry for record in records] == expected[start : start + len(records)]
        start += len(records)


def test_records_that_are_deleted_under_a_reader_are_told_as_such(topic: KafkaAccess, admin: KafkaAdminClient) -> None:
    entries = [os.urandom(65_000) for _ in range(250)]
    with KafkaLog.open(topic) as log, KafkaLogReader.open(topic) as reader:
        for start in range(0, len(entries), 50):
            log.append(entries[start : start + 50])
        assert [record.entry for record in reader.read(start=0, limit=1)] == entries[:1]
        admin.delete_records({TopicPartition(topic.topic, 0): len(entries) - 1})
        with pytest.raises(NotEstablished) as caught:
            read_on(reader, start=1, expected=entries)  # first what was fetched before
        assert caught.value.code == "records-deleted"


def test_a_topic_made_again_under_its_name_is_an_alarm_and_a_shorter_log(
    topic: KafkaAccess, admin: KafkaAdminClient
) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"one", b"two", b"three"])
        watch = TopicWatch(topic, replicas=1)
        assert watch.check() == []
        admin.delete_topics([topic.topic])
        assert [alarm.code for alarm in watch.check()] == ["topic-missing"]
        create_topic(topic, replicas=1)
        assert [alarm.code for alarm in watch.check()] == ["topic-recreated", "log-shorter"]
        with pytest.raises(NotEstablished) as caught:
            log.read(start=3, limit=10)
        assert caught.value.code == "log-too-short"


@pytest.fixture
def users(topic: KafkaAccess) -> dict[str, KafkaAccess]:
    # The same in every test: users are the broker's, and tests run side by side.
    passwords = {name: f"{name}-in-tests" for name in ("gateway-1", "ledger", "monitor", "stranger")}
    put_users(topic, passwords=passwords)
    return {name: replace(topic, user=name, password=password) for name, password in passwords.items()}


def test_a_gateway_may_write_and_read_and_may_neither_delete_nor_alter(users: dict[str, KafkaAccess]) -> None:
    access = users["gateway-1"]
    with KafkaLog.open(access) as log:
        log.append([b"entry"])
        assert [record.entry for record in log.read(start=0, limit=1)] == [b"entry"]
    assert codes(access) == []
    client = access.connected(KafkaAdminClient)
    attempts: list[Callable[[], object]] = [
        lambda: client.delete_topics([access.topic]),
        lambda: client.delete_records({TopicPartition(access.topic, 0): 1}),
        lambda: client.alter_configs([ConfigResource("topic", access.topic, {"retention.ms": "1"})]),
    ]
    for attempt in attempts:
        with pytest.raises(Exception, match="Authorization"):
            _raising(attempt())
    client.close()


def _raising(told: object) -> None:
    """Some calls of the admin client tell a refusal instead of raising it."""
    raise RuntimeError(str(told))


def test_a_reader_may_look_and_not_write(users: dict[str, KafkaAccess]) -> None:
    with KafkaLog.open(users["gateway-1"]) as log:
        log.append([b"entry"])
    assert TopicWatch(users["ledger"], replicas=1).check() == []
    with KafkaLog.open(users["ledger"]) as reader:
        assert reader.end() == 1
        with pytest.raises(LogUnavailable) as caught:
            reader.append([b"more"])
        assert caught.value.code == "log-forbidden"
        assert reader.end() == 1


def test_a_user_without_rights_sees_no_log(users: dict[str, KafkaAccess]) -> None:
    with pytest.raises(LogUnavailable) as caught:
        KafkaLogReader.open(users["stranger"])
    assert caught.value.code in {"topic-missing", "log-forbidden"}


def test_a_wrong_password_is_told_in_words_and_shown_nowhere(topic: KafkaAccess) -> None:
    access = replace(topic, password="not-the-password")
    with pytest.raises(LogUnavailable) as caught:
        KafkaLog.open(access)
    assert caught.value.code in {"log-password", "log-not-reached"}
    assert "password" in caught.value.sentence
    assert "not-the-password" not in f"{caught.value} {access!r}"


@pytest.mark.parametrize("operation", [ACLOperation.DELETE, ACLOperation.ALTER_CONFIGS, ACLOperation.ALL])
def test_a_right_that_nobody_may_have_is_an_alarm(
    topic: KafkaAccess, admin: KafkaAdminClient, operation: ACLOperation
) -> None:
    resource = ResourcePattern(ResourceType.TOPIC, topic.topic)
    admin.create_acls([ACL("User:ledger", "*", operation, ACLPermissionType.ALLOW, resource)])
    alarms = check_topic(topic, replicas=1)
    assert [alarm.code for alarm in alarms] == ["topic-acls"]
    assert "User:ledger" in alarms[0].sentence


def test_an_entry_that_is_another_one_than_before_is_an_alarm_for_good_although_the_topic_is_as_it_must_be(
    topic: KafkaAccess,
) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"one", b"two", b"three"])
        watch = TopicWatch(topic, replicas=1)
        assert watch.check() == []
        watch._patrol._leaves[16] ^= 1  # what a compaction does to the log takes a broker minutes
        for _ in range(2):
            (alarm,) = watch.check()
            assert (alarm.code, "position 1 (2 entries)" in alarm.sentence) == ("log-changed", True)
            log.append([b"four"])


def test_the_monitor_sees_a_right_that_nobody_may_have_while_the_topic_is_as_it_must_be(
    topic: KafkaAccess, admin: KafkaAdminClient, users: dict[str, KafkaAccess]
) -> None:
    watch = RightsWatch(users["monitor"], replicas=1)
    assert watch.check() == []
    resource = ResourcePattern(ResourceType.TOPIC, topic.topic)
    admin.create_acls([ACL("User:gateway-2", "*", ACLOperation.DELETE, ACLPermissionType.ALLOW, resource)])
    (alarm,) = watch.check()
    assert (alarm.code, "User:gateway-2 may delete" in alarm.sentence) == ("topic-acls", True)
    with pytest.raises(LogUnavailable):
        create_topic(users["monitor"], replicas=1)  # it may see them, and not give any
