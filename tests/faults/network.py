"""A network between brokers of one machine that can be cut: every connection passes a relay on a loopback address.

Each node has its own hosts file, so that node 2 reaches node 3 by a relay of its own: links can be cut in one direction of
dialling, a node can be isolated while it goes on running, and clients can be kept from one node only.  A cut link is a
black hole, as a failed network is: connections stay open, and nothing passes; when it heals they are reset.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from custody.sandbox.native_kafka import Node, Wiring

CLIENTS: Final = 100
"""Stands for all clients as the place from which a link leads."""
_CHUNK: Final = 65_536
_WITHIN_S: Final = 30


@dataclass(slots=True)
class _Link:
    """From one place to one node; open until it is cut."""

    is_cut: bool = False
    writers: set[asyncio.StreamWriter] = field(default_factory=set)


class Network:
    """The relays between nodes, and from clients to nodes.  A context manager around the cluster's life."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._links: dict[tuple[int, int], _Link] = {}
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WITHIN_S)
        self._loop.close()

    def wire(self, nodes: Sequence[Node]) -> list[Wiring]:
        """For ``start_cluster``: listen on every link, and give each node its own view of the others."""
        for target in nodes:
            client, broker, controller = target.ports
            for source in nodes:
                if source is not target:
                    self._do(self._listen(source.number, target.number, (broker, controller)))
            self._do(self._listen(CLIENTS, target.number, (client,)))
        return [self._wiring(node, nodes=nodes) for node in nodes]

    def isolate(self, number: int) -> None:
        """Cut every link from and to a node; it goes on running."""
        for ends, link in self._links.items():
            if number in ends:
                link.is_cut = True

    def keep_clients_from(self, number: int) -> None:
        """Cut the link of the clients to a node; the nodes still reach each other."""
        self._links[CLIENTS, number].is_cut = True

    def heal(self) -> None:
        """All links as at the beginning; what was open over a cut one is reset."""
        self._do(self._heal())

    def _wiring(self, node: Node, *, nodes: Sequence[Node]) -> Wiring:
        hosts = self._folder / f"hosts-{node.number}"
        own = [f"127.0.0.1 localhost node-{node.number}"]
        others = [f"127.0.{node.number}.{one.number} node-{one.number}" for one in nodes if one is not node]
        hosts.write_text("\n".join(own + others) + "\n")
        client, broker, _ = node.ports
        address = f"127.0.{CLIENTS}.{node.number}:{client}"
        advertised = f"CLIENT://{address},BROKER://node-{node.number}:{broker}"
        voters = ",".join(f"{one.number}@node-{one.number}:{one.ports[2]}" for one in nodes)
        return Wiring(
            properties={"advertised.listeners": advertised, "controller.quorum.voters": voters},
            java_options=(f"-Djdk.net.hosts.file={hosts}",),
            client_address=address,
        )

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_WITHIN_S)

    async def _listen(self, source: int, target: int, ports: Sequence[int]) -> None:
        link = self._links.setdefault((source, target), _Link())
        for port in ports:

            async def serve(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int = port, link: _Link = link
            ) -> None:
                with suppress(asyncio.CancelledError):  # asyncio itself would tell of it as of an error
                    await _relay(reader, writer, port, link)

            self._servers.append(await asyncio.start_server(serve, f"127.0.{source}.{target}", port))

    async def _heal(self) -> None:
        for link in self._links.values():
            if link.is_cut:
                link.is_cut = False
                for writer in [*link.writers]:
                    writer.transport.abort()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for link in self._links.values():
            for writer in [*link.writers]:
                writer.transport.abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, link: _Link) -> None:
    link.writers.add(writer)
    try:
        there, onward = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        writer.transport.abort()
        link.writers.discard(writer)
        return
    link.writers.add(onward)
    try:
        await asyncio.gather(_pass(reader, onward, link), _pass(there, writer, link))
    finally:
        for one in (writer, onward):
            one.transport.abort()
            link.writers.discard(one)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: _Link) -> None:
    try:
        while data := await reader.read(_CHUNK):
            while link.is_cut:
                await asyncio.sleep(0.05)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()
