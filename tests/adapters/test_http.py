"""The gateway's client: what every answer means, honest or not, and that nothing that comes back can harm who asked."""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.http import GatewayClient
from custody.core.entries.receipts import SignedReply
from custody.core.tlog.tiles import format_bundle
from custody.courier.sync import sync
from custody.gateway.front_door import Admission, FrontDoor
from custody.gateway.tail import AwaitedBytes
from schemas.envelope import Envelope, entry_hash, format_envelope, parse_envelope
from schemas.errors import Contradicted, CustodyError, LogUnavailable, Misused, NotEstablished, OutcomeUnknown
from tests.adapters.lying_server import Asked, Said, lying
from tests.courier.two_stations import NOW, Election
from tests.gateway.serving_gateway import served
from tests.gateway.test_door import PACKING, gateway_of

ENTRY = b"entry"
GOOD: dict[str, Any] = {
    "entry": entry_hash(ENTRY),
    "event": "e" * 64,
    "position": 3,
    "status": "applied",
    "codes": [],
    "sentence": "",
    "statement": b64encode(b"statement").decode(),
}
REFUSED = {**GOOD, "event": None, "position": None, "status": "refused", "codes": ["envelope-syntax"]}


def said(value: object, *, status: int = 200) -> Said:
    return Said(status, json.dumps(value).encode())


def problem(status: int, code: str, sentence: str = "Why.") -> Said:
    return Said(status, json.dumps({"code": code, "sentence": sentence}).encode(), "application/problem+json")


def ask(answer: Said, act: Callable[[GatewayClient], object]) -> object:
    with lying(lambda _: answer) as url, GatewayClient(url, answer_s=5) as client:
        return act(client)


def submitted(answer: Said) -> object:
    return ask(answer, lambda client: client.submit(ENTRY, at=NOW))


def read(answer: Said, *, start: int = 4) -> object:
    return ask(answer, lambda client: client.read(start=start, limit=10))


def failed(act: Callable[[], object]) -> tuple[type[CustodyError], str, str]:
    with pytest.raises(CustodyError) as caught:
        act()
    return type(caught.value), caught.value.code, caught.value.sentence


def test_a_receipt_and_a_refusal_are_replies() -> None:
    reply, refusal = submitted(said(GOOD)), submitted(said(REFUSED, status=422))
    assert isinstance(reply, SignedReply)
    assert isinstance(refusal, SignedReply)
    assert (reply.position, reply.status, reply.statement, reply.event) == (3, "applied", b"statement", "e" * 64)
    assert (refusal.position, refusal.codes) == (None, ("envelope-syntax",))


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_not_taken_is_said_in_the_servers_words(status: int) -> None:
    assert failed(lambda: submitted(problem(status, "too-many"))) == (LogUnavailable, "too-many", "Why.")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_where_it_may_have_been_taken_the_outcome_is_unknown(status: int) -> None:
    assert failed(lambda: submitted(problem(status, "log-slow"))) == (OutcomeUnknown, "log-slow", "Why.")


def test_a_server_that_is_no_gateway_is_named_so() -> None:
    kind, code, sentence = failed(lambda: submitted(Said(404, b"<html>", "text/html")))
    assert (kind, code) == (LogUnavailable, "gateway-answer")
    assert "is no gateway" in sentence


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    asked: list[str] = []

    def answer(question: Asked) -> Said:
        asked.append(question.path)
        return Said(status, b"", headers={"location": "/elsewhere"})

    with lying(answer) as url, GatewayClient(url) as client, pytest.raises(OutcomeUnknown, match="gateway-answer"):
        client.submit(ENTRY, at=NOW)
    assert asked == ["/v1/events"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{" * 100_000,
        b"\xff\xfe",
        json.dumps({**GOOD, "extra": 1}).encode(),
        json.dumps({**GOOD, "position": "3"}).encode(),
        json.dumps({**GOOD, "position": True}).encode(),
        json.dumps({**GOOD, "position": -1}).encode(),
        json.dumps({**GOOD, "position": None}).encode(),
        json.dumps({**GOOD, "status": "proven"}).encode(),
        json.dumps({**GOOD, "entry": "0" * 64}).encode(),
        json.dumps({**GOOD, "statement": None}).encode(),
        json.dumps({**GOOD, "statement": "****"}).encode(),
        json.dumps({**GOOD, "statement": "A" * 100_000}).encode(),
        json.dumps({**REFUSED, "position": 3}).encode(),
        json.dumps({**REFUSED, "codes": []}).encode(),
        json.dumps({**REFUSED, "codes": ["\x1b[2J"]}).encode(),
        b" " * 300_000 + json.dumps(GOOD).encode(),
    ],
)
def test_an_answer_that_no_gateway_gives_leaves_the_outcome_unknown(body: bytes) -> None:
    assert failed(lambda: submitted(Said(200, body)))[:2] == (OutcomeUnknown, "gateway-answer")


