"""Boxes of enrolment at a gateway: opened by registrars alone, bounded, kept over a restart, and carried as they are."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.authority.enrolment_boxes import EnrolmentBox, box_statement
from custody.gateway.boxes import BOXES_MAX, REQUEST_BYTES_MAX, REQUESTS_MAX, Boxes
from schemas.errors import Misused, NotEstablished
from tests.courier.two_stations import NOW, Election
from tests.gateway.serving_gateway import Served, served

BOX = "ab" * 32
UNTIL = "2026-11-25T09:00:00+00:00"
BYTES = {"content-type": "application/octet-stream"}
STATED = {"content-type": "application/json"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Election, Served]]:
    election = Election(tmp_path)
    with served(election.log, reader=election.log, private=election.cast.people["gateway-1"].private) as at:
        yield election, at


def statement(made: Election, *, who: str = "registrar-1", **changed: Any) -> bytes:
    """A box opened by somebody of the election."""
    root = made.door().ledger.election
    private: Ed25519PrivateKey = made.cast.people[who].private
    said = {"election": root, "box": BOX, "until": UNTIL, "sealed": b"card", "private": private}
    return box_statement(**{**said, **changed})


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("code", "-"))


def test_a_registrar_opens_a_box_and_requests_in_it_are_carried_as_they_are(place: tuple[Election, Served]) -> None:
    election, at = place
    url = f"{at.url}/v1/enrolment/{BOX}"
    assert code_of(httpx.get(url)) == (404, "box-unknown")
    assert code_of(httpx.post(url, content=b"x", headers=BYTES)) == (404, "box-unknown")
    assert httpx.put(url, content=statement(election), headers=STATED).status_code == 200
    for number in range(REQUESTS_MAX):
        for _ in range(2):
            assert httpx.post(url, content=bytes([number]), headers=BYTES).status_code == 200
    assert code_of(httpx.post(url, content=b"more", headers=BYTES)) == (429, "box-full")
    said = httpx.get(url).json()
    assert said["requests"] == [b64encode(bytes([number])).decode() for number in range(REQUESTS_MAX)]
    assert (said["sealed"], said["until"], said["over"]) == (b64encode(b"card").decode(), UNTIL, False)
    assert httpx.put(url, content=statement(election, sealed=b"used"), headers=STATED).status_code == 200
    assert httpx.get(url).json() == {**said, "sealed": b64encode(b"used").decode()}


def test_nobody_else_opens_a_box_and_what_is_no_request_is_not_kept(place: tuple[Election, Served]) -> None:
    election, at = place
    url = f"{at.url}/v1/enrolment/{BOX}"
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    honest = statement(election)
    for data, expected in (
        (statement(election, who="mfa-1"), (422, "box-registrar")),
        (statement(election, private=stranger), (422, "box-registrar")),
        (statement(election, election="cd" * 32), (422, "box-election")),
        (statement(election, box="cd" * 32), (422, "box-statement")),
        (honest.replace(b'"sig":"', b'"sig":"A', 1), (422, "box-statement")),
        (b"{}", (422, "box-statement")),
        (b"{" * 20_000, (413, "body-oversize")),
    ):
        assert code_of(httpx.put(url, content=data, headers=STATED)) == expected
    assert httpx.put(url, content=honest, headers=STATED).status_code == 200
    large = bytes(REQUEST_BYTES_MAX + 1)
    for content, headers, expected in (
        (large, BYTES, (413, "body-oversize")),
        (b"", BYTES, (400, "body-broken")),
        (b"x", STATED, (415, "body-type")),
    ):
        assert code_of(httpx.post(url, content=content, headers=headers)) == expected
    assert httpx.get(url).json()["requests"] == []
    assert httpx.get(f"{at.url}/v1/enrolment/..").status_code == 404
    assert code_of(httpx.get(f"{at.url}/v1/enrolment/{'AB' * 32}")) == (400, "query")


def said_of(number: int) -> EnrolmentBox:
    name = f"{number:064x}"
    sealed = {"until": UNTIL, "sealed": "QQ=="}
    return EnrolmentBox.model_validate({"format": "custody/enrolment-box/v1", "election": BOX, "box": name, **sealed})


def test_boxes_are_bounded_take_nothing_after_their_time_and_outlive_a_restart(tmp_path: Path) -> None:
    first = Boxes(tmp_path / "boxes")
    first.open(said_of(1), at=NOW)
    first.bring(said_of(1).box, "AA==", at=NOW)
    again = Boxes(tmp_path / "boxes")
    assert again.look(said_of(1).box).requests == ("AA==",)
    with pytest.raises(Misused, match="over"):
        again.bring(said_of(1).box, "BB==", at="2026-11-25T09:00:01+00:00")
    again.open(replace_until(said_of(2), "2026-12-25T09:00:00+00:00"), at="2026-12-24T09:00:00+00:00")
    with pytest.raises(NotEstablished):
        first.look(said_of(1).box)
    memory = Boxes()
    for number in range(BOXES_MAX):
        memory.open(said_of(number), at=NOW)
    with pytest.raises(Misused, match="as many"):
        memory.open(said_of(BOXES_MAX), at=NOW)
    memory.open(said_of(0), at=NOW)


def replace_until(said: EnrolmentBox, until: str) -> EnrolmentBox:
    return said.model_copy(update={"until": until})
