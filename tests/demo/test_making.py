"""A demonstration takes its place whole or not at all, and replaces nothing but an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.embedded.directory import Directory
from custody.sandbox.create import renewed
from schemas.errors import Misused


def make(path: Path, *, text: str, error: type[BaseException] | None = None) -> None:
    with renewed(Directory(path)) as new:
        new.demo_file.write_text(text)
        if error is not None:
            raise error
        (new.path / "books").mkdir()


def test_a_new_one_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "above" / "d"
    make(place, text="first")
    (place / "devices").mkdir()
    make(place, text="second")
    assert sorted(item.name for item in place.iterdir()) == ["books", "demo.json"]
    assert (place / "demo.json").read_text() == "second"


def test_a_place_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("first", "second"):
        make(Path("d"), text=text)
    assert sorted(item.name for item in (tmp_path / "d").iterdir()) == ["books", "demo.json"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_one_that_fails_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    make(tmp_path / "earlier", text="first")
    for name in ("earlier", "none"):
        with pytest.raises(error):
            make(tmp_path / name, text="half", error=error)
    assert [item.name for item in tmp_path.iterdir()] == ["earlier"]
    assert sorted(item.name for item in (tmp_path / "earlier").iterdir()) == ["books", "demo.json"]
    assert (tmp_path / "earlier" / "demo.json").read_text() == "first"


def test_what_a_killed_one_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "d" / ".new.abc").mkdir(parents=True)
    make(tmp_path / "d", text="first")
    assert sorted(item.name for item in (tmp_path / "d").iterdir()) == ["books", "demo.json"]


def test_anything_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path, tmp_path / "file"):
        with pytest.raises(Misused, match="not-a-demo"), renewed(Directory(place)):
            pass
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
