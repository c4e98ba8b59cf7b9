"""The quick front door takes nothing that its definition refuses, and takes it alike; and whatever is in order it takes."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.entry_check import type_of
from schemas.base import Common
from schemas.envelope import (
    PAYLOAD_BYTES_MAX,
    Envelope,
    define_envelope,
    format_envelope,
    make_envelope,
    parse_envelope,
    quick_envelope,
)
from schemas.errors import Refused
from schemas.quick_json import quick_canonical, quick_object
from schemas.strict_json import DEPTH_MAX, INTEGER_MAX, JsonValue, canonical, parse_canonical
from schemas.union import FOLD_1, define_event, parse_event, quick_event, reread_event
from tests.schemas.test_bad_input import FIXTURES, data_of
from tests.schemas.test_published import ID, IN_NO_VECTOR, TYPES, payloads
from tests.worlds import World

MUTANTS = 1_000_000 if os.environ.get("CUSTODY_SOAK") == "1" else 60_000
WITH_BYTES = {name for name, fixture in FIXTURES.items() if "bytes" in fixture or "recipe" in fixture}
"""The others are about a key or a signature: there are no bytes for the door."""
ALPHABET = b'{}[],:"\\ .eE+-0123456789aznulltruefalse\x00\x7f\xc3\xa9\xd0\xb0='


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    """One canonical payload of each type."""
    found: dict[str, bytes] = {}
    for payload in payloads():
        if isinstance(name := (quick_object(payload, bytes_max=PAYLOAD_BYTES_MAX) or {}).get("type"), str):
            found.setdefault(name, payload)
    for name, (like, own) in IN_NO_VECTOR.items():
        fields = TYPES[name].model_fields
        shared = {field: value for field, value in json.loads(found[like]).items() if field in fields}
        found[name] = orjson.dumps({**shared, "election": ID, **own, "type": name}, option=orjson.OPT_SORT_KEYS)
    return {name: payload for name, payload in found.items() if name in TYPES}


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return World().some(60)


def defined_envelope(data: bytes) -> Envelope | None:
    try:
        return define_envelope(data)
    except Refused:
        return None


def defined_event(data: bytes) -> Common | None:
    try:
        return define_event(data)
    except Refused:
        return None


def code_of(read: Any, data: bytes) -> str | None:
    try:
        read(data)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("model", FOLD_1, ids=lambda model: model.__name__)
def test_a_model_has_no_place_for_fractions_open_objects_and_depth(model: type[Common]) -> None:
    schema = model.model_json_schema()
    assert depth_of(schema, known=schema.get("$defs", {}), within=()) < DEPTH_MAX


def is_case(way: dict[str, Any], *, of: str | None) -> bool:
    """Whether it only narrows the fields of the object that holds it."""
    return of == "object" and set(way) <= {"properties", "required", "not"}


def depth_of(schema: dict[str, Any], *, known: dict[str, Any], within: tuple[str, ...]) -> int:
    """How deep values of a schema are nested; fails on numbers, open objects, recursion, and what says nothing."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        assert name not in within
        return depth_of(known[name], known=known, within=(*within, name))
    kind = schema.get("type")
    ways = [way for word in ("anyOf", "oneOf", "allOf") for way in schema.get(word, ()) if not is_case(way, of=kind)]
    assert ways or kind in ("object", "array", "string", "integer", "boolean", "null")
    assert all(type(value) in (str, int) for value in (*schema.get("enum", ()), schema.get("const", "")))
    inner = list(ways)
    if kind == "object":
        assert schema["additionalProperties"] is False
        inner += schema.get("properties", {}).values()
    if kind == "array":
        inner += schema.get("prefixItems", []) + ([schema["items"]] if "items" in schema else [])
        assert inner
    below = max((depth_of(one, known=known, within=within) for one in inner), default=0)
    return below + (kind in ("object", "array"))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_model_takes_no_fraction_and_nothing_deeper_anywhere(samples: dict[str, bytes], name: str) -> None:
    value = json.loads(samples[name])
    assert quick_event(samples[name]) == define_event(samples[name])
    for other in spoilt(value):
        data = orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
        assert quick_object(data, bytes_max=PAYLOAD_BYTES_MAX) == other, "nothing but the model stands in its way"
        assert quick_event(data) is None
        told = {
            code_of(read, data) for read in (define_event, parse_event, lambda data: reread_event(data, type_name=name))
        }
        assert len(told) == 1
        assert told < {"json-float", "json-depth"}


