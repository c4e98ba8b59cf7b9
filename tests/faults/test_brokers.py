"""Three real brokers fail in every way we know, under load from several submitters at two real gateways (G1).

Whatever happened: every entry with a receipt is in the log at the receipt's position, nothing that was handed in is missing,
the books equal the fold of the log, and the exported archive is VERIFIED.  The order of the faults follows from the seed.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from custody.adapters.archive import read_checkpoint
from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLogReader
from custody.adapters.tilefolder import TileFolder
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.core.ledger import Ledger
from custody.embedded.folding import folded
from custody.sandbox.create import export_tiles
from custody.sandbox.local_cluster import GATEWAYS, Installed, installed, serving
from custody.sandbox.native_kafka import Cluster
from projections.stores.postgres_books import open_postgres_books
from projections.views.all_views import VIEWS
from projections.views.view import digest, replay
from schemas.envelope import entry_hash
from schemas.errors import LogUnavailable, NotEstablished, OutcomeUnknown, Unavailable
from tests.deploy.unwitnessed_play import unwitnessed_entries
from tests.faults.network import Network

SEED = int(os.environ.get("CUSTODY_FAULT_SEED", "1"))
ROUNDS = 50 if os.environ.get("CUSTODY_SOAK") == "1" else 1
DELIVERY_S = 5
LONGER_S = DELIVERY_S + 4
BATCH = 6
SUBMITTERS = 3
WITHIN_S = 240
SETTINGS = {
    "CUSTODY_KAFKA_REQUEST_TIMEOUT_MS": "3000",
    "CUSTODY_KAFKA_DELIVERY_TIMEOUT_MS": str(DELIVERY_S * 1000),
    "CUSTODY_KEY_RATE": "100000:1000000",
    "CUSTODY_ADDRESS_RATE": "100000:1000000",
}


@dataclass
class Load:
    """Submitters who hand in shares of the election, batch by batch, and hand in again what was not acknowledged."""

    addresses: Sequence[str]
    shares: Sequence[Sequence[bytes]]
    pause_s: float
    receipts: dict[str, set[int]] = field(default_factory=dict)
    unknown: int = 0
    unavailable: int = 0
    errors: list[Exception] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    hurry: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        for number, share in enumerate(self.shares):
            thread = threading.Thread(target=self._run, args=(number, share), daemon=True)
            thread.start()
            self.threads.append(thread)

    def finish(self) -> None:
        self.hurry.set()
        deadline = time.monotonic() + WITHIN_S
        for thread in self.threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        assert not any(thread.is_alive() for thread in self.threads), "the load never came to its end"
        assert not self.errors, self.errors

    def _run(self, number: int, share: Sequence[bytes]) -> None:
        clients = [GatewayClient(f"http://{address}", answer_s=40) for address in self.addresses]
        try:
            turn = number
            for start in range(0, len(share), BATCH):
                pending = list(share[start : start + BATCH])
                while pending:
                    pending = self._submit(clients[turn % len(clients)], pending)
                    turn += 1
                self.hurry.wait(self.pause_s)
        except Exception as error:  # noqa: BLE001 - told by the thread that waits for this one
            self.errors.append(error)
        finally:
            for client in clients:
                client.close()

    def _submit(self, client: GatewayClient, entries: list[bytes]) -> list[bytes]:
        """Those that were not acknowledged."""
        try:
            replies = client.submit_batch(entries)
        except (LogUnavailable, OutcomeUnknown) as error:
            with self.lock:
                self.unknown += isinstance(error, OutcomeUnknown)
                self.unavailable += isinstance(error, LogUnavailable)
            time.sleep(0.3)
            return entries
        again = []
        with self.lock:
            for entry, reply in zip(entries, replies, strict=True):
                assert reply.status != "refused", reply
                if reply.position is None:
                    self.unknown += 1
                    again.append(entry)
                else:
                    self.receipts.setdefault(entry_hash(entry), set()).add(reply.position)
        if again:
            time.sleep(0.3)
        return again


def leader_of(here: Installed) -> int:
    """The broker that leads the log now; asked again until somebody knows."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            client = here.access("admin").connected(KafkaAdminClient)
            try:
                leader = client.describe_topics([here.topic])[0]["partitions"][0]["leader_id"]
            finally:
                client.close()
        except KafkaError:
            leader = -1
        if leader > 0:
            return int(leader)
        time.sleep(0.3)
    raise AssertionError("the log found no leader")


def kill_the_leader(here: Installed, network: Network) -> None:
    leader = leader_of(here)
    here.cluster.kill(leader)
    time.sleep(4)
    restart(here.cluster, leader)


def pause_the_leader_longer_than_the_delivery_timeout(here: Installed, network: Network) -> None:
    leader = leader_of(here)
    here.cluster.pause(leader)
    time.sleep(LONGER_S)
    here.cluster.resume(leader)


