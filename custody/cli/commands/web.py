"""``custody web``: the query API and the pages over the books of a directory or of a database, read-only.

Not here: who keeps the books up (``custody demo``, ``custody ledger``), TLS and rate limits: a proxy stands before a public one.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn

from custody.cli.live_play import Play
from custody.cli.settings.books import books_address
from custody.cli.settings.ports import PORT_DEFAULT
from custody.cli.shown_books import ShownBooks
from custody.cli.telling import tell
from custody.core.wording.messages import message
from custody.embedded.directory import Directory
from custody.serving.listening import address_of, bound
from schemas.errors import Misused

_CONNECTIONS_MAX: Final = 2_000
_STOP_WITHIN_S: Final = 10
_KEEP_ALIVE_S: Final = 15
_SWITCH_S: Final = 0.001
"""A page that is made waits so long for its turn beside work of seconds, as making a state of the past."""
_COLLECTING: Final = (20_000, 50, 20)
"""How rarely the memory is looked through for what nobody reaches: each look holds up every reader."""
_DEMO: Final = Path(".demo")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("web")(web)


def web(
    directory: Annotated[
        Path | None, typer.Option("--dir", help="The election's directory, else the database.")
    ] = None,
    postgres: Annotated[
        str | None, typer.Option("--postgres", metavar="URL", help="The database of the books, else CUSTODY_POSTGRES.")
    ] = None,
    listen: Annotated[
        str, typer.Option("--listen", envvar="CUSTODY_LISTEN", help="Address to listen on.", metavar="HOST:PORT")
    ] = f"127.0.0.1:{PORT_DEFAULT}",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65_535, help="Port to listen on; 0: a free one.")
    ] = None,
    health: Annotated[
        str | None,
        typer.Option("--health", envvar="CUSTODY_HEALTH_LISTEN", help="A second address, for /healthz and /metrics."),
    ] = None,
) -> None:
    """Show the election to observers: pages and a query API, read-only."""
    if directory is not None and postgres is not None:
        raise Misused("web-books", "Name the books once: --dir or --postgres.")
    address = None if directory is not None else books_address(postgres)
    if address is None:
        place = Directory(directory or _DEMO)
        shown = ShownBooks(place, beside=place, opens=True)
    else:
        shown = ShownBooks(address, opens=True)
    server = server_of(shown)
    sockets = [bound(listen, port=port)]
    if health:
        sockets.append(bound(health))
    serve(server, sockets=sockets)


def serve(server: uvicorn.Server, *, sockets: list[socket.socket]) -> None:
    """Answer on these sockets until interrupted or asked to end; requests under way are finished first."""
    _say(sockets[0])
    settle_memory()
    # The server ends gracefully, then raises the signal again: being asked to end is no failure.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    server.run(sockets=sockets)


def serve_play(play: Play, *, port: int, beside: Directory) -> None:
    """Show a play until it ends, or until interrupted."""
    sockets = [bound(f"127.0.0.1:{port}")]
    server = server_of(ShownBooks(play.books, beside=beside))

    def done() -> None:
        server.should_exit = True

    runner = threading.Thread(target=lambda: play.run(done=done))
    runner.start()
    _say(sockets[0])
    settle_memory()
    try:
        server.run(sockets=sockets)
    finally:
        play.end()
        runner.join()


def server_of(shown: ShownBooks) -> uvicorn.Server:
    """The server of the pages over what is shown.  Misused if there are no books."""
    config = uvicorn.Config(
        shown.server_app(),
        log_level="error",  # a warning for each malformed request would let anybody fill the disk
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS_MAX,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_STOP_WITHIN_S,
    )
    sys.setswitchinterval(_SWITCH_S)
    return uvicorn.Server(config)


def settle_memory() -> None:
    """What is there before the first reader stays: it is not looked through again, and what comes later more rarely.

    Looked through as Python does it by itself, the modules and catalogues alone hold up all readers for a quarter of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTING)


def _say(listening: socket.socket) -> None:
    address = address_of(listening)
    tell(message("done.pages", address=address))