def spoilt(value: JsonValue) -> Iterator[Any]:
    """The value with one integer as a fraction, or one leaf within lists, at each place in turn; two members of a list do."""
    if isinstance(value, dict | list):
        for at, member in list(value.items()) if isinstance(value, dict) else enumerate(value[:2]):
            for other in spoilt(member):
                copy: Any = value.copy()
                copy[at] = other
                yield copy
        return
    deep: Any = value
    for _ in range(DEPTH_MAX):
        deep = [deep]
    yield deep
    if type(value) is int:
        yield float(value)


def test_the_worker_leaves_to_the_model_what_the_quick_way_does(samples: dict[str, bytes]) -> None:
    data = samples["ObserverRemarked"].replace(b'"version":1', b'"version":1.5')
    assert type_of(data) == "ObserverRemarked"
    assert code_of(lambda data: reread_event(data, type_name="ObserverRemarked"), data) == "json-float"
    for unnamed in (b'{"type":1.5}', b'{"kind":1.5}', b"1.5", b"[1.5]"):
        assert code_of(type_of, unnamed) == "json-float"


@pytest.mark.parametrize("name", sorted(WITH_BYTES))
def test_the_quick_way_takes_no_bad_input(name: str) -> None:
    data = data_of(FIXTURES[name])
    for quick, defined, read, define in (
        (quick_envelope(data), defined_envelope(data), parse_envelope, define_envelope),
        (quick_event(data), defined_event(data), parse_event, define_event),
    ):
        assert quick is None or quick == defined
        assert code_of(read, data) == code_of(define, data)


def test_the_quick_way_takes_all_that_is_in_order(samples: dict[str, bytes], entries: list[bytes]) -> None:
    assert samples.keys() == TYPES.keys()
    assert all(quick_event(payload) is not None for payload in samples.values())
    assert all(quick_envelope(entry) == define_envelope(entry) is not None for entry in entries)


@pytest.mark.parametrize("size", range(7))
def test_an_envelope_of_any_length_is_read_alike(entries: list[bytes], size: int) -> None:
    signatures = parse_envelope(entries[0]).signatures
    entry = format_envelope(make_envelope(payload=bytes(range(size)), signatures=signatures))
    assert quick_envelope(entry) == define_envelope(entry)


def test_what_the_quick_way_takes_of_mutants_is_what_its_definition_takes(
    samples: dict[str, bytes], entries: list[bytes]
) -> None:
    chance = random.Random(7)
    whole = list(samples.values())
    taken = 0
    for number in range(MUTANTS):
        if number % 2:
            data = mutant(chance.choice(entries), chance=chance)
            quick = quick_envelope(data)
            assert quick is None or quick == define_envelope(data)
            taken += quick is not None
            continue
        data = mutant(chance.choice(whole), chance=chance)
        value = quick_object(data, bytes_max=PAYLOAD_BYTES_MAX)
        event = None if value is None else quick_event(data)
        if event is not None:
            assert event == define_event(data)
            assert value == parse_canonical(data, bytes_max=PAYLOAD_BYTES_MAX)
            taken += 1
    assert taken > MUTANTS // 20


def mutant(data: bytes, *, chance: random.Random) -> bytes:
    """The bytes with one to three changes."""
    body = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at, way = chance.randrange(len(body)), chance.randrange(4)
        if way == 0:
            body[at] = chance.choice(ALPHABET)
        elif way == 1:
            del body[at : at + chance.choice((1, 1, 2, 4))]
        elif way == 2:
            body[at:at] = bytes([chance.choice(ALPHABET)])
        else:
            body[at] ^= 1 << chance.randrange(8)
    return bytes(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_quickly_is_the_canonical_form(value: Any) -> None:
    try:
        defined: bytes | str = canonical(value)
    except Refused as refused:
        defined = refused.code
    try:
        quick: bytes | str = quick_canonical(value)
    except Refused as refused:
        quick = refused.code
    assert quick == defined


@pytest.mark.parametrize(
    ("value", "code"),
    [(["\ud800"], "text-surrogate"), ({1: 2}, "json-key"), ([2**53], "json-integer-range"), ([{1}], "json-type")],
)
def test_what_cannot_be_written_is_refused_with_its_code(value: Any, code: str) -> None:
    assert code_of(quick_canonical, value) == code
