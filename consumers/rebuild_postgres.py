"""Rebuild books that are kept in PostgreSQL; as ``rebuild``, which compares, with schemas in the place of folders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consumers.ledger import LedgerRun
from consumers.rebuild import Rebuilt, fill_and_compare
from projections.stores import postgres_books
from projections.stores.postgres_recorder import BooksAddress


def rebuild_postgres(reading: LedgerRun[Any], *, address: BooksAddress, pause: Callable[[int], None]) -> Rebuilt:
    """As :func:`consumers.rebuild.rebuild`, for books in PostgreSQL: made in a schema beside, exchanged in one transaction.

    Readers see the old books until then.  A runner that lost its lock without noticing is fenced: it kept another edition.
    """
    fresh = postgres_books.beside(address)
    postgres_books.discard(fresh)
    with postgres_books.create_postgres_books(fresh) as new:
        old = postgres_books.open_postgres_books(address) if postgres_books.is_there(address) else None
        rebuilt = fill_and_compare(reading, new=new, old=old, pause=pause)
    postgres_books.exchange(address)
    return rebuilt
