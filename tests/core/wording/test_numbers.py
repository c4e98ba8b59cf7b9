"""Figures in sentences: one form for one thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.core.wording.numbers import at_position, positions_held

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("position", "told"),
    [(0, "position 0 (1 entry)"), (1, "position 1 (2 entries)"), (1123, "position 1123 (1124 entries)")],
)
def test_a_position_is_told_with_the_number_of_entries_in_the_same_form(position: int, told: str) -> None:
    assert at_position(position) == told


def test_the_positions_of_a_log_are_told_in_that_form_too() -> None:
    assert positions_held(1) == "positions 0 to 0 (1 entry)"
    assert positions_held(2814) == "positions 0 to 2813 (2814 entries)"


def test_nothing_writes_the_pair_by_itself() -> None:
    files = [path for folder in ("custody", "projections", "consumers") for path in (ROOT / folder).rglob("*")]
    texts = {path: path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".html"}}
    own = {
        path.relative_to(ROOT).as_posix()
        for path, text in texts.items()
        if re.search(r"\+ 1\)?[^\n]{0,12}\}+ entries", text)
    }
    assert own == set()
