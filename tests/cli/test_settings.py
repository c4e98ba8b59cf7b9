"""Where the log is and who asks: each setting that is missing or malformed is named, and no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.adapters.kafka_access import KafkaAccess
from custody.cli.settings.kafka import kafka_access, replicas
from schemas.errors import CustodyError, Misused, Unavailable

SECRET = "the-secret"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A complete setting without TLS; what the machine sets is not seen."""
    for name in ("USER", "PASSWORD", "PASSWORD_FILE", "CA_FILE", "SECURITY", "REPLICAS"):
        monkeypatch.delenv(f"CUSTODY_KAFKA_{name}", raising=False)
    monkeypatch.setenv("CUSTODY_KAFKA_BOOTSTRAP", "kafka-1:9092,kafka-2:9092")
    monkeypatch.setenv("CUSTODY_KAFKA_TOPIC", "kz-2015")
    return monkeypatch


def refusal(source: str | None = None) -> CustodyError:
    with pytest.raises((Misused, Unavailable)) as caught:
        kafka_access(source)
    assert SECRET not in f"{caught.value} {caught.value!r}"
    return caught.value


def test_bootstrap_and_topic_are_enough_without_security() -> None:
    assert kafka_access() == KafkaAccess(bootstrap=("kafka-1:9092", "kafka-2:9092"), topic="kz-2015")


def test_all_settings_are_used_and_the_password_is_not_shown(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    environment.setenv("CUSTODY_KAFKA_SECURITY", "SASL_SSL")
    environment.setenv("CUSTODY_KAFKA_USER", "ledger")
    environment.setenv("CUSTODY_KAFKA_PASSWORD", SECRET)
    environment.setenv("CUSTODY_KAFKA_CA_FILE", str(authority))
    access = kafka_access()
    assert (access.security, access.user, access.password, access.ca_file) == ("SASL_SSL", "ledger", SECRET, authority)
    assert SECRET not in f"{access} {access!r}"
    settings = access.client_settings()
    assert settings["sasl_mechanism"] == "SCRAM-SHA-512"
    assert settings["ssl_cafile"] == str(authority)


def test_the_password_may_lie_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    environment.setenv("CUSTODY_KAFKA_PASSWORD_FILE", str(tmp_path / "password"))
    assert kafka_access().password == SECRET


def test_a_password_that_is_set_twice_or_cannot_be_read_is_told_by_its_name(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("CUSTODY_KAFKA_PASSWORD_FILE", str(tmp_path / "missing"))
    assert "CUSTODY_KAFKA_PASSWORD_FILE" in refusal().sentence
    environment.setenv("CUSTODY_KAFKA_PASSWORD", SECRET)
    assert "CUSTODY_KAFKA_PASSWORD" in refusal().sentence


@pytest.mark.parametrize("name", ["CUSTODY_KAFKA_BOOTSTRAP", "CUSTODY_KAFKA_TOPIC"])
def test_what_is_missing_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    assert name in refusal().sentence
    environment.setenv(name, "")
    assert name in refusal().sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CUSTODY_KAFKA_BOOTSTRAP", "kafka-1"),
        ("CUSTODY_KAFKA_BOOTSTRAP", "kafka-1:"),
        ("CUSTODY_KAFKA_BOOTSTRAP", ":9092"),
        ("CUSTODY_KAFKA_BOOTSTRAP", "kafka-1:99999"),
        ("CUSTODY_KAFKA_BOOTSTRAP", "kafka-1:9092,"),
        ("CUSTODY_KAFKA_BOOTSTRAP", "user:password@kafka-1:9092"),
        ("CUSTODY_KAFKA_TOPIC", "a topic"),
        ("CUSTODY_KAFKA_TOPIC", "a/topic"),
        ("CUSTODY_KAFKA_TOPIC", "t" * 250),
        ("CUSTODY_KAFKA_SECURITY", "sasl"),
        ("CUSTODY_KAFKA_SECURITY", "SASL_PLAINTEXT"),
        ("CUSTODY_KAFKA_CA_FILE", "/no/such/file"),
    ],
)
def test_what_is_malformed_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    told = refusal()
    assert "CUSTODY_KAFKA_" in told.sentence
    assert "user:password" not in told.sentence


@pytest.mark.parametrize("number", [1, 3, 9])
def test_replicas_are_a_small_number_and_three_where_nothing_is_said(
    environment: pytest.MonkeyPatch, number: int
) -> None:
    assert replicas() == 3
    environment.setenv("CUSTODY_KAFKA_REPLICAS", str(number))
    assert replicas() == number


@pytest.mark.parametrize("value", ["0", "10", "-1", "+3", "three", "3.0", "٣"])
def test_other_replicas_are_misused(environment: pytest.MonkeyPatch, value: str) -> None:
    environment.setenv("CUSTODY_KAFKA_REPLICAS", value)
    with pytest.raises(Misused) as caught:
        replicas()
    assert "CUSTODY_KAFKA_REPLICAS" in caught.value.sentence


def test_an_address_names_brokers_and_topic_in_the_place_of_the_settings() -> None:
    access = kafka_access("kafka://127.0.0.1:9092,[::1]:9093/another-log")
    assert access.bootstrap == ("127.0.0.1:9092", "[::1]:9093")
    assert access.topic == "another-log"


@pytest.mark.parametrize(
    "source", ["kafka://", "kafka://host/topic", "kafka://host:1", "kafka://host:1/", "kafka://host:1/a/b"]
)
def test_an_address_that_is_none_is_misused(source: str) -> None:
    assert refusal(source).code.startswith("setting-kafka")
