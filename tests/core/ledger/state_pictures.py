"""A ledger's whole state as plain values, so that two moments can be compared: every part, and the order of every dict's keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from custody.core.ledger import Ledger
from custody.core.tlog.merkle import Tree
from custody.core.undo import Dict, List, Set, Undoable

_PLAIN = (str, int, bytes, bool, frozenset, type(None))


def picture(ledger: Ledger) -> Any:
    """Everything that the ledger knows."""
    return _picture(ledger.state, known={})


def _picture(value: Any, *, known: dict[int, Any]) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if id(value) not in known:
        known[id(value)] = _of(value, known=known)
    return known[id(value)]


def _of(value: Any, *, known: dict[int, Any]) -> Any:
    def inner(item: Any) -> Any:
        return _picture(item, known=known)

    kind = type(value)
    if isinstance(value, Tree):
        return (kind, value.size)
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, Undoable):
        return (kind, *((name, inner(getattr(value, name))) for name in (*kind.__slots__, *_seldom(kind))))
    if kind in (Dict, tuple, List, Set) or isinstance(value, Mapping):
        return _of_many(value, inner=inner)
    if is_dataclass(value) and _is_frozen(kind):
        return (kind, *((field.name, inner(getattr(value, field.name))) for field in fields(value)))
    raise AssertionError(f"{kind.__name__} in the state can change, and nothing takes its changes back")


def _seldom(kind: Any) -> tuple[str, ...]:
    """Names of what takes place in a part only where it is another than usual."""
    bases = (base for base in kind.__mro__ if "__dict__" in vars(base).get("__slots__", ()))
    return tuple(name for base in bases for name in base.__annotations__)


def _of_many(value: Any, *, inner: Any) -> Any:
    kind = type(value)
    if kind is Set:
        return (kind, *sorted(map(repr, value)))
    if kind in (tuple, List):
        return (kind, *map(inner, value))
    return (kind, *((key, inner(item)) for key, item in value.items()))


def _is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)
