"""docker-compose.yml as this machine can run it: the same commands, environment and files, with names, paths and addresses
mapped.  No container engine is needed, and none of its isolation is tested here.

Each service has a loopback address of its own, so that every port stays what the file says.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import psycopg
import yaml
from psycopg import sql
from psycopg.conninfo import make_conninfo

from custody.sandbox import native_postgres
from custody.sandbox.native_kafka import kafka_runtime

ROOT: Final = Path(__file__).parents[2]
FILE: Final = ROOT / "docker-compose.yml"
JVM: Final = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
POSTGRES_USER: Final = "nobody"


def services() -> dict[str, dict[str, Any]]:
    """Every service of the file, anchors and merges resolved."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


def environment_of(service: Mapping[str, Any]) -> dict[str, str]:
    """A service's environment; compose's own escape of ``$`` undone."""
    return {name: str(value).replace("$$", "$") for name, value in service.get("environment", {}).items()}


def mounts_of(service: Mapping[str, Any]) -> dict[str, str]:
    """Path in the container -> what is mounted there: a volume's name, or a path that begins with ``./``."""
    pairs = (volume.split(":") for volume in service.get("volumes", ()))
    return {pair[1]: pair[0] for pair in pairs}


@dataclass
class Machine:
    """Where the system runs: a folder for its volumes, and a loopback address for each service."""

    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    net: str = field(default_factory=lambda: f"127.{1 + secrets.randbelow(250)}.{secrets.randbelow(250)}")

    def __post_init__(self) -> None:
        self.services = services()
        self.bin = self.folder / "bin"
        self.bin.mkdir(parents=True)
        (self.folder / "desk").mkdir()  # the image's working folder has one
        _shims(self.bin)

    def address(self, name: str) -> str:
        """The address of a service."""
        return f"{self.net}.{10 + list(self.services).index(name)}"

    def volume(self, name: str) -> Path:
        """The folder that stands for a named volume."""
        place = self.folder / "volumes" / name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def mapped(self, text: str, *, name: str) -> str:
        """A word of a command or environment with names, paths and addresses of this machine."""
        service = self.services[name]
        for inside, outside in sorted(mounts_of(service).items(), key=lambda pair: -len(pair[0])):
            real = ROOT / outside if outside.startswith("./") else self.volume(outside)
            text = re.sub(rf"{re.escape(inside)}(?=$|[/:,])", str(real), text)
        for other in self.services:
            text = re.sub(rf"(?<![\w.-]){re.escape(other)}(?=:\d|/\d)", self.address(other), text)
        text = re.sub(r"(?<![\d.])(0\.0\.0\.0|127\.0\.0\.1)(?![\d.])", self.address(name), text)
        return text.replace("/opt/kafka/bin", str(self.bin))

    def environment(self, name: str) -> dict[str, str]:
        """What the process gets, and nothing else but what programs need to run at all."""
        kept = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
        told = environment_of(self.services[name])
        mapped = {key: self.mapped(value, name=name) for key, value in told.items()}
        if name.startswith("kafka-"):
            work = self.folder / "work" / name
            work.mkdir(parents=True, exist_ok=True)
            mapped |= {"NODE_HOST": self.address(name), "NODE_WORK": str(work), "LOG_DIR": str(work)}
            mapped["KAFKA_HEAP_OPTS"] = "-Xms96m -Xmx384m"
        path = os.pathsep.join((str(self.bin), os.path.dirname(sys.executable), os.environ["PATH"]))
        return kept | mapped | {"PATH": path}

    def command(self, name: str, words: Sequence[str] | None = None) -> list[str]:
        """A service's command, or other words as it would run them."""
        service = self.services[name]
        given = [*service.get("entrypoint", ()), *service.get("command", ())] if words is None else [*words]
        return [self.mapped(word.replace("$$", "$"), name=name) for word in given]

    def run(
        self,
        name: str,
        words: Sequence[str] | None = None,
        *,
        timeout_s: int = 120,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Run a job, or one command as the service would, to its end; what it printed.  ``extra``: environment that wins."""
        given = {key: self.mapped(value, name=name) for key, value in extra.items()}
        done = subprocess.run(
            self.command(name, words),
            env=self.environment(name) | given,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def order(self) -> list[str]:
        """The services in an order in which the file's ``depends_on`` lets them start; those of a profile are not among them."""
        left = {name: set(one.get("depends_on", ())) for name, one in self.services.items() if "profiles" not in one}
        found: list[str] = []
        while left:
            free = [name for name, waits in left.items() if waits <= set(found)]
            assert free, f"these wait for each other: {sorted(left)}"
            found += free
            left = {name: waits for name, waits in left.items() if name not in free}
        return found

    def up(self) -> dict[str, str]:
        """Start everything as the engine would, each when what it waits for is healthy or has ended well.

        What the jobs printed.
        """
        said: dict[str, str] = {}
        for name in self.order():
            needed = self.services[name].get("depends_on", {})
            self.wait_healthy(*(other for other, how in needed.items() if how["condition"] == "service_healthy"))
            if self.services[name]["restart"] != "unless-stopped":
                said[name] = self.run(name)
            elif name == "postgres":
                self.start_postgres()
            else:
                self.start(name)
        self.wait_healthy(*self.processes)
        return said

    def start_postgres(self) -> None:
        """What the entrypoint of PostgreSQL's image does: a new cluster by its POSTGRES_ settings, then the command."""
        environment = self.environment("postgres")
        data, pwfile = self.volume("postgres") / "data", self.folder / "password"
        data.mkdir(mode=0o700)
        shutil.copyfile(environment["POSTGRES_PASSWORD_FILE"], pwfile)
        user = pwd.getpwnam(POSTGRES_USER).pw_uid if os.geteuid() == 0 else None
        for path in (data, pwfile) if user is not None else ():
            shutil.chown(path, POSTGRES_USER)
        self.folder.chmod(0o711)
        binaries = native_postgres._binaries(self.folder)
        (self.bin / "pg_isready").symlink_to(binaries / "pg_isready")
        words = [str(binaries / "initdb"), "-D", str(data), "-U", environment["POSTGRES_USER"], f"--pwfile={pwfile}"]
        words += [*shlex.split(environment["POSTGRES_INITDB_ARGS"]), "--no-sync"]
        subprocess.run(words, check=True, capture_output=True, timeout=60, user=user, cwd="/")
        server, *given = self.command("postgres")
        own = ["-D", str(data), "-h", self.address("postgres"), "-c", "unix_socket_directories="]
        self._begin("postgres", [str(binaries / server), *own, *given], user=user)
        self._create_database(environment)

    def _create_database(self, environment: Mapping[str, str]) -> None:
        password = Path(environment["POSTGRES_PASSWORD_FILE"]).read_text().strip()
        host = self.address("postgres")
        ready = [str(self.bin / "pg_isready"), "-q", "-h", host]
        deadline = time.monotonic() + 60
        while subprocess.run(ready, check=False, timeout=20).returncode:
            assert time.monotonic() < deadline, self.said("postgres")
            time.sleep(0.1)
        where = {"host": host, "user": environment["POSTGRES_USER"], "password": password}
        with psycopg.connect(make_conninfo(**where), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(environment["POSTGRES_DB"])))

    def start(self, name: str) -> None:
        """Start a service; returns at once."""
        self._begin(name, self.command(name))

    def _begin(self, name: str, command: Sequence[str], *, user: int | None = None) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                env=self.environment(name),
                cwd="/" if user is not None else self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )

    def said(self, name: str) -> str:
        """The end of a service's log."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def wait_healthy(self, *names: str, within_s: float = 60) -> None:
        """Run the services' own health checks until all pass."""
        deadline = time.monotonic() + within_s
        for name in names:
            while not self.is_healthy(name):
                assert self.processes[name].poll() is None, f"{name} ended:\n{self.said(name)}"
                assert time.monotonic() < deadline, f"{name} is not healthy:\n{self.said(name)}"
                time.sleep(0.4)

    def is_healthy(self, name: str) -> bool:
        """The health check of a service, run once."""
        how, *words = self.services[name]["healthcheck"]["test"]
        assert how == "CMD"
        environment = self.environment(name)
        command = [word.replace("$NODE_HOST", self.address(name)) for word in self.command(name, words)]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=20, check=False)
        return done.returncode == 0

    def stop(self) -> dict[str, int]:
        """End everything as the engine would, services before brokers; the exit code of each."""
        codes = {}
        for name in reversed(list(self.processes)):
            process = self.processes.pop(name)
            if process.poll() is None:
                told = {"postgres": signal.SIGINT}.get(name, signal.SIGTERM)
                process.send_signal(signal.SIGKILL if name.startswith("kafka-") else told)
            try:
                codes[name] = process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[name] = process.wait(30)
        return codes


def _shims(folder: Path) -> None:
    """The two scripts of Kafka that start.sh calls, over the jars of the package indexes; and the program itself."""
    runtime = kafka_runtime()
    jars = os.pathsep.join(str(jar) for jar in runtime.classpath)
    java = f"exec {shlex.quote(str(runtime.java))} {' '.join(JVM)} $KAFKA_HEAP_OPTS $KAFKA_LOG4J_OPTS -cp {shlex.quote(jars)}"
    programs = {
        "kafka-storage.sh": f'{java} kafka.tools.StorageTool "$@"',
        "kafka-server-start.sh": f'{java} kafka.Kafka "$@"',
        "custody": f'exec {shlex.quote(sys.executable)} -m custody.cli "$@"',
        "python": f'exec {shlex.quote(sys.executable)} "$@"',
    }
    for name, line in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
