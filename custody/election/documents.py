"""``election.toml`` and ``rules.json`` of a folder, with the line of every mistake."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import yaml
from pydantic import ValidationError

from custody.adapters.reference import default_rules
from custody.election.mistakes import Mistake, Mistakes, Place
from schemas.election_folder import ElectionTable
from schemas.errors import Refused
from schemas.faults import words_of
from schemas.rules import Rules
from schemas.strict_json import parse

_TOML: Final = "election.toml"
_RULES: Final = "rules.json"
_AT_LINE: Final = re.compile(r"at line (\d+)")
_TABLE: Final = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]?\]")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_TOLD_MAX: Final = 40

Path_ = Sequence[str | int]


def read_toml(data: bytes | None, *, mistakes: Mistakes) -> ElectionTable | None:
    """The election; None where there is none or it has mistakes."""
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        mistakes.note(Place(_TOML), "The file is not UTF-8 text.", code="file-encoding")
        return None
    try:
        said = tomllib.loads(text)
    except RecursionError:
        mistakes.note(Place(_TOML), "This is nested too deeply.", code="toml-form")
        return None
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        mistakes.note(Place(_TOML, line), "This is not TOML as it must be written here.", code="toml-form")
        return None
    lines = _toml_lines(text)
    try:
        return ElectionTable.model_validate_json(json.dumps(said, default=str))
    except ValidationError as error:
        _tell(error, file=_TOML, lines=lines, mistakes=mistakes)
        return None


def read_rules(data: bytes | None, *, mistakes: Mistakes) -> Rules | None:
    """The rules; those of the program where the folder states none, None where they have mistakes."""
    if data is None:
        return default_rules()
    try:
        parse(data, bytes_max=len(data))
    except Refused as error:
        line = _json_line(data)
        mistakes.note(Place(_RULES, line), error.sentence, code="rules-json")
        return None
    try:
        return Rules.model_validate_json(data)
    except ValidationError as error:
        _tell(error, file=_RULES, lines=_json_lines(data), mistakes=mistakes)
        return None


def _tell(error: ValidationError, *, file: str, lines: Mapping[tuple[str | int, ...], int], mistakes: Mistakes) -> None:
    found = error.errors(include_url=False, include_input=False)[:_TOLD_MAX]
    for one in found:
        path: tuple[str | int, ...] = one["loc"]
        if one["type"] == "too_short" and any(other["loc"][: len(path)] == path != other["loc"] for other in found):
            continue  # what was listed there is told, one by one
        column = ".".join(str(item) for item in path if item != "[key]")
        code = {"missing": "key-missing", "extra_forbidden": "key-unknown"}.get(one["type"], "key-form")
        while path and path not in lines:
            path = path[:-1]
        mistakes.note(Place(file, lines.get(path, 0)), f"{words_of(one)}.", code=code, column=column)


def placed(mistakes: Sequence[Mistake], *, documents: Mapping[str, bytes]) -> tuple[Mistake, ...]:
    """Mistakes that name a key of a document without its line, with it."""
    read = {_TOML: lambda data: _toml_lines(data.decode("utf-8-sig")), _RULES: _json_lines}
    unplaced = {item.file for item in mistakes if item.line == 0 and item.column and documents.get(item.file)}
    lines = {
        file: {tuple(map(str, path)): line for path, line in read[file](documents[file]).items()} for file in unplaced
    }
    return tuple(sorted(_at_line(item, lines=lines.get(item.file)) for item in mistakes))


def _at_line(item: Mistake, *, lines: Mapping[tuple[str, ...], int] | None) -> Mistake:
    if item.line or lines is None:
        return item
    path = tuple(item.column.split("."))
    while path and path not in lines:
        path = path[:-1]
    return replace(item, line=lines.get(path, 0))


def _toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The line of each key, by its path; keys of a list of tables count with their place in the list."""
    lines: dict[tuple[str | int, ...], int] = {}
    at: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if table := _TABLE.match(line):
            at = tuple(table[1].split("."))
            if line.lstrip().startswith("[["):
                at = (*at, sum(1 for path in lines if path[:-1] == at and isinstance(path[-1], int)))
            lines.setdefault(at, number)
        elif key := _KEY.match(line):
            lines.setdefault((*at, key[1]), number)
    return lines


def _json_line(data: bytes) -> int:
    """The line on which JSON ends to be JSON; 1 where only something stricter was asked of it."""
    try:
        json.loads(data)
    except json.JSONDecodeError as error:
        return error.lineno
    except (UnicodeDecodeError, RecursionError):
        return 1
    return 1


def _json_lines(data: bytes) -> dict[tuple[str | int, ...], int]:
    """The line of each part of a JSON document, by its path: JSON is YAML, and YAML's reader keeps the lines."""
    node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    return dict(_marked(node, path=()))


def _marked(node: Any, *, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _marked(value, path=(*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _marked(value, path=(*path, place))
