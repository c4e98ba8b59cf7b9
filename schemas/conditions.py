"""Demands of fields of one object on each other, said in its JSON Schema as well as in its model: one of several cases holds.

Not here: the check itself, which is the model's; and what no schema can say (``schemas.publish``).
"""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict
from pydantic.types import JsonValue

NULL: Final[dict[str, JsonValue]] = {"type": "null"}
TEXT: Final[dict[str, JsonValue]] = {"type": "string"}
NONE: Final[dict[str, JsonValue]] = {"maximum": 0}
"""No papers."""
NOTHING: Final[dict[str, JsonValue]] = {"maxItems": 0}
"""A list that is left out: one that is stated has rows."""


def case(*stated: str, **fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """One of the cases: fields that are what a schema says, if they are stated, and fields that are stated."""
    found: dict[str, JsonValue] = {"properties": dict(fields)}
    return found | {"required": [*stated]} if stated else found


def absent(left_out: str, *stated: str, **fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """A case in which a field is left out."""
    return case(*stated, **fields) | {"not": {"required": [left_out]}}


def one_of(*words: str) -> dict[str, JsonValue]:
    """A field that says one of these words."""
    return {"enum": [*words]}


def cases(*known: dict[str, JsonValue]) -> ConfigDict:
    """Of an object: at least one of these cases holds."""
    return ConfigDict(json_schema_extra={"anyOf": [*known]})
