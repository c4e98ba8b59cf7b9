"""The books that ``custody web`` shows, named by where they lie: a second process opens the same by the same address.

Not here: how it is answered (``projections.web``), and on which sockets (``commands.web``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from custody.adapters.token_file import TokenFile
from custody.cli.commands.token import token_file
from custody.cli.coverage import log_seen
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at
from custody.embedded.log_watch import DirectoryLogWatch
from projections.stores.books import LEDGER_FILE, VIEWS_FILE, open_books
from projections.stores.postgres_books import open_postgres_books
from projections.stores.postgres_recorder import BooksAddress
from projections.web.app import make_app
from projections.web.serving.past_answers import MakeApp
from projections.web.serving.record import Record
from projections.web.snapshots.books_pool import Shelf
from schemas.election_names import NO_NAMES
from schemas.errors import Unavailable


@dataclass(frozen=True, slots=True)
class ShownBooks:
    """Books, and what lies beside them."""

    books: Directory | BooksAddress | Path
    """Those of a directory or of a database; or the folder of books that nobody rebuilds."""
    beside: Directory | None = None
    """The directory whose names of the election and whose archive belong to the books."""
    opens: bool = False
    """Whether tokens open what is withheld."""

    def server_app(self) -> FastAPI:
        """The application of the server: the past is answered by a process of its own.  Misused if there are no books."""
        return self._app(past=self.app)

    def app(self) -> FastAPI:
        """The application that answers everything itself.  Misused if there are no books."""
        return self._app(past=None)

    def _app(self, *, past: MakeApp | None) -> FastAPI:
        shelf = self._shelf()
        names = NO_NAMES if self.beside is None else names_at(self.beside)
        record = None if self.beside is None else Record(self.beside.archive)
        return make_app(shelf, tokens=self._tokens(), names=names, record=record, past=past)

    def _tokens(self) -> TokenFile:
        place = None if self.beside is None else self.beside.path
        return token_file(place) if self.opens else TokenFile.none()

    def _shelf(self) -> Shelf:
        if isinstance(self.books, Directory):
            return _shelf_of(self.books)
        if isinstance(self.books, BooksAddress):
            return _shelf_of_database(self.books)
        return _shelf_of_folder(self.books)


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


def _shelf_of_folder(books: Path) -> Shelf:
    """Books that stay where they are."""
    return Shelf(lambda: open_books(books), mark=lambda: None)
