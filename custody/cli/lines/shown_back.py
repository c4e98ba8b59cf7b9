"""An act shown back to those who are about to sign it: every field that somebody states, in plain lines.

On a terminal it is asked whether to sign; a script has stated everything and is only shown it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import typer

from custody.core.wording.numbers import packages, papers
from schemas.base import Common

_HASH: Final = re.compile(r"[0-9a-f]{32,}")
_COMMON: Final = frozenset(Common.model_fields) | {"type", "units", "nonce", "offer"}
_NONE_READ: Final = "seals     none read"
_ROWS_MAX: Final = 20
"""Lines of one field that are shown; a list of a thousand keys is read in its file."""


def confirm(event: Common, badges: Mapping[str, str]) -> None:
    """Show what is to be signed and, on a terminal, ask; typer.Abort where the answer is no."""
    show(event, badges)
    if _is_terminal():
        typer.confirm("Sign this?", abort=True, err=True)


def _is_terminal() -> bool:
    return bool(getattr(sys.stdin, "isatty", bool)())


def show(event: Common, badges: Mapping[str, str]) -> None:
    """Print what is to be signed."""
    for line in lines(event, badges):
        typer.echo(f"  {line}")


def lines(event: Common, badges: Mapping[str, str]) -> Iterator[str]:
    """The event as lines of text: its units, what is stated of them, and codes; ``badges``: of key ids and person tags."""
    said = _in_badges(event.model_dump(mode="json", exclude_unset=True), badges=badges)
    units = [row["unit"] for row in said.get("units", ())]
    if units:
        yield f"units     {', '.join(units)}"
    for name, value in said.items():
        if name not in _COMMON:
            yield from _field(name, value)
    if said.get("codes"):
        yield f"codes     {', '.join(said['codes'])}"


def _in_badges(said: Any, *, badges: Mapping[str, str]) -> Any:
    """The same with the badge in place of every key id and person tag that somebody has."""
    if isinstance(said, dict):
        return {name: _in_badges(value, badges=badges) for name, value in said.items()}
    if isinstance(said, list):
        return [_in_badges(value, badges=badges) for value in said]
    return badges.get(said, said) if isinstance(said, str) else said


def _field(name: str, value: Any) -> Iterator[str]:
    if name in ("found", "declared") and isinstance(value, Mapping):
        yield from _looked(name, value)
    elif name == "seals":
        yield from _seals(value)
    elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        yield from (f"{_word(name)} {_row(row)}" for row in value[:_ROWS_MAX])
        if len(value) > _ROWS_MAX:
            yield f"{_word(name)} and {len(value) - _ROWS_MAX} more"
    elif value is not None:
        yield f"{_word(name)} {_plain(value)}"


def _looked(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    verb, none = ("shown", "papers not counted") if name == "found" else ("declared", "papers not declared")
    told = none if value.get("papers") is None else papers(value["papers"])
    yield f"{name:<9} {packages(value['packages'])} {verb}, {told}"
    yield from _seals(value.get("seals", ()), none=_NONE_READ if name == "found" else "seals     none known")


def _seals(rows: Any, *, none: str = _NONE_READ) -> Iterator[str]:
    for row in rows:
        if isinstance(row, Mapping):
            yield f"seal      {row.get('seal')} on {row.get('unit')}: {row.get('condition', 'applied')}"
        else:
            yield f"seal      {row}"
    if not rows:
        yield none


def _row(row: Mapping[str, Any]) -> str:
    shown = ((name, value) for name, value in row.items() if value is not None and not _is_hash(value))
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in shown)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return _row(value)
    return ", ".join(_plain(item) for item in value) or "none" if isinstance(value, list) else _short(value)


def _short(value: Any) -> str:
    return f"{value[:16]}..." if _is_hash(value) else str(value)


def _word(name: str) -> str:
    return f"{name.replace('_', ' '):<9}"


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None
