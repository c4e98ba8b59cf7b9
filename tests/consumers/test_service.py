from __future__ import annotations

import io
import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from consumers.journal import LibraryLines, journal
from consumers.service import GuardedLog, ServiceStatus, Stopping, Unwatched, _Look, attend, check_root
from custody.adapters.memory import MemoryLog
from custody.ports import Alarm
from custody.serving.health import health_app, serving
from schemas.errors import (
    Contradicted,
    CustodyError,
    Fenced,
    LogUnavailable,
    Misused,
    NotEstablished,
    Unavailable,
)

DRIFT = Alarm("topic-settings", "The topic's retention.ms is 1000.")
DELETED = Alarm("records-deleted", "The log begins at position 5.")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def desk(stream: io.StringIO) -> ServiceStatus:
    return ServiceStatus("ledger", journal("ledger", stream=stream))


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@dataclass
class Script:
    """Work that does, turn by turn, what it is told; the last turn ends the service."""

    desk: ServiceStatus
    turns: list[CustodyError | Callable[[], None] | None]
    begun: int = 0
    closed: int = 0
    states: list[str] = field(default_factory=list)

    def begin(self, _: ServiceStatus) -> Script:
        self.begun += 1
        return self

    def turn(self) -> bool:
        self.states.append(self.desk.readiness().state)
        if not self.turns:
            self.desk.stop.set()
            return True
        now = self.turns.pop(0)
        if isinstance(now, CustodyError):
            if self.desk.is_halted():
                self.desk.stop.set()
            raise now
        if now is not None:
            now()
        return True

    def close(self) -> None:
        self.closed += 1


def test_work_that_goes_well_is_following(desk: ServiceStatus, stream: io.StringIO) -> None:
    script = Script(desk, [None, None])
    attend(script.begin, desk=desk)
    assert (script.begun, script.closed, script.states) == (1, 1, ["starting", "following", "following"])
    assert [line["event"] for line in lines(stream)] == ["following"]


@pytest.mark.parametrize("error", [LogUnavailable("log-busy", "Busy."), Unavailable("books-unreachable", "Gone.")])
def test_what_does_not_answer_is_waited_for_with_the_work_in_hand(desk: ServiceStatus, error: CustodyError) -> None:
    script = Script(desk, [error, None])
    attend(script.begin, desk=desk)
    assert (script.begun, script.states) == (1, ["starting", "waiting", "following"])


def test_a_runner_that_was_fenced_begins_anew(desk: ServiceStatus) -> None:
    script = Script(desk, [Fenced("fenced", "Overtaken."), None])
    attend(script.begin, desk=desk)
    assert (script.begun, script.closed, script.states) == (2, 2, ["starting", "waiting", "following"])


@pytest.mark.parametrize(
    "error",
    [
        Contradicted("log-changed", "Other entries."),
        NotEstablished("fold-failed", "Entry 7."),
        Unavailable("books-outdated", "Rebuild."),
        Misused("log-key", "Another key."),
    ],
)
def test_what_makes_going_on_wrong_halts_for_good_and_gives_the_work_back(
    desk: ServiceStatus, error: CustodyError
) -> None:
    script = Script(desk, [error, None])
    threading.Timer(0.5, desk.stop.set).start()
    attend(script.begin, desk=desk)
    assert (script.begun, script.closed, script.turns) == (1, 1, [None])
    now = desk.readiness()
    assert (now.state, now.is_ready, [alarm.code for alarm in now.alarms]) == ("halted", False, [error.code])


def test_who_does_not_get_the_lock_stands_by_and_takes_over(desk: ServiceStatus) -> None:
    script = Script(desk, [None])
    refusals = [Unavailable("runner-active", "Another process keeps these books.")]

    def begin(desk: ServiceStatus) -> Script:
        if refusals:
            raise refusals.pop()
        script.states.append(desk.readiness().state)
        return script

    attend(begin, desk=desk)
    assert script.states == ["standby", "standby", "following"]


def test_nothing_is_handled_while_an_alarm_of_the_topic_stands(desk: ServiceStatus) -> None:
    script = Script(desk, [lambda: desk.tell_topic([DRIFT])])
    threading.Timer(0.5, desk.stop.set).start()
    attend(script.begin, desk=desk)
    assert script.states == ["starting"]
    now = desk.readiness()
    assert (now.state, now.is_ready, now.alarms) == ("alarmed", False, (DRIFT,))


def test_an_alarm_that_passes_is_over_and_one_that_lasts_is_not(desk: ServiceStatus, stream: io.StringIO) -> None:
    desk.tell("following")
    desk.tell_topic([DRIFT])
    desk.tell_topic([])
    assert desk.readiness().is_ready
    desk.tell_topic([DELETED, DRIFT])
    desk.tell_topic([])
    assert desk.readiness().alarms == (DELETED,)
    told = [(line["event"], line.get("code")) for line in lines(stream)]
    assert told == [
        ("following", None),
        ("alarm-raised", "topic-settings"),
        ("alarm-over", "topic-settings"),
        ("alarm-raised", "records-deleted"),
        ("alarm-raised", "topic-settings"),
        ("alarm-over", "topic-settings"),
    ]


