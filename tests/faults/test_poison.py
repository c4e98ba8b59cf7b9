"""Everything that a stranger can put into the topic with an ordinary tool, in the midst of an election (G11).

Nothing stops: the lag returns to 0, every offset has a leaf and a reason, and nobody's state notices.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer

from custody.adapters.kafka import KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.core.entries.unrepresentable import is_representation, unrepresentable
from custody.demo.people import DOMAIN
from custody.sandbox.create import export_tiles, log_key_of
from projections.stores.postgres_books import open_postgres_books
from schemas.envelope import Envelope, format_envelope, parse_envelope
from tests.contracts.log_contract import read_all
from tests.faults.ledger_processes import ROOT, SEED, Service, check_books, election, eventually, pure_fold
from tests.faults.test_ledger_on_kafka import committed, settings_of
from tests.schemas.test_bad_input import FIXTURES, data_of

PIN = "246810"
FIRST = 60
CLASSES = [name for name in sorted(FIXTURES) if name.startswith(("json/", "envelope/", "admission/"))]


@pytest.fixture
def topic(kafka_access: KafkaAccess) -> KafkaAccess:
    create_topic(kafka_access, replicas=1)
    return kafka_access


@pytest.fixture
def services(topic: KafkaAccess, postgres_url: str, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    store = Keystore.create(tmp_path / "key.json", domain=DOMAIN, cost=LIGHT_COST)
    store.add([NewKey(badge="log-key", role="log", private=log_key_of(SEED), pin=PIN)])
    settings = settings_of(topic) | {
        "CUSTODY_POSTGRES": postgres_url,
        "CUSTODY_KEYSTORE": str(tmp_path / "key.json"),
        "CUSTODY_PIN": PIN,
    }
    words = ("checkpointer", "--tiles", str(tmp_path / "tiles"), "--state", str(tmp_path / "state"))
    with Service("ledger", settings=settings) as ledger, Service(*words, settings=settings) as checkpointer:
        yield ledger, checkpointer


def rotten() -> list[bytes | None]:
    """Each class of bad input, and what cannot be an entry at all."""
    whole = [data_of(FIXTURES[name]) for name in CLASSES]
    return [*whole, None, b"", b"\xff" * 65_535, b"\xff" * 65_536, bytes(3_000_000), b"\x00", unrepresentable("null")]


def write_all(topic: KafkaAccess, *, values: list[bytes | None]) -> None:
    """With an ordinary producer: compressed, under keys and headers that mean nothing."""
    producer = topic.connected(KafkaProducer, acks="all", compression_type="gzip", max_request_size=10_000_000)
    keys = [None, b"", b"another station", b"\xff\x00"]
    headers = [[], [("ce_id", b"\xff")], [("x" * 300, b"x" * 300_000)], [(str(number), b"") for number in range(900)]]
    for number, value in enumerate(values):
        wrong = {"key": keys[number % len(keys)], "headers": headers[number % 7 % len(headers)]}
        producer.send(topic.topic, value=value, partition=0, **wrong).get(timeout=20)
    producer.close(timeout=10)


def write_a_transaction(topic: KafkaAccess, *, values: list[bytes]) -> None:
    """One that is given up: readers of other systems would not see it."""
    producer = topic.connected(KafkaProducer, acks="all", transactional_id=f"stranger-{topic.topic}")
    producer.init_transactions()
    producer.begin_transaction()
    for value in values:
        producer.send(topic.topic, value=value, partition=0)
    producer.flush(10)
    producer.abort_transaction()
    producer.close(timeout=10)


def half_signed(entry: bytes) -> bytes:
    """The same act with one of its signatures."""
    envelope = parse_envelope(entry)
    return format_envelope(Envelope(payload=envelope.payload, signatures=envelope.signatures[:1]))


def test_every_class_written_straight_into_the_topic_has_a_leaf_and_a_reason_and_stops_nothing(
    topic: KafkaAccess, services: tuple[Service, Service], postgres_url: str, tmp_path: Path
) -> None:
    entries = election()
    ledger, checkpointer = services
    write_all(topic, values=[*entries[:FIRST], half_signed(entries[FIRST]), *rotten()])
    write_a_transaction(topic, values=[entries[FIRST], entries[FIRST], half_signed(entries[FIRST + 1])])
    write_all(topic, values=list(entries[FIRST + 1 :]))
    with KafkaLogReader.open(topic) as log:
        eventually(lambda: log.end() == len(entries) + len(rotten()) + 4, what="the end of the transaction is written")
        held, end = read_all(log), log.end()
    eventually(lambda: committed(topic) == end, what=f"the lag returns to 0: {ledger.text}")
    eventually(lambda: signed(tmp_path) == end, what=f"signed: {checkpointer.text}")
    with open_postgres_books(postgres_url) as books:
        eventually(lambda: books.views.head("findings").position == end, what=ledger.text)
        check_books(books, entries=held)
        reasons = reasons_of(held)
        for position in range(FIRST + 1, FIRST + 1 + len(rotten())):
            assert reasons[position] <= {"malformed", "unrepresentable", "wrong-election", "duplicate"}, position
        assert {reasons[at] == {"unrepresentable"} for at, entry in enumerate(held) if is_representation(entry)} == {
            True
        }
        assert reasons[FIRST] >= {"below-threshold"}
    check_audits(topic, folder=tmp_path, held=held)


def reasons_of(held: list[bytes]) -> dict[int, set[str]]:
    """Position -> the codes of what the entry there meant, or its status where it has none."""
    outcomes, _ = pure_fold(held)
    told = [outcome for outcome in outcomes if outcome.kind == "entry"]
    return {int(outcome.subject): set(outcome.doc["codes"]) or {outcome.doc["status"]} for outcome in told}


def signed(folder: Path) -> int:
    published = folder / "tiles" / "checkpoint"
    return int(published.read_text().splitlines()[1]) if published.exists() else 0


def check_audits(topic: KafkaAccess, *, folder: Path, held: list[bytes]) -> None:
    """The audit from Kafka and the audit of the export agree; both say VERIFIED."""
    _, ledger = pure_fold(held)
    export_tiles(folder / "tiles", to=folder / "archive")
    report = audit_archive(Request(source=folder / "archive", root=ledger.election))
    assert report.verdict is AuditVerdict.VERIFIED
    assert (report.tally.entries, report.tally.state_digest) == (len(held), ledger.state_digest())
    source = f"kafka://{','.join(topic.bootstrap)}/{topic.topic}"
    words = ["audit", source, "--archive", str(folder / "archive"), "--root", ledger.election, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "custody.cli", *words],
        cwd=ROOT,
        env=settings_of(topic),
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout) == report.to_json(), done.stderr
