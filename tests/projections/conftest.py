from __future__ import annotations

from collections.abc import Iterator

import pytest

from projections.stores.books import Books
from tests.projections.places import Place, place_named


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with place_named(request.param, request=request) as place:
        yield place


@pytest.fixture
def books(place: Place) -> Iterator[Books]:
    with place.create() as books:
        yield books
