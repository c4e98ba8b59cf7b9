"""`custody doctor` says in plain words what is well and what is not, and shows no secret."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.cli.doctor.looks import DISK_BYTES_MIN
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.tlog.cosignatures import format_witness_key
from tests.core.ledger.witnesses import witness

PIN = "a-pin-of-thirty-two-characters!!"


class Doctor:
    """The command, in an environment of the test's own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.said = ""
        for name in [name for name in os.environ if name.startswith("CUSTODY_")]:
            monkeypatch.delenv(name)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(f"CUSTODY_{name}", value)

    def __call__(self, *words: str) -> int:
        code = run(make_app(["doctor"]), arguments=["doctor", *words])
        told = self.capsys.readouterr()
        self.said = told.out + told.err
        return code

    def failed(self) -> dict[str, str]:
        """Look -> sentence and advice, of those that are not well."""
        code = self("--json")
        told: dict[str, Any] = json.loads(self.said)
        bad = {look["name"]: f"{look['sentence']} {look['advice']}" for look in told["looks"] if not look["ok"]}
        assert (code, told["ok"]) == ((69, False) if bad else (0, True))
        return bad


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(monkeypatch, capsys)


@pytest.fixture
def topic(doctor: Doctor, kafka_access: KafkaAccess) -> KafkaAccess:
    """A topic as it must be, named in the settings of a superuser."""
    create_topic(kafka_access, replicas=1)
    doctor.set(KAFKA_BOOTSTRAP=",".join(kafka_access.bootstrap), KAFKA_TOPIC=kafka_access.topic)
    doctor.set(KAFKA_SECURITY="SASL_PLAINTEXT", KAFKA_USER=str(kafka_access.user), KAFKA_REPLICAS="1")
    doctor.set(KAFKA_PASSWORD=str(kafka_access.password))
    return kafka_access


@pytest.fixture
def keystore(doctor: Doctor, tmp_path: Path) -> Path:
    path = tmp_path / "keystore.json"
    private = derive_demo_key(seed=1, name="gateway-1", domain="custody.invalid")
    key = NewKey(badge="gateway-1", role="gateway", private=private, pin=PIN)
    Keystore.create(path, domain="custody.invalid", cost=LIGHT_COST).add([key])
    doctor.set(KEYSTORE=str(path), BADGE="gateway-1", PIN=PIN)
    return path


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def test_without_settings_only_program_and_disk_are_looked_at(doctor: Doctor) -> None:
    assert doctor() == 0
    assert [line.split()[1] for line in doctor.said.splitlines() if line.startswith("OK")] == [
        "python",
        "libraries",
        "settings",
        "disk",
    ]


def test_a_setting_that_nothing_reads_is_named(doctor: Doctor) -> None:
    doctor.set(KAFKA_BOOTSTRAPS="typo:9092")
    assert "CUSTODY_KAFKA_BOOTSTRAPS" in doctor.failed()["settings"]


def test_a_secret_that_others_may_read_is_named(doctor: Doctor, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("quite-a-secret\n")
    path.chmod(0o644)
    doctor.set(KAFKA_PASSWORD_FILE=str(path))
    assert "chmod 600" in doctor.failed()["CUSTODY_KAFKA_PASSWORD_FILE"]
    path.chmod(0o600)
    assert doctor.failed() == {}


def test_a_secret_s_file_that_is_not_there_is_named(doctor: Doctor, tmp_path: Path) -> None:
    doctor.set(PIN_FILE=str(tmp_path / "absent"))
    assert "No such file" in doctor.failed()["CUSTODY_PIN_FILE"]


def test_a_key_that_the_pin_opens_is_well(doctor: Doctor, keystore: Path) -> None:
    assert doctor() == 0
    assert "the PIN opens it" in doctor.said


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("PIN", "wrong-pin", "does not open"), ("BADGE", "gateway-9", "0 keys"), ("PIN", "", "No PIN")],
)
def test_a_key_that_cannot_be_used_is_told(name: str, value: str, told: str, doctor: Doctor, keystore: Path) -> None:
    doctor.set(**{name: value})
    assert told in doctor.failed()["key"]


