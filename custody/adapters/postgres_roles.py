"""Roles of the PostgreSQL database that keeps the books: some that write, each what it made itself, and others that read.

A writer makes its schemas itself; whatever it makes later, all others may read, and nothing else. A reader's every
transaction is read-only even where somebody grants it more by mistake. A password leaves this process hashed only.

Not here: the tables (``projections``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import psycopg
from psycopg import sql

from schemas.errors import Unavailable

_CONNECT_TIMEOUT_S: Final = 15


def put_roles(url: str, *, writers: Sequence[str], passwords: Mapping[str, str]) -> None:
    """Make the roles named in ``passwords``, with these passwords; ``writers`` are some of them, the others read.

    ``url`` is a superuser's, of the database of the books. Any number of calls give the same. Unavailable if the database
    cannot be reached or refuses.
    """
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_TIMEOUT_S) as connection:
            for role, password in passwords.items():
                _put_role(connection, role=role, password=password)
            for statement in _grants(connection.info.dbname, writers=writers, roles=sorted(passwords)):
                connection.execute(statement)
    except psycopg.Error as error:
        reason = f"PostgreSQL did not take the roles ({type(error).__name__}): is it reachable, and the password right?"
        raise Unavailable("postgres-roles", reason) from error


def _put_role(connection: psycopg.Connection[tuple[object, ...]], *, role: str, password: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    options = "WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD"
    connection.execute(sql.SQL(f"ALTER ROLE {{}} {options} {{}}").format(sql.Identifier(role), sql.Literal(hashed)))


def _grants(database: str, *, writers: Sequence[str], roles: Sequence[str]) -> Iterator[sql.Composed]:
    base = sql.Identifier(database)
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(base)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(base, _names(roles))
    for role in roles:
        name = sql.Identifier(role)
        if role in writers:
            yield sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(base, name)
        else:
            yield sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name)
    for writer in writers:
        others = [role for role in roles if role != writer]
        for kind in ("USAGE ON SCHEMAS", "SELECT ON TABLES") if others else ():
            future = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} TO {}")
            yield future.format(sql.Identifier(writer), sql.SQL(kind), _names(others))


def _names(roles: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, roles))
