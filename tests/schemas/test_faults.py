"""Whatever the library that checks our models can say is said in our own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.faults import FORM, WORDS, words_of
from schemas.invitation import Invitation
from schemas.receipts import Receipt, Refusal
from schemas.scenario import STEPS, Scenario
from schemas.strict_json import canonical
from schemas.union import FOLD_1, parse_event
from tests.worlds import World

MODELS: Final[tuple[type[BaseModel], ...]] = (*FOLD_1, Scenario, *STEPS.values(), Invitation, Receipt, Refusal)
OF_ANY: Final = frozenset({"json_invalid", "recursion_loop"})
"""What can be said of any text that should be JSON."""
OF_NODE: Final[Mapping[str, frozenset[str]]] = {
    "model": frozenset({"model_type"}),
    "model-fields": frozenset({"missing", "extra_forbidden", "invalid_key", "model_attributes_type"}),
    "str": frozenset({"string_type", "string_unicode"}),
    "int": frozenset({"int_type", "int_from_float", "int_parsing", "int_parsing_size", "finite_number"}),
    "bool": frozenset({"bool_type", "bool_parsing"}),
    "list": frozenset({"list_type"}),
    "tuple": frozenset({"tuple_type", "missing"}),
    "dict": frozenset({"dict_type"}),
    "literal": frozenset({"literal_error"}),
    "none": frozenset({"none_required"}),
    "function-after": frozenset({"value_error"}),
    "function-before": frozenset({"value_error"}),
    "tagged-union": frozenset({"union_tag_invalid", "union_tag_not_found"}),
}
"""Part of a model -> the errors that it can raise."""
OF_NOTHING: Final = frozenset(
    {"model-field", "nullable", "no-info", "default", "union", "any", "definitions", "definition-ref", "function-wrap"}
)
"""Parts that hold others and raise nothing of their own; a function around a whole model writes it, and reads nothing."""
OF_LIMIT: Final = {
    ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal",
    ("int", "gt"): "greater_than",
    ("int", "lt"): "less_than",
    ("str", "pattern"): "string_pattern_mismatch",
    ("str", "min_length"): "string_too_short",
    ("str", "max_length"): "string_too_long",
    **{(kind, "min_length"): "too_short" for kind in ("list", "tuple", "dict")},
    **{(kind, "max_length"): "too_long" for kind in ("list", "tuple", "dict")},
}
LIBRARY: Final = ("Input should", "Field required", "Extra inputs", "should have", "Value error", "valid integer")


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for inner in part.values():
            yield from nodes(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from nodes(inner)


def possible() -> set[str]:
    """Every type of error that one of our models can raise, read off the models."""
    types = set(OF_ANY)
    for model in MODELS:
        for node in nodes(model.__pydantic_core_schema__):
            kind = node["type"]
            assert kind in OF_NODE or kind in OF_NOTHING, f"{kind}: say what this part of a model can raise"
            types |= OF_NODE.get(kind, frozenset())
            types |= {error for (of, limit), error in OF_LIMIT.items() if of == kind and limit in node}
    return types


def test_every_error_that_a_model_can_raise_has_words_and_no_other_name_is_listed() -> None:
    known = set(get_args(ErrorType))
    assert possible() <= known
    assert possible() <= set(WORDS)
    assert set(WORDS) <= known


def test_an_error_without_words_is_told_as_a_form_that_does_not_fit() -> None:
    for name in get_args(ErrorType):
        told = words_of({"type": name, "ctx": {}})
        assert told == FORM or "{" not in told
        assert not any(words in told for words in LIBRARY)


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (int, "x", "A whole number is needed here"),
        (list[int], 1, "A list in square brackets is needed here"),
        (bool, 7, "true or false is needed here"),
        (dict[str, int], 1, "An object in curly brackets is needed here"),
    ],
)
def test_what_the_library_finds_is_told_in_plain_words(kind: Any, value: object, told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind).validate_python(value)
    assert words_of(raised.value.errors()[0]) == told


def test_what_is_wrong_with_an_event_is_one_plain_sentence() -> None:
    whole = json.loads(parse_envelope(World().station("AYT")).payload)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({name: value for name, value in whole.items() if name != "city"}, "city: This field is missing: state it."),
        ({**whole, "ctiy": "Rome"}, "ctiy: There is no such field here (did you mean city?)."),
        ({**whole, "version": True}, "version: true and false are no numbers."),
        ({**whole, "log": "0"}, "log: A whole number is needed here."),
        ({**whole, "units": {}}, "units: A list in square brackets is needed here."),
        ({**whole, "units": []}, "units: Too few are listed here: at least 1."),
        ({**whole, "log": -1}, "log: This number is too small: the least is 0."),
        ({**whole, "signers": [1]}, "signers.0: An object in curly brackets is needed here."),
        ({**whole, "station": "ayt"}, f"station: {FORM}, like AAA."),
    ]
    for said, told in wrong:
        with pytest.raises(Refused) as raised:
            parse_event(canonical(said))
        assert raised.value.sentence == f"StationOpened: {told}"