def test_a_good_topic_is_well(doctor: Doctor, topic: KafkaAccess) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"an entry"])
    failed = doctor.failed()
    assert set(failed) == {"rights in Kafka"}, "a superuser may delete, which no service should"
    assert "never as a superuser" in failed["rights in Kafka"]


def test_a_topic_that_is_not_as_it_must_be_is_told_with_its_alarm(doctor: Doctor, topic: KafkaAccess) -> None:
    doctor.set(KAFKA_REPLICAS="3")
    assert "topic-replicas" in doctor.failed()["topic"]


def test_a_topic_that_is_not_there_is_told(doctor: Doctor, topic: KafkaAccess) -> None:
    doctor.set(KAFKA_TOPIC="nobody-made-this")
    failed = doctor.failed()
    assert "custody topics create" in " ".join(failed.values())


def test_a_wrong_password_is_told_without_being_shown(doctor: Doctor, topic: KafkaAccess) -> None:
    doctor.set(KAFKA_PASSWORD="guessed-and-wrong")
    assert set(doctor.failed()) == {"user of Kafka"}
    assert "guessed-and-wrong" not in doctor.said


def test_brokers_that_do_not_answer_are_told_one_by_one(doctor: Doctor, silent: str) -> None:
    doctor.set(KAFKA_BOOTSTRAP=silent, KAFKA_TOPIC="any")
    assert "does not answer" in doctor.failed()[f"broker {silent}"]


def test_a_broker_that_speaks_no_tls_is_told(doctor: Doctor, topic: KafkaAccess) -> None:
    doctor.set(KAFKA_SECURITY="SASL_SSL")
    failed = doctor.failed()
    assert set(failed) == {f"broker {topic.bootstrap[0]}"}
    assert "TLS" in failed[f"broker {topic.bootstrap[0]}"]


def test_a_good_database_is_well(doctor: Doctor, postgres_url: str) -> None:
    doctor.set(POSTGRES=postgres_url)
    assert doctor.failed() == {}


def test_a_wrong_password_of_the_database_is_told(doctor: Doctor, postgres_url: str) -> None:
    doctor.set(POSTGRES=postgres_url.replace(str(conninfo_to_dict(postgres_url)["password"]), "wrong"))
    assert "does not admit this user with this password" in doctor.failed()["postgres"]


def test_a_database_that_does_not_answer_is_told(doctor: Doctor, silent: str) -> None:
    doctor.set(POSTGRES=f"postgresql://nobody:none@{silent}/none")
    assert "postgres" in doctor.failed()


def test_a_disk_without_room_is_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = type("Usage", (), {"free": DISK_BYTES_MIN // 2, "total": DISK_BYTES_MIN * 100})
    monkeypatch.setattr("custody.cli.doctor.looks.shutil.disk_usage", lambda _: usage)
    assert "Make room" in doctor.failed()["disk"]


def test_no_secret_is_ever_shown(doctor: Doctor, topic: KafkaAccess, keystore: Path, postgres_url: str) -> None:
    doctor.set(POSTGRES=postgres_url)
    doctor()
    doctor_said = doctor.said
    doctor("--json")
    for secret in (PIN, str(topic.password), str(conninfo_to_dict(postgres_url)["password"])):
        assert secret not in doctor_said + doctor.said


def test_the_end_of_the_log_is_told_as_a_position_and_a_number_of_entries(doctor: Doctor, topic: KafkaAccess) -> None:
    with KafkaLog.open(topic) as log:
        log.append([b"one", b"two", b"three"])
    doctor()
    assert "the last entry, position 2 (3 entries), was appended " in doctor.said


def test_the_file_of_log_witnesses_is_looked_at_and_nobody_is_asked(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "witnesses"
    doctor.set(WITNESSES=str(file))
    assert "cannot be read" in doctor.failed()["witnesses"]
    line = f"witness alpha {format_witness_key(witness('alpha')[0])}"
    file.write_text(f"{line}\n")
    assert "Line 1" in doctor.failed()["witnesses"]
    file.write_text(f"{line} http://alpha.invalid\n")
    assert "https" in doctor.failed()["witnesses"]
    file.write_text(f"{line} https://alpha.invalid\n")
    assert "witnesses" not in doctor.failed()
    assert "alpha" in doctor.said
