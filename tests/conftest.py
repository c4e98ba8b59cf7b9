"""The two sizes of the property tests (`make test` is the same on every run, `make soak` more), and the real parts."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from custody.adapters.kafka_access import KafkaAccess
from tests import services
from tests.once import folder_of_the_run

settings.register_profile("test", derandomize=True, deadline=None)
settings.register_profile("soak", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("soak" if os.environ.get("CUSTODY_SOAK") == "1" else "test")


WAITING = ("deploy", "faults", "adapters", "gateway")
"""Folders of tests that mostly wait for processes of their own; they come first, so that others work meanwhile."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits comes first, in its own order; all else stays as it was."""
    items.sort(key=lambda item: _folder_of(item.path) not in WAITING)


def _folder_of(path: Path) -> str:
    """The folder in ``tests`` that a file stands in."""
    return path.relative_to(Path(__file__).parent).parts[0]


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One real broker for the whole run: bootstrap, security, user and password of a superuser."""
    return services.shared("kafka", folder=folder_of_the_run(tmp_path_factory), words=("kafka", "--brokers", "1"))


@pytest.fixture
def kafka_access(kafka_broker: dict[str, Any]) -> KafkaAccess:
    """A topic's name that nobody has used yet, on the run's broker, as its superuser; the topic does not exist yet."""
    told = kafka_broker
    return KafkaAccess(
        bootstrap=tuple(told["bootstrap"]),
        topic=f"custody-{secrets.token_hex(8)}",
        security=told["security"],
        user=told["user"],
        password=told["password"],
    )


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the run's PostgreSQL, as its superuser."""
    return str(services.shared("postgres", folder=folder_of_the_run(tmp_path_factory), words=("postgres",))["url"])


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a database of the test's own, empty, on the run's PostgreSQL."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{postgres_server.rsplit('/', 1)[0]}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
