"""Roles of the PostgreSQL database that keeps the books: some that write, each what it made itself, and others that read.

A writer makes its schemas itself; whatever it makes, all others may read, and nothing else. What a reader may do is a matter of
rights: it may connect, use the writers' schemas and SELECT there. What it was given beyond that, by whomever, is taken away at
each run, and so is what everybody may do on a server as it is made (temporary tables, large objects, the schema ``public``). That
its transactions begin as read-only as well is a reminder, which it may switch off and gains nothing by. A password leaves this
process hashed only.

Not here: the tables (``projections``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import psycopg
from psycopg import sql

from schemas.errors import Unavailable

_CONNECT_TIMEOUT_S: Final = 15
_LARGE_OBJECTS: Final = (
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_put(oid, bigint, bytea)",
    "lowrite(integer, bytea)",
    "lo_unlink(oid)",
)
"""Functions by which anybody may write, as a server is made."""
_MEMBERSHIPS: Final = """
SELECT g.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
WHERE m.rolname = ANY(%s)
"""
_SCHEMAS: Final = r"""
SELECT n.nspname, r.rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' ORDER BY n.nspname
"""


def put_roles(url: str, *, writers: Sequence[str], passwords: Mapping[str, str]) -> None:
    """Make the roles named in ``passwords``, with these passwords; ``writers`` are some of them, the others read.

    ``url`` is a superuser's, of the database of the books. Any number of calls give the same. Unavailable if the database
    cannot be reached or refuses.
    """
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_TIMEOUT_S) as connection:
            for role, password in passwords.items():
                _put_role(connection, role=role, password=password)
            readers = [role for role in sorted(passwords) if role not in writers]
            for statement in _grants(connection.info.dbname, writers=writers, roles=sorted(passwords)):
                connection.execute(statement)
            for statement in _rights_of_readers(connection, writers=writers, readers=readers):
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


def _rights_of_readers(
    connection: psycopg.Connection[tuple[object, ...]], *, writers: Sequence[str], readers: Sequence[str]
) -> Iterator[sql.Composed]:
    """What readers may do in what is there already; and what nobody may do who writes nothing."""
    for name in _LARGE_OBJECTS:
        yield sql.SQL("REVOKE EXECUTE ON FUNCTION pg_catalog.{} FROM PUBLIC").format(sql.SQL(name))
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC").format()
    if not readers:
        return
    base = sql.Identifier(connection.info.dbname)
    yield sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM {}").format(base, _names(readers))
    for group, member in connection.execute(_MEMBERSHIPS, (list(readers),)).fetchall():
        yield sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(str(group)), sql.Identifier(str(member)))
    for schema, owner in connection.execute(_SCHEMAS).fetchall():
        place = sql.Identifier(str(schema))
        for kind in ("TABLES", "SEQUENCES"):
            taken = sql.SQL(f"REVOKE ALL ON ALL {kind} IN SCHEMA {{}} FROM {{}}")
            yield taken.format(place, _names(readers))
        yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(place, _names(readers))
        if owner in writers:
            yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(place, _names(readers))
            yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(place, _names(readers))


def _names(roles: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, roles))
