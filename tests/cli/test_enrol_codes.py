"""Enrolment by a one-time code on the registrar's machine: taken once, in 48 hours, by whom it is for; else refused in words."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.code_file import CodeFile
from custody.core.authority.coded_requests import IssuedCode
from custody.core.authority.enrolment_codes import box_of, read_code, seal, tag_of, unseal
from custody.core.entries.signing import keyid, public_bytes
from custody.election.enrolment import NewHolder, enrolment_row
from custody.gateway.boxes import Boxes
from tests.cli.conftest import Commands

WHO = ("--badge", "phone-7", "--role", "courier", "--office", "MFA")
KEYS = tuple(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(4))


def issued(custody: Commands, *who: str) -> IssuedCode:
    """A code as a registrar issues it."""
    told = custody("enrol-code", "issue", *(who or WHO), "--as", "registrar-1")
    assert told.code == 0, told.err
    found = CodeFile(custody.place.codes).codes()[-1]
    assert read_code(told.out) == found.code
    return found


def request_of(code: IssuedCode, *, typed: str = "", own: int = 0, hardware: int = 1, **changed: Any) -> dict[str, Any]:
    """What an app makes of a code for two keys."""
    person, phone = KEYS[own], KEYS[hardware]
    rows = [
        enrolment_row(private, holder=holder, election=code.election)
        for private, holder in (
            (person, NewHolder(code.badge, code.role, code.office, code.person)),  # type: ignore[arg-type]
            (phone, NewHolder(f"{code.badge}-device", "device", code.office, None)),
        )
    ]
    named = {"person": keyid(public_bytes(person)), "device": keyid(public_bytes(phone))}
    tag = tag_of(typed or code.code, election=code.election, **named)
    said = {"type": "KeyEnrolled", "election": code.election, "device": named["device"], "tag": tag, "keys": rows}
    return {**said, **changed}


def checked(custody: Commands, said: dict[str, Any]) -> tuple[int, str]:
    """(exit code, "taken" or the code of the refusal) for a request in a file."""
    (custody.folder / "brought.json").write_text(json.dumps(said), encoding="utf-8")
    (custody.folder / "taken").mkdir(exist_ok=True)
    ended = custody("enrol-code", "check", "brought.json", "--out", "taken")
    word, about, *_ = ended.out.split()
    return ended.code, word if word == "taken" else about.rstrip(":")


def test_a_code_is_taken_once_and_what_comes_of_it_is_signed_by_registrars(custody: Commands) -> None:
    code = issued(custody)
    assert checked(custody, request_of(code)) == (0, "taken")
    assert checked(custody, request_of(code)) == (0, "taken")
    assert checked(custody, request_of(code, own=2)) == (65, "one-time-used")
    made = custody(
        "act", "--as", "registrar-1", "--as", "registrar-2", "taken/phone-7.request.json", "--out", "new.event"
    )
    assert made.code == 0, made.err
    assert custody.append("new.event")[0].endswith("applied")
    assert "used" in custody("enrol-code", "list").out


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"election": "ab" * 32}, "one-time-election"),
        ({"tag": "00" * 32}, "one-time-wrong"),
        ({"device": "cd" * 32}, "one-time-wrong"),
        ({"type": "KeyRevoked"}, "one-time-request"),
        ({"more": 1}, "one-time-request"),
    ],
)
def test_a_changed_request_is_refused_in_words(custody: Commands, changed: dict[str, Any], refused: str) -> None:
    assert checked(custody, request_of(issued(custody), **changed)) == (65, refused)
    assert not list((custody.folder / "taken").iterdir())


def test_wrong_codes_changed_keys_other_people_and_codes_that_are_over_are_refused(custody: Commands) -> None:
    code = issued(custody)
    other = issued(custody, "--badge", "phone-8", "--role", "courier", "--office", "MFA")
    honest = request_of(code)
    assert checked(custody, request_of(code, typed="A" * 16)) == (65, "one-time-wrong")
    assert checked(custody, request_of(code, typed=other.code)) == (65, "one-time-other")
    swapped = [request_of(code, own=2)["keys"][0], honest["keys"][1]]
    assert checked(custody, {**honest, "keys": swapped}) == (65, "one-time-wrong")
    assert checked(custody, request_of(replace(code, role="mission-officer"))) == (65, "one-time-person")
    assert checked(custody, request_of(replace(code, badge="phone-9"))) == (65, "one-time-other")
    assert checked(custody, {**honest, "keys": honest["keys"][:1]}) == (65, "one-time-device")
    broken = {**honest["keys"][0], "proof": "00" * 64}
    assert checked(custody, {**honest, "keys": [broken, honest["keys"][1]]}) == (65, "one-time-proof")
    assert checked(custody, {**honest, "keys": [honest["keys"][0], request_of(code, hardware=3)["keys"][1]]}) == (
        65,
        "one-time-device",
    )
    past = replace(code, issued="2026-01-01T00:00:00+00:00", expires="2026-01-03T00:00:00+00:00")
    rows = [asdict(past), asdict(other)]
    text = json.dumps({"format": "custody/enrolment-codes/v1", "codes": rows})
    Path(custody.place.codes).write_text(text, encoding="utf-8")
    assert checked(custody, honest) == (65, "one-time-expired")


def test_a_newer_code_takes_the_place_of_one_that_was_not_used(custody: Commands) -> None:
    first, second = issued(custody), issued(custody)
    assert checked(custody, request_of(first)) == (65, "one-time-wrong")
    assert checked(custody, request_of(second)) == (0, "taken")


def test_requests_at_the_gateway_are_opened_and_a_used_code_is_told_there(custody: Commands) -> None:
    code = issued(custody)
    boxes, name = Boxes(custody.place.boxes), box_of(code.code)
    before = boxes.look(name).sealed
    assert code.code not in (custody.place.boxes / f"{name}.json").read_text(encoding="utf-8")
    sealed = seal(request_of(code), code=code.code, content="request", nonce=bytes(12))
    for data in (b"junk" * 20, sealed):
        boxes.bring(name, b64encode(data).decode(), at=code.issued)
    (custody.folder / "taken").mkdir()
    ended = custody("enrol-code", "check", "--out", "taken", "--as", "registrar-1")
    assert (ended.code, [line.split()[0] for line in ended.out.splitlines()]) == (0, ["refused", "taken", "two"])
    assert boxes.look(name).sealed != before
    assert told_in(boxes, code) == {"taken": sha256(sealed).hexdigest(), "used": True}


def test_whoever_waits_is_told_that_the_request_was_refused_and_why(custody: Commands) -> None:
    code = issued(custody)
    boxes, name = Boxes(custody.place.boxes), box_of(code.code)
    both = [
        seal(request_of(code, own=own), code=code.code, content="request", nonce=bytes([own] * 12)) for own in (0, 2)
    ]
    for sealed in both:
        boxes.bring(name, b64encode(sealed).decode(), at=code.issued)
    (custody.folder / "taken").mkdir()
    ended = custody("enrol-code", "check", "--out", "taken", "--as", "registrar-1")
    assert (ended.code, ended.out.count("refused one-time-twice")) == (65, 2)
    said = told_in(boxes, code)
    rows = [{"code": "one-time-twice", "request": sha256(sealed).hexdigest()} for sealed in both]
    assert (said["refused"], "card" in said, "used" in said) == (rows, True, False)


def told_in(boxes: Boxes, code: IssuedCode) -> dict[str, Any]:
    """What the box of a code says to whoever knows the code."""
    sealed = b64decode(boxes.look(box_of(code.code)).sealed)
    return dict(unseal(sealed, code=code.code, content="card"))


def test_two_devices_with_one_code_are_both_refused(custody: Commands) -> None:
    code = issued(custody)
    (custody.folder / "taken").mkdir()
    for number, own in enumerate((0, 2)):
        (custody.folder / f"{number}.json").write_text(json.dumps(request_of(code, own=own)), encoding="utf-8")
    ended = custody("enrol-code", "check", "0.json", "1.json", "--out", "taken")
    assert (ended.code, ended.out.count("refused one-time-twice")) == (65, 2)
    assert not list((custody.folder / "taken").iterdir())


def test_only_a_registrar_issues_and_only_for_who_is_new(custody: Commands) -> None:
    odd = custody("enrol-code", "issue", *WHO, "--as", "mfa-1")
    assert (odd.code, "registrar" in odd.err) == (65, True)
    for who in (("--badge", "mfa-1", "--role", "pouch-office", "--office", "MFA"), (*WHO[:3], "couriers", *WHO[4:])):
        assert custody("enrol-code", "issue", *who, "--as", "registrar-1").code == 64


@pytest.mark.parametrize(
    "text", ["abcd efgh ijkl mn23", "ABCD-EFGH-1JKL-MN23", " abcdefghijklmn23 ", "АBСD ЕFGH IJКL МN23"]
)
def test_a_code_is_read_as_people_type_it(text: str) -> None:
    assert read_code(text) == "ABCDEFGHIJKLMN23"
