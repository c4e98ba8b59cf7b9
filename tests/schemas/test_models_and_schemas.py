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
from tests.schemas.test_published import TYPES, samples, schema_of

__all__ = ["samples"]
MUTATIONS = 10_000 if os.environ.get("CUSTODY_SOAK") else 150
VALUES: tuple[Any, ...] = (
    *(True, False, None, 0, 1, -1, 2, 16, 17, 2**40, 2**40 + 1, 100_000_000, 100_000_001, 2**53 - 1, -(2**53 - 1)),
    *("", "1", "true", "a", "a-code", "AYT", "ab" * 32, "AB" * 32, "2015-04-26", "2015-04-26T10:00:00+06:00", "\u0444"),
    *([], {}, [1], [True], {"a": 1}),
)
BEYOND_A_SCHEMA = re.compile(
    "a key is listed once|identifier-check|check character|range of serial numbers|time-date|a signature of each side|"
    "a corrective event of their own|does not end before it begins"
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


@pytest.mark.parametrize("name", sorted(TYPES))
def test_schema_and_front_door_say_the_same_of_mutated_events(name: str, samples: dict[str, dict[str, Any]]) -> None:
    random, schema = Random(name), schema_of(name)
    for _ in range(MUTATIONS):
        event = json.loads(json.dumps(samples[name]))
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
