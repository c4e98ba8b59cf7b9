"""The published JSON Schemas say what the models say, of every event type and of no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.reference import reference_stations
from custody.demo.election import TROUBLES, play, set_stage
from schemas.base import Common
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.publish import FOLDER, file_name, main, published, write
from schemas.strict_json import canonical
from schemas.union import FOLD_1, PLANNED, parse_event
from tests.schemas.reference_json_schema import problems

TYPES = {model.__name__: model for model in FOLD_1}
ID = "ab" * 32
IN_TRANSIT = dict.fromkeys(("remark", "documents", "photographs", "contact", "carrier", "flight", "stop", "position"))
FOUND = {"packages": 1, "seals": [], "papers": None}
NOT_IN_THE_DEMO: dict[str, tuple[str, dict[str, Any]]] = {
    "RulesSet": ("ElectionOpened", {}),
    "KeyRevoked": ("MandateGranted", {"key": ID, "vouched_device": ID, "vouched_number": 7, "reason": "stolen"}),
    "KeyRotated": (
        "MandateGranted",
        {"key": ID, "public": ID, "proof": ID + ID, "next_key": None, "vouched_device": None, "vouched_number": 0},
    ),
    "RootChanged": ("ElectionOpened", {}),
    "WitnessPolicySet": ("ElectionOpened", {}),
    "LogClosed": ("MandateGranted", {"reason": "completed"}),
    "LogSucceeded": ("MandateGranted", {"successor": ID, "successor_log": 1, "size": 9, "root": ID}),
    "CheckpointWitnessed": ("MandateGranted", {"note": "bm90ZQ=="}),
    "LogTimeSet": ("MandateGranted", {"log_time": "2015-04-20T10:00:00+06:00"}),
    "MandateEnded": ("MandateGranted", {"mandate": ID}),
    "DispensationGranted": ("MandateGranted", {"station": "AYT"}),
    "FindingAcknowledged": ("MandateGranted", {"finding": ID}),
    "FindingAdjudicated": ("MandateGranted", {"finding": ID, "chosen": None}),
    "UnitUnpacked": ("SealsApplied", {"unit": "AYT-P01-T", "contents": ["AYT-P01-T"], "seals": []}),
    "HandoverWithdrawn": ("SealsApplied", {"offer": ID}),
    "BallotsFoundDefective": ("SealsApplied", {"station": "AYT", "papers": 3}),
    "ReplacementAuthorised": (
        "SealsApplied",
        {
            "station": "AYT",
            "reason": "lost",
            "replaced": ["AYT-P01-T"],
            "source": "CEC-B02-E",
            "batch": "AYT-B02-0",
            "papers": 3,
            "serials": {"first": 1, "last": 3},
        },
    ),
    "ShortageDeclared": ("SealsApplied", {"station": "AYT", "papers": 3}),
    "ResupplySent": (
        "SealsApplied",
        {"station": "AYT", "source": "ANK-S01-0", "package": "AYT-P01-T", "papers": 3, "serials": None},
    ),
    "ResupplyReceived": ("SealsApplied", {"station": "AYT", "package": "AYT-P01-T", "papers": 3, "seals": []}),
    "Destroyed": (
        "SealsApplied",
        {"station": "AYT", "packages": [], "from_boxes": 3, "cancelled": 2, "method": "burned", "seals": []},
    ),
    "DelayReported": ("StopRecorded", {"reason": "missed-connection"}),
    "AnswerAcknowledged": ("SealsChecked", {"answer": ID}),
    "ReleasedToCarrier": ("SealsApplied", {"mode": "hold", "packages": 1, "seals": [], "commitments": IN_TRANSIT}),
    "CollectedFromCarrier": ("SealsApplied", {"found": FOUND, "commitments": IN_TRANSIT}),
    "PouchExamined": (
        "SealsApplied",
        {"examination": "x-rayed", "by": "customs", "seals": [], "commitments": IN_TRANSIT},
    ),
    "CustodyBroken": (
        "SealsChecked",
        {"classification": "incident", "cause": "unattended", "since": "2015-04-20T08:00:00+06:00", "until": None},
    ),
    "LossDeclared": ("SealsApplied", {"last_seen": None}),
    "UnitFound": ("SealsApplied", {"seals": []}),
    "QuarantineLifted": ("SealsApplied", {"custodian": ID}),
    "DetailsDisclosed": (
        "SealsChecked",
        {"event": ID, "details": [{"field": "flight", "salt": ID, "content": "XY 100"}]},
    ),
    "ErrorDeclared": (
        "SealsApplied",
        {"event": ID, "act": "SealsApplied", "reason": "did not occur", "corrective": None},
    ),
    "ActTranscribed": (
        "SealsApplied",
        {
            "scan": ID,
            "done_at": "2015-04-17T02:10:00+03:00",
            "paper": [{"part": "acting", "role": "chair", "office": "AYT", "person": None}],
            "stands_for": {"act": "ConsignmentOpened", "unit": "AYT-P01-T", "contents": [], "seals": []},
        },
    ),
    "ObserverRemarked": ("SealsChecked", {}),
}
"""Types that no journey of the demonstration needs: (a type of the same kind whose common fields are borrowed, own fields)."""


def demo_payloads() -> Iterator[bytes]:
    """Payloads of the demonstration, played at the stations where something was planted."""
    stations = [station for station in reference_stations() if station.code in TROUBLES]
    stage = set_stage(seed=1, stations=stations)
    for _ in play(stage, stations=stations, log_key="11" * 32):
        pass
    yield from (parse_envelope(entry).payload for entry in stage.entries())


@pytest.fixture(scope="module")
def samples() -> dict[str, dict[str, Any]]:
    """One well-formed event of each type, as JSON."""
    found: dict[str, dict[str, Any]] = {}
    for payload in demo_payloads():
        value = json.loads(payload)
        found.setdefault(value["type"], value)
    for name, (like, own) in NOT_IN_THE_DEMO.items():
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
