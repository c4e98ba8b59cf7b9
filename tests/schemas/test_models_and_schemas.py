"""Models, published schemas and the front door agree: on mutations of events of every type, whatever stands where."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from schemas.errors import Refused
from schemas.strict_json import canonical
from schemas.union import parse_event
from tests.schemas.reference_json_schema import problems
from tests.schemas.test_published import TYPES, payloads, samples, schema_of

__all__ = ["samples"]
MUTATIONS = 10_000 if os.environ.get("CUSTODY_SOAK") else 150
VALUES: tuple[Any, ...] = (
    *(True, False, None, 0, 1, -1, 2, 16, 17, 2**40, 2**40 + 1, 100_000_000, 100_000_001, 2**53 - 1, -(2**53 - 1)),
    *("", "1", "true", "a", "a-code", "AYT", "ab" * 32, "AB" * 32, "2015-04-26", "2015-04-26T10:00:00+06:00", "\u0444"),
    *([], {}, [1], [True], {"a": 1}),
)
BEYOND_A_SCHEMA = re.compile(
    "a key is listed once|identifier-check|check character|range of serial numbers|time-date|a signature of each side|"
    "corrective event of their own|does not end before it begins|each day of voting|days of voting begin with|"
    "as many as their numbers|stand in one line|each style has one|first book is the stock|code of a style is listed once"
)
"""What a front door refuses and a schema cannot say: each schema's $comment tells it."""


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(rows):
        yield value, key
        yield from places(item)


def mutate(event: dict[str, Any], *, random: Random) -> None:
    holder, key = random.choice(list(places(event)))
    kind = random.randrange(8)
    if kind == 0 and isinstance(holder, dict):
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.append(holder[key])
    elif kind == 2:
        _, other = random.choice(list(places(event)))
        holder[key] = str(other)
    elif kind == 3 and isinstance(holder[key], int):
        holder[key] += random.choice((-1, 1))
    elif kind == 4 and isinstance(holder[key], str):
        holder[key] = holder[key][:-1]
    else:
        holder[key] = json.loads(json.dumps(random.choice(VALUES)))


@pytest.fixture(scope="module")
def shapes(samples: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Of each type, events of different shapes: each states something that the ones before it do not."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TYPES}
    seen: dict[str, set[Any]] = {name: set() for name in TYPES}
    for event in (*samples.values(), *(json.loads(payload) for payload in payloads() if b'"type"' in payload)):
        name = event.get("type") if isinstance(event, dict) else None
        stated = {key for _, key in places(event) if isinstance(key, str)}
        if name in found and not stated <= seen[name] and not any(problems(event, schema=schema_of(name))):
            seen[name] |= stated
            found[name].append(event)
    return found


@pytest.mark.parametrize("name", sorted(TYPES))
def test_schema_and_front_door_say_the_same_of_mutated_events(
    name: str, shapes: dict[str, list[dict[str, Any]]]
) -> None:
    random, schema = Random(name), schema_of(name)
    for _ in range(MUTATIONS):
        event = json.loads(json.dumps(random.choice(shapes[name])))
        for _ in range(random.choice((1, 1, 2))):
            mutate(event, random=random)
        if event.get("type") != name:
            continue
        found = list(problems(event, schema=schema))
        try:
            parse_event(canonical(event))
        except Refused as refused:
            said = f"{refused.code} {refused.sentence}"
            assert found or BEYOND_A_SCHEMA.search(said), said
        else:
            assert not found, found


CONDITIONS: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("ErrorDeclared", {"reason": "did not occur", "corrective": None}, True),
    ("ErrorDeclared", {"reason": "did not occur", "corrective": "cd" * 32}, False),
    ("ErrorDeclared", {"reason": "incorrect data", "corrective": None}, False),
    ("ErrorDeclared", {"reason": "incorrect data", "corrective": "cd" * 32}, True),
    ("StationChanged", {"change": "moved", "city": "Rome", "opens": None, "closes": None}, True),
    ("StationChanged", {"change": "moved", "city": None, "opens": None, "closes": None}, True),
    ("StationChanged", {"change": "closed", "city": "Rome", "opens": None, "closes": None}, False),
    ("StationChanged", {"change": "hours", "city": None, "opens": None, "closes": None}, False),
    ("StationChanged", {"change": "moved", "city": None, "opens": "2015-04-26T07:00:00+06:00", "closes": None}, False),
    (
        "StationChanged",
        {
            "change": "hours",
            "city": None,
            "opens": "2015-04-26T07:00:00+06:00",
            "closes": "2015-04-26T20:00:00+06:00",
        },
        True,
    ),
)


