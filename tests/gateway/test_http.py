"""The gateway over real HTTP: what it takes, what it answers, and everything that it must not take."""

from __future__ import annotations

import base64
import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody.adapters.http import GatewayClient
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.receipts import open_receipt, open_refusal
from custody.core.tlog.tiles import parse_bundle
from custody.serving.problems import PROBLEM_TYPE
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.gateway import READ_ENTRIES_MAX, GatewayReply, LogStanding, Problem
from tests.courier.two_stations import Election
from tests.gateway import plain_http
from tests.gateway.serving_gateway import Plan, Served, received, served_sqlite
from tests.gateway.test_door import PACKING, gateway_of
from tests.worlds import DEVICE, World

JSON = "application/json"
NDJSON = "application/x-ndjson"
WORLD = World()
ENTRIES = tuple(WORLD.some(40))
KEPT = 12
PRIVATE, KEY = WORLD.key("gateway")
FOREIGN = World(seed=2).some(3)[2]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, SqliteLog]]:
    """One for all tests that change nothing but what they hand in."""
    with served_sqlite(tmp_path_factory.mktemp("gateway"), entries=ENTRIES[:KEPT], private=PRIVATE) as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[Served, SqliteLog]]:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE) as made:
        yield made


def post(
    served_at: Served, body: bytes, *, path: str = "/v1/events", kind: str = JSON, **headers: str
) -> httpx.Response:
    return plain_http.post(served_at.url + path, content=body, headers={"content-type": kind, **headers}, timeout=30)


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == PROBLEM_TYPE
    return answer.status_code, Problem.model_validate_json(answer.content).code


def keys(keyid: str) -> bytes | None:
    return PRIVATE.public_key().public_bytes_raw() if keyid == KEY else None


def test_a_signed_event_gets_a_receipt_for_its_place_in_the_log(election: Election, tmp_path: Path) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    kept = [record.entry for record in election.log.read(start=0, limit=1_000)]
    with served_sqlite(tmp_path, entries=kept, private=gateway_of(election).private) as (at, log):
        answer = post(at, made.entry)
        assert answer.status_code == 200
        reply = GatewayReply.model_validate_json(answer.content)
        assert (reply.status, reply.position, reply.codes, reply.event) == ("applied", len(kept), (), made.event)
        receipt = open_receipt(
            base64.b64decode(reply.statement or ""),
            gateways={gateway_of(election).key: gateway_of(election).public}.get,
        )
        assert (receipt.position, receipt.entry) == (len(kept), entry_hash(made.entry))
        assert log.read(start=len(kept), limit=1)[0].entry == made.entry


@pytest.mark.parametrize("kind", [JSON, "application/vnd.dsse.envelope.v1+json", "Application/JSON; charset=utf-8"])
def test_both_content_types_are_taken(gateway: tuple[Served, SqliteLog], kind: str) -> None:
    answer = post(gateway[0], ENTRIES[0], kind=kind)
    assert (answer.status_code, answer.json()["status"], answer.json()["position"]) == (200, "duplicate", 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "envelope-syntax"),
        (b"{}", "envelope-field"),
        (b"\xff\xfe{\x00}\x00", "envelope-syntax"),
        (b"\xef\xbb\xbf" + ENTRIES[12], "envelope-syntax"),
        (ENTRIES[12] + b"\n", "envelope-not-canonical"),
        (ENTRIES[12] + b"x", "envelope-syntax"),
        (ENTRIES[12] + ENTRIES[13], "envelope-syntax"),
        (b"[" * 65_535, "envelope-syntax"),
        (b'{"a":"\x80"}', "envelope-syntax"),
        (FOREIGN, "signature-unknown"),
    ],
    ids=["empty", "no fields", "UTF-16", "BOM", "newline", "trailing byte", "two", "deep", "not UTF-8", "unknown keys"],
)
def test_what_is_no_admissible_event_is_refused_under_the_gateways_key(
    gateway: tuple[Served, SqliteLog], body: bytes, code: str
) -> None:
    at, log = gateway
    before = log.end()
    answer = post(at, body)
    reply = GatewayReply.model_validate_json(answer.content)
    assert (answer.status_code, reply.status, reply.codes, reply.position) == (422, "refused", (code,), None)
    refusal = open_refusal(base64.b64decode(reply.statement or ""), gateways=keys)
    assert (refusal.code, refusal.entry) == (code, entry_hash(body))
    assert log.end() == before


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"],
)
def test_another_content_type_is_not_taken(gateway: tuple[Served, SqliteLog], kind: str) -> None:
    assert problem_of(post(gateway[0], ENTRIES[12], kind=kind)) == (415, "body-type")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
