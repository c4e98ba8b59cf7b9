"""Reading a directory's books in a command: what is wrong with log or books is said first, and is the exit code.

A log that no longer holds what was signed ends with 1; books that stand before its end with 3.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import typer

from custody.cli.exits import BOOKS_STOPPED, EXITS
from custody.cli.telling import in_words
from custody.embedded.directory import Directory
from custody.embedded.signed_log import missing
from projections.stores.books import Books
from projections.stores.moments import Instant, position_at, read_moment
from projections.stores.standstill import Standstill, place, standstill
from schemas.errors import Contradicted, Misused


@dataclass(frozen=True, slots=True)
class OpenedBooks:
    """Books that are open, and whether they stand still."""

    books: Books
    standstill: Standstill | None
    missing: dict[str, str] | None = None
    """What the log no longer holds of what was signed or read."""

    def told(self) -> dict[str, Any] | None:
        """For JSON: where the books stand if that is before the end of the log; else None."""
        return None if self.standstill is None else self.standstill.told()

    def position(self, at: str | None) -> int | None:
        """The log position that ``--at`` names, itself or by a time; None for now.  Misused."""
        moment = None if at is None else moment_of(at)
        if isinstance(moment, Instant):
            try:
                return position_at(moment, books=self.books)
            except ValueError as error:
                raise Misused("show-at", str(error)) from error
        entries = self.books.ledger.head().position
        if moment is not None and moment >= entries:
            raise Misused("show-at", f"The books stand at {place(entries)}: there is nothing at {moment} yet.")
        return moment


def moment_of(at: str) -> int | Instant:
    """What ``--at`` says.  Misused."""
    try:
        return read_moment(at)
    except ValueError as error:
        raise Misused("show-at", f"--at: {error}") from error


def log_position(directory: Directory, *, at: str | None) -> int | None:
    """The position that ``--at`` names, for what follows from the log alone; the books are asked for times only.  Misused."""
    moment = None if at is None else moment_of(at)
    if not isinstance(moment, Instant):
        return moment
    with directory.open_books() as books:
        return OpenedBooks(books, None).position(at)


@contextmanager
def comparing_log(directory: Directory, *, as_json: bool = False) -> Iterator[dict[str, str] | None]:
    """Entries that are missing from the log are told first, and the command ends with 1; what JSON says of them.

    Where JSON is printed the line is on stderr.
    """
    gone = missing(directory)
    if gone is None:
        yield None
        return
    _say(in_words(gone.sentence, code=gone.code), as_json=as_json)
    yield {"code": gone.code, "sentence": gone.sentence}
    raise typer.Exit(EXITS[Contradicted])


@contextmanager
def opened_books(directory: Directory, *, as_json: bool = False) -> Iterator[OpenedBooks]:
    """The books of a directory; what is wrong with log or books is the first line, and then the exit code: 1, or else 3.

    Where JSON is printed the line is on stderr, and the JSON says it too.
    """
    entries = log_entries(directory)
    with comparing_log(directory, as_json=as_json) as gone, directory.open_books() as books:
        found = standstill(books, log_entries=entries)
        if found is not None:
            _say(found.sentence, as_json=as_json)
        yield OpenedBooks(books, found, gone)
    if found is not None:
        raise typer.Exit(BOOKS_STOPPED)


def _say(sentence: str, *, as_json: bool) -> None:
    print(sentence, file=sys.stderr if as_json else sys.stdout, flush=True)


def log_entries(directory: Directory) -> int:
    """Number of entries on the log; 0 for books that were copied without it."""
    if not directory.log.is_file():
        return 0
    with directory.open_log() as log:
        return log.end()
