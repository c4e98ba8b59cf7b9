"""The hints that a record carries beside its entry: readable for events, absent for anything else, never an error."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.entries.admission import Checked
from custody.core.entries.cloudevents import RecordHints, headers_for, headers_of
from schemas.base import Common
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Refused
from schemas.union import parse_event
from tests.schemas.test_published import payloads
from tests.worlds import World


def entry_of(payload: Any) -> bytes:
    return b'{"payload":"' + b64encode(json.dumps(payload).encode()) + b'","payloadType":"any","signatures":[]}'


def event(**fields: Any) -> bytes:
    return entry_of({"type": "Anything", "version": 1, **fields})


def test_an_event_is_a_cloudevent_in_binary_mode() -> None:
    world = World()
    genesis, entry = world.genesis, world.station("AAT")
    election = event_id(parse_envelope(genesis).payload)
    key, headers = headers_of(entry)
    assert key == b"AAT"
    assert headers == [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id(parse_envelope(entry).payload).encode()),
        ("ce_source", f"urn:custody:election:{election}".encode()),
        ("ce_type", b"custody.StationOpened.v1"),
        ("content-type", b"application/vnd.dsse.envelope.v1+json"),
    ]


def test_genesis_names_itself_as_its_election_and_no_station() -> None:
    genesis = World().genesis
    key, headers = headers_of(genesis)
    assert key is None
    assert dict(headers)["ce_source"] == b"urn:custody:election:" + dict(headers)["ce_id"]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"station": "PAR"}, b"PAR"),
        ({"consignment": "PAR-C01-X"}, b"PAR"),
        ({"units": [{"unit": "PAR-E0001-Y"}]}, b"PAR"),
        ({"unit": "PAR-E0001-Y"}, b"PAR"),
        ({"station": ""}, None),
        ({"station": 7}, None),
        ({"units": []}, None),
        ({"units": [7]}, None),
        ({"units": [{"unit": {}}]}, None),
        ({"unit": "-"}, None),
        ({}, None),
    ],
)
def test_the_key_is_the_station_wherever_the_event_names_it(fields: dict[str, Any], key: bytes | None) -> None:
    assert headers_of(event(**fields))[0] == key


@pytest.mark.parametrize(
    "entry",
    [
        b"", b"\x00", b"null", b"7", b"[]", b"{}", b'"payload"', b"\xff", b'{"payload":7}', b'{"payload":"*"}',
        b'{"payload":"\xc3\xa9"}', b'{"payload":"AA=="}', b'{"payload":"', b'{"payload":"AA=',
        b'{"payload":"e30="}', b"[" * 60_000, b"1" * 60_000,
        entry_of(None), entry_of([]), entry_of("text"), entry_of({}), entry_of({"type": 7, "version": 1}),
        entry_of({"type": "Anything", "version": True}), entry_of({"type": "Anything", "version": "1"}),
        entry_of({"type": [], "version": 1}),
    ],
)  # fmt: skip
def test_what_is_no_event_has_neither_key_nor_headers(entry: bytes) -> None:
    assert headers_of(entry) == (None, [])


def test_no_hint_is_long_and_none_fails_on_what_cannot_be_encoded() -> None:
    key, headers = headers_of(event(type="T" * 5_000, station="\ud800" * 5_000, election="e" * 5_000))
    assert key == b"?" * 200
    assert all(len(value) <= 200 for _, value in headers)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(
    st.sampled_from(["type", "version", "station", "units", "unit", "consignment", "election"]), one)))  # fmt: skip
def test_no_payload_makes_it_raise(payload: Any) -> None:
    key, headers = headers_of(entry_of(payload))
    assert key is None or headers


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(entry: bytes) -> None:
    headers_of(entry)


def test_of_every_type_the_hints_from_the_checked_event_are_those_of_the_entry() -> None:
    events: dict[str, tuple[bytes, Common]] = {}
    for payload in payloads():
        with suppress(Refused):
            said = parse_event(payload)
            events.setdefault(said.type, (payload, said))
    assert len(events) > 50
    for payload, said in events.values():
        entry = b'{"payload":"' + b64encode(payload) + b'","payloadType":"any","signatures":[]}'
        identifier = event_id(payload)
        assert headers_for(said, identifier=identifier) == headers_of(entry)
        hints = RecordHints()
        hints.note({entry: Checked(position=-1, entry="ab" * 32, event_id=identifier, event=said)})
        assert hints.of(entry) == headers_of(entry)


def test_of_what_was_not_just_checked_the_entry_itself_is_read() -> None:
    world = World()
    hints = RecordHints()
    hints.note({world.genesis: Checked(position=-1, entry="ab" * 32, fault="envelope-syntax")})
    for entry in (world.genesis, world.station("AAT"), b"{}"):
        assert hints.of(entry) == headers_of(entry)
