"""The address of the books in PostgreSQL, from CUSTODY_* settings of the environment; the password is never shown."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from custody.cli.settings.environment import secret, setting
from projections.stores.postgres_recorder import BooksAddress


def books_address(url: str | None = None) -> BooksAddress | None:
    """The books in PostgreSQL that ``url`` or CUSTODY_POSTGRES names, with CUSTODY_POSTGRES_PASSWORD; None if neither does.

    Misused for what is no PostgreSQL URL, without quoting it.
    """
    conninfo = url or setting("CUSTODY_POSTGRES")
    if conninfo is None:
        return None
    address = BooksAddress(conninfo)
    address.parameters()
    password = secret("CUSTODY_POSTGRES_PASSWORD")
    if password is None or "password" in conninfo_to_dict(conninfo):
        return address
    return BooksAddress(make_conninfo(conninfo, password=password))
