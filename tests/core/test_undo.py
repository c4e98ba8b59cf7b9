"""Undo: dicts, lists, sets and parts come back exactly as they were, the order of a dict's keys included, whatever was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.undo import Changes, Dict, List, Set, Undoable, take_back


@dataclass(slots=True)
class Shelf(Undoable):
    """A part with everything that a part can hold."""

    label: str = ""
    rows: dict[int, Any] = field(default_factory=dict)
    order: list[Any] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)
    inner: Shelf | None = None


def picture(value: Any) -> Any:
    """A value by value, a dict with the order of its keys."""
    if isinstance(value, Shelf):
        return ("shelf", *(picture(getattr(value, name)) for name in Shelf.__slots__))
    if isinstance(value, dict):
        return ("dict", *((key, picture(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", *(picture(item) for item in value))
    return ("set", *sorted(value)) if isinstance(value, set) else value


def change(shelf: Shelf, random: Random) -> None:
    """One change somewhere in the shelf."""
    rows, order, marked, key = shelf.rows, shelf.order, shelf.marked, random.randrange(6)
    nested = rows.setdefault(9, {})
    row = random.choice((rows, nested))
    steps: list[Any] = [
        lambda: setattr(shelf, "label", str(key)),
        lambda: row.__setitem__(key, random.choice((key, [key], {key: key}, {key}, Shelf(str(key))))),
        lambda: row.pop(key, None),
        lambda: row.pop(next(iter(row))) if row else None,
        lambda: row.setdefault(key, []),
        lambda: row.update({key: 1, key + 1: 2}),
        row.clear,
        lambda: setattr(shelf, "rows", {key: key}),
        lambda: order.append({key: key}),
        lambda: order.extend([key, [key]]),
        lambda: order.insert(random.randrange(len(order) + 1), key),
        lambda: order.pop(random.randrange(len(order))) if order else None,
        order.clear,
        lambda: order.__setitem__(0, key) if order else None,
        lambda: order.__setitem__(slice(0, 2), [key, key]),
        order.reverse,
        lambda: marked.add(key),
        lambda: marked.discard(key),
        lambda: marked.update({key, key + 1}),
        marked.clear,
        lambda: setattr(shelf, "inner", Shelf(str(key), {key: {}})),
        lambda: shelf.inner.rows.setdefault(key, {}).update({1: 1}) if shelf.inner is not None else None,
    ]
    random.choice(steps)()


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=30))
def test_whatever_was_changed_is_taken_back(seed: int, steps: int) -> None:
    random, shelf = Random(seed), Shelf()
    changes: Changes = []
    shelf.watch(changes)
    for _ in range(6):
        changes.clear()
        before = picture(shelf)
        for _ in range(steps):
            change(shelf, random)
        take_back(changes)
        assert picture(shelf) == before
        assert not changes
        for _ in range(4):
            change(shelf, random)


def test_what_is_put_into_a_part_is_watched_however_deep() -> None:
    shelf, changes = Shelf(), Changes()
    shelf.watch(changes)
    shelf.rows[1] = {"list": [{"set": {1}}]}
    changes.clear()
    shelf.rows[1]["list"][0]["set"].add(2)
    take_back(changes)
    assert shelf.rows == {1: {"list": [{"set": {1}}]}}
    assert [type(shelf.rows), type(shelf.rows[1]["list"]), type(shelf.rows[1]["list"][0]["set"])] == [Dict, List, Set]


def test_a_part_that_nobody_holds_writes_nothing_down() -> None:
    shelf = Shelf()
    shelf.label = "new"
    changes: Changes = []
    shelf.watch(changes)
    assert not changes


def test_what_would_depend_on_the_machine_is_not_offered() -> None:
    changes: Changes = []
    with pytest.raises(NotImplementedError):
        Dict({1: 1}, changes=changes).popitem()
    with pytest.raises(NotImplementedError):
        Set({1}, changes=changes).pop()
