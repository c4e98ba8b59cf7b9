"""What is true of a unit beside its state: on hold, custody broken, disputed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from projections.stores.books import create_books
from projections.views.view import Put
from tests.web.demo import running_web


@pytest.mark.parametrize(("classification", "is_broken"), [("incident", True), ("explained", False)])
def test_a_break_that_lasts_is_custody_broken_unless_an_act_explains_it(
    demo: Path, tmp_path: Path, classification: str, *, is_broken: bool
) -> None:
    shutil.copytree(demo / "books", tmp_path / "books")
    lasts = {"cause": "lost", "classification": classification, "since": "2015-04-20T10:00:00+06:00", "until": None}
    interval = {**lasts, "minutes": None, "opened_by": "0" * 64, "closed_by": None}
    with create_books(tmp_path / "books") as books:
        row = next(row for row in books.views.rows("custody") if row.doc["unit"].startswith("ROM-K01"))
        head = books.views.head("custody")
        changed = Put(row.key, row.station, {**row.doc, "breaks": [interval]})
        books.views.write("custody", expected=head, head=head, changes=[changed])
    with running_web("--dir", str(tmp_path)) as web:
        for page in (f"/units/{row.doc['unit']}", "/stations/ROM"):
            assert ("custody broken" in web.get(page).text) == is_broken
        assert web.get(f"/units/{row.doc['unit']}.json").json()["unit"]["broken"] == is_broken
