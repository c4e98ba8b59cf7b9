"""One entry never stops the record: what fails while it is judged becomes a finding, and leaves nothing of itself behind.

Failures are made where no rule can foresee them: at every call that the core makes while an entry is applied.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from inspect import CO_GENERATOR
from random import Random
from types import FrameType
from typing import Any

import pytest

from custody.core.entries.admission import Checked
from custody.core.ledger import Ledger
from schemas.errors import Exhausted
from tests.core.ledger.playing import checked_all, fold_checked
from tests.core.ledger.state_pictures import picture
from tests.core.ledger.test_never_raises import whole_play

CORE = "/custody/core/"
NET = ("undo.py", "ledger.py")
"""Files of the net itself: a failure there has no net under it."""
LEAF = ("Tree.append",)
"""What adds the leaf to the tree, last of all."""


class Planted(Exception):
    """A failure that no rule foresaw."""


@contextmanager
def failing(at: int, error: type[BaseException] = Planted) -> Iterator[list[int]]:
    """The call number ``at`` within the core fails, counting from 1; 0: none does. Gives the number of calls."""
    calls = [0]

    def look(frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_code.co_filename
        is_net = name.endswith(NET) or frame.f_code.co_qualname.startswith(LEAF)
        # A generator that is closed half way has nobody to tell of a failure.
        is_plain = not frame.f_code.co_flags & CO_GENERATOR
        if event == "call" and CORE in name and is_plain and not is_net:
            calls[0] += 1
            if calls[0] == at:
                sys.setprofile(None)
                raise error

    sys.setprofile(look)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def play_until(items: list[Checked], *, stop: int) -> Ledger:
    return fold_checked(items[:stop])


def steps_of(ledger: Ledger, checked: Checked) -> int:
    """How many calls it takes to apply an entry."""
    with failing(0) as calls:
        ledger.apply(checked)
    return calls[0]


def places() -> list[int]:
    """Positions with every type of event of a long play, the last of each."""
    last = {type_of(checked): place for place, checked in enumerate(items())}
    return sorted(last.values())


def type_of(checked: Checked) -> str:
    return str(getattr(checked.event, "type", ""))


def items() -> list[Checked]:
    return checked_all(whole_play().log)


def test_the_state_before_an_entry_is_restored_whole_wherever_judging_fails() -> None:
    random, everything = Random(3), items()
    for place in places()[1:]:
        checked = everything[place]
        # Twice: what the first time is remembered for good is not asked again.
        steps = [steps_of(play_until(everything, stop=place), checked) for _ in range(2)][1]
        ledger = play_until(everything, stop=place)
        before = picture(ledger)
        for step in sorted({*random.sample(range(1, steps + 1), min(6, steps)), steps}):
            with failing(step, MemoryError), pytest.raises(Exhausted):
                ledger.apply(checked)
            assert picture(ledger) == before, (type_of(checked), step)


def test_an_entry_on_which_judging_fails_is_a_finding_and_the_log_goes_on() -> None:
    everything = items()
    for place in places()[1::4]:
        checked = everything[place]
        ledger, clean = play_until(everything, stop=place), play_until(everything, stop=place)
        with failing(40):
            told = ledger.apply(checked)
        found = [outcome.doc for outcome in told if outcome.kind == "finding"]
        assert [(doc["code"], doc["evidence"], doc["severity"]) for doc in found] == [
            ("unjudgeable", [checked.entry], "serious")
        ]
        assert "Planted" not in found[0]["sentence"]
        entry = next(outcome.doc for outcome in told if outcome.kind == "entry")
        assert (entry["status"], entry["codes"]) == ("finding", ["unjudgeable"])
        # The same event once more, with nothing in the way: it is judged as if it had come now for the first time.
        again = replace(checked, position=place + 1)
        rest = [outcome.doc for outcome in ledger.apply(again) if outcome.kind == "unit"]
        assert rest == [outcome.doc for outcome in clean.apply(checked) if outcome.kind == "unit"]
        assert ledger.state.tree.size == place + 2


def test_genesis_on_which_judging_fails_opens_nothing_and_stops_nothing() -> None:
    everything, ledger = items(), Ledger.empty()
    with failing(30):
        told = ledger.apply(everything[0])
    assert [outcome.doc["code"] for outcome in told if outcome.kind == "finding"] == ["unjudgeable"]
    assert ledger.election == ""
    assert {doc.doc["codes"][0] for doc in ledger.apply(everything[1]) if doc.kind == "entry"} == {"wrong-election"}


def test_one_event_handed_in_again_and_again_is_one_finding() -> None:
    everything = items()
    place = places()[-1]
    ledger = play_until(everything, stop=place)
    for copy in range(5):
        with failing(40):
            ledger.apply(replace(everything[place], position=place + copy, entry=f"{copy:064x}"))
    assert [finding.code for finding in ledger.state.findings if finding.code == "unjudgeable"] == ["unjudgeable"]


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OSError, KeyboardInterrupt])
def test_where_the_machine_gives_out_there_is_no_outcome_and_the_state_is_as_before(error: type[BaseException]) -> None:
    everything = items()
    ledger = play_until(everything, stop=60)
    before = picture(ledger)
    expected = KeyboardInterrupt if error is KeyboardInterrupt else Exhausted
    with failing(25, error), pytest.raises(expected):
        ledger.apply(everything[60])
    assert picture(ledger) == before
    assert ledger.apply(everything[60])