def test_an_answer_without_end_is_cut_off() -> None:
    endless = Said(raw=b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + b" " * 5_000_000)
    assert failed(lambda: submitted(endless))[:2] == (OutcomeUnknown, "gateway-answer")


def test_a_compressed_answer_is_not_unpacked() -> None:
    packed = Said(200, b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert failed(lambda: submitted(packed))[:2] == (OutcomeUnknown, "gateway-answer")


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{", b"rubbish\r\n\r\n"])
def test_a_connection_that_breaks_after_sending_leaves_the_outcome_unknown(raw: bytes) -> None:
    assert failed(lambda: submitted(Said(raw=raw)))[:2] == (OutcomeUnknown, "gateway-broken")
    assert failed(lambda: read(Said(raw=raw)))[:2] == (LogUnavailable, "gateway-broken")


def test_no_connection_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with GatewayClient(f"http://127.0.0.1:{port}") as client:
        assert failed(lambda: client.submit(ENTRY, at=NOW))[:2] == (LogUnavailable, "gateway-unreachable")
        assert failed(lambda: client.read(start=0, limit=1))[:2] == (LogUnavailable, "gateway-unreachable")


def test_silence_and_dribbling_end_in_time_with_an_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with GatewayClient(f"http://127.0.0.1:{port}", answer_s=0.3) as client:
            assert failed(lambda: client.submit(ENTRY, at=NOW))[:2] == (OutcomeUnknown, "gateway-timeout")

        def dribble() -> None:
            listener.accept()[0].close()
            connection, _ = listener.accept()
            with connection:
                connection.recv(1_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
                try:
                    for _ in range(100):
                        connection.sendall(b" ")
                        stop.wait(0.05)
                except OSError:
                    pass

        stop = threading.Event()
        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()
        with GatewayClient(f"http://127.0.0.1:{port}", answer_s=0.3) as client:
            assert failed(lambda: client.submit(ENTRY, at=NOW))[:2] == (OutcomeUnknown, "gateway-timeout")
        stop.set()
        thread.join(10)


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example",
        "http://192.0.2.1:8000",
        "ftp://localhost",
        "localhost:8000",
        "https://",
        "https://user:secret@gateway.example",
        "https://gateway.example/path",
        "https://gateway.example/?query",
        "https://gateway.example:99999",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_is_none_or_is_not_safe_is_not_used(url: str) -> None:
    assert failed(lambda: GatewayClient(url))[:2] == (Misused, "gateway-address")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://gateway.example"]
)
def test_https_anywhere_and_http_on_this_machine_are_used(url: str) -> None:
    GatewayClient(url).close()


def test_plain_http_elsewhere_is_used_only_when_told_so() -> None:
    GatewayClient("http://gateway.example:8000", plain_allowed=True).close()


@pytest.mark.parametrize(
    "answer",
    [
        Said(200, b"\x00", "application/octet-stream"),
        Said(200, b"\x00\x05abc", "application/octet-stream"),
        Said(200, b"\x00\x00", "application/octet-stream"),
        Said(200, format_bundle([b"a"] * 11), "application/octet-stream"),
        Said(200, b"", "application/octet-stream", {"custody-log-end": "9"}),
        Said(200, b"", "application/octet-stream"),
    ],
    ids=["half a length", "short", "empty entry", "more than asked", "nothing before the end", "no end"],
)
def test_a_bundle_that_is_not_one_or_holds_something_back_is_not_taken(answer: Said) -> None:
    assert failed(lambda: read(answer))[:2] == (LogUnavailable, "gateway-answer")


def test_a_log_that_is_shorter_than_what_was_read_is_told_as_such() -> None:
    kind, code, _ = failed(lambda: read(problem(404, "log-too-short")))
    assert (kind, code) == (NotEstablished, "log-too-short")


def test_a_batch_answered_with_too_few_replies_is_unknown() -> None:
    both = said({"replies": [GOOD]})
    assert failed(lambda: ask(both, lambda client: client.submit_batch([ENTRY, ENTRY])))[0] is OutcomeUnknown


@pytest.mark.parametrize("entries", [[], [ENTRY] * 501, [bytes(65_535)] * 65])
def test_a_batch_has_a_size(entries: list[bytes]) -> None:
    assert failed(lambda: ask(said({}), lambda client: client.submit_batch(entries)))[:2] == (Misused, "batch-size")


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)


def test_a_device_syncs_over_http_as_it_does_in_one_process(election: Election) -> None:
    election.packed()
    box = election.box("cec-device")
    with (
        served(election.log, reader=election.log, private=gateway_of(election).private) as at,
        GatewayClient(at.url) as client,
    ):
        report = sync(box, submitter=client, at=NOW)
        again = sync(box, submitter=client, at=NOW)
    assert (report.recorded, report.refused, report.differs, report.stripped, report.interrupted) == (4, [], [], [], "")
    assert (again.recorded, again.learned) == (0, 0)
    assert [record.entry for record in election.log.read(start=election.size, limit=9)] == [
        item.entry for item in box.kept() if item.source != "known"
    ]


class LyingGateway:
    """A gateway's key over an honest log, in front of which somebody answers as he likes."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.door = FrontDoor(election.log, private=gateway_of(election).private)

    def answer(self, asked: Asked) -> Said:
        if asked.method == "POST":
            return self.taken(asked.body)
        query = dict(part.split("=") for part in asked.path.partition("?")[2].split("&"))
        records = self.door.read(start=int(query["start"]), limit=int(query["limit"]))
        bundle = format_bundle([self.shown(record.position, record.entry) for record in records])
        end = {"Custody-Log-End": str(self.election.log.end())}
        return Said(200, bundle, "application/octet-stream", end)

    def taken(self, body: bytes) -> Said:
        return self.reply(self.door.submit(body, at=NOW))

    def shown(self, position: int, entry: bytes) -> bytes:
        return entry

    def reply(self, reply: SignedReply, *, entry: str = "") -> Said:
        statement = b64encode(reply.statement).decode()
        value = {**GOOD, "entry": entry or reply.entry, "event": reply.event, "statement": statement}
        return said({**value, "position": reply.position, "status": reply.status, "codes": list(reply.codes)})


def without_a_signature(entry: bytes) -> bytes:
    envelope = parse_envelope(entry)
    return format_envelope(Envelope(envelope.payload, envelope.signatures[1:]))


class Stripping(LyingGateway):
    """Records the act without one of its signatures, and answers as if about the bytes that were sent."""

    def taken(self, body: bytes) -> Said:
        return self.reply(self.door.submit(without_a_signature(body), at=NOW), entry=entry_hash(body))


class Hiding(LyingGateway):
    """Gives an honest receipt, and shows something else at its position."""

    def shown(self, position: int, entry: bytes) -> bytes:
        return without_a_signature(entry) if position >= self.election.size else entry


class Promising(LyingGateway):
    """Signs a receipt for a position that holds another entry, and records nothing."""

    def taken(self, body: bytes) -> Said:
        honest = FrontDoor(self.election.log, private=gateway_of(self.election).private)
        event = honest.look(body).checked.event_id or ""
        elsewhere = Admission(
            entry=entry_hash(body), event=event, at=NOW, end=4, came_of=AwaitedBytes(3, "applied", ())
        )
        reply = honest.sign(elsewhere)
        assert isinstance(reply, SignedReply)
        return self.reply(reply)


@pytest.mark.parametrize(("gateway", "stripped", "differs"), [(Stripping, 1, 1), (Hiding, 1, 1), (Promising, 0, 1)])
def test_a_lying_gateway_is_noticed_over_http_and_the_act_stays_unrecorded(
    election: Election, gateway: type[LyingGateway], stripped: int, differs: int
) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    box = election.box("cec-device")
    with lying(gateway(election).answer) as url, GatewayClient(url) as client:
        report = sync(box, submitter=client, at=NOW)
    assert (len(report.stripped), len(report.differs), report.recorded) == (stripped, differs, 0)
    assert [item.status for item in box.kept()] == ["sent"]


class Rewriting(LyingGateway):
    """Shows another history than before."""

    def shown(self, position: int, entry: bytes) -> bytes:
        return entry + b" "


def test_another_history_than_before_stops_the_sync(election: Election) -> None:
    box = election.box("cec-device")
    with lying(Rewriting(election).answer) as url, GatewayClient(url) as client, pytest.raises(Contradicted):
        sync(box, submitter=client, at=NOW)
