"""TLS as docs/operating.md sets it up: brokers that speak nothing else, a database whose certificate is looked at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from psycopg.conninfo import conninfo_to_dict

from custody.sandbox.native_kafka import Cluster, start_cluster
from projections.stores.postgres_books import create_postgres_books
from schemas.errors import Unavailable
from tests.tls import Authority, PostgresOverTls

PAGE: Final = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
PASSWORDS: Final = {"broker": "not-to-be-seen-1", "admin": "not-to-be-seen-2"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority.new(folder)


@pytest.fixture(scope="module")
def cluster(folder: Path, authority: Authority) -> Iterator[Cluster]:
    """Three brokers with the lines that the page gives, their files where the tests keep them."""
    authority.issue(folder / "node.pem")
    (block,) = re.findall(r"```properties\n(.*?)```", PAGE, re.DOTALL)
    lines = [line.strip() for line in block.replace("/etc/custody/tls", str(folder)).strip().splitlines()]
    properties = dict(line.split("=", maxsplit=1) for line in lines)
    with start_cluster(folder / "kafka", brokers=3, passwords=PASSWORDS, extra=properties) as cluster:
        yield cluster


def custody(*words: str, cluster: Cluster, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command, as ``admin`` over TLS unless the settings say otherwise."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    told = {
        "CUSTODY_KAFKA_BOOTSTRAP": ",".join(cluster.bootstrap),
        "CUSTODY_KAFKA_TOPIC": "over-tls",
        "CUSTODY_KAFKA_SECURITY": "SASL_SSL",
        "CUSTODY_KAFKA_USER": "admin",
        "CUSTODY_KAFKA_PASSWORD": PASSWORDS["admin"],
    }
    command = [sys.executable, "-m", "custody.cli", *words]
    environment = kept | told | settings
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_cluster_that_speaks_tls_only_takes_the_topic_and_is_found_well(
    cluster: Cluster, authority: Authority
) -> None:
    ca = str(authority.ca)
    for words in (("topics", "create"), ("topics", "check")):
        done = custody(*words, cluster=cluster, CUSTODY_KAFKA_CA_FILE=ca)
        assert done.returncode == 0, done.stdout + done.stderr
    looked = custody("doctor", cluster=cluster, CUSTODY_KAFKA_CA_FILE=ca).stdout
    assert len(re.findall(r"^OK +broker .* TLSv1\.3, certificate valid until", looked, re.MULTILINE)) == 3
    assert re.search(r"^OK +topic +over-tls is as it must be$", looked, re.MULTILINE)
    assert re.findall(r"^FAIL +(.*?)  ", looked, re.MULTILINE) == ["rights in Kafka"]  # of a superuser
    assert "not-to-be-seen" not in looked


@pytest.mark.parametrize("wrong", ["without TLS", "another authority"])
def test_a_client_that_does_not_verify_such_a_cluster_is_told_why(wrong: str, cluster: Cluster, tmp_path: Path) -> None:
    other = Authority.new(tmp_path)
    plain = {"CUSTODY_KAFKA_SECURITY": "SASL_PLAINTEXT", "CUSTODY_KAFKA_REQUEST_TIMEOUT_MS": "3000"}
    settings = plain if wrong == "without TLS" else {"CUSTODY_KAFKA_CA_FILE": str(other.ca)}
    done = custody("doctor", cluster=cluster, **settings)
    assert done.returncode != 0
    assert "TLS" in done.stdout
    assert "not-to-be-seen" not in done.stdout + done.stderr


@pytest.fixture
def over_tls(folder: Path, authority: Authority, postgres_url: str) -> Iterator[PostgresOverTls]:
    certificate = authority.issue(folder / "database.pem")
    port = int(str(conninfo_to_dict(postgres_url)["port"]))
    with PostgresOverTls(port=port, certificate=certificate) as server:
        yield server


def url_of(plain: str, *, port: int, ca: Path, host: str = "127.0.0.1") -> str:
    """The URL with the page's parameters."""
    told = conninfo_to_dict(plain)
    where = f"{told['user']}:{told['password']}@{host}:{port}/{told['dbname']}"
    (asked,) = re.findall(r"CUSTODY_POSTGRES=postgresql://\S+(\?sslmode=\S+sslrootcert=)\S+?`", PAGE)
    return f"postgresql://{where}{asked}{ca}"


def test_books_are_kept_over_tls(over_tls: PostgresOverTls, authority: Authority, postgres_url: str) -> None:
    with create_postgres_books(url_of(postgres_url, port=over_tls.port, ca=authority.ca)) as books:
        assert books.ledger.head().position == 0
    assert over_tls.taken > 0


@pytest.mark.parametrize("wrong", ["another authority", "another host", "no TLS"])
def test_a_database_that_is_not_who_it_says_is_not_believed(
    wrong: str, over_tls: PostgresOverTls, authority: Authority, postgres_url: str, tmp_path: Path
) -> None:
    ca = Authority.new(tmp_path).ca if wrong == "another authority" else authority.ca
    host = "localhost" if wrong == "another host" else "127.0.0.1"
    port = int(str(conninfo_to_dict(postgres_url)["port"])) if wrong == "no TLS" else over_tls.port
    with pytest.raises(Unavailable) as caught, create_postgres_books(url_of(postgres_url, port=port, ca=ca, host=host)):
        pass
    assert caught.value.code == "books-tls"
    assert str(conninfo_to_dict(postgres_url)["password"]) not in caught.value.sentence
