"""How long an honest sender waits for his answer while others flood: through a real gateway over HTTP, on loopback.

What is compared, in one run: the median time from handing in one event to its receipt while nobody else sends, with that while
one address keeps all connections that it may have busy with rubbish, copies, whole batches and reads; and with that while 640
heads are half sent from twenty addresses. The aim is that it takes no more than three times as long: a ratio of 0.33 at least.
Senders, floods and gateway share this machine. Everything ends by itself: what floods does so for a number of seconds.
"""

from __future__ import annotations

import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

from custody.adapters.http import GatewayClient
from custody.adapters.sqlite import SqliteLog
from tests.gateway.process_gateway import GATEWAYS, GatewayWorld, Running, gateway_process, key_settings

SET_UP = 12
SAMPLES = 60
HEADS = 640
HEAD_ADDRESSES = 20
FLOOD_SENDERS = 32
FLOOD_S_MAX = 60.0
_FLOODER = "127.0.0.2"
_HEAD = b"POST /v1/events HTTP/1.1\r\nhost: x\r\nx: "


def run() -> Iterator[tuple[str, float]]:
    """("flood-honest" and "half-heads-honest": quiet latency / latency meanwhile), and each kind of flood by itself."""
    world = GatewayWorld()
    floods = _floods(world)
    entries = iter(world.some(SET_UP + SAMPLES * (len(floods) + 4)))
    with (
        tempfile.TemporaryDirectory(prefix="custody-bench-") as place,
        _gateway(Path(place), world=world, entries=entries) as gateway,
        GatewayClient(gateway.url) as honest,
    ):

        def measured() -> float:
            some = [next(entries) for _ in range(SAMPLES)]
            return _median_ms(some, send=lambda entry: honest.submit(entry, at=""))

        measured()
        quiet_ms = measured()
        print(f"flood: quiet {quiet_ms:.1f} ms")
        worst = 1e9
        for name, request in floods.items():
            with _flooding(gateway.address, request=request):
                flooded_ms = measured()
            print(
                f"flood: while one address sends {name} {flooded_ms:.1f} ms, {flooded_ms / quiet_ms:.1f} times as long"
            )
            worst = min(worst, quiet_ms / flooded_ms)
        yield "flood-honest", worst
        with _half_heads(gateway.address):
            heads_ms = measured()
        print(f"flood: while {HEADS} heads are half sent {heads_ms:.1f} ms, {heads_ms / quiet_ms:.1f} times as long")
        yield "half-heads-honest", quiet_ms / heads_ms


@contextmanager
def _gateway(folder: Path, *, world: GatewayWorld, entries: Iterator[bytes]) -> Iterator[Running]:
    place = folder / "election"
    place.mkdir()
    with SqliteLog.create(place / "log.sqlite") as log:
        log.append([next(entries) for _ in range(SET_UP)])
    settings = key_settings(world.keystore(folder), badge=GATEWAYS[0])
    with gateway_process(folder, settings=settings, arguments=("--dir", str(place))) as gateway:
        gateway.wait_listening()
        yield gateway


def _floods(world: GatewayWorld) -> dict[str, bytes]:
    known = world.some(SET_UP)
    return {
        "rubbish": _post("/v1/events", b"x" * 2_000),
        "copies": _post("/v1/events", known[-1]),
        "batches": _post("/v1/events/batch", b"\n".join([b"{}", *known] * 38), kind="application/x-ndjson"),
        "reads": b"GET /v1/entries?start=0&limit=256 HTTP/1.1\r\nhost: x\r\n\r\n",
    }


def _post(path: str, body: bytes, *, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _median_ms(entries: Sequence[bytes], *, send: Callable[[bytes], object]) -> float:
    times_ms = []
    for entry in entries:
        begin_s = time.perf_counter()
        send(entry)
        times_ms.append((time.perf_counter() - begin_s) * 1_000)
    return statistics.median(times_ms)


@contextmanager
def _flooding(address: str, *, request: bytes) -> Iterator[None]:
    context = get_context("spawn")
    over, begun = context.Event(), context.Event()
    flood = context.Process(target=_flood, args=(address, request, begun, over), daemon=True)
    flood.start()
    try:
        begun.wait(FLOOD_S_MAX)
        yield
    finally:
        over.set()
        flood.join(FLOOD_S_MAX)


def _flood(address: str, request: bytes, begun: object, over: object) -> None:  # noqa: PLR0917 - of another process
    """Keep every connection busy until told, and no longer than a minute."""
    host, _, port = address.rpartition(":")
    end_s = time.monotonic() + FLOOD_S_MAX
    open_: list[socket.socket] = []
    while time.monotonic() < end_s and not over.is_set():  # type: ignore[attr-defined]
        while len(open_) < FLOOD_SENDERS:
            connection = socket.create_connection((host, int(port)), source_address=(_FLOODER, 0))
            _send(connection, request)
            open_.append(connection)
        begun.set()  # type: ignore[attr-defined]
        open_ = [connection for connection in open_ if _goes_on(connection, request)]
        time.sleep(0.001)


def _goes_on(connection: socket.socket, request: bytes) -> bool:
    """Whether it is still open; an answer is followed by the next request."""
    try:
        if not connection.recv(1 << 20):
            connection.close()
            return False
        return _send(connection, request)
    except BlockingIOError:
        return True
    except OSError:
        connection.close()
        return False


def _send(connection: socket.socket, request: bytes) -> bool:
    try:
        connection.settimeout(1.0)
        connection.sendall(request)
    except OSError:
        connection.close()
        return False
    connection.settimeout(0.0)
    return True


@contextmanager
def _half_heads(address: str) -> Iterator[None]:
    host, _, port = address.rpartition(":")
    with ExitStack() as stack:
        for number in range(HEADS):
            source = f"127.0.1.{number % HEAD_ADDRESSES + 1}"
            connection = socket.create_connection((host, int(port)), source_address=(source, 0))
            stack.enter_context(connection)
            connection.sendall(_HEAD)
        yield