def pause_two_brokers(here: Installed, network: Network) -> None:
    """Below min.insync.replicas: nothing can be acknowledged."""
    leader = leader_of(here)
    followers = [node.number for node in here.cluster.nodes if node.number != leader]
    for number in followers:
        here.cluster.pause(number)
    time.sleep(LONGER_S)
    for number in followers:
        here.cluster.resume(number)


def isolate_the_leader(here: Installed, network: Network) -> None:
    network.isolate(leader_of(here))
    time.sleep(LONGER_S + 3)
    network.heal()


def keep_clients_from_the_leader(here: Installed, network: Network) -> None:
    network.keep_clients_from(leader_of(here))
    time.sleep(LONGER_S)
    network.heal()


def restart_one_after_the_other(here: Installed, network: Network) -> None:
    for node in here.cluster.nodes:
        here.cluster.stop(node.number)
        time.sleep(1)
        restart(here.cluster, node.number)
        time.sleep(3)


def restart(cluster: Cluster, number: int) -> None:
    cluster.start(number)
    cluster.wait()


FAULTS: tuple[Callable[[Installed, Network], None], ...] = (
    kill_the_leader,
    pause_the_leader_longer_than_the_delivery_timeout,
    pause_two_brokers,
    isolate_the_leader,
    keep_clients_from_the_leader,
    restart_one_after_the_other,
)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with Network(tmp_path) as network:
        yield network


def shares_of(entries: Sequence[bytes], *, choice: random.Random) -> list[list[bytes]]:
    """The entries dealt out to the submitters, each share in an order of its own: the ledger waits for what is missing."""
    dealt = [list(entries[number::SUBMITTERS]) for number in range(SUBMITTERS)]
    for share in dealt:
        choice.shuffle(share)
    return dealt


def at_the_end(here: Installed, *, end: int) -> Ledger:
    """Wait until ledger, views and checkpoint stand at the end of the log; the fold of the log."""
    deadline = time.monotonic() + WITHIN_S
    heads: list[int] = []
    signed = 0
    while time.monotonic() < deadline:
        try:
            with open_postgres_books(here.books("desk")) as books:
                heads = [books.ledger.head().position, *(books.views.head(view.name).position for view in VIEWS)]
            signed = read_checkpoint(TileFolder(here.tiles)).size
        except (Unavailable, NotEstablished):
            time.sleep(0.3)
            continue
        if set(heads) == {end} and signed == end:
            with KafkaLogReader.open(here.access("desk")) as log:
                return folded(log)
        time.sleep(0.3)
    raise AssertionError(f"books or checkpoint never came to the end of the log: {heads}, {signed} of {end}")


def test_nothing_acknowledged_is_lost_whatever_happens_to_the_brokers(tmp_path: Path, network: Network) -> None:
    choice = random.Random(SEED)
    entries = [*unwitnessed_entries()]
    faults = [fault for _ in range(ROUNDS) for fault in choice.sample(FAULTS, len(FAULTS))]
    with (
        installed(tmp_path / "here", seed=1, brokers=3, wire=network.wire) as here,
        serving(here, names=(*GATEWAYS, "ledger", "checkpointer"), more=SETTINGS) as (_, addresses),
    ):
        rest = entries[here.opened.entries :]
        pause_s = 90 * ROUNDS / (len(rest) / SUBMITTERS / BATCH)
        load = Load(addresses.gateways, shares_of(rest, choice=choice), pause_s)
        load.start()
        for fault in faults:
            fault(here, network)
        load.finish()
        with KafkaLogReader.open(here.access("desk")) as log:
            found = everything(log)
        check_receipts(load, found=found, entries=rest)
        check_books(here, end=len(found))
        check_archive(here, to=tmp_path / "archive")


def everything(log: KafkaLogReader) -> list[bytes]:
    found: list[bytes] = []
    while records := log.read(start=len(found), limit=500):
        found += [record.entry for record in records]
    return found


def check_receipts(load: Load, *, found: Sequence[bytes], entries: Sequence[bytes]) -> None:
    hashes = [entry_hash(entry) for entry in found]
    assert set(load.receipts) == {entry_hash(entry) for entry in entries}
    for digest_, positions in load.receipts.items():
        assert all(hashes[position] == digest_ for position in positions)


def check_books(here: Installed, *, end: int) -> None:
    ledger = at_the_end(here, end=end)
    with open_postgres_books(here.books("desk")) as books:
        assert books.ledger.head().state_digest == ledger.state_digest()
        outcomes = books.ledger.outcomes(start=0, stop=end)
        assert len({(outcome.position, outcome.ordinal) for outcome in outcomes}) == len(outcomes)
        for view in VIEWS:
            assert books.views.digest(view.name) == digest(replay(view, outcomes))


def check_archive(here: Installed, *, to: Path) -> None:
    with KafkaLogReader.open(here.access("desk")) as log:
        ledger = export_tiles(here.tiles, to=to)
        report = audit_archive(Request(source=to, root=here.opened.election))
        beside = audit_archive(Request(source=to, root=here.opened.election, log=log))
    assert report.verdict is AuditVerdict.VERIFIED
    assert report.tally.state_digest == ledger.state_digest()
    assert beside.to_json() == report.to_json()
