"""``custody gateway`` as a real process, an election that enrolled two gateways, and senders that keep what they were told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from custody.adapters.http import GatewayClient
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.core.authority.roster import possession_message
from custody.core.entries.receipts import open_receipt
from custody.core.entries.signing import public_bytes
from custody.ports import LogReader
from schemas.envelope import entry_hash
from schemas.errors import CustodyError
from tests.worlds import DOMAIN, World

GATEWAYS = ("gateway-1", "gateway-2")
STRANGER = "gateway-9"
"""Has a key in the keystore, and the log has not enrolled it."""
PIN = "123456"
_START_S = 60.0


class GatewayWorld(World):
    """As the world of the other tests, with two gateways enrolled beside the device and the observer."""

    def enrolment(self, *names: str) -> bytes:
        return super().enrolment(*names, *GATEWAYS)

    def _enrolment(self, name: str) -> dict[str, Any]:
        row = super()._enrolment(name)
        if name not in GATEWAYS:
            return row
        private, key = self.key(name)
        message = possession_message(election=self.election, person=None, role="gateway", keyid=key)
        return {**row, "role": "gateway", "proof": private.sign(message).hex()}

    def gateway_public(self, keyid: str) -> bytes | None:
        return next((public_bytes(self.key(name)[0]) for name in GATEWAYS if self.key(name)[1] == keyid), None)

    def keystore(self, folder: Path) -> Path:
        path = folder / "gateways.json"
        keys = [
            NewKey(badge=name, role="gateway", private=self.key(name)[0], pin=PIN) for name in (*GATEWAYS, STRANGER)
        ]
        Keystore.create(path, domain=DOMAIN, cost=LIGHT_COST).add(keys)
        return path


def kafka_settings(access: KafkaAccess) -> dict[str, str]:
    return {
        "CUSTODY_KAFKA_BOOTSTRAP": ",".join(access.bootstrap),
        "CUSTODY_KAFKA_TOPIC": access.topic,
        "CUSTODY_KAFKA_SECURITY": access.security,
        "CUSTODY_KAFKA_USER": access.user or "",
        "CUSTODY_KAFKA_PASSWORD": access.password or "",
        "CUSTODY_KAFKA_REPLICAS": "1",
    }


def key_settings(keystore: Path, *, badge: str) -> dict[str, str]:
    return {"CUSTODY_KEYSTORE": str(keystore), "CUSTODY_BADGE": badge, "CUSTODY_PIN": PIN}


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    lines: Path
    address: str = ""

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines.read_text().splitlines() if line.startswith("{")]

    def wait_listening(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            found = [line["address"] for line in self.said() if line["event"] == "listening"]
            if found:
                self.address = found[0]
                return
            time.sleep(0.05)
        raise AssertionError(self.lines.read_text())


@contextmanager
def gateway_process(folder: Path, *, settings: Mapping[str, str], arguments: Sequence[str] = ()) -> Iterator[Running]:
    """The process, not waited for; it is killed at the end if it still runs."""
    lines = folder / f"gateway-{time.monotonic_ns()}.err"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")} | dict(
        settings
    )
    command = [sys.executable, "-m", "custody.cli", "gateway", "--listen", "127.0.0.1:0", *arguments]
    with lines.open("wb") as stderr:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=stderr)
    try:
        yield Running(process, lines)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


@dataclass
class Sender:
    """Hands entries in, in batches, until there are no more or the gateway goes away; keeps what was promised."""

    url: str
    entries: Sequence[bytes]
    batch: int = 1
    promised: list[tuple[bytes, bytes]] = field(default_factory=list)
    """(entry, receipt)"""
    errors: list[CustodyError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        with GatewayClient(self.url) as client:
            for start in range(0, len(self.entries), self.batch):
                part = self.entries[start : start + self.batch]
                try:
                    replies = client.submit_batch(part)
                except CustodyError as error:
                    self.errors.append(error)
                    return
                self.promised += [
                    (entry, reply.statement)
                    for entry, reply in zip(part, replies, strict=True)
                    if reply.position is not None
                ]


def check_promises(log: LogReader, *, promised: Sequence[tuple[bytes, bytes]], world: GatewayWorld) -> list[bytes]:
    """Every receipt names the place where the log holds just these bytes; the whole log."""
    entries: list[bytes] = []
    while records := log.read(start=len(entries), limit=500):
        entries += [record.entry for record in records]
    for entry, statement in promised:
        receipt = open_receipt(statement, gateways=world.gateway_public)
        assert receipt.entry == entry_hash(entry)
        assert entries[receipt.position] == entry
    return entries
