"""A slow, obvious JSON Schema validator for the keywords that the published schemas use, and no others.

Follows JSON Schema draft 2020-12.  A keyword it does not know raises, so that a schema cannot pass by not being read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
SAYS_NOTHING = frozenset(
    {"$schema", "$id", "$defs", "$comment", "title", "description", "contentEncoding", "contentMediaType"}
)
BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "pattern": lambda value, bound: re.search(bound, value) is not None,
    # JSON's true is no 1, though Python's equals it.
    "enum": lambda value, bound: any(value == one and type(value) is type(one) for one in bound),
    "const": lambda value, bound: value == bound and type(value) is type(bound),
    "required": lambda value, bound: set(bound) <= set(value),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One place of a document: the value there, the path to it, and the schema's definitions."""

    value: Any
    defs: Schema
    at: str = ""

    def within(self, step: str, value: Any) -> Reading:
        """The place one step further in."""
        return Reading(value, self.defs, f"{self.at}/{step}")


def problems(value: Any, *, schema: Schema) -> Iterator[str]:
    """Where and why ``value`` is not what ``schema`` says."""
    yield from _problems(Reading(value, schema.get("$defs", {})), schema)


def _problems(read: Reading, schema: Schema) -> Iterator[str]:
    if "type" in schema and not TYPES[schema["type"]](read.value):
        yield f"{read.at}: is not of type {schema['type']}"
        return
    for keyword, bound in schema.items():
        if keyword in BOUNDS:
            if not BOUNDS[keyword](read.value, bound):
                yield f"{read.at}: {keyword} {bound}"
        elif keyword in APPLICATORS:
            yield from APPLICATORS[keyword](read, schema)
        elif keyword != "type" and keyword not in SAYS_NOTHING and not keyword.startswith("x-custody-"):
            raise NotImplementedError(keyword)


def _ref(read: Reading, schema: Schema) -> Iterator[str]:
    yield from _problems(read, read.defs[schema["$ref"].removeprefix("#/$defs/")])


def _any_of(read: Reading, schema: Schema) -> Iterator[str]:
    if all(any(_problems(read, one)) for one in schema["anyOf"]):
        yield f"{read.at}: fits none of the alternatives"


def _items(read: Reading, schema: Schema) -> Iterator[str]:
    for place, item in enumerate(read.value):
        yield from _problems(read.within(str(place), item), schema["items"])


def _additional(read: Reading, schema: Schema) -> Iterator[str]:
    assert schema["additionalProperties"] is False
    yield from (f"{read.at}/{name}: is unknown" for name in read.value.keys() - schema["properties"].keys())


def _properties(read: Reading, schema: Schema) -> Iterator[str]:
    properties = schema["properties"]
    for name in read.value.keys() & properties.keys():
        yield from _problems(read.within(name, read.value[name]), properties[name])


def _not(read: Reading, schema: Schema) -> Iterator[str]:
    if not any(_problems(read, schema["not"])):
        yield f"{read.at}: fits what it must not"


APPLICATORS: Mapping[str, Callable[[Reading, Schema], Iterator[str]]] = {
    "$ref": _ref,
    "anyOf": _any_of,
    "items": _items,
    "additionalProperties": _additional,
    "properties": _properties,
    "not": _not,
}
