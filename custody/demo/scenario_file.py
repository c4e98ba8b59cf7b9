"""Reading a scenario's file: strict YAML, and every mistake with its line.

Of YAML 1.2 what people write: mappings, lists, text, whole numbers, true, false, null. Refused: keys given twice, tags, aliases,
several documents, anything that is not UTF-8, and files that are too large or too deep. Dates stay text, and so do ``yes``,
``no`` and ``on``.

Not here: the form of a scenario (``schemas.scenario``) and playing it (``custody.sandbox.scenario_player``).

Codes: scenario-file (cannot be read), scenario-yaml (the text), scenario-form (what it says).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml
from pydantic import ValidationError

from schemas.errors import Misused, Refused
from schemas.faults import words_of
from schemas.scenario import STEPS, Scenario

BYTES_MAX: Final = 262_144
DEPTH_MAX: Final = 30
_SUFFIX: Final = ".yaml"
_TAG: Final = "tag:yaml.org,2002:"
_PLAIN: Final[Mapping[str, tuple[str, str]]] = {
    "bool": (r"^(?:true|false)$", "tf"),
    "int": (r"^(?:0|-?[1-9][0-9]{0,14})$", "-0123456789"),
    "null": (r"^(?:null|)$", "n"),
}
"""What plain text means in YAML 1.2's core schema, without floats: tag -> (form, first characters)."""

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario, the name it goes by, and the line on which each of its parts begins."""

    name: str
    scenario: Scenario
    lines: Mapping[Path_, int]

    def line(self, *path: str | int) -> int:
        """The line (from 1) of a part, or of the innermost part around it that has one."""
        return _line_of(path, lines=self.lines)


def names() -> list[str]:
    """The scenarios that ship with the program, by name."""
    return sorted(item.name.removesuffix(_SUFFIX) for item in _folder().iterdir() if item.name.endswith(_SUFFIX))


def load(name: str) -> ScenarioFile:
    """A scenario that ships with the program, or a file of one's own (a path, or any name that ends in .yaml)."""
    if name in names():
        return parse(_folder().joinpath(name + _SUFFIX).read_bytes(), name=name)
    path = Path(name)
    if path.suffix not in (_SUFFIX, ".yml") and path.name == name:
        raise Misused("scenario", f"There is no scenario {name!r}; custody demo --scenario list shows them all.")
    try:
        return parse(path.read_bytes(), name=path.name)
    except OSError as error:
        raise Misused("scenario-file", f"{name} cannot be read: {error.strerror}.") from error


def parse(data: bytes, *, name: str) -> ScenarioFile:
    """A scenario from the bytes of its file. Refused with the line of the mistake."""
    if len(data) > BYTES_MAX:
        raise Refused("scenario-yaml", f"{name} is longer than {BYTES_MAX:,} bytes.")
    try:
        text = data.decode("utf-8")
        _check_events(text)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise Refused("scenario-yaml", f"{name} is empty.")
        lines: dict[Path_, int] = {}
        plain = _plain(node, path=(), lines=lines)
    except UnicodeDecodeError as error:
        raise Refused("scenario-yaml", f"{name} is not UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = "" if mark is None else f", line {mark.line + 1}"
        raise Refused("scenario-yaml", f"{name}{where}: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise Refused("scenario-yaml", f"{name} is not YAML that can be read here.") from error
    return ScenarioFile(name, _scenario(plain, name=name, lines=lines), lines)


class _Loader(yaml.SafeLoader):
    """Safe, with the plain words of YAML 1.2 only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own way


for _name, (_form, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_form), [*_first, ""] if _name == "null" else list(_first))


def _check_events(text: str) -> None:
    """Refuse aliases, and depth before anything that takes its time over it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > DEPTH_MAX:
            where = event.start_mark
            problem = "this is nested too deeply" if depth > DEPTH_MAX else "aliases are not allowed"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=where if isinstance(where, yaml.Mark) else None)


def _plain(node: yaml.Node, *, path: Path_, lines: dict[Path_, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path=path, lines=lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path=(*path, place), lines=lines) for place, item in enumerate(node.value)]
    tag = node.tag.removeprefix(_TAG)
    if tag == "str":
        return node.value
    if tag not in _PLAIN:
        _fail(node, f"the tag {node.tag} is not allowed")
    return int(node.value) if tag == "int" else None if tag == "null" else node.value == "true"


def _mapping(node: yaml.MappingNode, *, path: Path_, lines: dict[Path_, int]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            _fail(key, "a key must be plain text")
        if key.value in said:
            _fail(key, f"{key.value!r} is said twice")
        lines[*path, key.value] = key.start_mark.line + 1
        said[key.value] = _plain(value, path=(*path, key.value), lines=lines)
    return said


def _fail(node: yaml.Node, problem: str) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _scenario(plain: Any, *, name: str, lines: Mapping[Path_, int]) -> Scenario:
    """The scenario; its steps one by one first, so that a mistake is told of the kind of step that was meant."""
    steps = plain.get("steps") if isinstance(plain, dict) else None
    try:
        for place, step in enumerate(steps if isinstance(steps, list) else ()):
            _check_everything(step, path=("steps", place), name=name, lines=lines)
        return Scenario.model_validate_json(json.dumps(plain))
    except ValidationError as error:
        raise _told(error, path=(), name=name, lines=lines) from error


def _check_everything(step: Any, *, path: Path_, name: str, lines: Mapping[Path_, int]) -> None:
    if isinstance(step, str):
        return
    kinds = [kind for kind in STEPS if isinstance(step, dict) and kind in step]
    if len(kinds) != 1:
        problem = f"a step is text, or has exactly one of these keys: {', '.join(STEPS)}"
        raise Refused("scenario-form", f"{name}, line {_line_of(path, lines=lines)}: {problem}.")
    try:
        STEPS[kinds[0]].model_validate_json(json.dumps(step))
    except ValidationError as error:
        raise _told(error, path=path, name=name, lines=lines) from error


def _told(error: ValidationError, *, path: Path_, name: str, lines: Mapping[Path_, int]) -> Refused:
    """The first mistake in words, with its line."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = (*path, *first["loc"])
    keys = [str(item) for item in where if isinstance(item, str) and where != ("steps", item)]
    keys = keys[keys[:1] == ["steps"] and len(keys) > 1 :]
    what = f"{' > '.join(keys)}: " if keys else ""
    return Refused("scenario-form", f"{name}, line {_line_of(where, lines=lines)}: {what}{words_of(first)}.")


def _line_of(path: tuple[str | int, ...], *, lines: Mapping[Path_, int]) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _folder() -> Any:
    return files("custody").joinpath("data/scenarios")
