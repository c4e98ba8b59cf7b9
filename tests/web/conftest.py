from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.demo import Web, running_web, shared_demo
from tests.web.past_books import past_books


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a demonstration that all tests of the run read."""
    return shared_demo(tmp_path_factory)


@pytest.fixture(scope="session")
def web(demo: Path) -> Iterator[Web]:
    """``custody web`` over that demonstration."""
    with running_web("--dir", str(demo)) as web:
        yield web


@pytest.fixture(scope="session")
def books_then(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its books as they were when its log ended earlier (past_books)."""
    return past_books(tmp_path_factory)
