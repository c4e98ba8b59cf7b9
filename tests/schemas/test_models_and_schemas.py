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
