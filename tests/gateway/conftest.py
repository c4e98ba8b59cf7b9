"""The election that the tests of the gateway hand events in to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.courier.two_stations import Election

collect_ignore = [] if os.environ.get("CUSTODY_SOAK") == "1" else ["test_third_party_reader.py"]
"""What needs a compiler of another language is run with the larger figures."""


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)