def test_a_compressed_body_is_not_taken_so_that_nothing_can_grow(
    gateway: tuple[Served, SqliteLog], coding: str
) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    assert len(bomb) < 65_535
    assert problem_of(post(gateway[0], bomb, **{"content-encoding": coding})) == (415, "body-encoding")


@pytest.mark.parametrize(
    ("path", "kind", "size"), [("/v1/events", JSON, 65_536), ("/v1/events/batch", NDJSON, 4_194_305)]
)
def test_a_body_that_says_it_is_too_large_is_not_even_read(
    gateway: tuple[Served, SqliteLog], path: str, kind: str, size: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {size}\r\n\r\n".encode()
    answer = gateway[0].raw(head)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()
    assert b'"code":"body-oversize"' in answer


def test_a_chunked_body_is_cut_off_where_it_becomes_too_large(gateway: tuple[Served, SqliteLog]) -> None:
    head = (
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunk = b"4000\r\n" + bytes(0x4000) + b"\r\n"
    with socket.create_connection((gateway[0].host, gateway[0].port), timeout=10) as connection:
        connection.sendall(head)
        sent = 0
        try:
            while sent < 1_000:
                connection.sendall(chunk)
                sent += 1
        except ConnectionError:
            pass
        assert received(connection).startswith(b"HTTP/1.1 413 ") or sent < 1_000


@pytest.mark.parametrize("lengths", [b"content-length: 3\r\n", b"content-length: 0\r\n"])
def test_a_body_that_has_a_length_and_comes_in_chunks_is_not_taken(
    gateway: tuple[Served, SqliteLog], lengths: bytes
) -> None:
    head = b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n"
    answer = gateway[0].raw(head + lengths + b"\r\n0\r\n\r\nGET /v1/log HTTP/1.1\r\nhost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 415 ")
    assert b'"code":"body-encoding"' in answer
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_of_the_largest_size_is_read_and_judged(gateway: tuple[Served, SqliteLog]) -> None:
    assert post(gateway[0], b" " * 65_535).json()["codes"] == ["envelope-syntax"]


def test_a_body_that_comes_slowly_is_given_up(tmp_path: Path) -> None:
    plan = Plan(body_s_max=0.5)
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _):
        head = b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
        answer = at.raw(head)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /v1/log\r\n\r\n",
        b"GET /v1/log HTTP/1.1\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
    ],
)
def test_what_is_no_http_is_answered_as_every_error_is(gateway: tuple[Served, SqliteLog], sent: bytes) -> None:
    with socket.create_connection((gateway[0].host, gateway[0].port), timeout=10) as connection:
        connection.sendall(sent)
        head, _, body = received(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert PROBLEM_TYPE.encode() in head
    assert Problem.model_validate_json(body).code == "head-broken"


def test_a_head_that_never_ends_is_given_up(tmp_path: Path) -> None:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=Plan(head_s=0.3)) as (at, _):
        assert at.raw(b"GET /v1/log HTTP/1.1\r\nhost: x\r\nx: ") == b""
        assert at.raw(b"") == b""