def test_a_watch_that_fails_is_an_alarm_itself(desk: ServiceStatus) -> None:
    class Broken:
        def check(self) -> Sequence[Alarm]:
            raise ZeroDivisionError

    class Silent:
        def check(self) -> Sequence[Alarm]:
            raise LogUnavailable("log-unreachable", "Nobody answers.")

    for watch, code in ((Broken(), "watch-failed"), (Silent(), "log-unreachable")):
        _Look(desk, lambda one=watch: one).once()  # type: ignore[misc]
        assert [alarm.code for alarm in desk.topic_alarms()] == [code]
    _Look(desk, Unwatched).once()
    assert desk.topic_alarms() == ()


@pytest.mark.parametrize(("alarm", "kind"), [(DRIFT, LogUnavailable), (DELETED, Contradicted)])
def test_a_log_is_not_read_while_an_alarm_stands(desk: ServiceStatus, alarm: Alarm, kind: type[CustodyError]) -> None:
    log = MemoryLog()
    log.append([b"one"])
    guarded = GuardedLog(log, desk)
    assert len(guarded.read(start=0, limit=9)) == guarded.end() == 1
    desk.tell_topic([alarm])
    with pytest.raises(kind):
        guarded.read(start=0, limit=9)


def test_a_log_is_not_read_on_when_the_service_is_to_end(desk: ServiceStatus) -> None:
    desk.stop.set()
    with pytest.raises(Stopping):
        GuardedLog(MemoryLog(), desk).read(start=0, limit=9)


def test_the_election_that_was_given_must_be_the_one_that_the_log_opens() -> None:
    log = MemoryLog()
    with pytest.raises(LogUnavailable):
        check_root(lambda _: "a", log=log, root="a")
    log.append([b"one"])
    check_root(lambda _: "a", log=log, root="a")
    check_root(lambda _: "b", log=log, root=None)
    with pytest.raises(Contradicted):
        check_root(lambda _: "b", log=log, root="a")


def test_lines_of_libraries_are_passed_on_once_and_without_values(stream: io.StringIO) -> None:
    handler = LibraryLines(journal("ledger", stream=stream))
    logger = logging.Logger("some.library")
    logger.addHandler(handler)
    for _ in range(3):
        logger.warning("cannot log in as %s", "a-secret")
    logger.info("nothing")
    (line,) = lines(stream)
    assert (line["event"], line["pattern"]) == ("library", "cannot log in as %s")
    assert "a-secret" not in stream.getvalue()


@contextmanager
def served(desk: ServiceStatus) -> Iterator[str]:
    with serving(health_app(desk.readiness, registry=desk.metrics.registry), listen="127.0.0.1:0") as address:
        yield f"http://{address}"


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_service_says_over_http_whether_it_lives_and_works_and_why_not(desk: ServiceStatus) -> None:
    with served(desk) as address:
        assert get(f"{address}/healthz") == (200, '{"alive":true}')
        assert get(f"{address}/readyz")[0] == 503
        desk.tell("following")
        assert get(f"{address}/readyz")[0] == 200
        desk.tell_topic([DRIFT])
        status, body = get(f"{address}/readyz")
        assert (status, json.loads(body)) == (
            503,
            {
                "service": "ledger",
                "state": "alarmed",
                "ready": False,
                "position": None,
                "reasons": [{"code": DRIFT.code, "sentence": DRIFT.sentence}],
            },
        )
        desk.metrics.tell_position("ledger", position=40, end=50)
        desk.metrics.tell_position("ledger", position=45, end=50)
        told = get(f"{address}/metrics")[1].splitlines()
        assert {
            "custody_ready 0.0",
            'custody_alarm{code="topic-settings"} 1.0',
            'custody_lag_entries{follower="ledger"} 5.0',
            'custody_entries_total{follower="ledger"} 5.0',
        } <= set(told)
        desk.tell_topic([])
        assert 'custody_alarm{code="topic-settings"} 0.0' in get(f"{address}/metrics")[1]
        assert get(f"{address}/other")[0] == 404


@pytest.mark.parametrize("listen", ["", "8000", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:８０"])
def test_what_is_no_address_is_not_listened_at(desk: ServiceStatus, listen: str) -> None:
    with (
        pytest.raises(Misused),
        serving(health_app(desk.readiness, registry=desk.metrics.registry), listen=listen),
    ):
        pass


def test_an_address_that_is_taken_is_named(desk: ServiceStatus) -> None:
    with served(desk) as address:
        other = health_app(desk.readiness, registry=desk.metrics.registry)
        with pytest.raises(Unavailable) as caught, serving(other, listen=address.removeprefix("http://")):
            pass
    assert caught.value.code == "listen-taken"
