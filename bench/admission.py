"""Admission: signatures a second through a real gateway over HTTP into a real broker, and the latency of one event.

What is compared, in one run: batches handed in by several senders to ``custody gateway`` (front door, every signature verified,
appended with acks=all, read back, folded, receipt signed) with bare Ed25519 verification by ``cryptography``. Senders, broker
and gateway share this machine, so both are counted in processor time: signatures for each second that the gateway's process
worked, against verifications for each second that verifying worked; times on the clock are printed beside it. Latency: the 99th
percentile of one event after the other, against synchronous sends of the same bytes by kafka-python.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaProducer

from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLog
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_topic import create_topic
from custody.sandbox.native_kafka import start_cluster
from schemas.envelope import parse_envelope
from tests.gateway.process_gateway import GATEWAYS, GatewayWorld, gateway_process, kafka_settings, key_settings

SET_UP = 12
EVENTS = 12_000
SINGLE = 500
BATCH = 250
SENDERS = 3
VERIFICATIONS = 5_000
_UNLIMITED = "100000000:100000000"


def run() -> Iterator[tuple[str, float]]:
    """("admission", see above), ("admission latency", synchronous p99 / gateway's p99; the aim is 0.33)."""
    world = GatewayWorld()
    entries = world.some(SET_UP + EVENTS + SINGLE)
    with tempfile.TemporaryDirectory(prefix="custody-bench-") as place, _topic(Path(place)) as access:
        with KafkaLog.open(access) as log:
            log.append(entries[:SET_UP])
        rates = {"CUSTODY_KEY_RATE": _UNLIMITED, "CUSTODY_ADDRESS_RATE": _UNLIMITED}
        keys = key_settings(world.keystore(Path(place)), badge=GATEWAYS[0])
        settings = kafka_settings(access) | keys | rates
        with gateway_process(Path(place), settings=settings) as gateway:
            gateway.wait_listening()
            yield "admission", _admission(gateway.url, entries[SET_UP : SET_UP + EVENTS], pid=gateway.process.pid)
            singles = entries[SET_UP + EVENTS :]
            asked_ms = _p99_ms(singles, send=_submitting(gateway.url))
        sent_ms = _p99_ms(singles, send=_sending(access))
        print(f"one event: gateway p99 {asked_ms:.1f} ms, synchronous send p99 {sent_ms:.1f} ms")
        yield "admission latency", sent_ms / asked_ms


@contextmanager
def _topic(folder: Path) -> Iterator[KafkaAccess]:
    passwords = {"broker": secrets.token_hex(16), "admin": secrets.token_hex(16)}
    with start_cluster(folder / "kafka", brokers=1, passwords=passwords) as cluster:
        access = KafkaAccess(
            bootstrap=cluster.bootstrap,
            topic="bench",
            security="SASL_PLAINTEXT",
            user="admin",
            password=passwords["admin"],
        )
        create_topic(access, replicas=1)
        yield access


def _admission(url: str, entries: Sequence[bytes], *, pid: int) -> float:
    signatures = sum(len(parse_envelope(entry).signatures) for entry in entries)
    batches = [entries[start : start + BATCH] for start in range(0, len(entries), BATCH)]
    with get_context("spawn").Pool(SENDERS) as pool:
        pool.map(_hand_in, [(url, ())] * SENDERS, chunksize=1)
        cpu_s, begin_s = _cpu_s(pid), time.perf_counter()
        _hand_in_all(pool, url=url, batches=batches)
        elapsed_s, cpu_s = time.perf_counter() - begin_s, _cpu_s(pid) - cpu_s
    bare = _bare_a_cpu_second()
    print(
        f"admission {signatures / elapsed_s:,.0f} signatures/s on the clock, {signatures / cpu_s:,.0f} a second of processor "
        f"({cpu_s / elapsed_s:.2f} cores used); bare verification {bare:,.0f} a second of processor"
    )
    return signatures / cpu_s / bare


def _hand_in_all(pool: Pool, *, url: str, batches: Sequence[Sequence[bytes]]) -> None:
    # Neighbouring batches go at once: what comes a little out of order waits in the fold, as it does in earnest.
    for _ in pool.imap_unordered(_hand_in, [(url, batch) for batch in batches], chunksize=1):
        pass


def _hand_in(work: tuple[str, Sequence[bytes]]) -> None:
    url, batch = work
    with GatewayClient(url) as client:
        if batch and any(reply.position is None for reply in client.submit_batch(batch)):
            raise RuntimeError("the gateway did not take a batch of the benchmark")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _bare_a_cpu_second() -> float:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, message = private.public_key(), b"m" * 1_500
    signature = private.sign(message)
    begin_s = time.process_time()
    for _ in range(VERIFICATIONS):
        public.verify(signature, message)
    return VERIFICATIONS / (time.process_time() - begin_s)


def _p99_ms(entries: Sequence[bytes], *, send: Callable[[bytes], object]) -> float:
    times_ms = []
    for entry in entries:
        begin_s = time.perf_counter()
        send(entry)
        times_ms.append((time.perf_counter() - begin_s) * 1_000)
    return statistics.quantiles(times_ms[10:], n=100)[98]


def _submitting(url: str) -> Callable[[bytes], object]:
    client = GatewayClient(url)
    return lambda entry: client.submit(entry, at="")


def _sending(access: KafkaAccess) -> Callable[[bytes], object]:
    producer = KafkaProducer(**access.client_settings(), acks="all", enable_idempotence=True)
    return lambda entry: producer.send(access.topic, entry, partition=0).get(30)
