"""What a courier with several consignments has aboard, as the query API tells it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.web.demo import running_web


def test_a_tour_says_what_its_document_names_and_where_each_package_is(tmp_path: Path) -> None:
    place = str(tmp_path / "d")
    command = [sys.executable, "-m", "custody.cli", "demo", "--scenario", "tour-of-five-stations", "--dir", place]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with running_web("--dir", place) as web:
        (tour,) = web.json("/api/v1/tours")["items"]
    places = [tour[name] for name in ("waiting", "aboard", "delivered", "elsewhere")]
    assert tour["document"] == sum(map(len, places)) == 5
    assert len(tour["consignments"]) == 5
    assert (len(tour["delivered"]), tour["left_behind"], tour["state"]) == (5, [], "delivered")
