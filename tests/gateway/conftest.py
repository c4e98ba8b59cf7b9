"""The election that the tests of the gateway hand events in to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.courier.two_stations import Election


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)
