"""A whole installation on one machine: brokers, PostgreSQL, an opened election and every service, as real processes.

The same secrets, users, rights and commands as in docker-compose.yml, on loopback. For demonstrations, tests and drills.

Not here: what is then done with it (``cli.commands.demo_kafka``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from custody.adapters.kafka_access import KafkaAccess
from custody.core.wording.messages import Message, message
from custody.demo.notary import LogWitnesses
from custody.demo.people import SLUG
from custody.election.model import Election
from custody.sandbox.installation import Installation, install
from custody.sandbox.local_processes import Processes, Service, free_addresses
from custody.sandbox.native_kafka import Cluster, Wire, start_cluster
from custody.sandbox.native_postgres import PostgresServer, start_postgres
from custody.sandbox.open_election import OpenedElection
from custody.sandbox.secret_files import (
    KAFKA_PASSWORD,
    KEYSTORE,
    OWNERS,
    PIN_FILE,
    POSTGRES_PASSWORD,
    Secrets,
    make_secrets,
)

GATEWAYS: Final = ("gateway-1", "gateway-2")
_SECURITY: Final = "SASL_PLAINTEXT"
Tell = Callable[[Message], None]
"""Told in a sentence what has been done."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What runs, and how each service is told where the rest is."""

    folder: Path
    secrets: Secrets
    cluster: Cluster
    postgres: PostgresServer
    opened: OpenedElection
    topic: str = SLUG

    @property
    def tiles(self) -> Path:
        """The checkpointer's live tile folder."""
        return self.folder / "tiles"

    @property
    def replicas(self) -> int:
        """Of the topic: three, or as many as there are brokers."""
        return min(3, len(self.cluster.nodes))

    def access(self, owner: str) -> KafkaAccess:
        """The log as one of the owners of secrets, or as ``admin``."""
        user = next((one.kafka_user for one in OWNERS if one.folder == owner), None)
        words = (owner, KAFKA_PASSWORD) if user else ("kafka", "admin-password")
        return _access(self.cluster, user=user or "admin", password=self.secrets.read(*words), topic=self.topic)

    def books(self, owner: str) -> str:
        """The URL of the books as one of the owners, password and all."""
        role = next(one.postgres_role for one in OWNERS if one.folder == owner)
        return _as_user(self.postgres.url, user=f"{role}:{self.secrets.read(owner, POSTGRES_PASSWORD)}")

    def settings(self, owner: str) -> dict[str, str]:
        """The settings of the service that owns these secrets."""
        one = next(one for one in OWNERS if one.folder == owner)
        place = self.secrets.folder / owner
        told = {
            "CUSTODY_KAFKA_BOOTSTRAP": ",".join(self.cluster.bootstrap),
            "CUSTODY_KAFKA_TOPIC": self.topic,
            "CUSTODY_KAFKA_SECURITY": _SECURITY,
            "CUSTODY_KAFKA_REPLICAS": str(self.replicas),
            "CUSTODY_ROOT": self.opened.election,
        }
        if one.kafka_user:
            told |= {"CUSTODY_KAFKA_USER": one.kafka_user, "CUSTODY_KAFKA_PASSWORD_FILE": str(place / KAFKA_PASSWORD)}
        if one.postgres_role:
            url = _as_user(self.postgres.url, user=one.postgres_role)
            told |= {"CUSTODY_POSTGRES": url, "CUSTODY_POSTGRES_PASSWORD_FILE": str(place / POSTGRES_PASSWORD)}
        if one.badge:
            told |= {"CUSTODY_KEYSTORE": str(place / KEYSTORE), "CUSTODY_PIN_FILE": str(place / PIN_FILE)}
            told |= {"CUSTODY_BADGE": one.badge}
        if owner == "monitor":
            told["CUSTODY_CLOCK"] = "log"  # a demonstration is not played today
        return told


