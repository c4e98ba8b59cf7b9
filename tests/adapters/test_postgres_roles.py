"""The books' database has one role that writes and others that read what it makes, now and later."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from custody.adapters.postgres_roles import put_roles
from schemas.errors import Unavailable


def as_role(url: str, *, role: str, password: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:{password}@{parts.hostname}:{parts.port}").geturl()


@pytest.fixture
def roles(postgres_url: str) -> Iterator[dict[str, str]]:
    """Role -> URL, each with a name of its own: roles belong to the whole server."""
    mark = urlsplit(postgres_url).path.removeprefix("/")
    passwords = {f"writer_{mark}": "w" * 32, f"reader_{mark}": "r" * 32}
    put_roles(postgres_url, writers=[f"writer_{mark}"], passwords=passwords)
    yield {name.split("_")[0]: as_role(postgres_url, role=name, password=secret) for name, secret in passwords.items()}
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in passwords:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def written(roles: dict[str, str]) -> None:
    with psycopg.connect(roles["writer"]) as connection:
        connection.execute("CREATE SCHEMA later")
        connection.execute("CREATE TABLE later.rows (what text)")
        connection.execute("INSERT INTO later.rows VALUES ('kept')")


def test_a_reader_reads_a_schema_that_the_writer_makes_later(roles: dict[str, str]) -> None:
    written(roles)
    with psycopg.connect(roles["reader"]) as connection:
        assert connection.execute("SELECT what FROM later.rows").fetchall() == [("kept",)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO later.rows VALUES ('x')",
        "UPDATE later.rows SET what = 'x'",
        "DELETE FROM later.rows",
        "TRUNCATE later.rows",
        "CREATE TABLE public.own (a int)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "DROP TABLE later.rows",
        "CREATE SCHEMA own",
        "CREATE TEMP TABLE t (a int)",
    ],
)
def test_a_reader_changes_nothing(statement: str, roles: dict[str, str]) -> None:
    written(roles)
    with psycopg.connect(roles["reader"]) as connection, pytest.raises(psycopg.Error):
        connection.execute(statement)
    with psycopg.connect(roles["reader"], autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_what_a_reader_was_granted_by_mistake_is_taken_away_at_the_next_run(
    postgres_url: str, roles: dict[str, str]
) -> None:
    written(roles)
    names = {kind: str(urlsplit(url).username) for kind, url in roles.items()}
    reader = sql.Identifier(names["reader"])
    with psycopg.connect(postgres_url) as connection:
        for more in ("pg_write_all_data TO {}", "ALL ON ALL TABLES IN SCHEMA later TO {}", "ALL ON SCHEMA later TO {}"):
            connection.execute(sql.SQL("GRANT " + more).format(reader))
    put_roles(postgres_url, writers=[names["writer"]], passwords={names["writer"]: "w" * 32, names["reader"]: "r" * 32})
    with psycopg.connect(roles["reader"], autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        assert connection.execute("SELECT what FROM later.rows").fetchall() == [("kept",)]
        for statement in (
            "INSERT INTO later.rows VALUES ('x')",
            "DROP TABLE later.rows",
            "CREATE TABLE later.own (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_nobody_comes_in_with_another_password(postgres_url: str, roles: dict[str, str]) -> None:
    role = str(urlsplit(roles["reader"]).username)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(as_role(postgres_url, role=role, password="guessed"))


def test_the_server_is_told_no_password_but_only_its_hash(postgres_url: str, roles: dict[str, str]) -> None:
    role = urlsplit(roles["writer"]).username
    with psycopg.connect(postgres_url) as connection:
        (kept,) = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (role,)).fetchall()
    assert str(kept[0]).startswith("SCRAM-SHA-256$")


def test_a_second_run_gives_the_same_and_may_change_a_password(postgres_url: str, roles: dict[str, str]) -> None:
    written(roles)
    names = {kind: str(urlsplit(url).username) for kind, url in roles.items()}
    put_roles(postgres_url, writers=[names["writer"]], passwords={names["writer"]: "w" * 32, names["reader"]: "n" * 32})
    with psycopg.connect(as_role(postgres_url, role=names["reader"], password="n" * 32)) as connection:
        assert connection.execute("SELECT what FROM later.rows").fetchall() == [("kept",)]


def test_a_database_that_does_not_answer_is_told_in_words() -> None:
    with pytest.raises(Unavailable, match="PostgreSQL did not take the roles"):
        put_roles("postgresql://nobody:none@127.0.0.1:1/none", writers=["a"], passwords={"a": "b"})
