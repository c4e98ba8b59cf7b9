"""An act shown back to those who are about to sign it: every field that somebody states, in plain lines.

On a terminal it is asked whether to sign; a script has stated everything and is only shown it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import typer

from custody.cli.language import language_here
from custody.cli.telling import in_language
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.time_words import time_in
from schemas.base import Common
from schemas.codes import BASE_CODES

_HASH: Final = re.compile(r"[0-9a-f]{32,}")
_COMMON: Final = frozenset(Common.model_fields) | {"type", "units", "nonce", "offer"}
_ROWS_MAX: Final = 20
"""Lines of one field that are shown; a list of a thousand keys is read in its file."""


def confirm(event: Common, badges: Mapping[str, str]) -> None:
    """Show what is to be signed and, on a terminal, ask; typer.Abort where the answer is no."""
    show(event, badges)
    if _is_terminal():
        typer.confirm(in_language(message("ask.sign")), abort=True, err=True)


def _is_terminal() -> bool:
    return bool(getattr(sys.stdin, "isatty", bool)())


def show(event: Common, badges: Mapping[str, str]) -> None:
    """Print what is to be signed."""
    for line in lines(event, badges, language=language_here()):
        typer.echo(f"  {line}")


def lines(event: Common, badges: Mapping[str, str], *, language: Language = "en") -> Iterator[str]:
    """The event as lines of text: its units, what is stated of them, and codes; ``badges``: of key ids and person tags."""
    say = _Stated(language)
    said = _in_badges(event.model_dump(mode="json", exclude_unset=True), badges=badges)
    units = [row["unit"] for row in said.get("units", ())]
    if units:
        yield say(message("stated.units", units=tuple(units)))
    for name, value in said.items():
        if name not in _COMMON:
            yield from say.field(name, value)
    if said.get("codes"):
        yield say(message("stated.codes", codes=tuple(map(say.value, said["codes"]))))


def _in_badges(said: Any, *, badges: Mapping[str, str]) -> Any:
    """The same with the badge in place of every key id and person tag that somebody has."""
    if isinstance(said, dict):
        return {name: _in_badges(value, badges=badges) for name, value in said.items()}
    if isinstance(said, list):
        return [_in_badges(value, badges=badges) for value in said]
    return badges.get(said, said) if isinstance(said, str) else said


class _Stated:
    """What is stated, in the words of one language; names, figures and free text stay as they are."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, text: Message) -> str:
        return render(text, language=self._language)

    def field(self, name: str, value: Any) -> Iterator[str]:
        """The lines of one field."""
        if name in ("found", "declared") and isinstance(value, Mapping):
            yield from self._looked(name, value)
        elif name == "seals":
            yield from self._seals(value, none=message("stated.none-read"))
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            yield from (f"{self._head(name)} {self._row(row)}" for row in value[:_ROWS_MAX])
            if len(value) > _ROWS_MAX:
                yield self(message("stated.more", field=self._head(name), more=len(value) - _ROWS_MAX))
        elif value is not None:
            yield f"{self._head(name)} {self._plain(value)}"

    def _looked(self, name: str, value: Mapping[str, Any]) -> Iterator[str]:
        seen, known, shown = value.get("papers"), name == "found", value["packages"]
        if seen is None:
            papers = message("stated.papers-not-counted") if known else message("stated.papers-not-declared")
        else:
            papers = message("done.papers", papers=seen)
        none = message("stated.none-read") if known else message("stated.none-known")
        if known:
            yield self(message("stated.found", packages=shown, papers=papers))
        else:
            yield self(message("stated.declared", packages=shown, papers=papers))
        yield from self._seals(value.get("seals", ()), none=none)

    def _seals(self, rows: Any, *, none: Message) -> Iterator[str]:
        for row in rows:
            if isinstance(row, Mapping):
                stated = row.get("condition")
                condition = message("stated.applied") if stated is None else message("condition", condition=stated)
                seal, unit = str(row.get("seal")), str(row.get("unit"))
                yield self(message("stated.seal", seal=seal, unit=unit, condition=condition))
            else:
                yield self(message("stated.seal-alone", seal=str(row)))
        if not rows:
            yield self(none)

    def _row(self, row: Mapping[str, Any]) -> str:
        shown = ((name, value) for name, value in row.items() if value is not None and not _is_hash(value))
        return ", ".join(f"{self._word(name)} {self._plain(value)}" for name, value in shown)

    def _plain(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return self._row(value)
        if isinstance(value, list):
            return ", ".join(map(self._plain, value)) or self(message("stated.none"))
        return self.value(value)

    def value(self, value: Any) -> str:
        """One value: a code or a time in words, where the language is not that of the codes."""
        if _is_hash(value):
            return f"{value[:16]}..."
        if self._language == "en" or not isinstance(value, str):
            return str(value)
        if value in BASE_CODES:
            return BASE_CODES[value][self._language]
        told = self(message("stated.value", value=value))
        told = self(message("role", role=value)) if told == value else told
        return time_in(told, language=self._language) if told == value else told

    def _head(self, name: str) -> str:
        return f"{self._word(name):<9}"

    def _word(self, name: str) -> str:
        plain = name.replace("_", " ")
        return plain if self._language == "en" else self(message("stated.field", field=name))


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None
