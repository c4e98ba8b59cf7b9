"""Faults of a field, in plain words: one table from the error types of the library that checks our models.

Words of the library never reach people: a type of error that is not in the table is told as a form that does not fit. Errors that
our own models raise (``value_error``) are in plain words already.

Not here: codes of refusals (``schemas.union``), and where in a file the field stands (``custody.demo.scenario_file``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from schemas.identifiers import (
    BADGE_PATTERN,
    CONSIGNMENT_PATTERN,
    DAY_PATTERN,
    OFFICE_PATTERN,
    SEAL_PATTERN,
    TIMESTAMP_PATTERN,
    UNIT_PATTERN,
)

FORM: Final = "This is not written in the form that it must have"
"""Said in place of a regular expression, and of whatever has no words of its own."""
_NUMBER: Final = "A whole number is needed here"
_TEXT: Final = "A text in quotation marks is needed here"
_LIST: Final = "A list in square brackets is needed here"
_OBJECT: Final = "An object in curly brackets is needed here"
_TRUTH: Final = "true or false is needed here"
WORDS: Final[Mapping[str, str]] = {
    "missing": "This field is missing: state it",
    "extra_forbidden": "There is no such field here",
    "invalid_key": "The name of a field is a text",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "string_type": _TEXT,
    "string_unicode": "This text holds characters that are none",
    "string_too_short": "This text is too short: at least {min_length} characters are needed",
    "string_too_long": "This text is too long: at most {max_length} characters are possible",
    "string_pattern_mismatch": FORM,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": "This number is too long",
    "float_type": "A number is needed here",
    "float_parsing": "A number is needed here",
    "finite_number": "A finite number is needed here",
    "greater_than": "This number is too small: it must be above {gt}",
    "greater_than_equal": "This number is too small: the least is {ge}",
    "less_than": "This number is too large: it must be below {lt}",
    "less_than_equal": "This number is too large: the most is {le}",
    "too_short": "Too few are listed here: at least {min_length}",
    "too_long": "Too many are listed here: at most {max_length}",
    "literal_error": "What can stand here is {expected}",
    "enum": "What can stand here is {expected}",
    "none_required": "Only null can stand here",
    "union_tag_invalid": "{tag} is no kind of act that can stand here; there are: {expected_tags}",
    "union_tag_not_found": "This does not say of what kind it is: state {discriminator}",
    "json_invalid": "This is not JSON",
    "json_type": "JSON is needed here",
    "recursion_loop": FORM,
    "value_error": "{error}",
}
"""Error type of the library -> a sentence without its full stop; what is in braces comes with the error."""


_EXAMPLES: Final[Mapping[str, str]] = {
    OFFICE_PATTERN: "AAA",
    UNIT_PATTERN: "AAA-P01-2",
    CONSIGNMENT_PATTERN: "AAA-C01-W",
    SEAL_PATTERN: "CEC-000101-E",
    BADGE_PATTERN: "courier-aaa",
    DAY_PATTERN: "2027-05-07",
    TIMESTAMP_PATTERN: "2027-05-07T08:00:00+02:00",
}
"""Pattern -> one that fits it."""


def words_of(error: Mapping[str, Any]) -> str:
    """One plain sentence, without its full stop, for one of ``ValidationError.errors()``."""
    example = _EXAMPLES.get(str((error.get("ctx") or {}).get("pattern")))
    if example is not None:
        return f"{FORM}, like {example}"
    told = WORDS.get(str(error.get("type")), FORM)
    context = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    try:
        return told.format_map(context)
    except KeyError:
        return FORM


def meant(name: object, *, known: Iterable[str]) -> str:
    """`` (did you mean ...?)`` for the name of a field that does not exist, or nothing where none is like it."""
    near = get_close_matches(str(name), list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""
