"""Strict JSON: one value, one spelling, and a refusal with a code for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Refused
from schemas.strict_json import INTEGER_MAX, canonical, parse, parse_canonical
from schemas.text import ASCII_ADMITTED

BYTES_MAX = 1_000_000
LETTERS = "abcxyzABCXYZ019 .,-_/+=[]{}:№«»—"
TEXTS = st.one_of(
    st.text(LETTERS + "éłğŞž", max_size=20),
    st.text("абвқңөіҚҢ 019-", max_size=20),
)
KEYS = st.text("abcdefgh_XYZ019", max_size=6)
INTEGERS = st.integers(-INTEGER_MAX, INTEGER_MAX)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: depth_of(value) <= 12)


def depth_of(value: Any) -> int:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if members is None else 1 + max(map(depth_of, members), default=0)


def refusal_of(data: bytes, **bounds: int) -> str:
    with pytest.raises(Refused) as refusal:
        parse(data, bytes_max=BYTES_MAX, **bounds)
    return refusal.value.code


@given(VALUES)
def test_parsing_what_was_written_gives_the_value_back(value: Any) -> None:
    assert parse_canonical(canonical(value), bytes_max=BYTES_MAX) == value


@given(VALUES)
def test_the_canonical_form_is_that_of_the_rfc8785_package(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.recursive(st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_any_text_of_unicode_has_the_canonical_form_of_the_rfc8785_package(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except UnicodeEncodeError:
        with pytest.raises(Refused, match="text-surrogate"):
            canonical(value)
    else:
        assert canonical(value) == expected


@given(VALUES, st.fixed_dictionaries({"indent": st.sampled_from([None, 1, "\t"]), "ensure_ascii": st.booleans()}))
def test_writing_what_was_parsed_gives_the_canonical_bytes_whatever_the_spelling(
    value: Any, spelling: dict[str, Any]
) -> None:
    spelt = json.dumps(value, **spelling).encode()
    assert canonical(parse(spelt, bytes_max=BYTES_MAX)) == canonical(value)


@given(VALUES)
def test_only_the_canonical_spelling_is_taken_as_canonical(value: Any) -> None:
    spelt = json.dumps(value, indent=1).encode()
    if spelt != canonical(value):
        with pytest.raises(Refused, match="json-not-canonical"):
            parse_canonical(spelt, bytes_max=BYTES_MAX)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes_are_parsed_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        value = parse(data, bytes_max=150)
    except Refused:
        return
    assert parse_canonical(canonical(value), bytes_max=BYTES_MAX) == value


@given(st.text('{}[]",:\\u019.eE-+ \n\tNaInfty\x00аё\u202e', max_size=30).map(str.encode))
def test_near_misses_of_json_get_one_verdict_from_both_parsers(data: bytes) -> None:
    outcomes: list[Any] = []
    for parser in (parse, parse_canonical):
        try:
            outcomes.append(parser(data, bytes_max=25, depth_max=4))
        except Refused as refused:
            outcomes.append(refused.code)
    assert outcomes[0] == outcomes[1] or outcomes[1] == "json-not-canonical"


@given(st.text("[]{}", max_size=60), st.integers(1, 12))
def test_brackets_never_get_deeper_than_the_bound(brackets: str, depth_max: int) -> None:
    data = brackets.replace("{", '{"a":').replace(":}", ":1}").encode()
    try:
        value = parse(data, bytes_max=BYTES_MAX, depth_max=depth_max)
    except Refused:
        return
    assert depth_of(value) <= depth_max


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_the_bound_on_depth_is_exact(opening: str, closing: str) -> None:
    levels = opening.count("[") + opening.count("{")
    most = 12 // levels
    parse((opening * most + "1" + closing * most).encode(), bytes_max=BYTES_MAX)
    assert refusal_of((opening * (most + 1) + "1" + closing * (most + 1)).encode()) == "json-depth"


def test_many_shallow_arrays_are_not_deep() -> None:
    data = b"[" + b",".join([b'[{"a":"]["}]'] * 1_000) + b"]"
    assert len(parse(data, bytes_max=BYTES_MAX, depth_max=3)) == 1_000  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize("text", [r'["\\","[",[[[1]]]]', r'["\"[[[[[[\"",[[[1]]]]', r'["\\\"]]]",[[[1]]]]'])
def test_brackets_in_strings_with_escapes_do_not_hide_or_make_depth(text: str) -> None:
    with pytest.raises(Refused, match="text-repertoire"):
        parse(text.encode(), bytes_max=BYTES_MAX, depth_max=4)
    assert refusal_of(text.encode(), depth_max=3) == "json-depth"


@pytest.mark.parametrize("number", [INTEGER_MAX, -INTEGER_MAX, 0])
def test_the_greatest_integers_are_admitted(number: int) -> None:
    assert parse_canonical(b"%d" % number, bytes_max=20) == number
    assert canonical(number) == b"%d" % number


@pytest.mark.parametrize("number", [INTEGER_MAX + 1, -INTEGER_MAX - 1])
def test_integers_beyond_are_refused_in_both_directions(number: int) -> None:
    assert refusal_of(b"%d" % number) == "json-integer-range"
    with pytest.raises(Refused, match="json-integer-range"):
        canonical(number)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "json-float"),
        (b"x", "json-type"),
        ({1, 2}, "json-type"),
        ({1: 2}, "json-key"),
        ({"ключ": 2}, "json-key"),
        ("\ud800", "text-surrogate"),
    ],
)
def test_values_that_json_here_does_not_have_are_not_written(value: object, code: str) -> None:
    with pytest.raises(Refused, match=code):
        canonical([value])


def test_a_value_that_contains_itself_is_not_written() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(Refused, match="json-depth"):
        canonical(value)


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical({"b": (1, True), "a": None}) == b'{"a":null,"b":[1,true]}'


def test_no_admitted_character_needs_an_escape() -> None:
    assert not set(b'"\\') & set(ASCII_ADMITTED)
    assert ASCII_ADMITTED.decode().isprintable()
