"""The books in PostgreSQL, and a rebuild out of Kafka, against the bare inserts of the `eventsourcing` library under them.

The yardstick is that of ``views``: the library's PostgreSQL process recorder inserts the same outcomes as its stored events,
made ready beforehand, 500 at a time.  Beside it: the ledger store written from outcomes that are at hand, all views rebuilt
from the store, and the whole way: a log read from a broker, every signature checked, folded, kept, and all views made.
"""

from __future__ import annotations

import gc
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresProcessRecorder

from bench.views import BATCH, ENTRIES, elapsed_s, outcomes_at, rebuild_views, stored, write_store
from consumers.rebuild import keep_up
from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.embedded.folding import reading_ahead
from custody.sandbox.native_kafka import start_cluster
from custody.sandbox.native_postgres import start_postgres
from projections.stores.postgres_books import create_postgres_books
from projections.stores.postgres_recorder import BooksAddress, datastore_at
from tests.worlds import World

ROUNDS: Final = 3
REBUILT: Final = 4_000
"""Entries that are rebuilt out of Kafka; about 2.5 signatures each."""


def run() -> Iterable[tuple[str, float]]:
    """``postgres ledger-store``, ``postgres views`` and ``kafka rebuild``: outcomes a second, against the bare inserts."""
    outcomes = [list(outcomes_at(position)) for position in range(ENTRIES)]
    events = [stored(outcome) for told in outcomes for outcome in told]
    kept, seen, rebuilt = [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="custody-bench-") as place,
        start_postgres() as server,
        _log(Path(place)) as access,
    ):
        gc.freeze()
        for _ in range(ROUNDS):
            bare_each_s = elapsed_s(_insert_bare, url=_database(server.url), events=events) / len(events)
            with create_postgres_books(_database(server.url)) as books:
                kept.append(bare_each_s * len(events) / elapsed_s(write_store, books=books, outcomes=outcomes))
                seen.append(bare_each_s * len(events) / elapsed_s(rebuild_views, books=books))
            rebuilt.append(bare_each_s / _rebuilt_each_s(access, url=_database(server.url)))
        gc.unfreeze()
    yield "postgres ledger-store", median(kept)
    yield "postgres views", median(seen)
    yield "kafka rebuild", median(rebuilt)


def _rebuilt_each_s(access: KafkaAccess, *, url: str) -> float:
    """Seconds for each outcome, from the broker's log to the last view."""
    with KafkaLog.open(access) as log, reading_ahead(log) as (reading, _), create_postgres_books(url) as books:
        taken_s = elapsed_s(keep_up, reading=reading, books=books, pause=lambda _: None)
        told = len(books.ledger.rows(start=0, stop=REBUILT))
    print(f"kafka rebuild: {REBUILT / taken_s:,.0f} entries/s, {told / REBUILT:.1f} outcomes each")
    return taken_s / told


@contextmanager
def _log(place: Path) -> Iterator[KafkaAccess]:
    """A broker with a log of real, signed entries."""
    passwords = {name: secrets.token_urlsafe(12) for name in ("broker", "admin")}
    with start_cluster(place / "kafka", brokers=1, passwords=passwords) as cluster:
        access = KafkaAccess(
            bootstrap=cluster.bootstrap,
            topic="bench",
            security="SASL_PLAINTEXT",
            user="admin",
            password=passwords["admin"],
        )
        create_topic(access, replicas=1)
        with KafkaLog.open(access) as log:
            log.append(World().some(REBUILT))
        yield access


def _database(server: str) -> str:
    """The URL of a new database."""
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = f"{server.rsplit('/', 1)[0]}/{name}"
    with create_postgres_books(url):
        return url  # with the schema, in which the library's own tables can lie beside ours


def _insert_bare(*, url: str, events: list[StoredEvent]) -> None:
    recorder = PostgresProcessRecorder(
        datastore_at(BooksAddress(url)), events_table_name="bare_events", tracking_table_name="bare_tracking"
    )
    recorder.create_table()
    for start in range(0, len(events), BATCH):
        recorder.insert_events(events[start : start + BATCH], tracking=Tracking("bare", start + BATCH))
    recorder.datastore.close()