@pytest.mark.parametrize(("name", "fields", "fits"), CONDITIONS)
def test_what_fields_demand_of_each_other_stands_in_the_schema_too(
    *, name: str, fields: dict[str, Any], fits: bool, samples: dict[str, dict[str, Any]]
) -> None:
    event = {key: value for key, value in samples[name].items() if key != "sessions"} | fields
    assert (not list(problems(event, schema=schema_of(name)))) == fits
    if fits:
        parse_event(canonical(event))
    else:
        with pytest.raises(Refused):
            parse_event(canonical(event))


@pytest.mark.parametrize("method", ["list-and-reserve", "fixed", "estimate-with-cap"])
@pytest.mark.parametrize("stated", [(), ("cap",), ("shares",), ("cap", "shares")])
def test_what_a_method_of_allocation_needs_stands_in_the_schema_too(
    method: str, stated: tuple[str, ...], samples: dict[str, dict[str, Any]]
) -> None:
    values = {"cap": 5, "shares": [{"station": "AYT", "papers": 5}]}
    event = json.loads(json.dumps(samples["RulesSet"]))
    event["rules"]["allocation"] = {"method": method} | {name: values[name] for name in stated}
    fits = stated == {"list-and-reserve": (), "fixed": ("shares",), "estimate-with-cap": ("cap",)}[method]
    assert (not list(problems(event, schema=schema_of("RulesSet")))) == fits
    if fits:
        parse_event(canonical(event))
    else:
        with pytest.raises(Refused):
            parse_event(canonical(event))


@pytest.mark.parametrize("value", [True, 1.0, "1", 2, 0, None])
def test_only_the_number_one_is_version_one(value: Any, samples: dict[str, dict[str, Any]]) -> None:
    for event in samples.values():
        data = json.dumps({**event, "version": value}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        with pytest.raises(Refused):
            parse_event(data.encode())


NEVER = (
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59+00:00",
    "2016-12-31T23:59:60+00:00",
    "2015-02-29T00:00:00+00:00",
    "2015-04-26T24:00:00+00:00",
    "2015-04-26T07:00:00-00:00",
    "2015-04-26T07:00:00+15:00",
    "2015-04-26T07:00:00Z",
)
ALWAYS = (
    "1970-01-01T00:00:00+14:00",
    "1970-01-01T00:00:00-14:00",
    "2100-12-31T23:59:59+14:00",
    "2016-02-29T23:59:59-14:00",
)
MOMENT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$")


def dated(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where an event says a day or a moment."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in rows:
        yield from dated(item, (*path, key))
    if isinstance(value, str) and MOMENT.match(value):
        yield path


def put(event: Any, path: tuple[Any, ...], *, moment: str) -> bytes:
    """The event with another moment, or its day, at a place."""
    changed = json.loads(json.dumps(event))
    row = changed
    for key in path[:-1]:
        row = row[key]
    row[path[-1]] = moment if "T" in row[path[-1]] else moment[:10]
    return canonical(changed)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_day_or_moment_that_cannot_be_is_refused_wherever_it_stands_and_any_other_is_read(
    name: str, samples: dict[str, dict[str, Any]]
) -> None:
    places = list(dated(samples[name]))
    assert places
    for place in places:
        is_day = place[-1] in ("voting_day", "first_day", "last_day")
        for moment in NEVER:
            if is_day and moment.startswith(("2016", "2015-04")):
                continue
            with pytest.raises(Refused):
                parse_event(put(samples[name], place, moment=moment))
        for moment in ALWAYS:
            # A break in custody does not end before it begins: both ends stand at one moment.
            ends = {
                end: moment for end in ("since", "until") if place in {("since",), ("until",)} and end in samples[name]
            }
            parse_event(put({**samples[name], **ends}, place, moment=moment))
