"""``custody gateway``: the front door of one log over HTTP, in Kafka (CUSTODY_* settings) or embedded (``--dir``).

It starts only as what the log says that it is: its receipt key must be enrolled as a gateway's, and the election the pinned one.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.typing import FilteringBoundLogger

from consumers.journal import journal
from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_watch import TopicWatch
from custody.adapters.keystore import Keystore
from custody.adapters.sqlite import SqliteLog
from custody.cli.commands.play import gateway_key, now
from custody.cli.commands.token import token_file
from custody.cli.settings.environment import secret, setting
from custody.cli.settings.kafka import kafka_access, replicas, watch_s
from custody.core.entries.cloudevents import RecordHints
from custody.core.entries.signing import keyid, public_bytes
from custody.embedded.directory import Directory
from custody.embedded.signed_log import appendable
from custody.gateway.boxes import Boxes
from custody.gateway.connections import CONNECTIONS_AN_ADDRESS, Connections
from custody.gateway.forwarded import parse_proxies
from custody.gateway.front_door import FrontDoor
from custody.gateway.http import Setting, make_app
from custody.gateway.limits import Rate
from custody.gateway.serving import ConnectionLimits, files_allowed, make_server, serve
from custody.gateway.shares import Limits
from custody.gateway.starting import begun
from custody.gateway.watching import Watch, no_alarms
from custody.ports import Log, LogReader
from custody.sandbox.keyring import Keyring
from custody.serving.listening import address_of, bound
from schemas.errors import Misused, NotEstablished

_ROLE: Final = "gateway"
_SWITCH_S: Final = 0.0002
"""Threads take turns this often: the one that writes must not wait long for those that look at what comes next."""


@dataclass(frozen=True, slots=True)
class Access:
    """A log, another access to it for readers, the watch over it, and whom to tell what was seen of what is appended."""

    log: Log
    reader: LogReader
    watch: Watch
    hints: RecordHints | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gateway")(gateway)


def gateway(
    listen: Annotated[
        str, typer.Option("--listen", envvar="CUSTODY_LISTEN", help="Address to listen on.", metavar="HOST:PORT")
    ] = "127.0.0.1:8000",
    health: Annotated[
        str | None,
        typer.Option("--health", envvar="CUSTODY_HEALTH_LISTEN", help="A second address, for /healthz and /metrics."),
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--dir", help="An election's directory, instead of Kafka: its embedded log.")
    ] = None,
    tiles: Annotated[
        Path | None,
        typer.Option("--tiles", envvar="CUSTODY_TILES", help="The checkpointer's folder, to serve at /logs/0/."),
    ] = None,
    boxes: Annotated[
        Path | None,
        typer.Option("--boxes", envvar="CUSTODY_BOXES", help="A folder for boxes of enrolment by a one-time code."),
    ] = None,
    key_rate: Annotated[
        str, typer.Option(envvar="CUSTODY_KEY_RATE", help="Entries of one device: so many a second, so many at once.")
    ] = "50:5000",
    address_rate: Annotated[
        str, typer.Option(envvar="CUSTODY_ADDRESS_RATE", help="Requests and entries of one address, likewise.")
    ] = "2000:20000",
    address_connections: Annotated[
        int, typer.Option(envvar="CUSTODY_ADDRESS_CONNECTIONS", min=1, max=4_096, help="Connections of one address.")
    ] = CONNECTIONS_AN_ADDRESS,
    trusted_proxies: Annotated[
        str, typer.Option(envvar="CUSTODY_TRUSTED_PROXIES", help="Proxies whose word about addresses counts.")
    ] = "",
) -> None:
    """Take signed events over HTTP, put them into the log, and answer with receipts."""
    limits, proxies = Limits(key=_rate(key_rate), address=_rate(address_rate)), parse_proxies(trusted_proxies)
    connections = Connections(an_address=address_connections, in_all=files_allowed(), is_exempt=proxies.trusts)
    place = None if directory is None else Directory(directory)
    private, every_s = _receipt_key(place), watch_s()
    log = journal("gateway")
    with ExitStack() as stack:
        sockets = [stack.enter_context(bound(address)) for address in (listen, health) if address]
        log.info("reading")
        opened = begun(lambda: _opened(place, private=private), sockets=sockets, log=log)
        stack.enter_context(opened.held)
        made = Setting(
            door=opened.door,
            reader=opened.access.reader,
            clock=now,
            watch=opened.access.watch,
            limits=limits,
            journal=log,
            tiles=place.tiles if tiles is None and place is not None else tiles,
            boxes=Boxes(place.boxes if boxes is None and place is not None else boxes),
        )
        made = replace(
            made, watch_interval_s=every_s, proxies=proxies, connections=connections, tokens=token_file(directory)
        )
        _serve(made, sockets=sockets, log=log)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A log that was read to its end; leaving ``held`` gives it back."""

    access: Access
    door: FrontDoor
    held: ExitStack


