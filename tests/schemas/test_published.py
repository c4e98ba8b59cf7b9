"""The published JSON Schemas say what the models say, of every event type and of no other."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.base import Common
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.publish import FOLDER, file_name, main, published, write
from schemas.strict_json import canonical
from schemas.union import FOLD_1, PLANNED, parse_event
from tests.schemas.reference_json_schema import problems

TYPES = {model.__name__: model for model in FOLD_1}
ID = "ab" * 32
VECTORS = Path(__file__).parents[1] / "vectors" / "rules"
IN_NO_VECTOR: dict[str, tuple[str, dict[str, Any]]] = {
    "MandateEnded": ("MandateGranted", {"mandate": ID}),
    "MandateTransferred": ("MandateGranted", {"mandate": ID, "courier": ID}),
    "UnitUnpacked": ("SealsApplied", {"unit": "AYT-P01-T", "contents": ["AYT-P01-T"], "seals": []}),
    "BallotsFoundDefective": ("SealsApplied", {"station": "AYT", "papers": 3}),
    "Archived": ("SealsApplied", {}),
    "StopRecorded": ("DelayReported", {"purpose": "overnight", "seals": []}),
    "ObserverRemarked": ("SealsChecked", {}),
}
"""Types that no rule is about: (a type of the same kind whose common fields are borrowed, own fields)."""


def payloads() -> Iterator[bytes]:
    """Payloads of the rulebook's vectors, as far as they are entries; and of one station of the demonstration."""
    for path in sorted(VECTORS.glob("*.json")):
        content = json.loads(path.read_bytes())
        entries = content if isinstance(content, list) else [step["entry"] for step in content["steps"]]
        for entry in entries:
            with contextlib.suppress(Refused):
                yield parse_envelope(entry.encode()).payload


@pytest.fixture(scope="module")
def samples() -> dict[str, dict[str, Any]]:
    """One well-formed event of each type, as JSON."""
    found: dict[str, dict[str, Any]] = {}
    for payload in payloads():
        with contextlib.suppress(Refused):
            found.setdefault(type(parse_event(payload)).__name__, json.loads(payload))
    assert found.keys().isdisjoint(IN_NO_VECTOR), "a type with a vector needs no sample here"
    for name, (like, own) in IN_NO_VECTOR.items():
        fields = TYPES[name].model_fields
        shared = {field: value for field, value in found[like].items() if field in fields}
        found[name] = {**shared, "election": ID, **own, "type": name}
    return found


def schema_of(name: str) -> dict[str, Any]:
    """The published schema of an event type."""
    schema: dict[str, Any] = json.loads((FOLDER / file_name(name)).read_bytes())
    return schema


def objects_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that a schema describes, by name."""
    yield schema["title"], schema
    yield from ((name, one) for name, one in schema.get("$defs", {}).items() if "properties" in one)


def test_the_published_files_are_those_of_the_models() -> None:
    assert main(["--check"]) == 0


def test_a_changed_a_missing_and_an_extra_file_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    (tmp_path / "BallotsSpoiled.v1.json").write_bytes(b"{}\n")
    (tmp_path / "Archived.v1.json").unlink()
    (tmp_path / "BallotsLost.v1.json").write_bytes(b"{}\n")
    assert main(["--check"], folder=tmp_path) == 1
    told = capsys.readouterr().err
    assert all(name in told for name in ("BallotsSpoiled", "Archived", "BallotsLost"))


def test_writing_mends_what_is_stale_and_touches_nothing_else(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "Archived.v1.json").unlink()
    (tmp_path / "BallotsLost.v1.json").write_bytes(b"{}\n")
    assert write(tmp_path) == ["Archived.v1.json", "BallotsLost.v1.json"]
    assert write(tmp_path) == []


def test_an_unknown_argument_is_a_usage_error() -> None:
    assert main(["--chekc"]) == 64


@pytest.mark.parametrize("name", sorted(published()))
def test_a_published_file_is_sorted_and_ends_in_a_newline(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    again = json.dumps(json.loads(data), ensure_ascii=False, indent=2, sort_keys=True)
    assert data == again.encode() + b"\n"


@pytest.mark.parametrize("name", sorted(published()))
def test_a_published_file_names_itself_without_a_host(name: str) -> None:
    schema = json.loads((FOLDER / name).read_bytes())
    assert name == "index.json" or (schema["$id"], schema["$schema"][-21:]) == (name, "/draft/2020-12/schema")


def test_the_index_lists_every_type_with_its_kind() -> None:
    listed = {(row["type"], row["kind"]) for row in json.loads((FOLDER / "index.json").read_bytes())["events"]}
    assert listed == {(name, model.KIND) for name, model in TYPES.items()}


def test_no_planned_type_is_published() -> None:
    planned = {file_name(name) for names in PLANNED.values() for name in names}
    assert planned.isdisjoint(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("model", FOLD_1, ids=lambda model: model.__name__)
def test_a_schema_is_marked_with_the_kind_of_its_type(model: type[Common]) -> None:
    schema = schema_of(model.__name__)
    assert schema["x-custody-kind"] == model.KIND
    assert schema["x-custody-kind"] in ("act", "report", "decision")


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_object_and_every_field_of_a_schema_is_described(name: str) -> None:
    silent = [
        f"{title}.{field}"
        for title, one in objects_of(schema_of(name))
        for field, row in ({"": one} | one["properties"]).items()
        if not row.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_schema_accepts_an_event_that_the_front_door_accepts(name: str, samples: dict[str, dict[str, Any]]) -> None:
    parse_event(canonical(samples[name]))
    schema = schema_of(name)
    assert list(problems(samples[name], schema=schema)) == []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_schema_and_the_front_door_refuse_an_unknown_field(name: str, samples: dict[str, dict[str, Any]]) -> None:
    event, schema = {**samples[name], "remark": "none"}, schema_of(name)
    assert list(problems(event, schema=schema)) == ["/remark: is unknown"]
    with pytest.raises(Refused, match="event-field"):
        parse_event(canonical(event))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_schema_and_the_front_door_refuse_a_missing_field(name: str, samples: dict[str, dict[str, Any]]) -> None:
    event, schema = {**samples[name]}, schema_of(name)
    del event["commitments"]
    assert any(problems(event, schema=schema))
    with pytest.raises(Refused, match="event-field"):
        parse_event(canonical(event))


def test_the_schema_of_the_envelope_accepts_an_entry_and_refuses_an_unknown_field() -> None:
    schema = json.loads((FOLDER / "Envelope.v1.json").read_bytes())
    signature = {"keyid": ID, "sig": "A" * 86 + "=="}
    entry = {"payload": "e30=", "payloadType": "application/vnd.custody.event.v1+json", "signatures": [signature]}
    assert list(problems(entry, schema=schema)) == []
    assert any(problems({**entry, "extra": 1}, schema=schema))
