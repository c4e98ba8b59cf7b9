"""The catalogue of bad input: every fixture is refused with exactly its code (tests/vectors/bad/README.md)."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from custody.core.entries import signing
from custody.core.entries.admission import admit
from custody.core.entries.signing import check_public_key, verify, verify_bulk
from schemas import envelope, strict_json, text
from schemas.envelope import PAYLOAD_BYTES_MAX, parse_envelope
from schemas.errors import Refused
from schemas.strict_json import parse, parse_canonical
from schemas.union import parse_event

FOLDER = Path(__file__).parents[1] / "vectors" / "bad"
FIXTURES = {f"{path.parent.name}/{path.stem}": json.loads(path.read_text()) for path in FOLDER.glob("*/*.json")}


def data_of(fixture: dict[str, Any]) -> bytes:
    if "bytes" in fixture:
        return b64decode(fixture["bytes"], validate=True)
    recipe = fixture["recipe"]
    before, repeat, after = (b64decode(recipe[part], validate=True) for part in ("before", "repeat", "after"))
    return before + repeat * int(recipe["times"]) + after


def judge_payload(fixture: dict[str, Any]) -> None:
    parse_canonical(data_of(fixture), bytes_max=fixture.get("bytes_max", PAYLOAD_BYTES_MAX))


def judge_event(fixture: dict[str, Any]) -> None:
    parse_event(data_of(fixture))


def judge_envelope(fixture: dict[str, Any]) -> None:
    parse_envelope(data_of(fixture))


def judge_signature(fixture: dict[str, Any]) -> None:
    message = b64decode(fixture["message"], validate=True)
    public, signature = bytes.fromhex(fixture["public"]), bytes.fromhex(fixture["signature"])
    verdicts = {check(public=public, message=message, signature=signature) for check in (verify, verify_bulk)}
    if verdicts == {False}:
        raise Refused("signature-invalid", "The signature does not count.")


def judge_admission(fixture: dict[str, Any]) -> None:
    keys = {keyid: bytes.fromhex(public) for keyid, public in fixture["keys"].items()}
    admit(data_of(fixture), keys=keys.get)


def judge_enrolment(fixture: dict[str, Any]) -> None:
    check_public_key(bytes.fromhex(fixture["public"]))


JUDGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "payload": judge_payload,
    "event": judge_event,
    "envelope": judge_envelope,
    "signature": judge_signature,
    "enrolment": judge_enrolment,
    "admission": judge_admission,
}


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_bad_input_is_refused_with_its_code(name: str) -> None:
    fixture = FIXTURES[name]
    with pytest.raises(Refused) as refusal:
        JUDGES[fixture["judged_by"]](fixture)
    assert refusal.value.code == fixture["code"]


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_a_fixture_is_named_by_its_file(name: str) -> None:
    assert FIXTURES[name]["name"] == name.partition("/")[2]


@pytest.mark.parametrize("module", [strict_json, text, envelope, signing], ids=lambda module: module.__name__)
def test_every_code_that_the_head_of_a_module_announces_has_a_fixture(module: ModuleType) -> None:
    announced = set(re.findall(r"\b(?:json|text|envelope|key)-[a-z0-9-]*[a-z0-9]\b", str(module.__doc__)))
    assert announced - {"json-type"} <= {fixture["code"] for fixture in FIXTURES.values()}


def test_what_is_refused_as_not_canonical_is_otherwise_valid() -> None:
    for fixture in FIXTURES.values():
        if fixture["code"] == "json-not-canonical":
            parse(data_of(fixture), bytes_max=PAYLOAD_BYTES_MAX)