def _opened(place: Directory | None, *, private: Ed25519PrivateKey) -> _Opened:
    with ExitStack() as held:
        access = held.enter_context(_embedded(place) if place is not None else _kafka())
        door = FrontDoor(access.log, private=private, hints=access.hints)
        _check_identity(door, private=private)
        return _Opened(access, door, held.pop_all())


def _serve(made: Setting, *, sockets: list[socket.socket], log: FilteringBoundLogger) -> None:
    def ready() -> None:
        log.info("listening", address=address_of(sockets[0]), position=made.door.position)

    sys.setswitchinterval(_SWITCH_S)
    patience = ConnectionLimits(connections=made.connections, proxies=made.proxies)
    serve(make_server(make_app(made), patience=patience), sockets=sockets, ready=ready)
    log.info("stopped", position=made.door.position)


@contextmanager
def _embedded(place: Directory) -> Iterator[Access]:
    with appendable(place) as log, SqliteLog.open(place.log) as reader:
        yield Access(log, reader, no_alarms)


@contextmanager
def _kafka() -> Iterator[Access]:
    access = kafka_access()
    watch = TopicWatch(access, replicas=replicas())
    watch.check()  # the earliest look is what later ones are compared with
    with KafkaLog.open(access) as log, KafkaLogReader.open(access) as reader:
        yield Access(log, reader, watch.check, log.hints)


def _receipt_key(place: Directory | None) -> Ed25519PrivateKey:
    """The key out of CUSTODY_KEYSTORE, or out of the keystore of a demonstration's directory."""
    path, badge = setting("CUSTODY_KEYSTORE"), setting("CUSTODY_BADGE")
    if path is None and place is not None:
        private: Ed25519PrivateKey = gateway_key(Keyring(place))
        return private
    if path is None or badge is None:
        raise Misused("no-keystore", "Set CUSTODY_KEYSTORE and CUSTODY_BADGE: a gateway signs with a key of its own.")
    pin = secret("CUSTODY_PIN")
    if pin is None:
        raise Misused("no-pin", "Set CUSTODY_PIN_FILE (or CUSTODY_PIN): the PIN of the gateway's key.")
    store = Keystore(Path(path))
    return store.unlock(keyid=store.find(badge=badge, role=_ROLE).keyid, pin=pin)


def _check_identity(door: FrontDoor, *, private: Ed25519PrivateKey) -> None:
    """Misused or NotEstablished unless the log is of the pinned election and has enrolled this key as a gateway's."""
    root = setting("CUSTODY_ROOT")
    if root is not None and root != door.ledger.election:
        raise Misused("other-election", "The log is of another election than the one that CUSTODY_ROOT pins.")
    record = door.ledger.state.roster.get(keyid(public_bytes(private)))
    if record is None or record.role != _ROLE:
        raise NotEstablished(
            "gateway-not-enrolled", "The log has not enrolled this key as a gateway's: enrol it first."
        )
    if record.revoked is not None:
        raise NotEstablished("gateway-revoked", "This gateway's key was revoked: enrol a new one.")


def _rate(text: str) -> Rate:
    parts = text.split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and 0 < int(part) < 10**9 for part in parts):
        raise Misused("rate", "A rate is written per-second:at-once, both whole numbers above 0.")
    return Rate(per_second=int(parts[0]), burst=int(parts[1]))
