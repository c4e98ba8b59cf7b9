"""As of a position from 200,000 on, single units are answered, and say what they cannot say; the rest is refused in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from projections.stores.books import create_books
from projections.views.all_views import VIEWS
from projections.web.snapshots.past_views import ENTRIES_MAX
from tests.web.demo import Web, running_web

FAR = ENTRIES_MAX + 50
UNITS = ("AYT-P01-T", "DEL-P01-T", "ROM-K01-L")


@pytest.fixture(scope="module")
def long(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The demonstration's books, as they are after many more entries by which nothing changed."""
    place = tmp_path_factory.mktemp("long")
    shutil.copytree(demo / "books", place / "books")
    with create_books(place / "books") as books:
        stood = books.ledger.head()
        further = replace(stood, position=FAR + 50, state_digest=None)
        books.ledger.write(expected=stood, head=further, outcomes=[])
        for view in VIEWS:
            books.views.write(view.name, expected=stood, head=further, changes=[])
    with running_web("--dir", str(place)) as web:
        yield web


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_as_it_is_now_where_nothing_changed_since(long: Web, unit: str) -> None:
    now, then = (long.json(f"/units/{unit}.json{at}") for at in ("", f"?at={FAR}"))
    assert then["as_of"] == FAR
    assert then["counts"] is None
    assert then["findings"] == []
    for part in ("unit", "city", "packed_into", "trail", "trail_total"):
        assert then[part] == now[part], part
    for part in ("custodian", "basis", "within", "came_in", "since", "since_at"):
        assert then["custody"][part] == now["custody"][part], part
    assert then["custody"]["handover"] is None
    assert "no handover has moved it" not in then["custody"]["sentence"]


@pytest.mark.parametrize("unit", UNITS)
def test_the_page_of_a_unit_says_what_it_does_not_tell(long: Web, unit: str) -> None:
    page = long.get(f"/units/{unit}?at={FAR}")
    assert page.status_code == 200
    assert "What was wrong with it is not told as of a position so far on" in page.text
    assert "No open finding names it" not in page.text
    assert long.get(f"/api/v1/units/{unit}/trail?at={FAR}").status_code == 200


@pytest.mark.parametrize("path", ["/board", "/stations/AYT", "/findings", "/api/v1/units", "/api/v1/accounts.csv"])
def test_anything_else_as_of_there_is_refused_in_words(long: Web, path: str) -> None:
    refused = long.get(f"{path}?at={FAR}")
    assert refused.status_code == 422
    assert (
        f"Only single units are answered as of position {ENTRIES_MAX} ({ENTRIES_MAX + 1} entries) and later."
        in refused.text
    )
    assert long.get(f"{path}?at=2000").status_code == 200
