"""A ledger that can read its log again writes no changes down, and comes to what one comes to that always does."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.entries.admission import Checked, check_entry
from custody.core.entries.signing import verify_bulk
from custody.core.ledger import Ledger
from custody.gateway.tail import Tail
from schemas.errors import Contradicted, Exhausted, LogUnavailable
from tests.core.ledger.playing import checked_all
from tests.core.ledger.state_pictures import picture
from tests.core.ledger.test_never_raises import whole_play
from tests.core.ledger.test_unjudgeable import failing

PLACES = (0, 1, 50, 61, 75)
STEPS = (1, 30, 400)


@lru_cache(maxsize=1)
def items() -> tuple[Checked, ...]:
    return tuple(checked_all(log()))


@lru_cache(maxsize=1)
def log() -> tuple[bytes, ...]:
    played = whole_play().log
    return (*played[:50], b"{}", *played[50:])


@dataclass
class Reading:
    """A log that is read again, and how often it was."""

    entries: Sequence[bytes] = field(default_factory=log)
    times: int = 0
    is_lost: bool = False

    def __call__(self, count: int) -> Iterable[bytes]:
        self.times += 1
        if self.is_lost:
            raise LogUnavailable("log-unavailable", "Not now.")
        return self.entries[:count]


def whole(ledger: Ledger) -> Any:
    """Everything that a ledger knows, in the form that writes changes down, whether or not it did."""
    ledger.state.watch([])
    return picture(ledger)


def after(count: int, *, reading: Reading | None) -> Ledger:
    ledger = Ledger(earlier=reading)
    for checked in items()[:count]:
        ledger.apply(checked)
    return ledger


def told(ledger: Ledger, checked: Checked) -> list[tuple[str, str, object]]:
    return [(one.kind, one.subject, one.doc) for one in ledger.apply(checked)]


def test_with_nothing_in_the_way_nothing_is_read_again() -> None:
    reading = Reading()
    assert whole(after(len(items()), reading=reading)) == whole(after(len(items()), reading=None))
    assert reading.times == 0


@pytest.mark.parametrize("place", PLACES)
def test_wherever_judging_fails_both_tell_the_same_and_know_the_same(place: int) -> None:
    for step in STEPS:
        reading = Reading()
        pair = after(place, reading=reading), after(place, reading=None)
        here = []
        for ledger in pair:
            with failing(step):
                here.append(told(ledger, items()[place]))
        assert here[0] == here[1]
        for checked in items()[place + 1 : place + 6]:
            assert told(pair[0], checked) == told(pair[1], checked)
        assert whole(pair[0]) == whole(pair[1])
        assert pair[0].meant == pair[1].meant
        assert reading.times == any(kind == "finding" and "unjudgeable" in str(doc) for kind, _, doc in here[0])


def test_a_log_on_which_judging_fails_again_and_again_is_read_again_once() -> None:
    reading = Reading()
    pair = after(20, reading=reading), after(20, reading=None)
    for checked in items()[20:80]:
        here = []
        for ledger in pair:
            with failing(25):
                here.append(told(ledger, checked))
        assert here[0] == here[1]
    assert reading.times == 1
    assert whole(pair[0]) == whole(pair[1])


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OSError, KeyboardInterrupt])
def test_where_the_machine_gives_out_the_next_entry_finds_the_state_as_it_was(error: type[BaseException]) -> None:
    reading, plain = Reading(), after(61, reading=None)
    ledger = after(60, reading=reading)
    for step in (40, 300):
        with failing(step, error), pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else Exhausted):
            ledger.apply(items()[60])
    ledger.apply(items()[60])
    assert whole(ledger) == whole(plain)
    # The second failure came while the log was read again.
    assert reading.times == 2


@pytest.mark.parametrize("entries", [log()[:40], (*log()[:40], log()[41], log()[40], *log()[42:])])
def test_a_log_that_reads_otherwise_the_second_time_is_named(entries: Sequence[bytes]) -> None:
    reading = Reading(entries)
    ledger = after(60, reading=reading)
    with failing(40), pytest.raises(Contradicted) as caught:
        ledger.apply(items()[60])
    assert caught.value.code == "log-changed"
    reading.entries = log()
    ledger.apply(items()[60])
    assert whole(ledger) == whole(after(61, reading=None))


def test_a_log_that_cannot_be_read_again_now_is_asked_with_the_next_entry() -> None:
    reading = Reading(is_lost=True)
    ledger = after(60, reading=reading)
    for _ in range(2):
        with failing(40), pytest.raises(LogUnavailable):
            ledger.apply(items()[60])
    reading.is_lost = False
    ledger.apply(items()[60])
    assert whole(ledger) == whole(after(61, reading=None))


def test_a_gateway_that_follows_a_log_goes_on_behind_an_entry_that_cannot_be_judged() -> None:
    topic = MemoryLog()
    topic.append(log()[:60])
    tail, plain = Tail(topic), after(60, reading=None)
    tail.follow()
    topic.append(log()[60:])
    with failing(0) as looked:
        check_entry(log()[60], position=60, keys=tail.public_key, verifier=verify_bulk)
    with failing(looked[0] + 40):
        tail.follow()
    with failing(40):
        plain.apply(items()[60])
    for checked in items()[61:]:
        plain.apply(checked)
    assert tail.ledger.state_digest() == plain.state_digest()
    assert [one.code for one in plain.state.findings if one.code == "unjudgeable"] == ["unjudgeable"]


def test_a_fold_makes_no_circles_so_that_nobody_has_to_look_for_them() -> None:
    checked = items()
    for ledger in (Ledger.empty(), Ledger.silent(earlier=Reading())):
        gc.collect()
        gc.disable()
        try:
            for place, one in enumerate(checked):
                if place == len(checked) // 2:
                    with failing(40):
                        ledger.apply(one)
                else:
                    ledger.apply(one)
            assert gc.collect() == 0
        finally:
            gc.enable()
