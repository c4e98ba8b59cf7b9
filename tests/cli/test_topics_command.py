"""`custody topics create` and `check`: any number of times, with a line and exit code 2 for what is not as it must be."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from custody.adapters.kafka_access import KafkaAccess
from custody.cli.exits import run
from custody.cli.program import make_app

Topics = Callable[..., tuple[int, str]]


@pytest.fixture
def topics(kafka_access: KafkaAccess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Topics:
    """Runs the command for a topic of the test's own, with one replica; gives its exit code and all that it says."""
    monkeypatch.setenv("CUSTODY_KAFKA_BOOTSTRAP", ",".join(kafka_access.bootstrap))
    monkeypatch.setenv("CUSTODY_KAFKA_TOPIC", kafka_access.topic)
    monkeypatch.setenv("CUSTODY_KAFKA_SECURITY", kafka_access.security)
    monkeypatch.setenv("CUSTODY_KAFKA_USER", str(kafka_access.user))
    monkeypatch.setenv("CUSTODY_KAFKA_PASSWORD", str(kafka_access.password))

    def topics(*words: str) -> tuple[int, str]:
        code = run(make_app(["topics"]), arguments=["topics", *words])
        told = capsys.readouterr()
        assert str(kafka_access.password) not in told.out + told.err
        return code, told.out + told.err

    return topics


def test_a_topic_is_created_once_and_found_as_it_must_be(topics: Topics) -> None:
    for _ in range(2):
        code, told = topics("create", "--replicas", "1")
        assert code == 0
        assert "is as it must be" in told
    code, told = topics("check", "--replicas", "1")
    assert code == 0
    assert "retention.ms=-1" in told
    assert topics("check", "--replicas", "1", "--json") == (0, "[]\n")


def test_a_topic_that_is_missing_is_an_alarm(topics: Topics) -> None:
    code, told = topics("check", "--replicas", "1")
    assert code == 2
    assert told.startswith("topic-missing: ")


def test_every_alarm_is_a_line(topics: Topics, kafka_access: KafkaAccess) -> None:
    assert topics("create", "--replicas", "1")[0] == 0
    client = kafka_access.connected(KafkaAdminClient)
    drift = {"retention.ms": "604800000", "cleanup.policy": "compact"}
    client.alter_configs([ConfigResource("topic", kafka_access.topic, drift)])
    client.close()
    code, told = topics("check", "--replicas", "1")
    assert code == 2
    assert told.splitlines() == [
        "topic-settings: The topic's cleanup.policy is compact; it must be delete.",
        "topic-settings: The topic's retention.ms is 604800000; it must be -1.",
    ]
    code, told = topics("create", "--replicas", "1")
    assert code == 2, "a topic that is there is not changed behind anybody's back"
    alarms = json.loads(topics("check", "--replicas", "1", "--json")[1])
    assert [alarm["code"] for alarm in alarms] == ["topic-settings", "topic-settings"]


def test_more_replicas_than_there_are_is_an_alarm_and_more_than_brokers_is_not_created(topics: Topics) -> None:
    code, told = topics("create", "--replicas", "9")
    assert code == 69
    assert "fewer brokers than the 9 replicas" in told
    assert topics("create", "--replicas", "1")[0] == 0
    code, told = topics("check", "--replicas", "3")
    assert code == 2
    assert "topic-replicas: " in told
    assert "min.insync.replicas is 1; it must be 2" in told


def test_without_a_setting_the_command_names_it(topics: Topics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUSTODY_KAFKA_TOPIC")
    code, told = topics("check")
    assert code == 64
    assert "CUSTODY_KAFKA_TOPIC" in told