def test_bodies_together_hold_only_so_much_memory(tmp_path: Path) -> None:
    plan = Plan(held_bytes_max=100_000)
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _):
        head = b"POST /v1/events/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 90000\r\n\r\n"
        with socket.create_connection((at.host, at.port), timeout=10) as slow:
            slow.sendall(head + bytes(80_000))
            while "held_bytes 80000.0" not in plain_http.get(f"{at.url}/metrics").text:
                pass
            assert problem_of(post(at, bytes(30_000))) == (503, "gateway-busy")
        while "held_bytes 0.0" not in plain_http.get(f"{at.url}/metrics").text:
            pass
        assert post(at, bytes(30_000)).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"GET /v1/log HTTP/1.1\r\nhost: x\r\n" + b"x: " + b"y" * 40_000,
    ],
    ids=["binary", "negative length", "two lengths", "huge head"],
)
def test_what_is_no_http_is_answered_400_and_closed(gateway: tuple[Served, SqliteLog], data: bytes) -> None:
    assert gateway[0].raw(data).startswith(b"HTTP/1.1 400 ")


def test_what_is_no_http_writes_no_line_into_the_journal(
    gateway: tuple[Served, SqliteLog], caplog: pytest.LogCaptureFixture
) -> None:
    upgrade = b"GET /v1/log HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n"
    for data in (b"nonsense\r\n\r\n", b"GET /v1/log HTTP/1.1\r\n\r\n", upgrade):
        assert gateway[0].raw(data).startswith(b"HTTP/1.1 ")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


