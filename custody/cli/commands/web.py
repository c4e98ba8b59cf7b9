"""``custody web``: the query API and the pages over the books of a directory or of a database, read-only.

Not here: who keeps the books up (``custody demo``, ``custody ledger``), TLS and rate limits: a proxy stands before a public one.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn

from custody.adapters.token_file import TokenFile
from custody.cli.commands.token import token_file
from custody.cli.coverage import log_seen
from custody.cli.live_play import Play
from custody.cli.settings.books import books_address
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at
from custody.embedded.log_watch import DirectoryLogWatch
from custody.serving.listening import address_of, bound
from projections.stores.books import LEDGER_FILE, VIEWS_FILE, open_books
from projections.stores.postgres_books import open_postgres_books
from projections.stores.postgres_recorder import BooksAddress
from projections.web.app import make_app
from projections.web.serving.record import Record
from projections.web.snapshots.books_pool import Shelf
from schemas.election_names import NO_NAMES
from schemas.errors import Misused, Unavailable

PORT_DEFAULT: Final = 8080
_CONNECTIONS_MAX: Final = 2_000
_STOP_WITHIN_S: Final = 10
_KEEP_ALIVE_S: Final = 15
_SWITCH_S: Final = 0.001
"""A page that is made waits so long for its turn beside work of seconds, as making a state of the past."""
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
    shelf = _shelf_of(Directory(directory or _DEMO)) if address is None else _shelf_of_database(address)
    sockets = [bound(listen, port=port)]
    if health:
        sockets.append(bound(health))
    place = None if address is not None else directory or _DEMO
    serve(shelf, sockets=sockets, tokens=token_file(place), beside=None if place is None else Directory(place))


def serve(
    shelf: Shelf, *, sockets: list[socket.socket], tokens: TokenFile | None = None, beside: Directory | None = None
) -> None:
    """Answer on these sockets until interrupted or asked to end; requests under way are finished first.

    ``beside``: the directory whose names of the election lie beside the books.
    """
    server = server_of(shelf, tokens=tokens, beside=beside)
    _say(sockets[0])
    # The server ends gracefully, then raises the signal again: being asked to end is no failure.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    server.run(sockets=sockets)


def serve_play(play: Play, *, port: int, beside: Directory) -> None:
    """Show a play until it ends, or until interrupted."""
    sockets = [bound(f"127.0.0.1:{port}")]
    server = server_of(play.shelf(), beside=beside)

    def done() -> None:
        server.should_exit = True

    runner = threading.Thread(target=lambda: play.run(done=done))
    runner.start()
    _say(sockets[0])
    try:
        server.run(sockets=sockets)
    finally:
        play.end()
        runner.join()


def server_of(shelf: Shelf, *, tokens: TokenFile | None = None, beside: Directory | None = None) -> uvicorn.Server:
    """The server of the pages over a shelf; ``beside``: the directory whose names of the election lie beside the books."""
    names = NO_NAMES if beside is None else names_at(beside)
    record = None if beside is None else Record(beside.archive)
    config = uvicorn.Config(
        make_app(shelf, tokens=tokens, names=names, record=record),
        log_level="error",  # a warning for each malformed request would let anybody fill the disk
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS_MAX,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_STOP_WITHIN_S,
    )
    sys.setswitchinterval(_SWITCH_S)
    return uvicorn.Server(config)


def _say(listening: socket.socket) -> None:
    address = address_of(listening)
    typer.echo(f"Pages: http://{address}/   API: http://{address}/docs   Ctrl-C ends.")


def _shelf_of(directory: Directory) -> Shelf:
    """The books of a directory; Misused if there are none."""
    books = directory.books
    directory.check_books()

    def mark() -> tuple[tuple[int, int], ...]:
        """Which files are there: a rebuild puts others in their place."""
        try:
            found = [(books / name).stat() for name in (LEDGER_FILE, VIEWS_FILE)]
        except OSError as error:
            raise Unavailable("books-missing", "There are no books that can be opened at this place.") from error
        return tuple((file.st_dev, file.st_ino) for file in found)

    watch = DirectoryLogWatch(directory)
    return Shelf(lambda: open_books(books), mark=mark, look=lambda: log_seen(watch))


def _shelf_of_database(address: BooksAddress) -> Shelf:
    """The books in a database; a rebuild exchanges them under the same names."""
    return Shelf(lambda: open_postgres_books(address), mark=lambda: None)
