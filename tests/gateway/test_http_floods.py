"""Floods over HTTP: whoever sends too much is limited, and nobody else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody.adapters.sqlite import SqliteLog
from custody.gateway.limits import Rate
from custody.gateway.shares import Limits
from custody.ports import Alarm
from tests.courier.two_stations import Election
from tests.gateway import plain_http
from tests.gateway.serving_gateway import Plan, Served, served, served_sqlite
from tests.gateway.test_door import gateway_of
from tests.gateway.test_http import ENTRIES, JSON, KEPT, NDJSON, PRIVATE, json_of, post, problem_of


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[Served, SqliteLog]]:
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE) as made:
        yield made


def test_a_device_that_floods_is_limited_and_others_are_unharmed(tmp_path: Path, election: Election) -> None:
    election.packed()
    mine = [kept.entry for kept in election.box("cec-device").kept()]
    other = election.act(
        {"type": "VoterListStated", "station": "AYT", "stage": "opening", "voters": 436, "signatures": None},
        "ayt-chair",
        "ayt-secretary",
    )
    kept = [record.entry for record in election.log.read(start=0, limit=1_000)]
    plan = Plan(limits=Limits(key=Rate(per_second=0.001, burst=2)))
    with served_sqlite(tmp_path, entries=kept, private=gateway_of(election).private, plan=plan) as (at, log):
        answers = [post(at, entry) for entry in mine]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert problem_of(answers[2]) == (429, "too-many")
        assert int(answers[2].headers["retry-after"]) > 1
        assert post(at, other.entry).json()["status"] == "applied"
        assert [post(at, entry).json()["status"] for entry in mine[:2]] == ["duplicate"] * 2
        replies = json_of(post(at, b"\n".join(mine), path="/v1/events/batch", kind=NDJSON))["replies"]
        assert [reply["status"] for reply in replies] == ["duplicate", "duplicate", "not-taken", "not-taken"]
        assert log.end() == len(kept) + 3


def test_what_others_send_in_a_devices_name_does_not_use_up_its_share(tmp_path: Path, election: Election) -> None:
    election.packed()
    mine = [kept.entry for kept in election.box("cec-device").kept()]
    kept = [record.entry for record in election.log.read(start=0, limit=1_000)]
    plan = Plan(limits=Limits(key=Rate(per_second=0.001, burst=2)))
    with served_sqlite(tmp_path, entries=kept, private=gateway_of(election).private, plan=plan) as (at, _):
        assert post(at, mine[0]).status_code == 200
        for _ in range(5):
            post(at, mine[0])
            post(at, mine[0][:-1] + b" }")
        assert post(at, mine[1]).status_code == 200


def test_an_address_that_floods_is_limited_before_its_bodies_are_read_and_health_is_still_told(tmp_path: Path) -> None:
    plan = Plan(limits=Limits(address=Rate(per_second=0.001, burst=30)))
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, _):
        codes = [post(at, b"rubbish").status_code for _ in range(6)]
        assert codes == [422, 422, 429, 429, 429, 429]
        head = b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n"
        [at.raw(head[:0] + b"GET /v1/log HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n") for _ in range(10)]
        assert at.raw(head).startswith(b"HTTP/1.1 429 ")
        assert plain_http.get(f"{at.url}/healthz").status_code == 200


def test_while_an_alarm_stands_nothing_is_taken_and_readiness_says_why(tmp_path: Path) -> None:
    alarms: list[Alarm] = [Alarm("topic-settings", "retention.ms is 1000.")]
    plan = Plan(watch=lambda: alarms, watch_interval_s=0.05)
    with served_sqlite(tmp_path, entries=ENTRIES[:KEPT], private=PRIVATE, plan=plan) as (at, log):
        assert problem_of(post(at, ENTRIES[KEPT])) == (503, "log-alarm")
        ready = plain_http.get(f"{at.url}/readyz")
        assert (ready.status_code, ready.json()["reasons"][0]["code"]) == (503, "topic-settings")
        assert plain_http.get(f"{at.url}/healthz").status_code == 200
        assert log.end() == KEPT
        alarms.clear()
        for _ in range(200):
            if plain_http.get(f"{at.url}/readyz").status_code == 200:
                break
        assert post(at, ENTRIES[KEPT]).status_code == 200


def test_many_at_once_are_all_recorded_once_and_in_place(fresh: tuple[Served, SqliteLog]) -> None:
    at, log = fresh
    found: list[tuple[bytes, dict[str, Any]]] = []

    def hand_in(entries: tuple[bytes, ...]) -> None:
        with httpx.Client(headers={"content-type": JSON}, timeout=60) as client:
            found.extend((entry, client.post(f"{at.url}/v1/events", content=entry).json()) for entry in entries)

    threads = [threading.Thread(target=hand_in, args=(ENTRIES[KEPT + n :: 2] + ENTRIES[KEPT::3],)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.end() == len(ENTRIES)
    for entry, reply in found:
        assert log.read(start=reply["position"], limit=1)[0].entry == entry
    with served(log, reader=log, private=PRIVATE) as other:
        assert plain_http.get(f"{other.url}/v1/log").json()["end"] == len(ENTRIES)
