"""Whoever asks about the past waits for a turn of a bounded kind, and stands in nobody's way."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import httpx
import pytest

from projections.web.models.problems import Busy
from projections.web.snapshots import past_views
from projections.web.snapshots.past_views import Past
from tests.web.demo import ENTRIES, Web


def test_more_than_the_places_are_busy_and_a_place_given_back_is_free() -> None:
    asked = Past()
    with ExitStack() as stack:
        for _ in range(past_views.ASKING_MAX):
            stack.enter_context(asked.asked())
        with pytest.raises(Busy), asked.asked():
            pass
    with asked.asked():
        pass


def test_a_crowd_asking_about_different_positions_is_answered_or_told_to_ask_again(web: Web) -> None:
    told: list[httpx.Response] = []

    def ask(position: int) -> None:
        with httpx.Client(base_url=web.url, timeout=60, trust_env=False) as client:
            told.append(client.get(f"/stations/AYT.json?at={position}"))

    readers = [threading.Thread(target=ask, args=(position,)) for position in range(2_000, 2_060)]
    for reader in readers:
        reader.start()
    present = [web.get(path).status_code for path in ("/healthz", "/readyz", "/board", "/stations/AYT", "/metrics")]
    for reader in readers:
        reader.join(timeout=120)
    assert present == [200] * 5
    assert len(told) == len(readers)
    refused = [response for response in told if response.status_code == 503]
    assert {response.status_code for response in told} <= {200, 503}
    assert all(response.headers["retry-after"] == "1" for response in refused)
    assert {response.json()["code"] for response in refused} <= {"past-busy"}


def test_the_past_is_named_by_a_time_too(web: Web) -> None:
    at = "2015-04-20T12:00:00+05:00"
    position = web.json("/api/v1/standing" + f"?at={at.replace('+', '%2B')}")["as_of"]
    assert 0 < position < ENTRIES - 1
    assert web.json(f"/board.json?at={at}")["as_of"] == position
    assert web.json(f"/board.json?at={position}")["stations"] == web.json(f"/board.json?at={at}")["stations"]
    for later in ("2100-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2100-01-01T00:00:00.00000000000001Z"):
        assert web.json(f"/board.json?at={later}")["as_of"] == ENTRIES - 1


@pytest.mark.parametrize(
    ("at", "status", "code"),
    [
        ("yesterday", 422, "not-well-formed"), ("2015-04-31", 422, "not-well-formed"), ("-1", 422, "not-well-formed"),
        ("2015-02-30T00:00:00Z", 422, "not-well-formed"), ("1990-01-01T00:00:00Z", 404, "not-recorded-yet"),
        ("0000-01-01T00:00:00Z", 404, "not-recorded-yet"), ("0001-01-01T00:00:00%2B14:00", 404, "not-recorded-yet"),
        ("9007199254740991", 404, "not-recorded-yet"), ("9007199254740992", 422, "not-well-formed"),
        ("2015-04-20T24:01:00Z", 422, "not-well-formed"), (str(ENTRIES), 404, "not-recorded-yet"),
        ("1&at=2", 400, "repeated-parameter"), ("", 422, "not-well-formed"),
    ],
)  # fmt: skip
def test_any_other_moment_is_refused_in_words(web: Web, at: str, status: int, code: str) -> None:
    answer = web.get(f"/api/v1/standing?at={at}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
