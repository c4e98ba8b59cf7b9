"""The recovery of docs/operating.md, drilled on a real broker: the topic is deleted, everybody notices, everything comes back.

What the checkpoint covers comes back from the tiles and gives the same signed root; what came after it, from a device.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient

from custody.adapters.archive import read_checkpoint
from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLogReader
from custody.adapters.outbox import Outbox
from custody.adapters.reference import reference_stations
from custody.adapters.tilefolder import TileFolder
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.courier.client import knowledge_of
from custody.courier.refeed import refeed
from custody.courier.sign_act import Crew, make_act
from custody.courier.sync import SyncReport, sync
from custody.demo.people import assemble
from custody.sandbox.create import export_tiles
from custody.sandbox.local_cluster import Addresses, Installed, installed, service_of, serving
from custody.sandbox.local_processes import Processes
from schemas.errors import CustodyError

NOW = "2026-11-24T09:00:00+00:00"
PACKS = ("AYT-K01-W", "AYT-P01-T")
ALARM_WITHIN_S = 60
WATCHFUL = {"CUSTODY_WATCH_S": "2"}


class Device:
    """The CEC's device, which makes acts and is synced through a gateway."""

    def __init__(self, folder: Path) -> None:
        self.cast = assemble(seed=1, stations=reference_stations())
        device = self.cast.devices["cec-device"]
        self.box = Outbox.create(folder / "device.sqlite", badge="cec-device", key=device.key)
        self.crew = Crew(signing=[self.cast.people["cec-1"], self.cast.people["cec-2"]], device=device)

    def pack(self, unit: str, *, batch: str | None, contents: list[str], minute: int) -> None:
        """One act, kept in the outbox."""
        said = {"type": "UnitPacked", "unit": unit, "batch": batch, "contents": contents, "papers": 441}
        at = f"2015-04-16T08:{minute:02d}:00+05:00"
        make_act(said, crew=self.crew, knowledge=knowledge_of(self.box), outbox=self.box, at=at)

    def synced(self, address: str, how: Callable[..., SyncReport] = sync) -> SyncReport:
        with GatewayClient(f"http://{address}") as client:
            return how(self.box, submitter=client, at=NOW)


@pytest.fixture
def here() -> Iterator[Installed]:
    """One broker, PostgreSQL, and an opened election."""
    folder = Path(tempfile.mkdtemp(prefix="custody-drill-"))
    try:
        with installed(folder, seed=1, brokers=1) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reasons(health: str) -> str:
    """What /readyz says; empty while the service is ready."""
    try:
        with urllib.request.urlopen(f"http://{health}/readyz", timeout=5) as answer:
            assert answer.status == 200
            return ""
    except urllib.error.HTTPError as error:
        return error.read().decode()


def until(told: Callable[[], bool], *, within_s: float, what: Callable[[], object]) -> None:
    deadline = time.monotonic() + within_s
    while not told():
        assert time.monotonic() < deadline, what()
        time.sleep(0.3)


def command(here: Installed, owner: str, *words: str) -> int:
    """One command with the settings of an owner of secrets, or of Kafka's superuser."""
    told = here.settings("checkpointer" if owner == "admin" else owner)
    if owner == "admin":
        password = here.secrets.folder / "kafka" / "admin-password"
        told |= {"CUSTODY_KAFKA_USER": "admin", "CUSTODY_KAFKA_PASSWORD_FILE": str(password)}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CUSTODY_")]:
            patch.delenv(name)
        for name, value in told.items():
            patch.setenv(name, value)
        return run(make_app(words), arguments=[*words])


def held(here: Installed) -> list[bytes]:
    with KafkaLogReader.open(here.access("desk")) as log:
        entries: list[bytes] = []
        while records := log.read(start=len(entries), limit=500):
            entries += [record.entry for record in records]
        return entries


def delete_topic(here: Installed) -> None:
    client = here.access("admin").connected(KafkaAdminClient)
    client.delete_topics([here.topic])
    client.close()


def test_a_deleted_topic_is_noticed_and_restored_with_the_same_root(
    here: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    device = Device(tmp_path)
    root = here.opened.election
    with serving(here, names=("gateway-1", "ledger", "monitor"), more=WATCHFUL) as (processes, addresses):
        _acts_before_and_after_the_checkpoint(here, device=device, addresses=addresses)
        before, signed = held(here), (here.tiles / "checkpoint").read_bytes()
        assert (len(before), read_checkpoint(TileFolder(here.tiles)).size) == (268, 267)
        delete_topic(here)
        _everybody_notices(processes)
        with pytest.raises(CustodyError):
            device.synced(addresses.gateways[0])

    assert command(here, "admin", "topics", "create", "--replicas", "1") == 0
    assert command(here, "admin", "restore", "--tiles", str(here.tiles), "--root", root) == 0
    assert "267 of 267 entries put back" in capsys.readouterr().out
    assert held(here) == before[:267]
    _sign(here)
    assert (here.tiles / "checkpoint").read_bytes() == signed

    _ledger_halts(here)
    assert command(here, "ledger", "rebuild") == 1, "the books had come further than the log now does"
    with serving(here, names=("gateway-1", "ledger", "checkpointer", "monitor")) as (processes, addresses):
        assert device.synced(addresses.gateways[0], refeed).recorded == 1
        assert held(here) == before
        until(lambda: _signed(here) == 268, within_s=30, what=lambda: _signed(here))
        assert [reasons(service.health) for service in processes.services] == [""] * 4
    _is_verified(here, to=tmp_path / "archive")


def _acts_before_and_after_the_checkpoint(here: Installed, *, device: Device, addresses: Addresses) -> None:
    gateway = addresses.gateways[0]
    device.synced(gateway)
    device.pack(PACKS[0], batch="AYT-B01-1", contents=[], minute=1)
    assert device.synced(gateway).recorded == 1
    _sign(here)
    device.pack(PACKS[1], batch=None, contents=[PACKS[0]], minute=2)
    assert device.synced(gateway).recorded == 1


def _everybody_notices(processes: Processes) -> None:
    for service in processes.services:
        until(
            lambda health=service.health: "topic-missing" in reasons(health),  # type: ignore[misc]
            within_s=ALARM_WITHIN_S,
            what=lambda health=service.health: reasons(health),  # type: ignore[misc]
        )


def _ledger_halts(here: Installed) -> None:
    with Processes(here.folder / "logs") as processes:
        service = service_of(here, name="ledger", addresses=Addresses(gateways=(), web=""))
        processes.start(service)

        def said() -> str:
            try:
                return reasons(service.health)
            except OSError:
                return "starting"

        until(lambda: "log-shorter" in said(), within_s=ALARM_WITHIN_S, what=said)
        processes.check()


def _sign(here: Installed) -> None:
    """The checkpointer, once."""
    words = ("--tiles", str(here.tiles), "--state", str(here.folder / "state"))
    assert command(here, "checkpointer", "checkpointer", "--once", *words) == 0


def _signed(here: Installed) -> int:
    return read_checkpoint(TileFolder(here.tiles)).size


def _is_verified(here: Installed, *, to: Path) -> None:
    root = here.opened.election
    export_tiles(here.tiles, to=to)
    with KafkaLogReader.open(here.access("desk")) as log:
        reports = [audit_archive(Request(source=to, root=root)), audit_archive(Request(source=to, root=root, log=log))]
    assert [report.verdict for report in reports] == [AuditVerdict.VERIFIED] * 2
    assert reports[0].tally.state_digest == reports[1].tally.state_digest
    assert json.loads((to / "election.json").read_bytes())["election"] == root
