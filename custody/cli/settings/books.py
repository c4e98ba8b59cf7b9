"""Where the books are and where a service answers for its health, from CUSTODY_* settings of the environment.

A secret may be in the setting itself, or in the file that the setting with ``_FILE`` behind it names.  None of them is
ever shown.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from projections.stores.postgres_recorder import BooksAddress
from schemas.errors import Misused, Unavailable

_SECRET_BYTES_MAX: Final = 4_096


def setting(name: str) -> str | None:
    """The setting, or None if it is missing or empty."""
    return os.environ.get(name) or None


def secret(name: str) -> str | None:
    """The setting, or the one line in the file that ``<name>_FILE`` names; None if there is neither.

    Misused for both at once, Unavailable for a file that cannot be read.
    """
    given, path = setting(name), setting(f"{name}_FILE")
    if path is None:
        return given
    if given is not None:
        raise Misused("setting-twice", f"Set {name} or {name}_FILE, not both.")
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(_SECRET_BYTES_MAX).strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("secret-unreadable", f"The file that {name}_FILE names cannot be read.") from error


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