def test_the_description_admits_exactly_the_limits_that_are_answered(gateway: tuple[Served, SqliteLog]) -> None:
    described = plain_http.get(f"{gateway[0].url}/openapi.json").json()
    (limit,) = [one for one in described["paths"]["/v1/entries"]["get"]["parameters"] if one["name"] == "limit"]
    admitted = [number for number in range(1_000) if re.fullmatch(limit["schema"]["pattern"], str(number))]
    assert admitted == list(range(1, READ_ENTRIES_MAX + 1))


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "PUT", "DELETE", "PATCH"])
def test_a_preflight_and_other_methods_get_405_and_nothing_about_origins(
    gateway: tuple[Served, SqliteLog], method: str
) -> None:
    headers = {"origin": "https://elsewhere.invalid", "access-control-request-method": "POST"}
    answer = plain_http.request(method, f"{gateway[0].url}/v1/events", headers=headers)
    assert problem_of(answer) == (405, "method")
    assert answer.headers["allow"] == "POST"
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_no_answer_lets_other_origins_in_and_every_answer_keeps_browsers_quiet(
    gateway: tuple[Served, SqliteLog],
) -> None:
    for path in ("/v1/log", "/v1/entries?start=0&limit=1", "/healthz", "/nowhere", "/openapi.json"):
        answer = plain_http.get(gateway[0].url + path, headers={"origin": "https://elsewhere.invalid"})
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/events/",
        "/../etc/passwd",
        "/v1/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/docs",
        "/redoc",
        "//",
    ],
)
def test_there_is_nothing_at_any_other_path_and_no_redirect(gateway: tuple[Served, SqliteLog], path: str) -> None:
    answer = gateway[0].raw(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b'"code":"path-unknown"' in answer


def test_a_batch_is_answered_line_by_line_in_its_order(fresh: tuple[Served, SqliteLog]) -> None:
    at, log = fresh
    lines = [*ENTRIES[KEPT : KEPT + 5], b"rubbish", ENTRIES[KEPT], FOREIGN, b""]
    answer = post(at, b"\n".join(lines) + b"\n", path="/v1/events/batch", kind=NDJSON)
    replies = [GatewayReply.model_validate(one) for one in json_of(answer)["replies"]]
    assert [reply.entry for reply in replies] == [entry_hash(line) for line in lines]
    assert [reply.position for reply in replies] == [*range(KEPT, KEPT + 5), None, KEPT, None, None]
    assert [reply.status for reply in replies[5:]] == ["refused", "duplicate", "refused", "refused"]
    assert log.end() == KEPT + 5
    for reply, line in zip(replies[:5], lines, strict=False):
        receipt = open_receipt(base64.b64decode(reply.statement or ""), gateways=keys)
        assert (receipt.position, receipt.event) == (reply.position, event_id(parse_envelope(line).payload))


def json_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    value: dict[str, Any] = answer.json()
    return {**value, "replies": [{**one, "codes": tuple(one["codes"])} for one in value["replies"]]}


def test_a_batch_has_at_most_500_lines(gateway: tuple[Served, SqliteLog]) -> None:
    assert problem_of(post(gateway[0], b"\n" * 501, path="/v1/events/batch", kind=NDJSON)) == (413, "body-lines")
    assert len(json_of(post(gateway[0], b"\n" * 500, path="/v1/events/batch", kind=NDJSON))["replies"]) == 500


def test_the_log_is_read_as_entry_bundles(gateway: tuple[Served, SqliteLog]) -> None:
    at, log = gateway
    answer = plain_http.get(f"{at.url}/v1/entries", params={"start": 3, "limit": 5})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert int(answer.headers["custody-log-end"]) == log.end()
    assert parse_bundle(data=answer.content, width=5) == list(ENTRIES[3:8])
    end = plain_http.get(f"{at.url}/v1/entries", params={"start": log.end(), "limit": 5})
    assert (end.status_code, end.content) == (200, b"")


def test_an_answer_holds_a_megabyte_of_entries_however_long_they_are(tmp_path: Path) -> None:
    long = [b"%d" % (number % 10) * 65_535 for number in range(40)]
    with served_sqlite(tmp_path, entries=[*ENTRIES[:KEPT], *long], private=PRIVATE) as (at, _):
        answer = plain_http.get(f"{at.url}/v1/entries", params={"start": KEPT, "limit": 256})
        assert parse_bundle(data=answer.content, width=15) == long[:15]
        with GatewayClient(at.url) as client:
            assert [record.entry for record in client.read(start=KEPT + 38, limit=500)] == long[38:]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("start=99999&limit=1", (404, "log-too-short")),
        ("start=0&limit=0", (400, "log-range")),
        ("start=0&limit=257", (400, "log-range")),
        ("start=-1&limit=1", (400, "query")),
        ("start=+1&limit=1", (400, "query")),
        ("start=1_0&limit=1", (400, "query")),
        ("start=01&limit=1", (400, "query")),
        ("start=1e3&limit=1", (400, "query")),
        ("start=%D9%A1&limit=1", (400, "query")),
        ("start=99999999999999999999&limit=1", (400, "query")),
        ("start=0", (400, "query")),
        ("", (400, "query")),
    ],
)
def test_paging_has_limits(gateway: tuple[Served, SqliteLog], query: str, expected: tuple[int, str]) -> None:
    assert problem_of(plain_http.get(f"{gateway[0].url}/v1/entries?{query}")) == expected


def test_the_gateway_says_which_log_it_serves(gateway: tuple[Served, SqliteLog]) -> None:
    at, log = gateway
    standing = LogStanding.model_validate_json(plain_http.get(f"{at.url}/v1/log").content)
    assert standing == LogStanding(election=WORLD.election, origin=WORLD.vkey.name, end=log.end())


def test_the_api_describes_itself_and_uses_no_page_of_others(gateway: tuple[Served, SqliteLog]) -> None:
    paths = plain_http.get(f"{gateway[0].url}/openapi.json").json()["paths"]
    assert set(paths) == {
        "/v1/events",
        "/v1/events/batch",
        "/v1/entries",
        "/v1/log",
        "/v1/device-pack",
        "/v1/enrolment/{box}",
    }
    assert {"200", "413", "415", "422", "429", "503", "504"} <= set(paths["/v1/events"]["post"]["responses"])


def test_health_and_figures_are_told(gateway: tuple[Served, SqliteLog]) -> None:
    at, log = gateway
    assert [plain_http.get(at.url + path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    text = plain_http.get(f"{at.url}/metrics").text
    assert f"custody_gateway_log_read {float(log.end())}" in text
    assert WORLD.key(DEVICE)[1] not in text
