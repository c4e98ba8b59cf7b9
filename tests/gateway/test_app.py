"""The app as a gateway serves it, and the pack that its devices learn from."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from custody.core.entries.signing import verify
from custody.gateway.app_files import PERMISSIONS, POLICY, app_routes, built_app
from custody.gateway.device_pack import PACK_TYPE
from schemas.receipts import statement_pae
from tests.courier.two_stations import POUCH, SEAL, Election
from tests.gateway.serving_gateway import Served, served

GUARDED = {
    "content-security-policy": POLICY,
    "permissions-policy": PERMISSIONS,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Election, Served]]:
    election = Election(tmp_path)
    election.packed()
    election.sync(election.cast.device_of["cec-1"])
    with served(election.log, reader=election.log, private=election.cast.people["gateway-1"].private) as at:
        yield election, at


def pack_of(at: Served, *keys: str) -> dict[str, Any]:
    answer = httpx.get(f"{at.url}/v1/device-pack", params={"keys": ",".join(keys)})
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.content))


def told(statement: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(b64decode(statement["payload"])))


def asked(build: Path, *names: str, **headers: str) -> list[httpx.Response]:
    """The answers of the app's routes over a build."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(Starlette(routes=[*app_routes(built_app(build))]))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return [await client.get(name, headers=headers) for name in names]

    return asyncio.run(ask())


def folder(path: Path) -> Path:
    """A build of an app."""
    for name, text in {
        "index.html": "<!doctype html>",
        "app-ABCDEF12.js": "1",
        "sw.js": "2",
        "secret.txt": "x",
    }.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_every_answer_of_the_app_has_its_policy_and_files_with_hashes_stay(tmp_path: Path) -> None:
    found = asked(folder(tmp_path), "/app/", "/app/app-ABCDEF12.js", "/app/sw.js")
    assert [one.headers["content-security-policy"] for one in found] == [POLICY] * 3
    assert {one.headers["permissions-policy"] for one in found} == {PERMISSIONS}
    kept = [one.headers["cache-control"] for one in found]
    assert kept == ["no-cache", "public, max-age=31536000, immutable", "no-cache"]
    (again,) = asked(tmp_path, "/app/", **{"if-none-match": found[0].headers["etag"]})
    assert again.status_code == 304
    assert asked(tmp_path, "/app")[0].headers["location"] == "/app/"


@pytest.mark.parametrize("name", ["secret.txt", "../pyproject.toml", "%2e%2e/pyproject.toml", "app-ABCDEF13.js", "a/b"])
def test_nothing_but_the_files_of_the_app_is_served(tmp_path: Path, name: str) -> None:
    assert asked(folder(tmp_path), f"/app/{name}")[0].status_code == 404


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    rows = dict(row.partition(" ")[::2] for row in POLICY.split("; "))
    assert rows["default-src"] == "'none'"
    assert {row for name, row in rows.items() if name.endswith("-src") and name != "default-src"} <= {
        "'self'",
        "'self' blob:",
    }
    assert (rows["frame-ancestors"], rows["base-uri"], rows["require-trusted-types-for"]) == (
        "'none'",
        "'none'",
        "'script'",
    )
    assert PERMISSIONS == "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


def test_a_gateway_without_a_build_says_how_to_make_one(tmp_path: Path) -> None:
    (answer,) = asked(tmp_path, "/app/")
    assert (answer.status_code, "make app" in answer.text) == (503, True)


def test_a_gateway_guards_the_app_with_the_policy_of_the_app_and_all_else_with_its_own(
    place: tuple[Election, Served],
) -> None:
    page = httpx.get(f"{place[1].url}/app/")
    assert {name: page.headers[name] for name in GUARDED} == GUARDED
    assert page.headers.get_list("content-security-policy") == [POLICY]
    assert "default-src 'none'" in httpx.get(f"{place[1].url}/v1/log").headers["content-security-policy"]


def test_a_courier_learns_what_is_his_and_the_keys_that_he_may_meet(place: tuple[Election, Served]) -> None:
    election, at = place
    people, devices = election.cast.people, election.cast.devices
    courier, device = people["courier-ayt"], devices[election.cast.device_of["cec-1"]]
    statement = pack_of(at, courier.key, device.key)
    payload, (signature,) = b64decode(statement["payload"]), statement["signatures"]
    gateway = people["gateway-1"]
    message = statement_pae(payload, payload_type=PACK_TYPE)
    assert signature["keyid"] == gateway.key
    assert verify(public=gateway.public, message=message, signature=b64decode(signature["sig"]))
    pack = told(statement)
    (unit,) = pack["units"]
    assert (unit["unit"], unit["seals"], unit["papers"]) == (POUCH, [SEAL], 441)
    assert pack["mandates"][0]["consignments"] == ["AYT-C01-U"]
    assert {row["badge"] for row in pack["roster"]} >= {"courier-ayt", "ayt-officer", "mfa-1", "gateway-1"}
    assert "ank-chair" not in {row["badge"] for row in pack["roster"]}
    last = election.boxes[device.badge].last_number()
    assert [(row["device"], row["number"], row["event"]) for row in pack["chains"]] == [(device.key, *(last or ()))]


def test_other_peoples_consignments_are_not_told(place: tuple[Election, Served]) -> None:
    election, at = place
    pack = told(pack_of(at, election.cast.people["ank-officer"].key))
    assert (pack["units"], pack["consignments"], pack["mandates"]) == ([], [], [])
    assert told(pack_of(at, "0" * 64))["units"] == []


def test_what_is_asked_for_is_keys(place: tuple[Election, Served]) -> None:
    for keys in ("", "x", "0" * 63, ",".join(["0" * 64] * 17)):
        assert httpx.get(f"{place[1].url}/v1/device-pack", params={"keys": keys}).status_code == 400