@dataclass(frozen=True, slots=True)
class Addresses:
    """host:port where the services listen."""

    gateways: tuple[str, ...]
    web: str


@contextmanager
def installed(
    folder: Path,
    *,
    seed: int,
    brokers: int,
    tell: Tell = lambda _: None,
    wire: Wire | None = None,
    election: Election | None = None,
    witnesses: LogWitnesses | None = None,
) -> Iterator[Installed]:
    """Brokers, PostgreSQL, secrets, rights and the opened election in ``folder``; all ends with the block.

    ``wire`` as in ``native_kafka.start_cluster``; ``witnesses`` cosign the checkpoints of a play.
    """
    list(make_secrets(folder / "secrets", seed=seed, election=election))
    secrets = Secrets(folder / "secrets")
    passwords = {name: secrets.read("kafka", f"{name}-password") for name in ("broker", "admin")}
    (folder / "kafka").mkdir()
    with (
        start_cluster(folder / "kafka", brokers=brokers, passwords=passwords, wire=wire) as cluster,
        start_postgres() as postgres,
    ):
        tell(message("cluster.answers", brokers=brokers))
        admin = _access(cluster, user="admin", password=passwords["admin"], topic=SLUG)
        what = Installation(
            secrets=secrets,
            admin=admin,
            replicas=min(3, brokers),
            postgres=postgres.url,
            seed=seed,
            now=datetime.now(tz=UTC).isoformat(timespec="seconds"),
            election=election,
            witnesses=witnesses,
        )
        opened = install(what)
        tell(message("cluster.opened", election=opened.election[:16], entries=opened.appended))
        yield Installed(folder, secrets, cluster, postgres, opened)


@contextmanager
def serving(
    here: Installed,
    *,
    names: Sequence[str],
    more: Mapping[str, str] | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[tuple[Processes, Addresses]]:
    """The named services, ready; they end with the block.

    ``more``: settings for all of them beyond their own; ``own``: name -> settings for that one.
    """
    (here.folder / "logs").mkdir(exist_ok=True)
    *gateways, web = free_addresses(len(GATEWAYS) + 1)
    addresses = Addresses(gateways=tuple(gateways), web=web)
    with Processes(here.folder / "logs") as processes:
        for name in names:
            service = service_of(here, name=name, addresses=addresses)
            processes.start(
                replace(service, settings={**service.settings, **(more or {}), **(own or {}).get(name, {})})
            )
        processes.wait_ready()
        yield processes, addresses


def join(here: Installed, *, name: str, processes: Processes, addresses: Addresses, own: Mapping[str, str]) -> None:
    """Start one more service, with settings of its own, and wait until it is ready."""
    service = service_of(here, name=name, addresses=addresses)
    processes.start(replace(service, settings={**service.settings, **own}))
    processes.wait_ready()


def service_of(here: Installed, *, name: str, addresses: Addresses) -> Service:
    """A service as it is started: its command, its settings, and a health address of its own."""
    health = free_addresses(1)[0]
    settings = here.settings(name) | {"CUSTODY_HEALTH_LISTEN": health}
    words = [name]
    if name in GATEWAYS:
        words = ["gateway"]
        settings["CUSTODY_LISTEN"] = addresses.gateways[GATEWAYS.index(name)]
    elif name == "web":
        settings["CUSTODY_LISTEN"] = addresses.web
    elif name == "monitor":
        words += ["--tiles", str(here.tiles)]
    elif name == "checkpointer":
        words += ["--tiles", str(here.tiles), "--state", str(here.folder / "state")]
    return Service(name=name, words=words, settings=settings, health=health)


def _access(cluster: Cluster, *, user: str, password: str, topic: str) -> KafkaAccess:
    access = KafkaAccess(bootstrap=cluster.bootstrap, topic=topic, security=_SECURITY)
    return replace(access, user=user, password=password)


def _as_user(url: str, *, user: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.hostname}:{parts.port}"))
