"""Values for the fields of an event, from the published schema of its type: fields that are null, and numbers at their bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from schemas.publish import FOLDER, file_name

Schema = Mapping[str, Any]
_CLOCK = "2015-04-20T10:00:00+06:00"
_TEXTS = {
    r"^[0-9a-f]{64}$": "ab" * 32,
    r"^[0-9a-f]{128}$": "cd" * 64,
    r"^[0-9a-f]{32}$": "ef" * 16,
    r"^[a-z][a-z0-9-]{0,39}$": "a-code",
}
"""Pattern -> a text of that form, used where the play knows none."""


@dataclass(frozen=True)
class Place:
    """A field of a payload, and what its schema says of it."""

    holder: Any
    key: Any
    name: str
    schema: Schema

    @property
    def value(self) -> Any:
        """What stands there."""
        return self.holder[self.key]

    def bounds(self) -> tuple[int, int] | None:
        """The least and the greatest number that may stand there; None where no number may."""
        for option in self.schema.get("anyOf", [self.schema]):
            if option.get("type") == "integer" and "minimum" in option and "maximum" in option:
                return option["minimum"], option["maximum"]
        return None


@lru_cache(maxsize=128)
def schema_of(type_name: str) -> Schema:
    """The published schema of an event type."""
    found: Schema = json.loads((FOLDER / file_name(type_name)).read_bytes())
    return found


def places(payload: dict[str, Any]) -> list[Place]:
    """Every field of an event, however deep, with its schema."""
    whole = schema_of(payload["type"])
    return [
        place for place in _walk(payload, schema=whole, whole=whole) if place.key not in ("type", "version", "election")
    ]


class Filler:
    """Makes values for fields, out of what a play knows under the same name or else out of the schema alone."""

    def __init__(self, known: Mapping[str, Sequence[Any]], random: Random) -> None:
        self._known, self._random = known, random

    def value(self, place: Place, *, whole: Schema) -> Any:
        """A value for a field that is not null."""
        rows = [row for row in self._known.get(place.name, ()) if row is not None]
        if rows and self._random.random() < 0.5:
            return json.loads(json.dumps(self._random.choice(rows)))
        return self._made(place.schema, name=place.name, whole=whole)

    def _made(self, schema: Schema, *, name: str, whole: Schema) -> Any:
        schema = _resolved(schema, whole=whole)
        if "anyOf" in schema:
            rows = [row for row in schema["anyOf"] if row.get("type") != "null"]
            return self._made(self._random.choice(rows), name=name, whole=whole)
        if "const" in schema or "enum" in schema:
            return self._random.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type")
        if kind == "integer":
            return self._random.choice(
                (schema["minimum"], schema["maximum"], min(schema["minimum"] + 3, schema["maximum"]))
            )
        if kind == "object":
            fields = schema.get("properties", {})
            return {key: self._member(key, row, whole=whole) for key, row in fields.items()}
        if kind == "array":
            many = max(schema.get("minItems", 0), 1)
            return [self._made(schema["items"], name=f"{name}[]", whole=whole) for _ in range(many)]
        return kind == "boolean" or self._text(schema, name=name)

    def _member(self, name: str, schema: Schema, *, whole: Schema) -> Any:
        rows = self._known.get(name, ())
        if rows and self._random.random() < 0.5:
            return json.loads(json.dumps(self._random.choice(rows)))
        return self._made(schema, name=name, whole=whole)

    def _text(self, schema: Schema, *, name: str) -> str:
        pattern = schema.get("pattern", "")
        rows = [row for row in self._known.get(name, ()) if isinstance(row, str) and re.search(pattern, row)]
        if rows:
            return str(self._random.choice(rows))
        if pattern in _TEXTS:
            return _TEXTS[pattern]
        texts = [
            row for rows in self._known.values() for row in rows if isinstance(row, str) and re.search(pattern, row)
        ]
        return self._random.choice(texts or [_CLOCK])


def _walk(value: Any, *, schema: Schema, whole: Schema) -> Iterator[Place]:
    schema = _resolved(schema, whole=whole)
    if "anyOf" in schema:
        schema = next(
            (row for row in (_resolved(row, whole=whole) for row in schema["anyOf"]) if _fits(value, row)), schema
        )
    if isinstance(value, dict):
        for key, item in value.items():
            row = _resolved(schema.get("properties", {}).get(key, {}), whole=whole)
            yield Place(value, key, key, row)
            yield from _walk(item, schema=row, whole=whole)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(item, schema=schema.get("items", {}), whole=whole)
            yield Place(value, place, "[]", _resolved(schema.get("items", {}), whole=whole))


def _fits(value: Any, schema: Schema) -> bool:
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return set(value) == set(fields) and all(
            "const" not in row or row["const"] == value[key] for key, row in fields.items()
        )
    return isinstance(value, list) == (schema.get("type") == "array")


def _resolved(schema: Schema, *, whole: Schema) -> Schema:
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema
